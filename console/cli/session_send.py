"""Owns `session send`: the scheduler in charge is asked to pass a message on to an agent at work."""

from __future__ import annotations

import time

from console.blackboard.reads.home import request
from console.blackboard.writes.home import answer, ask
from console.cli.options import Here
from console.engine.in_charge import holder
from console.errors import Conflict, Unavailable
from console.records.request import RequestKind
from console.records.session import Session

__all__ = ("send_message",)

PATIENCE = 20.0
"""Seconds in which whoever is in charge must answer."""
_PAUSE = 0.05


def send_message(here: Here, project: str, session: Session, text: str) -> None:
    """Pass `text` on. Raises Conflict where the agent takes none, Unavailable where nobody in charge answers in time."""
    if holder(here.home) is None:
        raise Unavailable("nobody is in charge who could pass it on; start `moziplus run`")
    wish = {"project": project, "session": session.id, "text": text}
    with here.state() as db:
        asked = ask(db, RequestKind.SEND, wish, by=here.actor, now=here.now()).id
        until = time.monotonic() + PATIENCE
        while (found := request(db, asked)) is not None and found.outcome is None:
            if time.monotonic() > until:
                answer(db, asked, "withdrawn: nobody answered", now=here.now())
                raise Unavailable(f"{holder(here.home) or 'nobody'} did not answer in {PATIENCE:g} s; nothing was sent")
            time.sleep(_PAUSE)
    if found is None or found.outcome != "done":
        raise Conflict(f"not sent to {session.agent}: {found.outcome if found else 'the request is gone'}")
