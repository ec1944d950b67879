"""Owns how words get to an agent at work: whoever is in charge is asked to pass them on, and the answer is waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from console.errors import Conflict, Unavailable
from console.records.actor import Actor
from console.records.request import RequestKind
from console.records.session import Session

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("pass_on",)

_PAUSE = 0.05


def pass_on(home: Database, project: str, session: Session, text: str, *, patience: float, by: Actor, now: int) -> None:
    """Have `text` passed on, within `patience` seconds.

    Raises Conflict where the agent takes none, Unavailable where nobody answers in time; then nothing is sent later either.
    """
    from console.blackboard.reads.home import request
    from console.blackboard.writes.home import answer, ask

    wish = {"project": project, "session": session.id, "text": text}
    asked = ask(home, RequestKind.SEND, wish, by=by, now=now).id
    until = time.monotonic() + patience
    while (found := request(home, asked)) is not None and found.outcome is None:
        if time.monotonic() > until:
            answer(home, asked, "withdrawn: nobody answered", now=now)
            raise Unavailable(f"whoever is in charge did not answer in {patience:g} s; nothing was sent")
        time.sleep(_PAUSE)
    if found is None or found.outcome != "done":
        raise Conflict(f"not sent to {session.agent}: {found.outcome if found else 'the request is gone'}")
