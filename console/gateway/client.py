"""Owns our standing with the gateway: keeps one connection up, knows its state in words, and spares it when it fails.

It starts no run by itself and judges none; whoever follows runs is told of events, of each new connection and of each end.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from console.clock import Clock
from console.errors import UsageError
from console.gateway import wire
from console.gateway.breaker import Breaker, Bucket
from console.gateway.discovery import PORT, discover
from console.gateway.settings import GatewaySettings
from console.gateway.socket import ANSWER, HANDSHAKE, Connection
from console.gateway.states import GatewayFault, GatewayState, Kind, not_found, state
from console.spawn import spawn

__all__ = ("Backoff", "Gateway")

RESTART = 60.0
"""Seconds for which one that was up just now counts as being started anew; an upgrade took 23."""

T = TypeVar("T")
_log = logging.getLogger("moziplus.gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Seconds between two attempts to connect: doubled each time, with jitter."""

    first: float = 1.0
    cap: float = 15.0
    refused_first: float = 10.0
    """After a refused token: the gateway delays whoever tries again and again."""
    refused_cap: float = 60.0

    def pause(self, attempt: int, kind: Kind, chance: float) -> float:
        """After the `attempt`-th failure in a row; `chance` is 0 to 1."""
        waits_for_a_person = kind in (Kind.TOKEN_REFUSED, Kind.TOKEN_MISSING, Kind.SCOPES_MISSING, Kind.TOO_NEW)
        first, cap = (self.refused_first, self.refused_cap) if waits_for_a_person else (self.first, self.cap)
        return float(min(cap, first * 2 ** min(attempt, 20))) * (0.5 + chance / 2)


class Gateway:
    """One gateway, with at most one connection. Used from one event loop."""

    def __init__(
        self,
        settings: GatewaySettings,
        environ: Mapping[str, str],
        clock: Clock,
        *,
        backoff: Backoff | None = None,
        chance: Callable[[], float] = random.random,
        patience: float = HANDSHAKE,
    ) -> None:
        self.settings = settings
        self.on_event: Callable[[wire.Event], None] = lambda event: None
        self.on_change: Callable[[], None] = lambda: None
        """The state or the connection changed."""
        self._environ = environ
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._chance = chance
        self._patience = patience
        self.url = settings.url or f"http://127.0.0.1:{PORT}"
        """Where it was looked for last."""
        self._state = state(Kind.CONNECTING, self.url)
        self._connection: Connection | None = None
        self._breaker = Breaker(settings=settings.breaker)
        self._why_open = ""
        self._bucket = self._full_bucket()
        self._was_up: float | None = None
        """Monotonic seconds when its last connection ended."""
        self._keeping: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._first = asyncio.Event()

    @property
    def state(self) -> GatewayState:
        """How it stands now."""
        if self._connection is not None and self._connection.why is not None:
            return self._broken_off(self._connection.why)
        if self._connection is not None and self._connection.draining:
            return state(Kind.DRAINING, self.url, version=self._state.version)
        if self._state.up and not self._breaker.admits(self._clock.monotonic()):
            return state(Kind.STRUGGLING, self.url, detail=self._why_open, version=self._state.version)
        return self._state

    @property
    def connection(self) -> Connection | None:
        """The present connection; compare it to see whether there was a new one."""
        return self._connection if self._connection is not None and self._connection.why is None else None

    def begin(self) -> None:
        """Connect, and go on connecting. Safe to call twice."""
        if self._keeping is None:
            self._keeping = spawn(self._keep(), name="gateway")

    def try_now(self) -> None:
        """Do not wait for the next attempt."""
        self._now.set()

    def change(self, settings: GatewaySettings) -> None:
        """Take other settings; another address or token file means another connection."""
        moved = (settings.url, settings.token_file) != (self.settings.url, self.settings.token_file)
        self.settings = settings
        self._breaker = Breaker(settings=settings.breaker)
        self._bucket = self._full_bucket()
        if moved and self._connection is not None:
            spawn(self._connection.close(), name="old gateway connection")
        self.try_now()

    def admit(self) -> None:
        """Take one start out of the bucket. Raises GatewayFault where none may be sent now."""
        found, now = self.state, self._clock.monotonic()
        if not found.up:
            raise GatewayFault(found, unsent=True)
        bucket = self._bucket.taken(now)
        if bucket is None:
            rate = f"more than {self.settings.starts_per_minute:.0f} starts a minute"
            raise GatewayFault(state(Kind.STRUGGLING, self.url, detail=rate), unsent=True)
        self._bucket, self._breaker = bucket, self._breaker.sent(now)
        if (lacking := 1 - bucket.left(now)) > 0:
            asyncio.get_running_loop().call_later(lacking / bucket.per_second + 0.01, lambda: self.on_change())

    def starts_left(self) -> int:
        """How many starts may be sent at once now; 0 where it is not up."""
        return int(self._bucket.left(self._clock.monotonic())) if self.state.up else 0

    @property
    def pending(self) -> bool:
        """It has not answered the first time yet, or a start has to wait for its turn."""
        return self._state.kind is Kind.CONNECTING or (self.state.up and self.starts_left() == 0)

    def succeeded(self) -> None:
        """A run of it answered: whatever was wrong is over."""
        self._breaker = self._breaker.succeeded()

    def failed(self, why: str) -> None:
        """A start failed, or a run because of the model provider; enough of them and it is left alone for a while."""
        was = self._breaker.opened_at
        self._breaker = self._breaker.failed(self._clock.monotonic())
        if self._breaker.opened_at != was:
            self._why_open = why
            _log.warning("gateway: nothing is started for %.0f s: %s", self._breaker.lasts, why)
            loop = asyncio.get_running_loop()
            loop.call_later(self._breaker.next_try(self._clock.monotonic()) + 0.05, self.on_change)
            self.on_change()

    async def first_answer(self, patience: float) -> None:
        """Wait until the first attempt to connect is decided, one way or the other; at most `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                await self._first.wait()
        except TimeoutError:
            pass

    async def call(
        self,
        method: str,
        params: dict[str, Any],
        kind: type[T],
        *,
        patience: float = ANSWER,
        second: Callable[[wire.Answer], None] | None = None,
    ) -> T:
        """As Connection.call, on the present connection."""
        connection = self._connection
        if connection is None:
            raise GatewayFault(self._state, unsent=True)
        try:
            return await connection.call(method, params, kind, patience=patience, second=second)
        except GatewayFault as error:
            if error.unsent and error.state.kind is Kind.DRAINING and not connection.draining:
                connection.draining = True  # one release says so only to those who ask
                self._become(error.state)
            raise

    async def another(self, peer: wire.Peer, on_event: Callable[[wire.Event], None]) -> Connection:
        """One more connection, with events of its own; the caller closes it. Raises GatewayFault."""
        return await self._connect(peer, on_event)

    async def close(self) -> None:
        """End the connection. Runs go on in the gateway. Safe to call twice."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping])
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _full_bucket(self) -> Bucket:
        settings = self.settings
        return Bucket.full(
            size=settings.starts_burst, per_minute=settings.starts_per_minute, now=self._clock.monotonic()
        )

    async def _keep(self) -> None:
        attempt = 0
        while True:
            self._now.clear()
            try:
                self._connection = await self._connect(wire.FOLLOWER, lambda event: self.on_event(event))
            except GatewayFault as error:
                self._become(self._for_now(_still(self._state, error.state)))
            else:
                attempt = 0
                version = self._connection.hello.server.version
                self._become(state(Kind.UP, self.url, version=version))
                why = await self._connection.ended()
                self._connection, self._was_up = None, self._clock.monotonic()
                self._become(self._broken_off(why))
            pause = self._backoff.pause(attempt, self._state.kind, self._chance())
            attempt += 1
            try:
                async with asyncio.timeout(pause):
                    await self._now.wait()
                attempt = 0
            except TimeoutError:
                pass

    async def _connect(self, peer: wire.Peer, on_event: Callable[[wire.Event], None]) -> Connection:
        settings = self.settings
        try:
            found = await asyncio.to_thread(discover, settings, self._environ)
        except UsageError as error:
            raise GatewayFault(not_found(error), unsent=True) from None
        if found.url != self.url:
            self.url, self._was_up = found.url, None
        if found.secret is None:
            raise GatewayFault(state(Kind.TOKEN_MISSING, found.url), unsent=True)
        return await Connection.open(found.url, found.secret, on_event, peer=peer, patience=self._patience)

    def _for_now(self, found: GatewayState) -> GatewayState:
        """Whoever is gone since a moment is down only once nothing has come of it for a while."""
        lately = self._was_up is not None and self._clock.monotonic() - self._was_up < RESTART
        return self._broken_off(found) if lately else found

    def _broken_off(self, found: GatewayState) -> GatewayState:
        return state(Kind.RESTARTING, self.url) if found.kind is Kind.DOWN else found

    def _become(self, found: GatewayState) -> None:
        if found.kind is not self._state.kind:
            level = logging.INFO if found.up else logging.WARNING
            _log.log(level, "gateway: %s", found.sentence)
        self._state = found
        self._first.set()
        self.on_change()


def _still(before: GatewayState, found: GatewayState) -> GatewayState:
    """What is known from before goes on where the new answer is only a shadow of it.

    A wrong token that is answered too late looks as if nobody were there, one that drains as if it were starting.
    """
    late = before.kind is Kind.TOKEN_REFUSED and found.kind is Kind.DOWN and "within" in found.sentence
    drains = before.kind is Kind.DRAINING and found.kind is Kind.STARTING
    return before if late or drains else found
