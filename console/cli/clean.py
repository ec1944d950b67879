"""`moziplus clean`: removes what is older than the settings keep, and says what that freed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.errors import NotFound

if TYPE_CHECKING:
    from console.keeping.retention import Freed

__all__ = ("clean",)

_COLUMNS = (
    Column("WHAT", "kind"),
    Column("OF", "project"),
    Column("REMOVED", "count", right=True),
    Column("BYTES", "size", right=True),
    Column("PROBLEM", "problem", most=200, gives=True),
)


@command("clean")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--artifacts-of", metavar="P", help="Remove the artifacts of this archived project, however young.")
@pass_here
def clean(here: Here, dry_run: bool, artifacts_of: str | None) -> None:
    """Remove old transcripts, runs, events, read parts of the inbox, logs, artifacts of archived projects.

    How old: `retention.*` in the settings. Sessions that may still live are never touched. JSON, one a line: kind,
    project, count, size, problem, dry_run.
    """
    from console.keeping.archive import archived_folders
    from console.keeping.retention import clean as remove

    settings = here.settings
    if artifacts_of is not None and artifacts_of not in archived_folders(here.home):
        raise NotFound(f"no archived project {artifacts_of[:80]!r}; see `moziplus project list --archived`")
    freed = remove(
        here.home,
        settings.retention,
        inbox=settings.inbox.path,
        now=here.now(),
        dry_run=dry_run,
        artifacts_of=artifacts_of,
    )
    told = freed if here.json else [entry for entry in freed if entry.count or entry.problem]
    here.out.many([_record(entry, dry_run) for entry in told], _COLUMNS, empty="nothing is old enough to be removed")
    if told and not here.json:
        here.out.say(f"{'would free' if dry_run else 'freed'} {sum(entry.size for entry in freed)} bytes")


def _record(entry: Freed, dry_run: bool) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "project": entry.where or None,
        "count": entry.count,
        "size": entry.size,
        "problem": entry.problem,
        "dry_run": dry_run,
    }
