"""Runs `blackboard` as an agent does: a process of its own with the context of its claim in the environment. Judges nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, open_project
from console.clock import SystemClock
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from tests.forked import Done, run
from tests.repository import ROOT

__all__ = ("BOSS", "Desk", "blackboard")

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


def blackboard(*arguments: str, cwd: Path | None = None, stdin: str = "", **environ: str) -> Done:
    """Run `blackboard` with `arguments` and exactly these MOZIPLUS_* variables."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("MOZIPLUS_")}
    given |= {"PYTHONPATH": str(ROOT), **environ}
    return run("console.cli.blackboard", arguments, given, cwd=cwd, stdin=stdin)


class Desk:
    """A home with the project quant, and an agent's place at it."""

    def __init__(self, tmp_path: Path) -> None:
        self.home = prepare_home(Home((tmp_path / "home").resolve()))
        self.folder = make_project(self.home, NewProject(id="quant", agents=("dev", "rev", "lead")))
        self.context = {"MOZIPLUS_HOME": str(self.home.path), "MOZIPLUS_PROJECT": "quant"}

    def __call__(self, *arguments: str, cwd: Path | None = None, stdin: str = "", **environ: str) -> Done:
        """Run a command in the context that was taken."""
        return blackboard(*arguments, cwd=cwd or self.folder, stdin=stdin, **{**self.context, **environ})

    def open(self) -> Database:
        """The blackboard, for looking and for what others do."""
        return open_project(self.folder)

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return SystemClock().now()

    def task(self, title: str = "work", **fields: Any) -> int:
        """A new task of the operator's."""
        from console.blackboard.writes.tasks import NewTask, create_task

        db = self.open()
        made = create_task(db, NewTask(title=title, **fields), by=BOSS, now=self.now())
        db.close()
        return made.id

    def claim(self, *what: str, agent: str = "dev") -> dict[str, Any]:
        """Claim with the command itself; the commands after it are in that session."""
        record = self("claim", "--json", "--agent", agent, *what).record
        seat = {} if record["seat"] is None else {"MOZIPLUS_SEAT": str(record["seat"])}
        self.context = {
            "MOZIPLUS_HOME": str(self.home.path),
            "MOZIPLUS_PROJECT": "quant",
            "MOZIPLUS_TASK": str(record["task"]),
            "MOZIPLUS_AGENT": agent,
            "MOZIPLUS_SESSION": record["session"],
            "MOZIPLUS_FENCE": str(record["fence"]),
            **seat,
        }
        return record

    def leave(self) -> None:
        """Forget the claim, without ending it."""
        self.context = {"MOZIPLUS_HOME": str(self.home.path), "MOZIPLUS_PROJECT": "quant"}

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """What is stored."""
        db = self.open()
        found = [dict(row) for row in db.execute(sql).fetchall()]
        db.close()
        return found
