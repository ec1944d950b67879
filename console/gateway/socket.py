"""Owns one connection to the gateway: its handshake, requests and their answers, its events, its end. It never reconnects.

What the websockets library raises is translated here and nowhere else. The token goes into one frame and into no log.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidUpgrade, InvalidURI, WebSocketException

from console import __version__
from console.gateway import wire
from console.gateway.refusals import fault, refused_connect
from console.gateway.settings import ws_url
from console.gateway.states import GatewayFault, GatewayState, Kind, state
from console.spawn import spawn

__all__ = ("Connection",)

T = TypeVar("T")

HANDSHAKE = 30.0
"""Seconds for all of the handshake: the gateway answers a wrong token late, and later each time."""
ANSWER = 20.0
"""Seconds for an answer, where the caller does not say otherwise."""
RESTARTING = 1012
"""Close code of a gateway that is shutting down."""

_mute = logging.Logger("gateway frames", logging.CRITICAL + 1)
"""The library prints whole frames at DEBUG, and one of ours holds the token."""


class Connection:
    """An open connection with its scopes verified; `open` is the only way to one."""

    def __init__(self, socket: ClientConnection, url: str, on_event: Callable[[wire.Event], None]) -> None:
        self.hello = wire.Hello(protocol=0)
        self.why: GatewayState | None = None
        """Why it has ended; None while it is open."""
        self.draining = False
        """The gateway has said that it shuts down."""
        self.lost_events = 0
        """Gaps in the numbers of the events."""
        self._socket = socket
        self._url = url
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[wire.Answer]] = {}
        self._second: dict[str, Callable[[wire.Answer], None]] = {}
        """Who is told of a second answer, by the number of the question."""
        self._last = 0
        self._ended = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        secret: str,
        on_event: Callable[[wire.Event], None],
        *,
        peer: wire.Peer = wire.FOLLOWER,
        patience: float = HANDSHAKE,
    ) -> Connection:
        """Connect and say hello. Raises GatewayFault with the state that says why it did not work."""
        try:
            async with asyncio.timeout(patience):
                socket = await connect(
                    ws_url(url),
                    max_size=wire.MAX_FRAME,
                    open_timeout=None,
                    ping_interval=None,  # the gateway's own ticks say that it lives
                    compression=None,
                    proxy=None,
                    logger=_mute,
                )
                try:
                    return await cls(socket, url, on_event)._greet(secret, peer)
                except BaseException:
                    await asyncio.shield(_drop(socket))
                    raise
        except TimeoutError:
            raise GatewayFault(state(Kind.DOWN, f"{url} within {patience:.0f} s"), unsent=True) from None
        except ConnectionClosed as error:
            kind = Kind.DRAINING if _code(error) == RESTARTING else Kind.DOWN
            raise GatewayFault(state(kind, url), unsent=True) from None
        except (OSError, WebSocketException) as error:
            raise GatewayFault(state(_answered(error), url), unsent=True) from None

    async def call(
        self,
        method: str,
        params: dict[str, Any],
        kind: type[T],
        *,
        patience: float = ANSWER,
        second: Callable[[wire.Answer], None] | None = None,
    ) -> T:
        """Ask, and give the (first) answer as a record; `second` is called with another one that comes later.

        Raises Refused where the gateway will not, GatewayFault where it cannot or does not answer: only with `unsent`
        is it sure then that nothing was done.
        """
        return self._read(await self._ask(method, params, patience, second), method, kind)

    async def ended(self) -> GatewayState:
        """Wait for the end of the connection; gives the reason."""
        await self._ended.wait()
        assert self.why is not None
        return self.why

    async def close(self) -> None:
        """End it. Safe to call twice."""
        if self._reading is not None and not self._reading.done():
            self._reading.cancel()
        self._end(state(Kind.DOWN, self._url))
        await _drop(self._socket)

    async def _greet(self, secret: str, peer: wire.Peer) -> Connection:
        first = wire.decode(await self._socket.recv())
        if not isinstance(first, wire.Event) or first.event != "connect.challenge":
            raise GatewayFault(state(Kind.NOT_A_GATEWAY, self._url, detail=" (it does not greet as one)"), unsent=True)
        params = wire.connect_params(secret, peer, version=__version__, platform=sys.platform)
        await self._socket.send(wire.request("connect", "connect", params).decode(), text=True)
        while not isinstance(answer := wire.decode(await self._socket.recv()), wire.Answer) or answer.id != "connect":
            pass
        if not answer.ok:
            raise GatewayFault(refused_connect(answer.error or wire.Fault(), self._url), unsent=True)
        self.hello = self._read(answer, "connect", wire.Hello)
        self._check(peer)
        self._reading = spawn(self._read_on(), name="gateway connection")
        return self

    def _check(self, peer: wire.Peer) -> None:
        hello, version = self.hello, self.hello.server.version or None
        if not wire.PROTOCOLS[0] <= hello.protocol <= wire.PROTOCOLS[1]:
            kind = Kind.TOO_NEW if hello.protocol > wire.PROTOCOLS[1] else Kind.TOO_OLD
            raise GatewayFault(state(kind, self._url, detail=str(hello.protocol), version=version), unsent=True)
        if missing := sorted(set(peer.scopes) - hello.auth.scopes):
            found = state(Kind.SCOPES_MISSING, self._url, detail=", ".join(missing), version=version)
            raise GatewayFault(found, unsent=True)

    async def _ask(
        self,
        method: str,
        params: dict[str, Any],
        patience: float,
        second: Callable[[wire.Answer], None] | None = None,
    ) -> wire.Answer:
        if self.why is not None:
            raise GatewayFault(self.why, unsent=True)
        number = str(next(self._numbers))
        data = wire.request(number, method, params)
        if len(data) > self.hello.policy.max_payload:
            raise fault(wire.Fault(code="TOO_LARGE", message=f"{len(data)} bytes for {method}"), self._url)
        answer: asyncio.Future[wire.Answer] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more
        self._waiting[number] = answer
        if second is not None:
            self._second[number] = second
        try:
            async with asyncio.timeout(patience):
                await self._socket.send(data.decode(), text=True)
                found = await answer
        except TimeoutError:
            detail = f"no answer to {method} within {patience:.0f} s"
            raise GatewayFault(state(Kind.STRUGGLING, self._url, detail=detail)) from None
        except ConnectionClosed:
            raise GatewayFault(self.why or state(Kind.DOWN, self._url)) from None
        finally:
            self._waiting.pop(number, None)
        if not found.ok:
            self._second.pop(number, None)
            raise fault(found.error or wire.Fault(), self._url, draining=self.draining)
        return found

    def _read(self, answer: wire.Answer, method: str, kind: type[T]) -> T:
        try:
            return wire.read(answer.payload, kind)
        except msgspec.DecodeError:
            detail = f" as we know one (its answer to {method} is of another form)"
            raise GatewayFault(state(Kind.NOT_A_GATEWAY, self._url, detail=detail)) from None

    async def _read_on(self) -> None:
        """Until the connection ends, or nothing at all has come for two of the gateway's ticks."""
        silence = 2 * float(self.hello.policy.tick_interval_ms) / 1000
        why = state(Kind.DOWN, self._url)
        try:
            while True:
                async with asyncio.timeout(silence):
                    data = await self._socket.recv()
                self._take(wire.decode(data))
        except ConnectionClosed as error:
            if self.draining or _code(error) == RESTARTING:
                why = state(Kind.DRAINING, self._url)
        except TimeoutError:
            why = state(Kind.STRUGGLING, self._url, detail=f"no sign of life for {silence:.0f} s")
        finally:
            self._end(why)
            await asyncio.shield(_drop(self._socket))

    def _take(self, frame: wire.Event | wire.Answer | None) -> None:
        if isinstance(frame, wire.Answer):
            waiting = self._waiting.get(frame.id)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
            elif (second := self._second.pop(frame.id, None)) is not None:
                second(frame)
        elif isinstance(frame, wire.Event):
            if frame.seq is not None:
                self.lost_events += self._last > 0 and frame.seq > self._last + 1
                self._last = frame.seq
            self.draining |= frame.event == "shutdown"
            self._on_event(frame)

    def _end(self, why: GatewayState) -> None:
        if self.why is not None:
            return
        self.why = why
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(GatewayFault(why))
        self._ended.set()


def _answered(error: Exception) -> Kind:
    """What it means that no WebSocket came about."""
    if isinstance(error, InvalidStatus):
        return Kind.STARTING if error.response.status_code == 503 else Kind.NOT_A_GATEWAY
    return Kind.NOT_A_GATEWAY if isinstance(error, InvalidUpgrade | InvalidURI) else Kind.DOWN


def _code(error: ConnectionClosed) -> int | None:
    return None if error.rcvd is None else error.rcvd.code


async def _drop(socket: ClientConnection) -> None:
    """Close without waiting long for the other side."""
    try:
        async with asyncio.timeout(2.0):
            await socket.close()
    except (TimeoutError, OSError, WebSocketException):
        socket.transport.abort()
