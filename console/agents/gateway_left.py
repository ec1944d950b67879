"""Owns the list of runs in the gateway that are over, and of which transcript, usage or archive is still to be had.

One small file for each in the home's `state/gateway`: written before a run is said to be over, removed once nothing is left
to do. So whoever is in charge next makes up for a scheduler that was killed between.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.gateway_note import read_note
from console.agents.gateway_run import Run
from console.agents.spec import StartSpec
from console.errors import UsageError
from console.home import write_atomically

__all__ = ("Left", "forget", "left_behind", "remember")

_FOLDER = ("state", "gateway")
_FLAGS = ("completed", "elsewhere", "whole", "kept")

_log = logging.getLogger("moziplus.gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A run that is over."""

    run: Run
    completed: bool
    """It ended by itself, so nothing of its session has to be aborted."""
    elsewhere: bool
    """Somebody else ended it: its session is theirs."""
    whole: bool
    """Its transcript is whole but for what it used."""
    kept: bool = False
    """Its transcript and usage are there."""
    tries: int = 1
    again: bool = False
    """An earlier life left it."""


def remember(left: Left) -> None:
    """It is to be seen to, whatever happens to this process. What cannot be written is seen to by this one alone."""
    values = {"folder": str(left.run.folder.path), **{name: getattr(left, name) for name in _FLAGS}}
    path = _path(Path(left.run.spec.home), left.run.id)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomically(path, json.dumps(values))
    except OSError as error:
        _log.warning("what run %s leaves is not noted: %s", left.run.id, error)


def forget(left: Left) -> None:
    """Nothing is left to do."""
    with suppress(OSError):
        _path(Path(left.run.spec.home), left.run.id).unlink(missing_ok=True)


def left_behind(home: Path) -> list[Left]:
    """What earlier lives left; what cannot be followed any more is forgotten."""
    found = []
    for path in sorted(home.joinpath(*_FOLDER).glob("*.json")):
        left = _read(path)
        if left is None:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        elif left.run.over:
            found.append(left)
    return found


def _read(path: Path) -> Left | None:
    """One that is not over yet is followed as a live one, and comes here again."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        folder = SessionFolder(Path(values["folder"]))
        note, spec = read_note(folder), StartSpec.from_json(folder.text(folder.start))
        flags = {name: values[name] is True for name in _FLAGS}
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        _log.warning("%s cannot be followed: %s", path, error)
        return None
    if note is None:
        return None
    run = Run(spec, note)
    run.over = note.over or folder.has(folder.exit)
    run.settling = run.over
    if flags["whole"]:
        run.heard, run.heard_whole = 1, True
    run.transcript.close()
    run.log.close()
    return Left(run=run, again=True, **flags)


def _path(home: Path, session: str) -> Path:
    return home.joinpath(*_FOLDER, f"{session}.json")
