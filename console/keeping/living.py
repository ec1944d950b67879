"""Owns the question which sessions' folders still have a runner alive, asked of the locks that runners hold for life.

It reads no blackboard: it answers also where one is lost or damaged. What an agent can write in its folder is a hint.
"""

from __future__ import annotations

import errno
import fcntl
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.home import Home
from console.safe_files import of_session, opened, read_text

__all__ = ("Lock", "is_alive", "living", "lock_of", "project_of", "session_folders", "started", "task_of", "who")

_MOST = 1 << 20
"""Bytes of a start.json; a larger one is not ours."""


class Lock(StrEnum):
    """What a session's `alive.lock` says."""

    HELD = "held"
    FREE = "free"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """Something else stands in its place, or it may not be opened."""


def session_folders(home: Home) -> Iterator[Path]:
    """The folder of every session that any run has left."""
    yield from sorted(home.runs.glob("*/agents/*/*"))


def living(home: Home, project: str | None = None) -> list[Path]:
    """The folders whose session has a runner now: of all, or of `project` and of those whose project nobody can tell."""
    found = [folder for folder in session_folders(home) if lock_of(folder) is Lock.HELD]
    return found if project is None else [folder for folder in found if project_of(folder) in (None, project)]


def lock_of(folder: Path) -> Lock:
    """Asked now: taken shared for an instant, as every reader does; a pipe, link or database in its place is not opened."""
    try:
        with opened(*of_session(folder, "alive.lock"), databases=frozenset) as (descriptor, _):  # an empty file is none
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return Lock.MISSING
    except BlockingIOError:
        return Lock.HELD
    except OSError as error:
        return Lock.MISSING if error.errno == errno.ENOTDIR else Lock.UNKNOWN
    return Lock.FREE


def is_alive(folder: Path) -> bool:
    """Whether somebody holds the session's lock, or may: for those who remove what is no longer needed."""
    return lock_of(folder) in (Lock.HELD, Lock.UNKNOWN)


def started(folder: Path) -> dict[str, Any]:
    """What the session was started with; empty where that cannot be read."""
    try:
        found = json.loads(read_text(*of_session(folder, "start.json"), most=_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def project_of(folder: Path) -> str | None:
    """The project that the session works for, None where nobody can tell."""
    project = started(folder).get("project")
    return project if isinstance(project, str) and project else None


def task_of(folder: Path) -> int | None:
    """The number of its task, None where nobody can tell."""
    task = started(folder).get("task")
    return task if isinstance(task, int) and not isinstance(task, bool) else None


def who(folder: Path) -> str:
    """The session in words: the agent by the folder's own place, the task as far as it is told."""
    project, task = project_of(folder), task_of(folder)
    on = f" on {project}#{task}" if project is not None and task is not None else ""
    return f"{folder.parent.name}{on} (session {folder.name})"
