"""Owns the reading of the work itself, for its page: which outputs a task has, and the lines of one. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.app.branch_now import BRANCH, branch_of, read_branch
from console.app.threads import diff_page, findings_of
from console.blackboard.connection import Database
from console.blackboard.reads.outputs import changes_of, handed_in, latest_outputs, outputs_of, rounds_of
from console.blackboard.reads.reviews import thread
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.worktrees import worktree_row
from console.diff_rows import Kind
from console.i18n import _
from console.records.comparison import Sight
from console.records.output import Output, RoundChanges
from widgets.cells import Line
from widgets.code import coloured
from widgets.diff_tree import place_in, tree_lines
from widgets.markdown import is_markdown, markdown_lines
from widgets.pages import WorkFile, WorkPage
from widgets.painted import Look
from widgets.prose import TAB

if TYPE_CHECKING:
    from console.outputs_read import ReadOutput

__all__ = ("work_file", "work_page")

SHORT = 60
"""Lines of JSON of which none is folded at first."""


def work_page(
    db: Database, project: str, task_id: int, review_id: int | None, seen: tuple[Sight, ...] = ()
) -> WorkPage:
    """The outputs as a review's last round handed them in; without one, or before that, as they are now. Raises NotFound."""
    task, versions = get_task(db, task_id), outputs_of(db, task_id)
    branch = () if (found_branch := branch_of(task)) is None else (found_branch,)
    if review_id is None:
        outputs = (*latest_outputs(db, task_id), *branch)
        return WorkPage(
            project=project,
            task=task,
            outputs=outputs,
            versions=versions,
            seen=seen,
            worktree=worktree_row(db, task_id),
        )
    page, found = diff_page(db, project, review_id), thread(db, review_id)
    outputs = latest_outputs(db, task_id) if page.changes is None else handed_in(db, review_id, page.changes.after)
    shown = 0 if page.changes is None else page.changes.after  # what was said of another round stands on other lines
    given = {one.id for one in found.verdicts if one.round == shown and one.undone_at is None}
    findings = tuple(row for row in findings_of(found) if row.verdict_id in given)
    return WorkPage(
        project=project,
        task=task,
        review=page.review,
        outputs=(*outputs, *branch),
        worktree=worktree_row(db, task_id),
        changes=page.changes,
        since_first=_since_first(db, review_id, page.changes),
        versions=versions,
        seen=seen,
        findings=findings,
    )


def _since_first(db: Database, review_id: int, changes: RoundChanges | None) -> RoundChanges | None:
    first = next(iter(rounds_of(db, review_id)), 0)
    if changes is None or changes.before == 0 or first == changes.before:
        return None
    return changes_of(db, review_id, (first, changes.after))


def work_file(
    task_folder: Path,
    page: WorkPage,
    output: Output,
    most: int,
    look: Look,
    *,
    source: bool = False,
    plain: bool = False,
) -> WorkFile:
    """One of them, to be read whole, in at most so many lines; with `source` as it stands in the file.

    `plain` is without its colours, and soon there.
    """
    from console.outputs_read import Form, read_output

    if output.kind == BRANCH:
        return _tree(read_branch(page.task, page.worktree, output, most), look)
    found = read_output(task_folder, output, most, source=source)
    rendered = found.form == Form.LINES and is_markdown(output.path)
    if found.form == Form.DIFF:
        return _tree(found, look)
    said = tuple(line.expandtabs(TAB) for line in found.lines)
    if plain:
        lines: tuple[Line, ...] = tuple(((line, "text"),) for line in said)
    elif rendered and not source:
        lines = markdown_lines(said, look.glyphs)
    else:
        lines = coloured("" if found.form == Form.TABLE else output.path, said)
    ends = _ends(found.depths, found.lines)
    return WorkFile(
        output=output,
        why=_why(found),
        lines=lines,
        numbers=found.numbers,
        cut=found.cut,
        table=found.form == Form.TABLE,
        ends=ends,
        closed=_closed(found.depths, ends),
        made=rendered or found.form != Form.LINES,
    )


def _tree(found: ReadOutput, look: Look) -> WorkFile:
    """A diff: where it is of several files, these alone at first."""
    ends = _ends(found.depths, ())
    files = [n for n, row in enumerate(found.rows) if row.kind == Kind.FILE]
    return WorkFile(
        output=found.output,
        why=_why(found),
        lines=tree_lines(found.rows, found.lines, look.glyphs),
        numbers=found.numbers,
        cut=found.cut,
        places=tuple(place_in(row) for row in found.rows),
        ends=ends,
        closed=frozenset(n for n in files if ends[n] > n + 1) if len(files) > 1 else frozenset(),
        made=True,
    )


def _why(found: ReadOutput) -> str:
    """Why there are no lines, in words; of a picture what can be told of it."""
    if found.picture is not None:
        one = found.picture
        return _("a picture: {kind}, {width} x {height}").format(kind=one.kind, width=one.width, height=one.height)
    return _(found.why).format(version=found.output.version) if found.why else ""


def _ends(depths: Sequence[int], lines: Sequence[str]) -> tuple[int, ...]:
    """For each line the first after all that it holds; a bracket that closes belongs to what it closes."""
    ends = list(range(1, len(depths) + 1))
    waiting: list[int] = []
    for n, depth in enumerate(depths):
        while waiting and depths[waiting[-1]] >= depth:
            one = waiting.pop()
            ends[one] = (
                n + 1 if lines and n > one + 1 and depths[one] == depth and _only_closes(n, depths, lines) else n
            )
        waiting.append(n)
    for one in waiting:
        ends[one] = len(depths)
    return tuple(ends)


def _only_closes(n: int, depths: Sequence[int], lines: Sequence[str]) -> bool:
    opens = n + 1 < len(depths) and depths[n + 1] > depths[n]
    return lines[n].lstrip()[:1] in ("}", "]") and not opens


def _closed(depths: Sequence[int], ends: Sequence[int]) -> frozenset[int]:
    """Of what is long only the outermost is open at first."""
    if len(depths) <= SHORT:
        return frozenset()
    return frozenset(n for n, end in enumerate(ends) if end > n + 1 and depths[n] > 0)
