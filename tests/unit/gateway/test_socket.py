"""Promises of one connection, and of the client that keeps it: every way to fail, told in plain words."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from console.clock import Clock, SystemClock
from console.gateway import wire
from console.gateway.client import Backoff, Gateway
from console.gateway.settings import GatewaySettings
from console.gateway.socket import Connection
from console.gateway.states import GatewayFault, Kind, Refused
from console.records.link import Link
from tests.fakes.clock import VirtualClock
from tests.fakes.gateway import FakeGateway, HangUp, Refusal, Silence

TOKEN = "a-token-that-nobody-may-see"


async def opened(fake: FakeGateway, events: list[wire.Event] | None = None, patience: float = 5.0) -> Connection:
    """A connection to it."""
    take = (events if events is not None else []).append
    return await Connection.open(fake.url, TOKEN, take, patience=patience)


async def refused(fake: FakeGateway, patience: float = 5.0) -> GatewayFault:
    """Why it cannot be opened."""
    with pytest.raises(GatewayFault) as caught:
        await opened(fake, patience=patience)
    assert caught.value.unsent and TOKEN not in str(caught.value)
    return caught.value


async def happens(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Look again and again until `true`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"it did not happen within {seconds} s"
        await asyncio.sleep(0.01)


def says(code: str, message: str, **more: Any) -> Callable[[Any], Any]:
    """A reply that refuses."""

    def reply(params: Any) -> Any:
        raise Refusal(code, message, **more)

    return reply


# --- the handshake


MISMATCH = {"code": "AUTH_TOKEN_MISMATCH"}
STARTING = "gateway starting; retry shortly"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says("INVALID_REQUEST", "unauthorized: gateway token mismatch", details=MISMATCH), Kind.TOKEN_REFUSED),
        (
            says("NOT_PAIRED", "device identity required", details={"code": "DEVICE_IDENTITY_REQUIRED"}),
            Kind.TOKEN_MISSING,
        ),
        (says("INVALID_REQUEST", "protocol mismatch", details={"expectedProtocol": 5}), Kind.TOO_NEW),
        (says("INVALID_REQUEST", "protocol mismatch", details={"expectedProtocol": 2}), Kind.TOO_OLD),
        (says("UNAVAILABLE", STARTING, retryable=True, retryAfterMs=500), Kind.STARTING),
        (says("UNAVAILABLE", "agent unavailable during gateway restart"), Kind.DRAINING),
        (says("INVALID_REQUEST", "no such thing"), Kind.NOT_A_GATEWAY),
    ],
)
async def test_a_refused_handshake_is_told_in_plain_words(
    fake: FakeGateway, answer: Callable[[Any], Any], kind: Kind
) -> None:
    fake.replies["connect"] = answer
    error = await refused(fake)
    assert error.state.kind is kind and error.state.advice


async def test_missing_scopes_are_named(fake: FakeGateway) -> None:
    fake.hello["auth"]["scopes"] = ["operator.read"]
    error = await refused(fake)
    assert error.state.kind is Kind.SCOPES_MISSING
    assert "operator.admin, operator.approvals, operator.write" in error.state.sentence


async def test_a_protocol_that_we_do_not_know_is_refused_though_the_gateway_accepts_us(fake: FakeGateway) -> None:
    fake.hello["protocol"] = 7
    assert (await refused(fake)).state.kind is Kind.TOO_NEW


async def test_a_gateway_that_never_answers_the_handshake_is_given_up(fake: FakeGateway) -> None:
    def silent(params: Any) -> Any:
        raise Silence

    fake.replies["connect"] = silent
    assert "within" in (await refused(fake, patience=0.2)).state.sentence


async def test_nobody_there_and_somebody_else_there_are_told_apart() -> None:
    async def web_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(web_page, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    kinds = []
    for _ in range(2):
        with pytest.raises(GatewayFault) as caught:
            await Connection.open(url, TOKEN, lambda event: None, patience=5)
        kinds.append(caught.value.state.kind)
        server.close()
        await server.wait_closed()
    assert kinds == [Kind.NOT_A_GATEWAY, Kind.DOWN]


async def test_the_token_is_in_no_log_whatever_its_level(fake: FakeGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    connection = await opened(fake)
    await connection.close()
    assert TOKEN not in caplog.text and fake.asked[0][1]["auth"]["token"] == TOKEN
    assert TOKEN not in repr(vars(connection))


# --- questions and answers


async def test_answers_find_their_questions_and_a_second_answer_is_let_go(fake: FakeGateway) -> None:
    connection = await opened(fake)
    answers = await asyncio.gather(
        *(connection.call("agent", {"idempotencyKey": str(n)}, wire.Accepted) for n in range(20))
    )
    assert [answer.run_id for answer in answers] == [str(n) for n in range(20)]
    await fake.raw('{"type":"res","id":"1","ok":true,"payload":{"runId":"0","status":"ok"}}')
    assert (await connection.call("agent", {"idempotencyKey": "x"}, wire.Accepted)).run_id == "x"
    await connection.close()


async def test_a_refusal_is_told_apart_from_what_may_work_later(fake: FakeGateway) -> None:
    connection = await opened(fake)
    fake.replies["agent"] = says("INVALID_REQUEST", 'invalid agent params: unknown agent id "nobody"')
    with pytest.raises(Refused, match="unknown agent id"):
        await connection.call("agent", {}, wire.Accepted)
    fake.replies["agent"] = says("FORBIDDEN", "missing scope: operator.write", details={"code": "MISSING_SCOPE"})
    with pytest.raises(GatewayFault) as caught:
        await connection.call("agent", {}, wire.Accepted)
    assert caught.value.state.kind is Kind.SCOPES_MISSING and caught.value.unsent
    await connection.close()


async def test_no_answer_and_a_lost_connection_leave_open_what_was_done(fake: FakeGateway) -> None:
    def silent(params: Any) -> Any:
        raise Silence

    def hang_up(params: Any) -> Any:
        raise HangUp

    connection = await opened(fake)
    fake.replies |= {"agent": silent, "agent.wait": hang_up}
    with pytest.raises(GatewayFault) as late:
        await connection.call("agent", {}, wire.Accepted, patience=0.2)
    with pytest.raises(GatewayFault) as lost:
        await connection.call("agent.wait", {}, wire.Waited)
    assert not late.value.unsent and not lost.value.unsent and lost.value.state.kind is Kind.DOWN
    with pytest.raises(GatewayFault) as after:
        await connection.call("agent", {}, wire.Accepted)
    assert after.value.unsent


async def test_an_answer_of_another_form_is_a_fault_not_a_crash(fake: FakeGateway) -> None:
    fake.replies["sessions.list"] = lambda params: {"sessions": 5}
    connection = await opened(fake)
    with pytest.raises(GatewayFault, match="another form"):
        await connection.call("sessions.list", {}, wire.SessionList)
    await connection.close()


async def test_what_is_larger_than_the_gateway_takes_is_not_sent(fake: FakeGateway) -> None:
    fake.hello["policy"]["maxPayload"] = 1000
    connection = await opened(fake)
    with pytest.raises(Refused, match="bytes for agent"):
        await connection.call("agent", {"message": "x" * 1000}, wire.Accepted)
    assert fake.count("agent") == 0
    await connection.close()


# --- events


async def test_events_come_in_order_gaps_are_counted_and_nonsense_is_let_go(fake: FakeGateway) -> None:
    events: list[wire.Event] = []
    connection = await opened(fake, events)
    for number in (1, 2, 5):
        await fake.tell("agent", {"runId": "r"}, seq=number)
        await fake.raw('{"type":"push"}')
        await fake.raw("\u0000 not json")
    await happens(lambda: len(events) == 3)
    assert [event.seq for event in events] == [1, 2, 5] and connection.lost_events == 1
    await connection.close()


async def test_shutting_down_is_known_from_its_event_and_from_its_close_code(fake: FakeGateway) -> None:
    first, second = await opened(fake), await opened(fake)
    await fake.tell("shutdown", {"reason": "gateway stopping"})
    await happens(lambda: first.draining and second.draining)
    third = await opened(fake)
    await fake.drop(1012)
    assert (await third.ended()).kind is Kind.DRAINING and (await first.ended()).kind is Kind.DRAINING


async def test_a_gateway_without_a_word_for_two_of_its_ticks_counts_as_gone(fake: FakeGateway) -> None:
    fake.hello["policy"]["tickIntervalMs"] = 50
    connection = await opened(fake)
    assert "no sign of life" in (await connection.ended()).sentence


# --- the client


def client(fake: FakeGateway, clock: Clock | None = None, **more: Any) -> Gateway:
    """A client that tries again quickly."""
    settings = GatewaySettings(url=fake.url, **more)
    backoff = Backoff(first=0.02, cap=0.1, refused_first=0.02, refused_cap=0.1)
    return Gateway(settings, {"OPENCLAW_GATEWAY_TOKEN": TOKEN}, clock or SystemClock(), backoff=backoff)


async def test_the_client_connects_again_and_says_each_change(fake: FakeGateway) -> None:
    gateway = client(fake)
    kinds: list[Kind] = []
    gateway.on_change = lambda: kinds.append(gateway.state.kind)
    gateway.begin()
    gateway.begin()
    await happens(lambda: gateway.state.up)
    assert gateway.state.version == "2026.9.6"
    await fake.drop()
    await happens(lambda: kinds == [Kind.UP, Kind.RESTARTING, Kind.UP])
    await gateway.close()
    await gateway.close()
    assert fake.count("connect") == 2


async def test_one_that_was_up_just_now_is_restarted_and_down_only_when_nothing_comes_of_it() -> None:
    clock = VirtualClock(1_000_000)
    async with FakeGateway() as fake:
        gateway = client(fake, clock)
        gateway.begin()
        await happens(lambda: gateway.state.up)
    await happens(lambda: gateway.state.kind is Kind.RESTARTING)
    assert not Link(name="gateway", up=False, kind=str(gateway.state.kind)).broken, (
        "nobody takes over, nobody is blamed"
    )
    clock.move_to(1_000_000 + 61_000)
    await happens(lambda: gateway.state.kind is Kind.DOWN)
    await gateway.close()


async def test_starts_are_admitted_up_to_the_burst_and_never_while_it_is_not_up(fake: FakeGateway) -> None:
    gateway = client(fake, starts_per_minute=0.001, starts_burst=2)
    with pytest.raises(GatewayFault, match="has not answered yet"):
        gateway.admit()
    gateway.begin()
    await happens(lambda: gateway.state.up)
    gateway.admit()
    gateway.admit()
    assert gateway.starts_left() == 0
    with pytest.raises(GatewayFault, match="starts a minute"):
        gateway.admit()
    await gateway.close()


async def test_failures_in_a_row_open_the_breaker_and_the_state_says_why(fake: FakeGateway) -> None:
    gateway = client(fake)
    gateway.begin()
    await happens(lambda: gateway.state.up)
    for _ in range(3):
        gateway.failed("HTTP 500 of its provider")
    assert gateway.state.kind is Kind.STRUGGLING and "HTTP 500 of its provider" in gateway.state.sentence
    with pytest.raises(GatewayFault):
        gateway.admit()
    await gateway.close()


def test_pauses_grow_to_a_cap_and_longer_where_a_person_has_to_act() -> None:
    backoff = Backoff()
    assert [backoff.pause(n, Kind.DOWN, 1.0) for n in (0, 1, 2, 9, 10_000)] == [1, 2, 4, 15, 15]
    assert backoff.pause(0, Kind.DOWN, 0.0) == 0.5
    assert [backoff.pause(n, Kind.TOKEN_REFUSED, 1.0) for n in (0, 1, 9)] == [10, 20, 60]
