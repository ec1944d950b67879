"""Owns what a connection, or a row of the gateway's list, says of a run: whether it is of that run, and of that life. Pure."""

from __future__ import annotations

from console.agents.gateway_asks import QUESTIONS
from console.agents.gateway_run import Run
from console.gateway import wire
from console.gateway.socket import Connection

__all__ = ("drains", "ends_to_ask", "restarted", "tells_of")


def restarted(run: Run, connection: Connection | None) -> bool:
    """Whether the gateway surely was started anew since it took the run."""
    if connection is None:
        return False
    now, then = connection.hello.server, run.note
    anew = now.boot_id is not None and then.boot_id is not None and now.boot_id != then.boot_id
    return anew or (then.release is not None and bool(now.version) and now.version != then.release)


def tells_of(run: Run, row: wire.SessionRow) -> bool:
    """Whether what the list says of its session is of this run, and of none that it goes on from."""
    if row.last_run_id is not None:
        return row.last_run_id in (run.note.run_id, *run.note.later)
    return run.note.ended_before is None or row.ended_at != run.note.ended_before


def drains(connection: Connection | None) -> bool:
    """Whether the gateway shuts down."""
    return connection is not None and connection.draining


def ends_to_ask(connection: Connection | None) -> bool:
    """Whether its runs end where they ask, and go on by another one."""
    return connection is not None and connection.hello.protocol < QUESTIONS
