"""Owns what is read on a page of its own, as frozen records: a task, a review thread, the diff of two rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.records.comparison import Against, Comparison, Sight, comparisons
from console.records.likes import Likely
from console.records.note import Comment
from console.records.output import Output, OutputChange, RoundChanges
from console.records.review import Review, Seat, Submission, VerdictGiven
from console.records.session import Session
from console.records.task import Task
from console.records.task_history import TaskHistory
from console.records.worktree import TaskWorktree
from widgets.anchors import Place
from widgets.cells import Line

__all__ = ("DiffPage", "FileDiff", "FindingRow", "Fits", "TaskPage", "ThreadPage", "WorkFile", "WorkPage")


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

    @property
    def at(self) -> Place | None:
        """Where in the work it is: line 0 where only a file is named, None where nothing is."""
        return Place.read(self.place) or (Place(self.place, 0) if self.place else None)


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
class WorkFile:
    """One output, to be read whole."""

    output: Output
    why: str = ""
    """Why no lines of it are shown, in words; empty where they are."""
    lines: tuple[Line, ...] = ()
    numbers: tuple[int, ...] = ()
    """Of each line, as findings name it."""
    cut: int = 0
    """How many lines there are that are not shown."""
    table: bool = False
    """Its lines are rows, the first the names of its columns."""
    places: tuple[Place | None, ...] = ()
    """Of each line, where it is no line of this very file: that of another one which a diff is about."""
    ends: tuple[int, ...] = ()
    """Where lines hold others: for each the first after all that it holds, the next one where it holds none."""
    closed: frozenset[int] = frozenset()
    """Of these lines what they hold is not shown at first."""
    made: bool = False
    """It does not read as it stands in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """What a task handed in, or has so far: the outputs, and what of them changed since the round before."""

    project: str
    task: Task
    review: Review | None = None
    outputs: tuple[Output, ...] = ()
    changes: RoundChanges | None = None
    """Of the last round that was handed in; None where none was."""
    since_first: RoundChanges | None = None
    """Of it and the first; None where that is the one before."""
    seen: tuple[Sight, ...] = ()
    """What the operator has looked at, in that order."""
    versions: tuple[Output, ...] = ()
    """All that there ever were, the oldest first."""
    worktree: TaskWorktree | None = None
    """Where its branch is worked on, where it has one."""
    findings: tuple[FindingRow, ...] = ()
    """Of that round."""
    noted: tuple[Place, ...] = ()
    """Lines on which the operator noted a finding."""

    def compared(self, output: Output) -> tuple[Comparison, ...]:
        """With what it can be compared, and that it differs from; what matters most first."""
        rounds = ((Against.ROUND, self.changes), (Against.FIRST, self.since_first))
        return comparisons(output, rounds, self.seen, self.versions)

    def named(self, path: str) -> Output | None:
        """The output that a finding means: by its path, or by the end of it."""
        end = f"/{path.removeprefix('./')}"
        whole = (each for each in self.outputs if each.path == path)
        return next(whole, next((each for each in self.outputs if path and each.path.endswith(end)), None))

    def of_line(self, place: Place) -> FindingRow | None:
        """The first finding that names this line."""
        named = ((each, each.at) for each in self.findings)
        found = (each for each, at in named if at and at.line == place.line > 0 and self._is(at, place))
        return next(found, None)

    def _is(self, named: Place, place: Place) -> bool:
        output = self.named(named.path)
        return (named.path if output is None else output.path) == place.path

    @property
    def marked_places(self) -> Mapping[Place, str]:
        """The same of lines that are of no output: of files of the branch, which its diff shows."""
        found = {place: "+" for place in self.noted if self.named(place.path) is None}
        for finding in self.findings:
            if (place := finding.at) is not None and place.line and self.named(place.path) is None:
                before = found.get(place)
                found[place] = f"{before},{finding.number}" if before else str(finding.number)
        return found

    def marks(self, output: Output) -> Mapping[int, str]:
        """Line to the numbers of the findings that name it, or `+` where one is noted."""
        found = {place.line: "+" for place in self.noted if place.path == output.path}
        for finding in self.findings:
            place = finding.at
            if place is not None and place.line and self.named(place.path) == output:
                before = found.get(place.line)
                found[place.line] = f"{before},{finding.number}" if before else str(finding.number)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Who could do a task, and what keeps it from being started; each a sentence or a name."""

    agents: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    likely: Likely | None = None
    """What tasks like it took."""


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
    needed_by: tuple[Task, ...] = ()
    """What waits for it."""
    worktree: TaskWorktree | None = None
    """What is known of its git worktree, where it has or had one."""
    history: TaskHistory | None = None
    """What became of it over time; None where nobody asked."""
