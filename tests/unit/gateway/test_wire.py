"""Promises about frames: unknown fields and kinds are let go, nothing that comes in can hurt."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.gateway import wire

HELLO = {
    "type": "hello-ok",
    "protocol": 3,
    "server": {"version": "2026.5.7", "connId": "0bfa3cb9"},
    "canvasHostUrl": "http://127.0.0.1:1/x",
    "features": {"methods": ["agent", "agent.wait"], "events": ["agent"]},
    "auth": {"role": "operator", "scopes": ["operator.read"]},
    "policy": {"maxPayload": 26214400, "maxBufferedBytes": 52428800, "tickIntervalMs": 30000},
}


def test_an_answer_of_the_older_protocol_is_read_with_what_it_lacks() -> None:
    frame = wire.decode(json.dumps({"type": "res", "id": "1", "ok": True, "payload": HELLO, "later": [1]}))
    assert isinstance(frame, wire.Answer)
    hello = wire.read(frame.payload, wire.Hello)
    assert (hello.protocol, hello.server.version, hello.server.boot_id) == (3, "2026.5.7", None)
    assert hello.auth.scopes == {"operator.read"} and "agent.wait" in hello.features.methods


def test_an_event_is_read_with_its_number() -> None:
    payload = {"runId": "r", "stream": "assistant", "data": {"text": "w1 w2", "delta": " w2"}, "seq": 4, "new": None}
    frame = wire.decode(json.dumps({"type": "event", "event": "agent", "payload": payload, "seq": 3}))
    assert isinstance(frame, wire.Event) and frame.seq == 3
    assert wire.read(frame.payload, wire.AgentEvent).data["text"] == "w1 w2"


def test_a_payload_of_another_form_is_an_error_that_names_it() -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.read(msgspec.Raw(b'{"sessions": 5}'), wire.SessionList)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_what_is_no_frame_is_none(data: str | bytes) -> None:
    assert wire.decode(data) is None or isinstance(data, str | bytes)


@pytest.mark.parametrize(
    "text", ["", "[]", "5", '{"type":"push"}', '{"type":"res"}', "[" * 100_000, '{"type":"event"}']
)
def test_strange_frames_are_let_go(text: str) -> None:
    assert wire.decode(text) is None


def test_connect_asks_for_both_protocols_under_the_identity_that_gets_its_scopes() -> None:
    params = wire.connect_params("secret", wire.FOLLOWER, version="1", platform="linux")
    assert (params["minProtocol"], params["maxProtocol"]) == (3, 4)
    assert (params["client"]["id"], params["client"]["mode"]) == ("gateway-client", "backend")
    assert params["auth"] == {"token": "secret", "password": "secret"} and "tool-events" in params["caps"]
