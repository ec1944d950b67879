"""Owns what the screens show, as frozen records made by the feed. Equal records mean that nothing is drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.records.alert import Observation
from console.records.need import Need
from console.records.note import Comment
from console.records.output import Output, OutputChange, RoundChanges
from console.records.review import Review, Seat, Submission, VerdictGiven
from console.records.session import Session
from console.records.task import Task, TaskStatus

__all__ = (
    "AlertRow",
    "Board",
    "DiffPage",
    "FileDiff",
    "FindingRow",
    "NeedRow",
    "ProjectRow",
    "ReviewRow",
    "SchedulerState",
    "SessionRow",
    "TaskPage",
    "ThreadPage",
    "World",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A project in the list."""

    id: str
    name: str = ""
    counts: tuple[tuple[TaskStatus, int], ...] = ()
    needs: int = 0
    paused: bool = False
    archived: bool = False
    set_aside: str | None = None
    """Why its blackboard cannot be read, in one line."""

    def count(self, status: TaskStatus) -> int:
        """Tasks in `status`."""
        return dict(self.counts).get(status, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """Something that waits for the operator."""

    need: Need
    round: str = ""
    """`3/3` for a review."""
    confidence: float | None = None
    task: Task | None = None
    review: Review | None = None
    alert: Observation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session whose process is not gone, or a recent one."""

    project: str
    session: Session
    agent: str
    """What people call the agent."""
    task_title: str = ""
    silence: int = 120_000
    """Ms without a word after which it is shown as silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An open alert; `project` empty for the home's own."""

    project: str
    alert: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A review thread in the list."""

    project: str
    review: Review
    task: Task
    needs_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The newest or next tasks of each column of one project."""

    project: str = ""
    name: str = ""
    columns: tuple[tuple[Task, ...], ...] = ((), (), (), ())
    """Pending (with held), working, review, done (with failed and cancelled)."""
    counts: tuple[int, ...] = (0, 0, 0, 0)
    """How many there are in each column, shown or not."""
    reviews: tuple[tuple[int, str, bool], ...] = ()
    """(task, `3/3`, needs the operator) of each live review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerState:
    """What the home says about its scheduler."""

    known: bool = False
    running: bool = False
    mine: bool = False
    """This very process is in charge."""
    headless: bool = False
    pid: int | None = None
    host: str = ""
    last_tick_at: int | None = None
    tick_ms: float | None = None
    tick_interval: int = 30
    """Seconds."""
    limit: int = 5
    gateway: str = ""
    """Its version while it answers; empty where none does."""
    gateway_trouble: str = ""
    """What is wrong with it and what to do, in plain words; empty where it is well, coming up, or not needed."""
    paused: bool = False
    estopped: bool = False
    draining: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that the screens show at one instant, without the instant."""

    projects: tuple[ProjectRow, ...] = ()
    needs: tuple[NeedRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    recent: tuple[SessionRow, ...] = ()
    """Sessions whose process is gone, newest first."""
    alerts: tuple[AlertRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    board: Board = field(default_factory=Board)
    scheduler: SchedulerState = field(default_factory=SchedulerState)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding of a verdict, and what the author answered when handing in the next round."""

    verdict_id: int
    number: int | None
    """In its round, as everybody names it; None for one of a verdict that was taken back."""
    text: str
    place: str = ""
    """`path:line`; empty where the reviewer named no place."""
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One review thread, to be read."""

    project: str
    review: Review
    task: Task
    submissions: tuple[Submission, ...] = ()
    seats: tuple[Seat, ...] = ()
    verdicts: tuple[VerdictGiven, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    """Round by round, in the order of their numbers."""
    comments: tuple[Comment, ...] = ()
    outputs: tuple[Output, ...] = ()
    open_children: tuple[int, ...] = ()
    """Tasks that its first round waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """What became of one output between two rounds, to be read."""

    change: OutputChange
    why: str = ""
    """Why no lines of it are shown, in words; empty where they are."""
    lines: tuple[tuple[str, int | None], ...] = ()
    """Of a unified diff, each with its number in the later version, a removed one with that in the earlier one."""
    added: int = 0
    removed: int = 0
    cut: int = 0
    """How many lines there are that are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """What changed in the outputs between the last two rounds of a review."""

    project: str
    review: Review
    task: Task
    changes: RoundChanges | None = None
    """None where nothing was handed in yet; before round 1 is round 0, when there was nothing."""
    files: tuple[FileDiff, ...] = ()
    """As far as they were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One task, to be read."""

    project: str
    task: Task
    sessions: tuple[Session, ...] = ()
    reviews: tuple[Review, ...] = ()
    comments: tuple[Comment, ...] = ()
    outputs: tuple[Output, ...] = ()
    needs: tuple[Task, ...] = ()
    """What it depends on."""
