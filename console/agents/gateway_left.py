"""Owns the list of runs in the gateway that are over, and of which transcript, usage or archive is still to be had.

One small file for each in the home's `state/gateway`: written before a run is said to be over, removed once nothing is left
to do. So whoever is in charge next makes up for a scheduler that was killed between.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from console.agents.folder import SessionFolder
from console.agents.gateway_note import read_note
from console.agents.gateway_run import Run
from console.agents.spec import StartSpec
from console.errors import UsageError
from console.safe_files import entries, read_text, remove, write

__all__ = ("Left", "forget", "left_behind", "remember")

_FOLDER = "gateway"
_END = ".json"
_MOST = 10_000
_FLAGS = ("completed", "elsewhere", "whole", "kept", "cleared")

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
    cleared: bool = False
    """Nothing that it began goes on."""
    rests: bool = False
    """Only the archive is left to do, and waits as long as its agent may go on with the session."""
    since: float
    """On the clock that never jumps: since when it has been asked for in this life."""
    due: float = 0.0
    """When it is asked for again."""
    tries: int = 0
    refused: int = 0
    """How many of the tries were refused, which waiting does not help."""
    again: bool = False
    """An earlier life left it."""


def remember(left: Left) -> None:
    """It is to be seen to, whatever happens to this process. What cannot be written is seen to by this one alone."""
    values = {"folder": str(left.run.folder.path), **{name: getattr(left, name) for name in _FLAGS}}
    state = Path(left.run.spec.home) / "state"
    try:
        write(state, _name(left.run.id), json.dumps(values), make=True)
    except OSError as error:
        _log.warning("what run %s leaves is not noted: %s", left.run.id, error)


def forget(left: Left) -> None:
    """Nothing is left to do."""
    with suppress(OSError):
        remove(Path(left.run.spec.home) / "state", _name(left.run.id))


def left_behind(home: Path, now: float) -> list[Left]:
    """What earlier lives left; what cannot be followed any more is forgotten."""
    found, state = [], home / "state"
    for name in entries(state, _FOLDER):
        if not name.endswith(_END):
            continue
        left = _read(state, name, now)
        if left is None:
            with suppress(OSError):
                remove(state, PurePath(_FOLDER, name))
        elif left.run.over:
            found.append(left)
    return found


def _read(state: Path, name: str, now: float) -> Left | None:
    """One that is not over yet is followed as a live one, and comes here again."""
    try:
        values = json.loads(read_text(state, PurePath(_FOLDER, name), most=_MOST))
        folder = SessionFolder(Path(values["folder"]))
        note, spec = read_note(folder), StartSpec.from_json(folder.text(folder.start))
        flags = {name: values[name] is True for name in _FLAGS}
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        _log.warning("what %s of %s tells cannot be followed: %s", name, state, error)
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
    return Left(run=run, again=True, since=now, **flags)


def _name(session: str) -> PurePath:
    return PurePath(_FOLDER, f"{session}{_END}")
