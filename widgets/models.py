"""Owns what the screens show, as frozen records made by the feed. Equal records mean that nothing is drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.records.alert import Observation
from console.records.ask import Ask
from console.records.board import COLUMNS, BoardWish, Stand
from console.records.need import Need
from console.records.review import Review
from console.records.session import Session
from console.records.snooze import Snooze
from console.records.task import Task, TaskStatus

__all__ = (
    "AlertRow",
    "Board",
    "LinkTold",
    "LinkUse",
    "LogLine",
    "NeedRow",
    "ProjectRow",
    "Raised",
    "ReviewRow",
    "SchedulerState",
    "SessionRow",
    "System",
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
    team: tuple[tuple[str, str, str], ...] = ()
    """(id, what people call it, role) of each of its agents."""

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
    ask: Ask | None = None
    alike: tuple[NeedRow, ...] = ()
    """Others of its kind that are shown by this row."""


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
    ask: Ask | None = None
    """What it waits for an answer to."""
    task: Task | None = None
    """What it works on."""


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
    """What is in sight of the tasks of one project, with some before and after, and how many there are."""

    project: str = ""
    name: str = ""
    wish: BoardWish = field(default_factory=BoardWish)
    """What it was read for."""
    columns: tuple[tuple[Task, ...], ...] = ((),) * len(COLUMNS)
    """Of each column as many as were wished for."""
    counts: tuple[tuple[Stand, int], ...] = ()
    """How many there are, shown or not."""
    found: tuple[tuple[Stand, int], ...] = ()
    """Of these, how many have the words."""
    groups: tuple[tuple[tuple[str, int], ...], ...] = ()
    """Of each column what its groups are called, and how many cards each has; none where they are not wanted."""
    links: tuple[tuple[int, int], ...] = ()
    """(task, what it still waits for) of the cards that were read."""
    reviews: tuple[Review, ...] = ()
    """The live ones of its tasks."""
    workers: tuple[tuple[int, str], ...] = ()
    """(task, what people call its agent) of each author at work."""

    def height(self, column: int) -> int:
        """How many cards of a column have the words."""
        found = dict(self.found)
        return sum(found.get(stand, 0) for stand in COLUMNS[column])


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What holds the scheduler back: a pause, an emergency stop, a drain."""

    by: str
    at: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """The last word of the scheduler in charge on a link; no sentence holds a token."""

    name: str
    kind: str
    """In a word of the link's own."""
    sentence: str = ""
    advice: str = ""
    version: str = ""
    since: int | None = None

    @property
    def up(self) -> bool:
        """Agents can be started over it."""
        return self.kind == "up"

    @property
    def trouble(self) -> str:
        """What is wrong with it and what to do, in plain words; empty where it is well or coming up."""
        if self.kind in ("up", "connecting", "starting"):
            return ""
        return "; ".join(part for part in (self.sentence, self.advice) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """What the settings say of a link."""

    name: str
    used: bool
    """An agent needs it."""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerState:
    """What the home says about its scheduler."""

    known: bool = False
    running: bool = False
    mine: bool = False
    """This very process is in charge."""
    headless: bool = False
    mode: str = ""
    """headless, console, or the name of a command that acts while nobody else is in charge."""
    pid: int | None = None
    host: str = ""
    since: int | None = None
    """When whoever is in charge took it."""
    run: str = ""
    hung: bool = False
    """In charge, and three intervals without a tick."""
    mute: str = ""
    """Why the home seems to take no writes; empty where nothing hints at it."""
    last_tick_at: int | None = None
    tick_ms: float | None = None
    tick_interval: int = 30
    """Seconds."""
    limit: int = 5
    orders: tuple[tuple[str, str], ...] = ()
    """Project, and the order in which its tasks are taken now."""
    links: tuple[LinkTold, ...] = ()
    """Those that an agent needs; none where nobody is in charge."""
    limits: tuple[tuple[str, int], ...] = ()
    """Each agent that its provider refuses, and epoch ms when it may be asked again; the first to end first."""
    pause: Raised | None = None
    estop: Raised | None = None
    draining: bool = False
    drain: Raised | None = None
    """Who asked for it, while that is known."""

    @property
    def paused(self) -> bool:
        """Nothing new is started, because somebody wants it so."""
        return self.pause is not None

    @property
    def estopped(self) -> bool:
        """Every agent was stopped."""
        return self.estop is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What the home says about itself besides; read only while somebody looks at it."""

    known: bool = False
    problem: str = ""
    """What is wrong with the settings of the home or of a project."""
    order: str = ""
    """In which tasks are taken, as the home's settings say; empty where they cannot be read, and the rest is not known."""
    links: tuple[LinkUse, ...] = ()
    """All that there are."""
    inbox_waiting: int = 0
    inbox_bad: int = 0
    """Messages in quarantine."""
    inbox_files: tuple[int, int, int] = (0, 0, 0)
    """In use, renamed and still read, read to their ends."""
    backup_at: int | None = None
    """When the newest copy of the home was made."""
    backup_every: int = 0
    """Seconds; 0 for only when asked."""
    backup_troubles: tuple[str, ...] = ()
    destination: str = ""
    destination_trouble: str = ""
    disk_free: int = 0
    """Bytes, rounded to three digits."""
    disk_floor: int = 0
    """Bytes below which nothing new is started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that the screens show at one instant, without the instant."""

    projects: tuple[ProjectRow, ...] = ()
    needs: tuple[NeedRow, ...] = ()
    snoozed: tuple[tuple[NeedRow, Snooze], ...] = ()
    """What would be among them, and what lets it sleep."""
    sessions: tuple[SessionRow, ...] = ()
    recent: tuple[SessionRow, ...] = ()
    """Sessions whose process is gone, newest first."""
    alerts: tuple[AlertRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    older_reviews: int = 0
    """Settled ones that are not among these: there is no end of them."""
    older_sessions: int = 0
    """Ended ones that are not among `recent`."""
    board: Board = field(default_factory=Board)
    scheduler: SchedulerState = field(default_factory=SchedulerState)
    system: System = field(default_factory=System)
    unread: tuple[str, ...] = ()
    """What could not be read, with the reason: what is shown may be less than there is."""
    reading: bool = False
    """Nothing was read yet: that there is nothing is not known."""
    told: tuple[str, int] = ("", 0)
    """How far the task was told whose page is read: with every word of it this is another world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of moziplus's own log, safe to be shown."""

    at: int | None = None
    level: str = ""
    component: str = ""
    message: str = ""
