"""`moziplus runs`: the lives of the scheduler, each with its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click import argument

from console.cli.options import Here, group, pass_here
from console.cli.output import Column

if TYPE_CHECKING:
    from console.api.run import Run

__all__ = ("runs",)

_COLUMNS = (
    Column("RUN", "run"),
    Column("STARTED BY", "started_by", gives=True),
    Column("LAST TICK", "last_tick"),
    Column("SESSIONS", "sessions", right=True),
)


@group("runs")
def runs() -> None:
    """List the lives of the scheduler and what each left."""


@runs.command("list", prints="run.Run", each=True)
@pass_here
def list_(here: Here) -> None:
    """List the runs, newest first."""
    from console.engine.run_folder import list_runs, run_path

    here.out.many(
        [_listed(here, run_path(here.home, run)) for run in list_runs(here.home)], _COLUMNS, empty="no runs yet"
    )


@runs.command("show", prints="run.RunShown")
@argument("run")
@pass_here
def show(here: Here, run: str) -> None:
    """Show a run: its settings (without secrets), its prompt body, its last state."""
    from console.api.run import RunShown
    from console.api.shape import widened
    from console.engine.run_folder import read_bootstrap, run_path

    folder = run_path(here.home, run)
    front, body = read_bootstrap(folder)
    listed = _listed(here, folder)
    record = widened(RunShown, listed, config=front.get("config", {}), body=body, state=_state(here, folder))
    here.out.one(record, lambda: (folder / "BOOTSTRAP.md").read_text("utf-8"))


def _listed(here: Here, folder: Path) -> Run:
    from console.api.run import Run
    from console.engine.run_folder import read_bootstrap

    front, _ = read_bootstrap(folder)
    return Run(
        run=folder.name,
        folder=folder,
        started_by=front.get("started_by"),
        last_tick=_state(here, folder).get("last_tick"),
        sessions=sum(1 for _ in folder.glob("agents/*/*/start.json")),
    )


def _state(here: Here, folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "state" / "runtime_state.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        here.left_out(f"the last state of {folder.name}: {error}")
        return {}
    return found
