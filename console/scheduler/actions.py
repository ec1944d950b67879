"""Owns what the scheduler can decide to do. A closed family: the engine performs each with one branch.

An action names what and why; it carries no live object. The results come back through the blackboard.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.records.alert import Level
from console.records.cause import level_of
from console.records.session import SessionStatus, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTask:
    """Claim the task for the agent and start a session on it."""

    project: str
    task_id: int
    agent: str
    instead_of: str | None = None
    """The assignee, where the agent only works in its place."""
    why: str | None = None
    """Why it does, as the end of a sentence that begins with the assignee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSeat:
    """Claim the review seat for its reviewer and start a session on it."""

    project: str
    seat_id: int
    task_id: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareRound:
    """Give the current round of a review its seats; without reviewers it goes to the ladder, then to the operator."""

    project: str
    review_id: int
    round: int
    reviewers: tuple[str, ...]
    ladder: tuple[str, ...] = ()
    """Agents that are asked, in order, where the reviewers settle nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRound:
    """Wait no longer for these seats of a round; what was said without them settles it, unless others still speak."""

    project: str
    review_id: int
    round: int
    seats: tuple[int, ...]
    reason: str
    instead: tuple[str, ...] = ()
    """Who is asked in their place, before the round goes up."""
    heard: bool = True
    """They had their chance; False where they cannot be started, and may be asked again when they can."""
    left: str = ""
    """Whom nobody asked, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTask:
    """Hold a task that is at its cap; to raise that lets it go on."""

    project: str
    task_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPlan:
    """Make tasks of the plan that was approved, or ask the operator where it cannot be used."""

    project: str
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowFailure:
    """Let follow what a failed task says: cancel what waits for it, have it undone."""

    project: str
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSession:
    """Stop a session's agent for certain; its task is released only after confirmed death."""

    project: str
    session: str
    reason: StopReason
    failure: str = ""
    """What of its caps it has used up, where that is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """Settle a session whose process is gone: sweep what it left, then record how it ended and free its slot.

    `status` is what the session becomes where its result is not settled yet. `counted` says whether the attempt counts;
    `retry_at` (epoch ms) when the task or seat may be tried again, None where it may not.
    """

    project: str
    session: str
    status: SessionStatus
    counted: bool
    failure: str | None
    retry_at: int | None
    exhausted: bool = False
    """The last attempt failed: the task becomes `failed`, a review seat `vacant`."""
    until: int | None = None
    """Epoch ms when its agent may be asked again, where a refusal names it; nobody asks it sooner."""
    refused: bool = False
    """Its provider refused it for now, until a time or not."""
    others: bool = False
    """Somebody else may take the work meanwhile."""
    hold: bool = False
    """Somebody ended it past us: its task waits for the operator."""
    signed_out: bool = False
    """Its agent could not sign in: nobody asks it until that is mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """Ask a silent agent for a word, where its backend can take one."""

    project: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireAsks:
    """Let the asks of a project whose time is over take their defaults."""

    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTurn:
    """Ask the lead no more: the ask is settled, or it is the operator's."""

    project: str
    ask: int
    why: str
    """As the end of a sentence that begins with the lead's name; empty where the ask is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlert:
    """Open the alert of a cause; `project` empty for the home."""

    project: str
    cause: str
    """Of the list in `records.cause`; KeyError where it is not in there."""
    body: str
    level: Level | None = None
    """The list's where none is given."""
    task_id: int | None = None
    session: str | None = None
    anew: bool = False
    """In place of an open one that says something else."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", self.level or level_of(self.cause))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAlert:
    """The cause went away."""

    project: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepExperiences:
    """Bring the index and the files of experiences in step with those that changed."""

    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distil:
    """Make the task that makes a skill of the experiences of a tag, for an agent of `role` (None: for anyone)."""

    project: str
    tag: str
    threshold: int
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallSkill:
    """Install what a distillation's task has handed in, and record that its experiences are distilled."""

    project: str
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDistillation:
    """Record that a distillation came to nothing: its task failed or was cancelled."""

    project: str
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireExperiences:
    """Deprecate the experiences that nobody has referred to since `before` (epoch ms)."""

    project: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSchedule:
    """Move a schedule past its moments up to now, and make the task of the last one where `makes` says so.

    Moments in epoch ms. `expected` is the moment that it waits for: where it waits for another by now, somebody was faster.
    """

    project: str
    schedule_id: int
    expected: int
    moment: int
    next_at: int
    makes: bool
    missed: int
    """Moments that make no task of their own."""
    waits_for: int | None = None
    """The task that is still open, where that is why none is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """Write the daily report that the task stands for."""

    project: str
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Draining is complete: this scheduler ends."""


Learn = KeepExperiences | Distil | InstallSkill | DropDistillation | ExpireExperiences
"""What the team's experiences ask for."""

Action = (
    StartTask
    | StartSeat
    | PrepareRound
    | EndRound
    | HoldTask
    | ApplyPlan
    | FollowFailure
    | StopSession
    | EndSession
    | Nudge
    | ExpireAsks
    | EndTurn
    | RaiseAlert
    | EndAlert
    | Learn
    | RunSchedule
    | WriteReport
    | Leave
)
