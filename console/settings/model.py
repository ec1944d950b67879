"""Owns the settings in force, as frozen records. How they are read and checked is in `load` and `check`.

Seconds unless a field says otherwise. The meaning of each is one line of the shipped `config/default.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.guardrails.acts import ActRule
from console.guardrails.rules import Guardrails
from console.home import Home
from console.records.agent import Agent
from console.records.policy import Policy
from console.records.worktree import CACHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """The scheduler's settings that are the home's alone; those that a project may change are in `Policy`."""

    tick_interval: int = 30
    zombie_threshold: int = 20
    """Ticks without any progress while there is work, before the scheduler says so."""
    free_disk_floor_bytes: int = 500 * 1024 * 1024
    """Dispatch pauses below it."""
    keep_awake: bool = False
    """The machine does not sleep while sessions live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Where messages come in."""

    path: Path
    """Absolute."""
    watch_interval: float = 1.0
    max_size_bytes: int = 1_048_576
    """Where the inbox rotates; nothing is truncated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """When experiences become a skill, and when they are old."""

    distill_threshold: int = 5
    expire_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """What is logged."""

    level: str = "INFO"
    max_file_size: int = 10 * 1024 * 1024
    """Bytes at which the log rotates."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """Component, as in `scheduler`, → level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The OpenClaw Gateway. Its token is read where it is used, never kept here."""

    url: str | None = None
    """None where OpenClaw's own settings say it."""
    token_file: Path | None = None
    breaker_failures: int = 3
    breaker_window: float = 60.0
    breaker_open_for: float = 10.0
    breaker_open_cap: float = 300.0
    breaker_probes: int = 1
    starts_per_minute: float = 60.0
    starts_burst: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """What tells the operator of an alert while no console is open."""

    command: tuple[str, ...] = ()
    timeout: float = 15
    batch: int = 3600
    """Seconds between two batches of routine alerts."""
    subscribe: tuple[str, ...] = ()
    """Beginnings of causes of optional alerts that are told, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """How often copies of the blackboards are made, how many are kept, and where."""

    interval: int = 3600
    """0 for never."""
    keep_hourly: int = 24
    keep_daily: int = 14
    keep_weekly: int = 8
    destination: Path | None = None
    """None: they stay in the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days after which what nobody needs any more is removed, 0 for never; and how often the scheduler does that."""

    interval: int = 86_400
    """Seconds; 0 leaves it to `moziplus clean`."""
    transcripts_days: int = 30
    runs_days: int = 90
    events_days: int = 90
    inbox_days: int = 7
    logs_days: int = 30
    archived_artifacts_days: int = 0
    discarded_days: int = 30
    """How long the work of `task discard` can be got back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktrees:
    """What a task's git worktree is given when it is made, and what is asked of its work before it is merged.

    A command is a line for sh, or a program with its arguments.
    """

    caches: tuple[str, ...] = CACHES
    """Names of folders and files that are no work: they go with the worktree."""
    copy: tuple[str, ...] = ()
    """Patterns, as in .gitignore, of files that git does not keep and that each worktree gets a copy of."""
    setup: tuple[str | tuple[str, ...], ...] = ()
    checks: tuple[str | tuple[str, ...], ...] = ()
    timeout: int = 600
    """For each command of the set-up and of the checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """What holds in one project: the home's settings with the project's own over them."""

    id: str
    name: str
    """The id where the project has none."""
    description: str = ""
    policy: Policy = field(default_factory=Policy)
    agents: tuple[Agent, ...] = ()
    """The team, in the project's order."""
    workdir: Path | None = None
    """Where its agents work; None gives each task a folder of its own."""
    worktrees: bool = False
    """Each task gets a git worktree and branch of its own in `workdir`."""
    shared_folder: bool = False
    """Several agents may work in `workdir` at once."""
    context: Mapping[str, Any] = field(default_factory=dict)
    worktree: Worktrees = field(default_factory=Worktrees)
    guardrails: Guardrails = field(default_factory=Guardrails)
    """From a file of their own; only the scheduler reads it along with the rest."""
    acts: tuple[ActRule, ...] = ()
    """The project's own rules on what agents do, such as `always` has written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds in the home."""

    home: Home
    policy: Policy
    daemon: Daemon
    inbox: Inbox
    experience: Experience
    logging: Logging
    gateway: Gateway
    notify: Notify
    backup: Backup = field(default_factory=Backup)
    retention: Retention = field(default_factory=Retention)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    """By id; a project may list further ones, which are gateway agents."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The merged YAML, checked: `raw["daemon"]["tick_interval"]`. Show it only through console.redact."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """`daemon.tick_interval` → `shipped`, `environment` or `<file>:<line>`."""
