"""Owns the service door as a program: its routes, who guards them, and the address on which it listens."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route as Way

from console import __version__
from console.clock import Clock
from console.errors import Unavailable, UsageError
from console.home import Home
from console.http.answering import Answer, Recent, endpoint, health, refused
from console.http.guard import Guard, names_of
from console.http.openapi import description
from console.http.phone import Phone
from console.http.stream import Stream, place_of
from console.http.table import TABLE
from console.http.token import Key
from console.records.alert import Level

__all__ = ("Door", "application", "check", "serve")

AT_ONCE = 1_000
"""Connections; more are told to come again."""
LEAVE = 3
"""Seconds in which requests under way may end."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where it is, and for whom."""

    host: str = "127.0.0.1"
    port: int = 8083
    """0 for any that is free."""
    names: tuple[str, ...] = ()
    """By which it is asked, besides its own."""
    read_only: bool = False
    cert: Path | None = None
    key: Path | None = None

    def url(self, listener: socket.socket) -> str:
        """As a browser has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.cert else 'http'}://{host}:{listener.getsockname()[1]}/"


def application(home: Home, key: Key, door: Door, clock: Clock, environ: Mapping[str, str]) -> Starlette:
    """All of it, for a server to run."""
    recent = Recent(clock)
    phone = Phone(home, key, clock, environ, recent, read_only=door.read_only, safe=door.cert is not None)
    described = description(TABLE)

    async def openapi(request: Request) -> Response:
        return JSONResponse(described)

    async def alive(request: Request) -> Response:
        return Response(health(__version__), media_type="application/json")

    answers: dict[str, dict[str, Answer]] = {}
    for each in TABLE:
        answers.setdefault(each.path, {})[each.method] = endpoint(each, home, clock, environ, recent)
    ways = [Way(path, _by_method(ours), methods=[*ours]) for path, ours in answers.items()]
    ways += [
        Way("/health", alive, methods=["GET"]),
        Way("/api/openapi.json", openapi, methods=["GET"]),
        Way("/api/events", _events(Stream(home)), methods=["GET"]),
        *phone.ways(),
    ]
    guard = Middleware(Guard, key=key, clock=clock, names=names_of(door.host, door.names), read_only=door.read_only)
    return Starlette(routes=ways, middleware=[guard], exception_handlers={404: _nothing, 405: _nothing})


@contextmanager
def check(door: Door) -> Iterator[socket.socket]:
    """Where it listens, until the block ends. Raises Unavailable where the address is taken, UsageError where it is none."""
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    # The protocol is named: where it is not, asyncio leaves Nagle's wait on, and each answer comes 40 ms late.
    with socket.socket(family, proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((door.host, door.port))
            listener.listen(512)
        except socket.gaierror as error:
            raise UsageError(f"--host {door.host}: {error.strerror}") from error
        except OSError as error:
            raise Unavailable(f"{door.host} port {door.port}: {error.strerror}; --port names another") from error
        yield listener


def serve(home: Home, key: Key, door: Door, listener: socket.socket, clock: Clock, environ: Mapping[str, str]) -> None:
    """Serve until a signal ends it. Raises UsageError where the certificate cannot be used."""
    config = uvicorn.Config(
        application(home, key, door, clock, environ),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=LEAVE,
        ssl_certfile=None if door.cert is None else str(door.cert),
        ssl_keyfile=None if door.key is None else str(door.key),
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        config.load()
    except OSError as error:
        raise UsageError(f"the certificate cannot be used: {error}") from error
    uvicorn.Server(config).run(sockets=[listener])


def _events(stream: Stream) -> Answer:
    async def events(request: Request) -> Response:
        try:
            said = request.headers.get("last-event-id") or request.query_params.get("since")
            since = None if not said else place_of(said)
            wanted = request.query_params.get("level", Level.OPTIONAL)
            if wanted not in set(Level):
                raise UsageError(f"level: expected one of {', '.join(Level)}, found {wanted[:40]!r}")
        except UsageError as error:
            return refused(error)
        return StreamingResponse(stream.listen(since, Level(wanted)), media_type="text/event-stream")

    return events


def _by_method(answers: Mapping[str, Answer]) -> Answer:
    async def answer(request: Request) -> Response:
        return await answers["GET" if request.method == "HEAD" else request.method](request)

    return answer


async def _nothing(request: Request, error: Exception) -> Response:
    code = getattr(error, "status_code", 404)
    why = "there is nothing here; /api/openapi.json lists what there is" if code == 404 else "not with this method"
    headers = getattr(error, "headers", None)
    return JSONResponse({"error": why, "exit_code": 3 if code == 404 else 2}, code, headers)
