"""`moziplus clean`: removes what is older than the settings keep, and says what that freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.api.keeping import Freed as Told
    from console.api.shape import Shape
    from console.api.worktree import KeptWorktree
    from console.keeping.retention import Freed
    from console.records.task import Task
    from console.records.worktree import TaskWorktree

__all__ = ("clean",)

_COLUMNS = (
    Column("WHAT", "kind", words=True),
    Column("OF", "project"),
    Column("REMOVED", "count", right=True),
    Column("BYTES", "size", right=True),
    Column("PROBLEM", "problem", most=200, gives=True, words=True),
)


@command("clean", prints="keeping.Freed", also=("worktree.KeptWorktree",), each=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--artifacts-of", metavar="P", help="Remove the artifacts of this archived project, however young.")
@pass_here
def clean(here: Here, dry_run: bool, artifacts_of: str | None) -> None:
    """Remove old transcripts, runs, events, read parts of the inbox, logs, artifacts of archived projects.

    How old: `retention.*` in the settings. Nothing is removed, exit code 4, while the clock is further on than this machine
    was up, until you acknowledge the alert that says so. Sessions that may still live are never touched.
    Ends with 5 where something could not be looked at, and was left.
    With --dry-run, JSON has also one line of the kind `kept worktree` for each worktree of an ended task that stays.
    """
    from console.blackboard.reads.notes import open_alerts
    from console.commands import observations
    from console.commands.text import Prose
    from console.engine.time_jumps import CAUSE, Timekeeper, doubted
    from console.keeping.archive import archived_folders
    from console.keeping.retention import clean as remove
    from console.records.cause import level_of

    settings = here.settings
    if artifacts_of is not None and artifacts_of not in archived_folders(here.home):
        raise NotFound(f"no archived project {artifacts_of[:80]!r}; see `moziplus project list --archived`")
    doubt = doubted(here.home, here.clock)
    if doubt is not None and not dry_run:
        with here.state() as db:
            told = observations.Observe(text=Prose(doubt), level=level_of(CAUSE), cause=CAUSE)
            observations.observe(here.asking(db), told)
            (alert,) = (each for each in open_alerts(db) if each.cause == CAUSE)
        raise Conflict(f"{doubt}: `moziplus alert ack {alert.id}`")
    freed = remove(
        here.home,
        settings.retention,
        inbox=settings.inbox.path,
        now=here.now(),
        dry_run=dry_run,
        artifacts_of=artifacts_of,
        awake=Timekeeper(here.home.clock_file, here.clock).awake,
    )
    here.missed = any(entry.problem for entry in freed)
    shown = freed if here.json else [entry for entry in freed if entry.count or entry.problem]
    records: list[Shape] = [_record(entry, dry_run) for entry in shown]
    if dry_run and here.json:
        records += _kept_records(here)
    elif dry_run:
        _say_kept(here)
    here.out.many(records, _COLUMNS, empty="nothing is old enough to be removed")
    if shown and not here.json:
        here.out.say(f"{'would free' if dry_run else 'freed'} {sum(entry.size for entry in freed)} bytes")


def _kept(here: Here) -> Iterator[tuple[str, Task, TaskWorktree]]:
    """Worktrees of ended tasks that nothing here removes, each with its project."""
    from console.blackboard.reads.worktrees import kept_worktrees
    from console.errors import MoziError
    from console.registry import folders

    for name in folders(here.home):
        try:
            with here.blackboard(name, read_only=True) as db:
                found = kept_worktrees(db)
        except MoziError:
            continue  # what is wrong with it stands in a line of its own
        yield from ((name, task, row) for task, row in found)


def _say_kept(here: Here) -> None:
    from console.records.output import plain_size
    from console.showing.worktrees import what_to_type
    from console.text import one_line

    for name, task, row in _kept(here):
        why = one_line(f"{row.why} ({plain_size(row.size)})", 600)
        here.out.say(f"kept: {task.work_folder} of {name}#{task.id}: {why}; {what_to_type(name, task, row)}")


def _kept_records(here: Here) -> list[KeptWorktree]:
    from console.showing.worktrees import kept_record

    return [kept_record(name, task, row) for name, task, row in _kept(here)]


def _record(entry: Freed, dry_run: bool) -> Told:
    from console.api.keeping import Freed as Told

    return Told(
        kind=entry.kind,
        project=entry.where or None,
        count=entry.count,
        size=entry.size,
        problem=entry.problem,
        dry_run=dry_run,
    )
