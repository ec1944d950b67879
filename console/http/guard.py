"""Owns who comes in by the service door: Host, Origin, the token or what a browser has instead, size and number of tries.

It judges each request before anything of it is read, and answers those that it refuses.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.clock import Clock
from console.http.token import Key

__all__ = ("COOKIE", "MOST", "OPEN", "Guard", "names_of")

COOKIE = "moziplus"
MOST = 1_048_576
"""Bytes of what is sent."""
OPEN = frozenset(("/health", "/sign-in", "/phone.css"))
"""What everybody may see."""
TRIES, MINUTE = 10, 60_000
"""Wrong tokens of one address in a minute, after which it is told to wait; the right one always counts."""
_ADDRESSES = 1000
_SAFE = frozenset(("GET", "HEAD"))
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all a browser names no origin in its forms
    "cache-control": "no-store",
}


def names_of(host: str, more: Iterable[str] = ()) -> frozenset[str]:
    """The names by which this machine is asked; an address needs none: no name can be made to mean another one."""
    own = socket.gethostname().lower()
    known = {"localhost", host.lower(), *(name.lower() for name in more)}
    if host not in ("127.0.0.1", "::1", "localhost"):
        known |= {own, f"{own.partition('.')[0]}.local"}
    return frozenset(known)


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, *, key: Key, clock: Clock, names: frozenset[str], read_only: bool) -> None:
        self._app = app
        self._key = key
        self._clock = clock
        self._names = names
        self._read_only = read_only
        self._wrong: OrderedDict[str, list[int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _dressed(send))
            return
        await self._app(scope, _bounded(receive), _dressed(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if not self._is_ours(headers.get("host", "")):
            return _no(403, "this name is not known here; `moziplus serve --name NAME` makes it known")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST:
            return _no(413, f"at most {MOST} bytes are taken")
        origin = headers.get("origin")
        if origin is not None and not _is_same(origin, scope, headers):
            return _no(403, "this comes from another site")
        if path in OPEN:
            return None
        if not self._knows(scope, headers):
            wants_page = scope["method"] in _SAFE and not path.startswith("/api/")
            return RedirectResponse("/sign-in", 303) if wants_page else self._unknown(scope, headers)
        if self._read_only and scope["method"] not in _SAFE and path != "/sign-out":
            return _no(403, "this door is for looking only (--read-only)")
        return None

    def _knows(self, scope: Scope, headers: Headers) -> bool:
        """By the token, or by what a browser keeps; that one counts for an act only where it names its own page."""
        said = headers.get("authorization", "")
        kind, _, word = said.partition(" ")
        if kind.lower() == "bearer":
            return self._key.is_word(word.strip())
        kept = _cookie(headers.get("cookie", ""))
        if not kept or not self._key.is_pass(kept, self._clock.now()):
            return False
        return scope["method"] in _SAFE or headers.get("origin") is not None

    def _unknown(self, scope: Scope, headers: Headers) -> Response:
        if "authorization" in headers:
            if self._is_tired_of(_address(scope)):
                return _no(429, "too many wrong tokens; try again in a minute")
            self._was_wrong(_address(scope))
        return _no(401, "say who you are: `Authorization: Bearer TOKEN`; `moziplus serve --show-token` tells it")

    def _was_wrong(self, address: str) -> None:
        now = self._clock.now()
        tries = [at for at in self._wrong.pop(address, []) if now - at < MINUTE]
        self._wrong[address] = [*tries, now]
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def _is_tired_of(self, address: str) -> bool:
        now = self._clock.now()
        return sum(now - at < MINUTE for at in self._wrong.get(address, ())) >= TRIES

    def _is_ours(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "") if host else ""
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self._names
        return True


def _is_same(origin: str, scope: Scope, headers: Headers) -> bool:
    return origin.lower() == f"{scope['scheme']}://{headers.get('host', '')}".lower()


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value


def _no(code: int, why: str) -> Response:
    return JSONResponse({"error": why, "exit_code": 1}, code)


def _dressed(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return dressed


class TooMuch(Exception):
    """More was sent than was said, or than is taken."""


def _bounded(receive: Receive) -> Receive:
    """Also where nobody said before how much it is."""
    taken = 0

    async def bounded() -> Any:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST:
            raise TooMuch
        return message

    return bounded
