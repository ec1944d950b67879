"""Owns `gateway.json`: what a session's folder knows of its run in the gateway. It is written before anything is sent.

A scheduler that comes later finds the run by it; the token is never in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.spec import StartSpec
from console.gateway import wire
from console.gateway.socket import Connection
from console.records.agent import Agent
from console.records.ending import Life
from console.records.session import Session

__all__ = (
    "Note",
    "Opened",
    "Process",
    "find_note",
    "forget_note",
    "is_kept",
    "is_ours",
    "life_on_disk",
    "new_note",
    "read_note",
    "session_key",
    "write_note",
)

_FILE = "gateway.json"
_OURS = ":moziplus:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A command of the run that went to the background, surely the same one."""

    pid: int
    start: float
    """As the kernel keeps it."""
    boot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One run in the gateway."""

    version: int = 1
    run_id: str
    """The session's id; that of a run which asks for a hand-over note has more after it."""
    key: str
    """The gateway's session."""
    agent: str
    """The gateway's id for the agent."""
    sent_at: int = 0
    """Epoch ms."""
    accepted: bool = False
    boot_id: str | None = None
    """Of the life of the gateway that accepted it, where it says so."""
    release: str | None = None
    """Of the gateway that accepted it."""
    parent_key: str | None = None
    later: tuple[str, ...] = ()
    """Run ids of messages that were sent into it while it went on."""
    left: tuple[Process, ...] = ()
    """Its commands that went to the background."""
    tokens: int = 0
    cost: float = 0.0
    """What the blackboard was told already."""
    after: int = 0
    """The gateway's time, in ms, after which what is said in its session is of this run; 0 where the run began it."""
    ended_before: float | None = None
    """When the last run before it ended there, as the gateway says."""
    forgotten: bool = False
    """It ended to wait for leave, and the gateway was started anew and does not know of that any more."""
    handing: bool = False
    """It asks for a hand-over note; the run that works on the task follows, in a session of its own."""
    left_tokens: int = 0
    left_cost: float = 0.0
    """What it used in a session that it handed over."""
    answered: bool = False
    """Its model said or did something."""
    parted: bool = False
    """Nobody goes on with its session: the gateway lost the run, or somebody else had their will of it."""
    over: bool = False
    """It has ended; exit.json says how, and where there is none, it was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session of the gateway in which a run goes on, as it was found there."""

    key: str
    after: int
    """The gateway's time, in ms, after which all that is said there is of the run."""
    ended_at: float | None
    """When its last run ended, as the gateway says."""


def session_key(agent: str, session: str) -> str:
    """The gateway's session that one of ours begins."""
    return f"agent:{agent}{_OURS}{session}"


def new_note(
    spec: StartSpec, agent: str, parent: str | None, opened: Opened | None, connection: Connection | None, now: int
) -> Note:
    """Of a run that is about to be sent over this connection, into a session that is `opened`, or into a new one."""
    server = wire.Server() if connection is None else connection.hello.server
    handing = opened is not None and spec.hands_over
    return Note(
        run_id=spec.session if not handing else f"{spec.session}:note",
        handing=handing,
        key=session_key(agent, spec.session) if opened is None else opened.key,
        after=0 if opened is None else opened.after,
        ended_before=None if opened is None else opened.ended_at,
        agent=agent,
        sent_at=now,
        boot_id=server.boot_id,
        release=server.version or None,
        parent_key=parent if opened is None else None,
    )


def is_ours(key: str) -> bool:
    """Whether a session of the gateway belongs to a session of a blackboard."""
    return _OURS in key


def is_kept(conversation: str, agent: Agent, lately: Iterable[Session]) -> bool:
    """Whether an agent may go on with its session of the gateway, by what the sessions left that it had `lately`."""
    notes = [read_note(SessionFolder(one.folder)) for one in lately if one.folder is not None]
    own = conversation.startswith(f"agent:{agent.agent or agent.id}{_OURS}")
    return own and not any(note is not None and note.key == conversation and note.parted for note in notes)


def read_note(folder: SessionFolder) -> Note | None:
    """The note of a session; None where nothing was ever sent for it."""
    try:
        values = json.loads(folder.text(folder.path / _FILE))
        known = {field.name: values[field.name] for field in fields(Note) if field.name in values}
        left = tuple(Process(**each) for each in known.get("left", ()))
        return Note(**{**known, "later": tuple(known.get("later", ())), "left": left})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_note(folder: SessionFolder, note: Note, *, durable: bool = True) -> None:
    """Write it whole."""
    folder.write(folder.path / _FILE, json.dumps(asdict(note)), durable=durable)


def forget_note(folder: SessionFolder) -> None:
    """Nothing was sent after all."""
    folder.remove(folder.path / _FILE)


def find_note(home: Path, session: str) -> Note | None:
    """The note of any session of the home by its id."""
    return next(filter(None, (read_note(folder) for folder in _folders(home, session))), None)


def life_on_disk(session: Session) -> Life:
    """What the folder of a session that we do not follow says."""
    if session.folder is None:
        return Life.UNBORN
    folder = SessionFolder(session.folder)
    if folder.has(folder.exit):
        return Life.DEAD
    note = read_note(folder)
    if note is None:
        return Life.UNBORN
    return Life.DEAD if note.over else Life.UNKNOWN


def _folders(home: Path, session: str) -> Iterator[SessionFolder]:
    return (SessionFolder(path) for path in (home / "runs").glob(f"*/agents/*/{session}"))
