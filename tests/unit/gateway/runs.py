"""Owns what tests of runs in a hand-written gateway share: haste, and what the gateway says of a run. It judges nothing."""

from __future__ import annotations

from typing import Any

from console.agents.gateway_note import read_note
from console.agents.gateway_pace import Pace
from tests.fakes.gateway import FakeGateway, HangUp, Params
from tests.gateway.sessions import Live

HURRY = Pace(
    step=0.02, read=0.05, soon=0.1, listed=0.1, after_restart=0.1, after_break=0.1, later=0.1, farewell=0.3, parting=5.0
)


def hangs_up(params: Params) -> Any:
    """The connection ends instead of an answer."""
    raise HangUp


def is_active(fake: FakeGateway, one: Live) -> None:
    """The gateway lists the run as active from now on."""
    key = one_key(one)
    fake.replies["sessions.list"] = lambda params: {"sessions": [{"key": key, "hasActiveRun": True}]}


def one_key(one: Live) -> str:
    """The gateway's session of a run."""
    note = read_note(one.folder)
    assert note is not None
    return note.key


def has_ended(fake: FakeGateway, **fields: Any) -> None:
    """Whoever waits for a run is told that it has ended."""
    fake.replies["agent.wait"] = lambda params: {"runId": params["runId"], "status": "ok", "endedAt": 5, **fields}
