"""Owns the status of a home as it leaves the house: who is in charge, how each project stands, how much waits."""

from __future__ import annotations

from collections.abc import Mapping

from console.api.shape import Shape

__all__ = (
    "AgentOut",
    "Budget",
    "Day",
    "Flag",
    "GatewayStands",
    "InCharge",
    "Limit",
    "LinkStands",
    "Lock",
    "Most",
    "NamedProject",
    "ProjectBudgets",
    "ProjectStands",
    "Status",
    "Used",
)


class InCharge(Shape, frozen=True, kw_only=True):
    """Who is in charge of a home."""

    pid: int
    """Of its process."""
    host: str
    """The machine that it runs on."""
    since: str | None
    """UTC, ISO 8601."""
    mode: str
    """headless, console, or the command that acts while nobody else is in charge."""
    version: str
    """Of moziplus."""


class Flag(Shape, frozen=True, kw_only=True):
    """A pause or an emergency stop that holds."""

    at: str | None
    """Since when: UTC, ISO 8601."""
    actor: str
    """Who raised it."""
    reason: str | None
    """Null where none was given."""


class GatewayStands(Shape, frozen=True, kw_only=True):
    """How the gateway stands, as whoever is in charge last found it."""

    kind: str
    """up, or what is wrong with it."""
    sentence: str
    """What that means."""
    advice: str
    """What to do; empty where there is nothing to do."""
    version: str | None
    """Its release, where it said so."""


class LinkStands(Shape, frozen=True, kw_only=True):
    """A connection that somebody needs, as whoever is in charge sees it."""

    up: bool
    """Work can be started by it."""
    since: str | None
    """Since when it stands so: UTC, ISO 8601."""
    kind: str
    """For programs: up, or what is wrong with it."""
    why: str
    """What that means."""
    advice: str
    """What to do; empty where there is nothing to do."""
    version: str | None
    """Of what it leads to, where it said so."""


class AgentOut(Shape, frozen=True, kw_only=True):
    """An agent that gets no work before a time, by what its last attempt showed."""

    agent: str
    """Its id."""
    why: str
    """limited: its provider refuses it; signed_out: its provider does not know it."""
    until: str | None
    """When it is asked again: UTC, ISO 8601."""
    said: str
    """In its own words."""


class Limit(Shape, frozen=True, kw_only=True):
    """The most that may be used; null is no limit."""

    sessions: int | None
    """How many."""
    tokens: int | None
    """How many."""
    cost: float | None
    """US dollars."""
    seconds: int | None
    """Of run time; only tasks have such a limit."""


class Used(Shape, frozen=True, kw_only=True):
    """What was used."""

    sessions: int
    """How many."""
    tokens: int
    """How many."""
    cost: float
    """US dollars."""


class Most(Shape, frozen=True, kw_only=True):
    """A budget whose use is not counted here."""

    limit: Limit
    """The most that may be used."""


class Budget(Shape, frozen=True, kw_only=True):
    """A budget and what is used of it."""

    limit: Limit
    """The most that may be used."""
    used: Used
    """What was used of it."""


class ProjectBudgets(Shape, frozen=True, kw_only=True):
    """The budgets of a project."""

    task: Most
    """Of each task with all its sessions."""
    project: Budget
    """Of the project, for ever."""
    project_day: Budget
    """Of the project, from one local midnight to the next."""


class Day(Shape, frozen=True, kw_only=True):
    """The budget of the whole home."""

    day: Budget
    """From one local midnight to the next."""


class ProjectStands(Shape, frozen=True, kw_only=True):
    """How a project stands."""

    active_agents: int
    """Sessions that have not ended."""
    waiting_agents: int
    """Those of them that wait for an answer."""
    tasks_summary: Mapping[str, int]
    """Status to how many tasks have it."""
    db_size_bytes: int
    """Bytes of its blackboard with its log."""
    needs_you: int
    """How much waits for the operator."""
    paused: bool
    """No new session is started in it."""
    policy: str
    """The order of work in force."""
    set_aside: str | None
    """Why its blackboard cannot be read; null where it can."""
    problem: str | None
    """What is wrong with its settings; null for nothing."""
    budgets: ProjectBudgets | None
    """Null where they cannot be read."""


class Lock(Shape, frozen=True, kw_only=True):
    """A session whose lock and row do not fit."""

    session: str
    """Its id."""
    agent: str
    """Whose it is."""
    project: str | None
    """Null where nobody can tell."""
    task: int | None
    """Null where nobody can tell."""
    odd: str
    """no_row, ended, no_project, unreadable or no_lock."""
    says: str
    """In words."""


class NamedProject(ProjectStands, frozen=True, kw_only=True):
    """How a project stands, in a list."""

    id: str
    """Its id."""


class Status(Shape, frozen=True, kw_only=True):
    """How a home stands, with and without a scheduler in charge."""

    ticker_running: bool
    """Somebody is in charge."""
    last_tick: str | None
    """UTC, ISO 8601; null where none is known."""
    tick_interval_seconds: float
    """Seconds from one tick to the next."""
    policy: str
    """The order of work that the settings name."""
    in_charge: InCharge | None
    """Null for nobody."""
    hung: bool
    """Whoever is in charge made no tick for three intervals."""
    run: str | None
    """The last scheduler's life."""
    paused: Flag | None
    """Null where the home is not paused."""
    estopped: Flag | None
    """Null where there was no emergency stop."""
    draining: bool
    """It ends when its sessions have."""
    gateway: str
    """The kind of gateway_state, unknown, or not configured."""
    gateway_state: GatewayStands | None
    """Null where nobody needs a gateway, or nobody is in charge."""
    links: Mapping[str, LinkStands]
    """By their names; empty where nobody is in charge."""
    projects: Mapping[str, ProjectStands]
    """By their ids."""
    budgets: Day | None
    """Of the home; null where they cannot be read."""
    inbox_pending: int
    """Bytes or messages of the inbox that are not applied."""
    locks: tuple[Lock, ...]
    """Sessions whose lock and row do not fit."""
    agents_out: tuple[AgentOut, ...]
    """Agents that get no work before a time, the first to be asked again first."""
    active_sessions: int
    """In all projects."""
    needs_you: int
    """In all projects and in the home itself."""
    problems: tuple[str, ...]
    """What cannot be read or is wrong, one text each."""
