"""`moziplus demo`: a scripted team on a fresh home, watched in the console or headless. No gateway, no model."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.needs_terminal import need_terminal
from console.cli.options import Here, command, pass_here
from console.home import Home
from console.records.session import Session, StopReason
from console.user_paths import user_path

if TYPE_CHECKING:
    from console.api.demo import Demo

__all__ = ("demo",)


@command("demo", prints="demo.Demo")
@click.option("--headless", is_flag=True, help="Without the console.")
@click.option("--until-idle", is_flag=True, help="End when nothing can move without you (implies --headless).")
@click.option("--pace", type=click.FloatRange(0, 60), help="Seconds for each step of an actor; headless 0, else 1.")
@pass_here
def demo(here: Here, headless: bool, until_idle: bool, pace: float | None) -> None:
    """A scripted team at work on a fresh home: no gateway, no model.

    The home is thrown away afterwards, unless --home names it. Headless, it ends with a summary of what the blackboard
    says that happened. Exit code 1 where something did not happen.
    """
    from console.cli.demo_home import make_demo

    headless = headless or until_idle
    if not headless:
        need_terminal(here.environ, "`moziplus demo --headless`")
    kept = here.home_option is not None
    named = os.path.realpath(user_path(here.home_option)) if here.home_option else tempfile.mkdtemp(prefix="moziplus-")
    path = Path(named)
    try:
        home = make_demo(path, here.clock, pace=pace if pace is not None else (0.0 if headless else None))
        code = _headless(here, home, kept, until_idle) if headless else _console(home)
    finally:
        if not kept:
            _throw_away(path)
    click.get_current_context().exit(code)


def _throw_away(path: Path) -> None:
    """End the actors that still play, then remove the folder: an agent must not outlive the home that it works in."""
    import asyncio

    from console.blackboard.connection import open_project
    from console.blackboard.reads.sessions import present_sessions
    from console.cli.demo_home import PROJECT
    from console.errors import MoziError

    try:
        db = open_project(Home(path).project_folder(PROJECT), read_only=True)
        try:
            present = present_sessions(db)
        finally:
            db.close()
        asyncio.run(_stop_all(present))
    except MoziError:
        pass  # it never became a home
    shutil.rmtree(path, ignore_errors=True)


async def _stop_all(sessions: Sequence[Session]) -> None:
    import asyncio

    from console.agents.base import LocalAgents

    agents = LocalAgents()
    await asyncio.gather(*(agents.stop(session, StopReason.OPERATOR) for session in sessions))


def _console(home: Home) -> int:
    from console.app.main import run_console

    return run_console(home, demo=True) or 0


def _headless(here: Here, home: Home, kept: bool, until_idle: bool) -> int:
    from console.api.demo import Demo
    from console.blackboard.connection import open_project
    from console.cli.demo_home import PROJECT, raise_caps
    from console.cli.demo_summary import Proof, prove
    from console.engine.host import run_headless

    code = run_headless(home, until_idle=until_idle, clock=here.clock, environ=here.environ)
    raised = until_idle and code == 0 and raise_caps(home, here.clock)
    if raised:
        code = run_headless(home, until_idle=True, clock=here.clock, environ=here.environ)
    db = open_project(home.project_folder(PROJECT), read_only=True)
    try:
        proof: Proof = prove(db, PROJECT)
    finally:
        db.close()
    record = Demo(
        home=str(home.path) if kept else None,
        project=PROJECT,
        model=None,
        went_through=proof.went_through,
        missing=proof.missing,
        tasks=proof.tasks,
        needs_you=proof.needs_you,
    )
    here.out.one(record, lambda: _told(home, kept, record, raised))
    return code or (1 if proof.missing and until_idle else 0)


def _told(home: Home, kept: bool, record: Demo, raised: bool) -> str:
    counts = ", ".join(f"{n} {in_words(status)}" for status, n in record.tasks.items() if n)
    lines = ["A scripted team, no model, was here. What the blackboard says that happened:"]
    lines += [f"  {in_words(name.replace('_', ' '))}: {in_words(seen)}" for name, seen in record.went_through.items()]
    lines += [f"  {in_words(name.replace('_', ' '))}: {in_words('DID NOT HAPPEN')}" for name in record.missing]
    if raised:
        lines.append("The demo raised the cap in your place; in the console that is `+` on the task.")
    lines.append(f"Tasks: {counts}.")
    waits = record.needs_you
    lines += ["Waits for you:", *(f"  {line}" for line in waits)] if waits else ["Nothing waits for you."]
    if kept:
        lines.append(f"The home is kept: moziplus --home {home.path}")
    else:
        lines.append("The home was thrown away; `moziplus demo` shows it live, --home DIR keeps it.")
    return "\n".join(map(in_words, lines))
