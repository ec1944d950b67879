"""Owns the check of versions: Python, SQLite, Textual, and the programs that agents and the operator need beside us."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.cli.doctor.tools import numbers, said
from console.engine.links import links_of
from console.gateway.states import LINK, OLDEST, PROGRAM
from console.settings import ProjectSettings

__all__ = ("check", "has_wal_reset_fix")

_TRIED = (3, 13)
_GIT = (2, 38)
_PASSTHROUGH = (3, 3)


def check(place: Place) -> Iterator[Line]:
    """One line for each."""
    yield from _python()
    yield from _sqlite(sqlite3.sqlite_version_info)
    yield from _textual()
    needed = LINK in links_of(place.team.values())
    yield from _node(place, needed)
    yield from _gateway(place, needed)
    yield from _tmux(place)
    yield from _git(place)


def has_wal_reset_fix(found: tuple[int, ...]) -> bool:
    """Whether this SQLite cannot lose a commit when a checkpoint resets the log at the wrong instant."""
    return found >= (3, 51, 3) or (3, 50, 7) <= found < (3, 51) or (3, 44, 6) <= found < (3, 45)


def _python() -> Iterator[Line]:
    found = platform.python_version()
    if sys.version_info[:2] > _TRIED:
        yield warn(f"Python {found} is newer than what was tried (3.11 to 3.13)", "use Python 3.13 if something fails")
    else:
        yield ok(f"Python {found}")


def _sqlite(found: tuple[int, ...]) -> Iterator[Line]:
    name = f"SQLite {'.'.join(map(str, found))}"
    if has_wal_reset_fix(found):
        yield ok(f"{name} has the WAL-reset fix")
        return
    yield warn(
        f"{name} lacks the WAL-reset fix: very rarely, a commit and a checkpoint at the same instant damage a database",
        "use a Python whose SQLite is 3.51.3 or newer (or 3.50.7, 3.44.6), as from python.org, Homebrew or uv",
    )


def _textual() -> Iterator[Line]:
    try:
        yield ok(f"Textual {version('textual')}")
    except PackageNotFoundError:
        yield wrong(
            "Textual is not installed: the console cannot open", "install moziplus again, with its dependencies"
        )


def _node(place: Place, needed: bool) -> Iterator[Line]:
    found = said(("node", "--version"), place.environ)
    if found is None:
        without = "Node is not on PATH"
        yield (
            warn(f"{without}; a gateway on this machine needs it", "install Node 22 or newer")
            if needed
            else ok(f"{without}; nothing here needs it")
        )
    else:
        yield ok(f"Node {found.removeprefix('v')}")


def _gateway(place: Place, needed: bool) -> Iterator[Line]:
    found = said((PROGRAM, "--version"), place.environ)
    if found is None:
        without = f"{PROGRAM} is not on PATH"
        yield (
            warn(
                f"{without}; moziplus reaches a gateway without it, but you cannot look after one from here",
                f"`npm install -g {PROGRAM}`, unless the gateway is on another machine",
            )
            if needed
            else ok(f"{without}; no agent of the team needs it")
        )
    elif numbers(found) < OLDEST:
        yield warn(f"{found} is older than what was tried", "upgrade OpenClaw to 2026.5.7 or newer")
    else:
        yield ok(found if PROGRAM in found.lower() else f"OpenClaw {found}")


def _tmux(place: Place) -> Iterator[Line]:
    found = said(("tmux", "-V"), place.environ)
    if found is None:
        yield ok("tmux is not on PATH; the console needs none, but keeps on best in one over SSH")
    elif (numbers(found) or _PASSTHROUGH) < _PASSTHROUGH:
        yield warn(f"{found} cannot pass notices and copies on", "upgrade to tmux 3.3 or newer")
    else:
        yield ok(found)


def _git(place: Place) -> Iterator[Line]:
    users = [
        name for name, found in place.project_settings.items() if isinstance(found, ProjectSettings) and found.worktrees
    ]
    found = said(("git", "--version"), place.environ)
    if found is None and users:
        yield wrong(f"git is not on PATH, and {', '.join(users)} works in git worktrees", "install git")
    elif found is None:
        yield ok("git is not on PATH; no project works in git worktrees")
    elif numbers(found)[:2] < _GIT and users:
        yield wrong(f"{found} is too old for worktrees", "upgrade to git 2.38 or newer")
    else:
        yield ok(found)
