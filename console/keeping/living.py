"""Owns the question which sessions' folders still have a runner alive, asked of the locks that runners hold for life.

It reads no blackboard: it answers also where one is lost or damaged.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.home import Home

__all__ = ("is_alive", "living", "session_folders", "started")


def session_folders(home: Home) -> Iterator[Path]:
    """The folder of every session that any run has left."""
    yield from sorted(home.runs.glob("*/agents/*/*"))


def living(home: Home, project: str | None = None) -> list[Path]:
    """The folders, of `project` or of all, whose session has a runner now."""
    found = (folder for folder in session_folders(home) if is_alive(folder))
    return [folder for folder in found if project in (None, started(folder).get("project"))]


def is_alive(folder: Path) -> bool:
    """Whether somebody holds the session's lock; taken shared for an instant, as every reader of it does."""
    try:
        descriptor = os.open(folder / "alive.lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def started(folder: Path) -> dict[str, Any]:
    """What the session was started with; empty where that cannot be read."""
    try:
        found = json.loads((folder / "start.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
