"""Owns the frames of the gateway's WebSocket, protocols 3 and 4: bytes into records and back. It connects to nothing.

Every record takes what it knows and lets the rest go; a field that a release does not send has its default.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

__all__ = (
    "ANSWERER",
    "FOLLOWER",
    "MAX_FRAME",
    "AgentEvent",
    "AgentList",
    "Aborted",
    "Accepted",
    "Answer",
    "Challenge",
    "ChatEvent",
    "Created",
    "Event",
    "Fault",
    "Hello",
    "History",
    "Message",
    "Peer",
    "Record",
    "SessionList",
    "SessionRow",
    "Waited",
    "connect_params",
    "decode",
    "read",
    "request",
)

MAX_FRAME = 32 * 1024 * 1024
"""Largest frame that is taken, in bytes; both releases announce 25 MB as their own limit."""
PROTOCOLS = (3, 4)
SCOPES = ("operator.read", "operator.write", "operator.admin", "operator.approvals")
"""What is asked for, and verified in the answer: read to follow, write to start, admin to archive."""

T = TypeVar("T")
Number = int | float


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Fields are camelCase on the wire."""


class Event(Record, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """Something that the gateway tells everybody."""

    event: str
    payload: msgspec.Raw = msgspec.Raw(b"null")
    seq: int | None = None
    """Counts up per connection; a gap means that events were lost."""


class Fault(Record, frozen=True, kw_only=True):
    """Why a request was refused."""

    code: str = ""
    message: str = ""
    details: Any = None
    retryable: bool = False
    retry_after_ms: Number | None = None


class Answer(Record, frozen=True, kw_only=True, tag_field="type", tag="res"):
    """The answer to the request of the same id; `agent` is answered twice."""

    id: str
    ok: bool
    payload: msgspec.Raw = msgspec.Raw(b"null")
    error: Fault | None = None


class Challenge(Record, frozen=True, kw_only=True):
    """What the gateway says first."""

    nonce: str = ""


class Server(Record, frozen=True, kw_only=True):
    """Who answers."""

    version: str = ""
    boot_id: str | None = None
    """Of this life of the gateway; only from protocol 4 on."""


class Features(Record, frozen=True, kw_only=True):
    """What it can do."""

    methods: frozenset[str] = frozenset()


class Granted(Record, frozen=True, kw_only=True):
    """What this connection may do."""

    scopes: frozenset[str] = frozenset()


class Limits(Record, frozen=True, kw_only=True):
    """What it allows."""

    max_payload: int = 25 * 1024 * 1024
    tick_interval_ms: Number = 30_000


class Hello(Record, frozen=True, kw_only=True):
    """The answer to `connect`."""

    protocol: int
    server: Server = Server()
    features: Features = Features()
    auth: Granted = Granted()
    policy: Limits = Limits()


class Accepted(Record, frozen=True, kw_only=True):
    """The first answer to `agent`, and that to `sessions.send`."""

    run_id: str = ""
    status: str = ""
    summary: str | None = None


class Created(Record, frozen=True, kw_only=True):
    """The answer to `sessions.create`."""

    key: str = ""
    run_started: bool = False
    run_id: str | None = None


class Waited(Record, frozen=True, kw_only=True):
    """The answer to `agent.wait`; only one with `ended_at` is final."""

    run_id: str = ""
    status: str = ""
    ended_at: Number | None = None
    stop_reason: str | None = None
    error: Any = None
    timeout_phase: str | None = None
    liveness_state: str | None = None
    terminal_reply: Any = None
    """`{"disposition": "empty"}` where it said nothing at its end; not from the older release."""


class Aborted(Record, frozen=True, kw_only=True):
    """The answer to `sessions.abort`."""

    aborted_run_id: str | None = None
    status: str = ""


class SessionRow(Record, frozen=True, kw_only=True):
    """One session as the gateway lists it. `status` goes stale after a crash; `has_active_run` does not."""

    key: str
    label: str | None = None
    status: str | None = None
    has_active_run: bool | None = None
    active_run_ids: tuple[str, ...] = ()
    aborted_last_run: bool | None = None
    last_run_error: Any = None
    last_run_id: str | None = None
    """Whose end the row tells of; not from the older release."""
    ended_at: Number | None = None
    parent_session_key: str | None = None


class SessionList(Record, frozen=True, kw_only=True):
    """The answer to `sessions.list`."""

    sessions: tuple[SessionRow, ...] = ()


class AgentRow(Record, frozen=True, kw_only=True):
    """One agent that the gateway knows."""

    id: str
    default_permission_mode: str | None = None
    """`guarded` where its commands want leave; not from the older release."""


class AgentList(Record, frozen=True, kw_only=True):
    """The answer to `agents.list`."""

    agents: tuple[AgentRow, ...] = ()


class ModelRow(Record, frozen=True, kw_only=True):
    """One model that the gateway offers."""

    id: str
    provider: str = ""
    alias: str | None = None


class ModelList(Record, frozen=True, kw_only=True):
    """The answer to `models.list`."""

    models: tuple[ModelRow, ...] = ()


class Message(Record, frozen=True, kw_only=True):
    """One message of a transcript."""

    role: str = ""
    content: Any = None
    usage: Any = None


class History(Record, frozen=True, kw_only=True):
    """The answer to `chat.history`."""

    messages: tuple[msgspec.Raw, ...] = ()


class AgentEvent(Record, frozen=True, kw_only=True):
    """The payload of an `agent` event: what a run does."""

    run_id: str = ""
    session_key: str | None = None
    stream: str = ""
    data: dict[str, Any] = {}


class ChatEvent(Record, frozen=True, kw_only=True):
    """The payload of a `chat` event: what a run says."""

    run_id: str = ""
    session_key: str | None = None
    state: str = ""


_frames: msgspec.json.Decoder[Event | Answer] = msgspec.json.Decoder(Event | Answer)


def decode(data: str | bytes) -> Event | Answer | None:
    """One frame; None where it is of a kind that we do not know, or none at all."""
    try:
        return _frames.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return None


def read(payload: msgspec.Raw, kind: type[T]) -> T:
    """The payload of a frame as a record. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(payload, type=kind)


def request(number: str, method: str, params: dict[str, Any]) -> bytes:
    """One request."""
    return msgspec.json.encode({"type": "req", "id": number, "method": method, "params": params})


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """As whom a connection stands there."""

    scopes: tuple[str, ...]
    caps: tuple[str, ...]


FOLLOWER = Peer(scopes=SCOPES, caps=("tool-events",))
"""Starts and follows runs."""
ANSWERER = Peer(scopes=("operator.approvals", "operator.admin"), caps=("approvals", "exec-approvals"))
"""Says by being there that somebody answers what waits for leave; without `operator.admin` it counts for nobody's runs."""


def connect_params(secret: str, peer: Peer, *, version: str, platform: str) -> dict[str, Any]:
    """What `connect` takes. This identity gets its scopes on both releases, and one of the two secrets is the right one."""
    return {
        "minProtocol": PROTOCOLS[0],
        "maxProtocol": PROTOCOLS[1],
        "client": {"id": "gateway-client", "version": version, "platform": platform, "mode": "backend"},
        "role": "operator",
        "scopes": peer.scopes,
        "caps": peer.caps,
        "auth": {"token": secret, "password": secret},
    }
