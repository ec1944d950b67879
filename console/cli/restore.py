"""`moziplus restore`: makes a copy, or nothing, the content of a project's blackboard, while others go on."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import Here, command, pass_here
from console.errors import Unavailable, UsageError
from console.home import valid_id
from console.keeping.copies import HOME_NAME
from console.user_paths import user_path

__all__ = ("restore",)


@command("restore", prints="keeping.Restored")
@click.argument("project", metavar="PROJECT")
@click.option(
    "--from", "source", metavar="FILE", type=click.Path(path_type=Path), help="This copy; else the newest one."
)
@click.option("--empty", is_flag=True, help="No copy: the project starts anew, without tasks.")
@click.option("--stop", is_flag=True, help="Stop the project's agents first, for certain.")
@pass_here
def restore(here: Here, project: str, source: Path | None, empty: bool, stop: bool) -> None:
    """Restore a project's blackboard from its newest copy, or from one that you name. The scheduler may stay at work.

    What is written over is copied first; a file that cannot be used is moved into the project's quarantine/. Ends with 4
    while agents work on the project. `moziplus restore _home` brings back the home's own database, while nobody is in
    charge: pauses, alerts, how far the inbox was read.
    """
    from console.api.keeping import Restored
    from console.keeping.restore import find_copy
    from console.keeping.restore import restore as bring_back

    if empty and source is not None:
        raise UsageError("--empty takes no copy; leave out --from")
    if project == HOME_NAME and not (empty or stop):
        _home(here, source)
        return
    valid_id(project)
    if source is None and not empty:
        source = find_copy(here.home, project, here.settings.backup.destination, now=here.now()).path
    if stop:
        _stop(here, project)
    done = bring_back(
        here.home, project, user_path(source).absolute() if source else None, stopped=stop, now=here.now()
    )
    record = Restored(
        project=done.project,
        from_=done.source,
        tasks=done.tasks,
        epoch=done.epoch,
        safety=done.safety,
        quarantine=done.quarantine,
    )
    before = f"; before, it was as in {done.safety}" if done.safety else ""
    aside = f"; the file that could not be used is in {done.quarantine}" if done.quarantine else ""
    what = f"restored {project} from {done.source}: {done.tasks} tasks" if done.source else f"{project} starts anew"
    here.out.one(record, f"{what}{before}{aside}")


def _home(here: Here, source: Path | None) -> None:
    from console.api.keeping import Restored
    from console.engine.in_charge import take_or_conflict
    from console.keeping.home_database import restore_home
    from console.keeping.restore import find_copy

    found = user_path(source).absolute() if source is not None else None
    if found is None:
        found = find_copy(here.home, HOME_NAME, here.settings.backup.destination, now=here.now()).path
    held = take_or_conflict(here.home, mode="restore", clock=here.clock)
    try:
        safety = restore_home(here.home, found, now=here.now())
    finally:
        held.release()
    record = Restored(project=HOME_NAME, from_=found, tasks=0, epoch="home", safety=safety, quarantine=None)
    here.out.one(record, f"restored the home's database from {found}; before, it was as in {safety}")


def _stop(here: Here, project: str) -> None:
    """Stop the project's agents, by their locks where its blackboard cannot be read."""
    from console.engine.control import Control

    control = Control(here.home, by=here.actor, clock=here.clock, environ=here.environ)
    left = control.estop(project, "restore").alive
    if left:
        raise Unavailable(f"{len(left)} session(s) are not confirmed dead yet: {', '.join(left)}; nothing was restored")
