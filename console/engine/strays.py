"""Owns the stopping of agents whose blackboard cannot say that they work: by the locks and notes of their runners alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.agents.local import LocalAgents
from console.home import Home
from console.keeping.living import living, started
from console.records.session import Session, SessionStatus, StopReason

__all__ = ("stop_living",)


def stop_living(home: Home, project: str) -> list[str]:
    """Stop every runner of `project` for certain; gives the sessions that still live."""
    return asyncio.run(_stop_all(living(home, project)))


async def _stop_all(folders: list[Path]) -> list[str]:
    agents = LocalAgents()
    try:
        sessions = [_session(folder) for folder in folders]
        dead = await asyncio.gather(*(agents.stop(session, StopReason.OPERATOR) for session in sessions))
    finally:
        agents.close()
    return [session.id for session, gone in zip(sessions, dead, strict=True) if not gone]


def _session(folder: Path) -> Session:
    """As much of the session as stopping it needs."""
    said = started(folder)
    return Session(
        id=str(said.get("session", folder.name)),
        task_id=int(said.get("task", 0)),
        agent=str(said.get("agent", "unknown")),
        backend=str(said.get("backend", "command")),
        status=SessionStatus.RUNNING,
        fence=int(said.get("fence", 0)),
        folder=str(folder),
    )
