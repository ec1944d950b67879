"""Owns `acp.json` in a session's folder: which conversation it had, so that a later session can go on with that."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.spec import StartSpec
from console.blackboard.connection import open_project
from console.blackboard.reads.sessions import sessions_of
from console.errors import MoziError

__all__ = ("Memory", "before", "remember")

NAME = "acp.json"
SESSIONS = 20
"""Of the task, that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One conversation, as its program knows it."""

    session: str
    """The program's own id of it."""
    cwd: str
    cost: float = 0.0
    """US dollars of the whole conversation so far, where the program tells that."""


def remember(folder: SessionFolder, memory: Memory) -> None:
    """Write it down; where that is not possible, the next session begins anew."""
    with suppress(OSError):
        folder.write(folder.path / NAME, json.dumps(asdict(memory)), durable=False)


def before(spec: StartSpec) -> Memory | None:
    """The newest conversation of the same agent on the same task, as author or on a seat as now, in the same place.

    An author and a reviewer never have one in common, nor have two seats.
    """
    try:
        db = open_project(Path(spec.project_folder), read_only=True)
        try:
            found = sessions_of(db, spec.task, limit=SESSIONS)
        finally:
            db.close()
    except MoziError:
        return None
    for session in sorted(found, key=lambda one: one.created_at, reverse=True):
        same = session.agent == spec.agent and session.seat_id == spec.seat and session.backend == spec.backend
        if same and session.id != spec.session and session.folder is not None:
            memory = _read(SessionFolder(session.folder))
            if memory is not None and memory.cwd == spec.cwd:
                return memory
    return None


def _read(folder: SessionFolder) -> Memory | None:
    """An agent can write it, too: it names a conversation of its own program, whatever it says."""
    values = folder.values(folder.path / NAME) or {}
    session, cwd, cost = values.get("session"), values.get("cwd"), values.get("cost", 0.0)
    if not isinstance(session, str) or not 0 < len(session) <= 500 or not isinstance(cwd, str):
        return None
    return Memory(session=session, cwd=cwd, cost=float(cost) if isinstance(cost, int | float) else 0.0)
