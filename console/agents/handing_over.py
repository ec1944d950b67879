"""Owns what a session's folder holds of its context: how full it is, and what one conversation handed over to the next.

Agents can write in those folders, too: what is read here moves nothing but whether, and with what, an agent goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from console.agents.folder import SessionFolder
from console.agents.going_on import goes_on_by_command
from console.agents.spec import StartSpec
from console.blackboard.connection import open_project
from console.blackboard.reads.sessions import get_session
from console.errors import MoziError
from console.i18n import N_
from console.prompts.hand_over import MOST, received
from console.records.budget import Usage
from console.records.fill import Fill
from console.redact import Redactor

__all__ = (
    "ASKED",
    "NOTE_FOR",
    "NO_NOTE",
    "WITH_NOTE",
    "asks_by_command",
    "fill_of",
    "handed_over",
    "is_at_work",
    "note_fill",
    "pass_on",
    "seconds_for_note",
)

NOTE_FOR = 180
"""Seconds that an agent has for its note, and at most a quarter of its run time."""
ASKED = N_("its conversation is nearly full; it is asked for a hand-over note")
WITH_NOTE = N_("begins a new conversation with the whole prompt and its hand-over note")
NO_NOTE = N_("no hand-over note was to be had; begins a new conversation with the whole prompt alone")


def asks_by_command(spec: StartSpec) -> bool:
    """Whether its runner asks for the note, by a run of its command; a driver of ours asks by itself."""
    return bool(spec.hands_over) and goes_on_by_command(spec.usage.get("form", ""))


def seconds_for_note(spec: StartSpec) -> float:
    """How long it may take."""
    return min(float(NOTE_FOR), spec.task_timeout / 4)


def is_at_work(spec: StartSpec) -> bool:
    """Whether the session still has something to do; where nobody can say, it has."""
    try:
        with closing(open_project(Path(spec.project_folder), read_only=True)) as db:
            found = get_session(db, spec.session)
    except (MoziError, OSError):
        return True
    return found.live and found.stop_reason is None


def pass_on(folder: SessionFolder, conversation: str, note: str, used: Usage) -> str:
    """The whole prompt, with the note where there is one, as the prompt of a new conversation; how that is said.

    `used` is what the session used in the `conversation` that it leaves. Raises OSError, ValueError.
    """
    kept = Redactor().text(note.strip())
    kept = kept if len(kept) <= MOST else f"{kept[:MOST].rstrip()} … ({len(kept) - MOST} more characters)"
    told = {"conversation": conversation, "tokens": used.tokens, "cost": used.cost}
    folder.write(folder.handed, json.dumps(told), durable=False)
    if kept:
        folder.write(folder.note, f"{kept}\n", durable=False)
    folder.begin_anew(received(kept) if kept else "")
    return WITH_NOTE if kept else NO_NOTE


def handed_over(folder: str | None) -> tuple[str, Usage]:
    """The conversation that a session left and what it used in that; nothing where it left none."""
    told = _values(folder, "handed")
    if told is None or not isinstance(told.get("conversation"), str):
        return "", Usage()
    return told["conversation"], Usage(tokens=int(_number(told, "tokens")), cost=_number(told, "cost"))


def note_fill(folder: SessionFolder, conversation: str, fill: Fill) -> None:
    """Keep how full a conversation is. A full disk keeps nothing."""
    told = {"conversation": conversation, "used": fill.used, "window": fill.window}
    with suppress(OSError):
        folder.write(folder.context, json.dumps(told), durable=False)


def fill_of(folder: str | None, conversation: str | None) -> Fill | None:
    """How full the conversation was when the session of that folder last told of it; None where that is not known."""
    told = _values(folder, "context")
    if told is None or not conversation or told.get("conversation") != conversation:
        return None
    found = Fill().then(Fill(used=int(_number(told, "used")), window=int(_number(told, "window"))))
    return found if found.used else None


def _values(folder: str | None, name: str) -> dict[str, Any] | None:
    if folder is None:
        return None
    place = SessionFolder(folder)
    return place.values(place.handed if name == "handed" else place.context)


def _number(told: Mapping[str, Any], name: str) -> float:
    value = told.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15
    return float(value) if fits and isinstance(value, int | float) else 0.0
