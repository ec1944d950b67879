"""Owns how a request becomes a call of its route's function, and what comes of that: JSON, or a refusal with its code."""

from __future__ import annotations

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

__all__ = ("Answer", "code_of", "endpoint", "refused")

Answer = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger("moziplus.http")
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (UsageError, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (MoziError, 500),
)


def endpoint(route: Route, home: Home, clock: Clock, environ: Mapping[str, str]) -> Answer:
    """What a server calls for a route. Its function runs in a thread: it reads files and waits for locks."""

    async def answer(request: Request) -> Response:
        try:
            body = route.taken(await _sent(request) if route.writes else {})
            asked = Asked(
                home=home,
                clock=clock,
                environ=environ,
                path=request.path_params,
                query=request.query_params,
                body=body,
            )
            found = await run_in_threadpool(route.run, asked)
            if route.many:
                found = Items(items=tuple(map(plain, found)), left_out=tuple(asked.left_out))
            return Response(await run_in_threadpool(encoded, found), media_type="application/json")
        except (MoziError, TooMuch, _NotJson) as error:
            return refused(error)
        except Exception as error:
            _log.exception("%s %s failed", route.method, route.path)
            return refused(error)

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
