"""Owns how a request becomes a call of its route's function, and what comes of that: JSON, or a refusal with its code."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.api.shape import encoded, plain
from console.clock import Clock
from console.errors import Conflict, MoziError, NotFound, Unavailable, UsageError
from console.foreign_json import foreign_json
from console.home import Home
from console.http.guard import MOST, TooMuch
from console.http.route import Asked, Items, Route

__all__ = ("Answer", "Recent", "code_of", "endpoint", "refused")

Answer = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger("moziplus.http")
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (UsageError, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (MoziError, 500),
)


class Recent:
    """Answers of just now: whoever asks for the same at once is given one that was made for somebody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turn = asyncio.Lock()
        self._made: dict[str, tuple[float, bytes]] = {}
        self._acts = 0
        """Done so far: an answer that was begun before one of them is nobody else's."""

    def forget(self) -> None:
        """Something was done."""
        self._acts += 1
        self._made = {}

    async def of(self, what: str, seconds: float, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer to `what`, at most so old."""
        async with self._turn:
            at, answer = self._made.get(what, (0.0, b""))
            if not answer or self._clock.monotonic() - at >= seconds:
                at, acts, answer = self._clock.monotonic(), self._acts, await make()
                self._made = {what: (at, answer)} if acts == self._acts else {}
            return answer


def endpoint(route: Route, home: Home, clock: Clock, environ: Mapping[str, str], recent: Recent) -> Answer:
    """What a server calls for a route. Its function runs in a thread: it reads files and waits for locks."""

    async def made(request: Request) -> bytes:
        body = route.taken(await _sent(request) if route.writes else {})
        path, query = request.path_params, request.query_params
        asked = Asked(home=home, clock=clock, environ=environ, path=path, query=query, body=body)
        found = await run_in_threadpool(route.run, asked)
        if route.many:
            found = Items(items=tuple(map(plain, found)), left_out=tuple(asked.left_out))
        return (await run_in_threadpool(encoded, found)).encode()

    async def answer(request: Request) -> Response:
        try:
            if route.recent:
                content = await recent.of(f"{route.path}?{request.url.query}", route.recent, lambda: made(request))
            else:
                content = await made(request)
            return Response(content, media_type="application/json")
        except (MoziError, TooMuch, _NotJson) as error:
            return refused(error)
        except Exception as error:
            _log.exception("%s %s failed", route.method, route.path)
            return refused(error)
        finally:
            if route.writes:
                recent.forget()

    return answer


def code_of(error: Exception) -> int:
    """The status that a refusal has over HTTP."""
    if isinstance(error, TooMuch):
        return 413
    if isinstance(error, _NotJson):
        return 415
    return next((code for kind, code in _CODES if isinstance(error, kind)), 500)


def refused(error: Exception) -> Response:
    """A refusal, with the sentence and the exit code that every door has for it."""
    said = f"at most {MOST} bytes are taken" if isinstance(error, TooMuch) else str(error)
    if not isinstance(error, MoziError | TooMuch | _NotJson):
        said = f"it failed within: {type(error).__name__}; the log has more"
    return JSONResponse({"error": said, "exit_code": getattr(error, "exit_code", 1)}, code_of(error))


class _NotJson(Exception):
    """What was sent is said to be something else."""


async def _sent(request: Request) -> Any:
    content = await request.body()
    if not content:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _NotJson("what is sent is JSON: Content-Type: application/json")
    try:
        return foreign_json(content.decode())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the request is no JSON: {error}") from error


def health(version: str) -> bytes:
    """What everybody may know: that it is there."""
    return json.dumps({"status": "ok", "version": version}).encode()
