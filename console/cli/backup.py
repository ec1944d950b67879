"""`moziplus backup`: copies every blackboard while it is in use, and lists the copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.clock import iso
from console.errors import UsageError
from console.user_paths import user_path

if TYPE_CHECKING:
    from console.api.keeping import Copy
    from console.keeping.backup import Outcome

__all__ = ("backup",)

_COLUMNS = (
    Column("PROJECT", lambda row: row.project or in_words("(the home)")),
    Column("AT", "at"),
    Column("TASKS", "tasks", right=True),
    Column("BYTES", "size", right=True),
    Column("COPY", "copy", most=200),
    Column("PROBLEM", "problem", most=200, gives=True, words=True),
)


@command("backup", prints="keeping.Copy", each=True)
@click.option("--project", metavar="P", help="Only this project.")
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), help="Bring the copies to this folder, too.")
@click.option("--accept", is_flag=True, help="Believe a blackboard that has lost most of its tasks.")
@click.option("--list", "only_list", is_flag=True, help="List the copies there are, newest first; make none.")
@pass_here
def backup(here: Here, project: str | None, to: Path | None, accept: bool, only_list: bool) -> int:
    """Copy every blackboard and the home's own database, checked, into <home>/backups and to `backup.destination`.

    The scheduler does the same every `backup.interval`. Ends with 1 where a copy failed, 5 where the destination is
    absent.
    """
    if project is not None:
        from console.cli.nouns import the_project

        project = project if only_list else the_project(here, project)
    if only_list:
        if to is not None or accept:
            raise UsageError("--list makes no copy; leave out --to and --accept")
        here.out.many(_there(here, project), _COLUMNS, empty="no backups yet")
        return 0
    return _make(here, project, to, accept)


def _make(here: Here, project: str | None, to: Path | None, accept: bool) -> int:
    from console.cli.diagnostics import complain
    from console.cli.progress import Progress
    from console.keeping.backup import back_up
    from console.keeping.destination import bring, destination_of

    policy, now = here.settings.backup, here.now()
    with Progress("blackboards copied", here.clock.monotonic) as told:
        outcomes = back_up(here.home, policy, project=project, accept=accept, now=now, step=told)
    here.out.many([_record(outcome, now) for outcome in outcomes], _COLUMNS, empty="nothing to back up")
    failed = [outcome for outcome in outcomes if outcome.problem]
    folder = destination_of(policy, user_path(to).absolute() if to else None)
    code = 1 if failed else 0
    if folder is not None:
        brought = bring(here.home, policy, folder, anew=to is not None, now=now)
        if brought.problem is not None:
            complain(brought.problem)
            code = code or 5
        here.out.say(f"{brought.copies} new in {folder}")
    return code


def _record(outcome: Outcome, now: int) -> Copy:
    from console.api.keeping import Copy
    from console.keeping.copies import HOME_NAME

    return Copy(
        project=None if outcome.project == HOME_NAME else outcome.project,
        at=iso(now),
        tasks=outcome.tasks,
        size=outcome.size,
        copy=None if outcome.copy is None else outcome.copy.path,
        problem=outcome.problem,
    )


def _there(here: Here, project: str | None) -> list[Copy]:
    from console.api.keeping import Copy
    from console.keeping.copies import HOME_NAME, listed

    places = [here.home.backups / project] if project else sorted(p for p in here.home.backups.glob("*") if p.is_dir())
    rows = []
    for place in places:
        for copy in listed(place):
            tasks = copy.manifest().get("tasks")
            rows.append(
                Copy(
                    project=None if copy.project == HOME_NAME else copy.project,
                    at=iso(copy.at),
                    tasks=sum(tasks.values()) if isinstance(tasks, dict) else None,
                    size=copy.path.stat().st_size,
                    copy=copy.path,
                    problem=None,
                    safety=copy.safety,
                )
            )
    return rows
