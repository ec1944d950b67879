"""Owns what `decide` may know of the world at one instant. Frozen; built by the engine, or by hand in a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from console.records.agent import Agent
from console.records.ask import Ask
from console.records.budget import Budgets, Limit, TaskUse, Usage
from console.records.ending import Ending, Life
from console.records.fitness import Unfit
from console.records.grace import Grace
from console.records.lead import Turn
from console.records.learning import Learning
from console.records.link import Link
from console.records.need import Need
from console.records.policy import Policy
from console.records.project import ProjectState, Tally
from console.records.review import PLAN_REVIEW, Review, ReviewStatus, Seat, VerdictGiven
from console.records.schedule import Schedule
from console.records.session import Session
from console.records.task import Task
from console.records.workload import Workload
from console.reviews.protocol import Protocol
from console.scheduler.policies import order_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A session whose slot is not free yet."""

    session: Session
    life: Life
    ending: Ending | None = None
    task_status: str = "working"
    task_fence: int = 0
    seat: Seat | None = None
    review: Review | None = None
    stop_asked_at: int | None = None
    """Epoch ms when this scheduler last set about stopping it; None where it has not (the operator may have asked)."""
    waited: int = 0
    """Milliseconds for which it could not go on before an answer: its run time stood."""
    for_operator: bool = False
    """It answers an ask in the operator's place."""

    @property
    def author(self) -> bool:
        """Whether it changes what is in the project's folder."""
        return self.session.seat_id is None and not self.for_operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The current round of a review that agents are asked for, with what it waits for."""

    review: Review
    task: Task
    seats: tuple[Seat, ...] = ()
    """Of the current round only; empty until it is prepared."""
    verdicts: tuple[VerdictGiven, ...] = ()
    before: tuple[str, ...] = ()
    """Who judged the round before this one, while this one is not prepared."""
    writers: tuple[str, ...] = ()
    """Who handed in this round or an earlier one."""
    open_children: tuple[int, ...] = ()
    """Children of its task that are neither done nor cancelled, where they are to be judged with it."""

    @property
    def authors(self) -> frozenset[str]:
        """Who never judges it: who wrote any of it, and whose task it is, also while another works in its place."""
        owner = self.task.assignee if self.review.protocol != PLAN_REVIEW else None
        return frozenset(name for name in (self.review.author, *self.writers, owner) if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """One project as the scheduler sees it now."""

    state: ProjectState
    policy: Policy = field(default_factory=Policy)
    agents: tuple[Agent, ...] = ()
    ready: tuple[Task, ...] = ()
    """Pending, not blocked, `not_before` and `retry_at` past, no present session; a page of them in the policy's order."""
    unplaced: tuple[Task, ...] = ()
    """Ready tasks with an open alert that nobody fits them, on that page or not."""
    present: tuple[Present, ...] = ()
    rounds: tuple[Round, ...] = ()
    """Reviews that are open, or escalated to an agent."""
    plans: Mapping[int, ReviewStatus] = field(default_factory=dict)
    """Tasks that may not start because of their plan review, with its status."""
    graces: Mapping[int, Grace] = field(default_factory=dict)
    """Tasks that may not start because a verdict can still be taken back."""
    tally: Tally = field(default_factory=Tally)
    last_progress_at: int = 0
    """Epoch ms of the newest change that was not the scheduler's own bookkeeping."""
    open_causes: frozenset[str] = frozenset()
    """Causes of open alerts, so that an alert is raised and ended once."""
    to_apply: tuple[Task, ...] = ()
    """Planning tasks that are done and whose plan has not become tasks yet."""
    failures: tuple[Task, ...] = ()
    """Failed tasks that say what follows, where it has not followed yet."""
    unfit: Mapping[str, Unfit] = field(default_factory=dict)
    """Agents that cannot be started now, by id, whatever they are to do."""
    unproven: frozenset[str] = frozenset()
    """Agents that did not start when they were tried last, whether they may be tried again by now or not."""
    place: Unfit | None = None
    """Why no author can work in this project now; its reviewers can."""
    one_author: bool = False
    """Its agents work in one folder, which one author at a time may change; reviewers do not count."""
    next_due_at: int | None = None
    """Epoch ms when the earliest `retry_at` of a pending task falls due; None where there is none."""
    protocols: Mapping[str, Protocol] = field(default_factory=dict)
    """By name, as they hold here; one that is not here has the defaults."""

    budgets: Budgets = field(default_factory=Budgets)
    used: Usage = field(default_factory=Usage)
    """By all sessions that the project ever had."""
    used_today: Usage = field(default_factory=Usage)
    """The same since the last midnight."""
    tasks_used: Mapping[int, TaskUse] = field(default_factory=dict)
    """By tasks that could start something now, at which somebody works, or whose caps have an open alert; else empty."""
    learning: Learning = field(default_factory=Learning)
    """What of its experiences may ask for something."""
    workload: Workload | None = None
    """Known where the policy is `auto`, which asks it."""
    schedules: tuple[Schedule, ...] = ()
    """Those that are enabled."""
    needs: tuple[Need, ...] = ()
    """What needs the operator: the newest of each kind, and those that have an open alert."""
    timed_out: Mapping[int, str] = field(default_factory=dict)
    """Tasks whose last attempt ran out of time and is to be tried again → its agent."""
    asks: tuple[Ask, ...] = ()
    """Those that wait for an answer."""
    turns: tuple[Turn, ...] = ()
    """Asks that went to the lead, as long as they wait or it is asked."""
    reports: tuple[int, ...] = ()
    """Tasks that stand for a daily report that is not written yet."""

    @property
    def id(self) -> str:
        """The project's id."""
        return self.state.project

    @property
    def order(self) -> str:
        """The order in which its ready tasks are taken."""
        return order_in_force(self.policy, self.workload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The world at one instant."""

    projects: tuple[ProjectView, ...] = ()
    """In round-robin order: the project that got a slot longest ago comes first."""
    paused: bool = False
    """The home is paused."""
    estopped: bool = False
    draining: bool = False
    links: Mapping[str, Link] = field(default_factory=dict)
    """The connections that somebody needs, by name; one that is not here is down."""
    enough_disk: bool = True
    home_causes: frozenset[str] = frozenset()
    """Causes of the home's own open alerts."""
    signed_out: Mapping[str, str] = field(default_factory=dict)
    """Agents that could not sign in when they were tried last, by id, with what they said."""
    zone: tzinfo = UTC
    """In which daily schedules have their time."""
    watching_since: int = 0
    """Epoch ms since when this scheduler has been able to dispatch: its start, its wake from a sleep, the last resume."""
    day: Limit = field(default_factory=Limit)
    """Of the whole home, from one midnight to the next."""
