"""Asks the service door as programs and browsers do: within this process, or a real one. Nothing here is a test."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

from console.clock import Clock, SystemClock
from console.home import Home
from console.http.server import Door, application
from console.http.token import Key, key_of
from console.own_python import python_command

__all__ = ("ORIGIN", "asking", "served")

ORIGIN = "http://localhost"


@asynccontextmanager
async def asking(
    home: Home,
    *,
    word: str | None = "",
    door: Door | None = None,
    clock: Clock | None = None,
    key: Key | None = None,
    base: str = ORIGIN,
) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever has the home's token asks; another `word`, or None for nobody."""
    known = key or key_of(home)
    app = application(home, known, door or Door(), clock or SystemClock(), os.environ)
    headers = {} if word is None else {"authorization": f"Bearer {word or known.word}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        yield client


@contextmanager
def served(home: Home, *more: str) -> Iterator[str]:
    """A real `moziplus serve`, until the block ends: where it is."""
    command = [*python_command("console.cli.main"), "--home", str(home.path), "--json", "serve", "--port", "0", *more]
    with Path(home.logs, "serve.log").open("wb") as log:
        door = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
    assert door.stdout is not None
    try:
        line = door.stdout.readline()
        assert line, Path(home.logs, "serve.log").read_text()
        yield str(json.loads(line)["url"]).rstrip("/")
    finally:
        door.terminate()
        door.wait(20)
        door.stdout.close()
