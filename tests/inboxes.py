"""Writes into a real inbox from real shells, and reads it with a real consumer that may be killed. Nothing here is a test.

Run as a program it is that consumer: `python -m tests.inboxes HOME STOP` polls until the file STOP exists and nothing is
left to do.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, open_home
from console.home import Home
from console.inbox.consumer import Applied, InboxConsumer
from console.records.inbox import InboxMessage
from console.settings import load_settings
from tests.homes import QUICK, SUBMITS, TeamHome
from tests.repository import ROOT

LINE = (
    '{\\"v\\":1,\\"project\\":\\"quant\\",\\"kind\\":\\"comment\\",\\"task\\":1,'
    '\\"from\\":\\"WRITER\\",\\"body\\":\\"WRITER-$i\\"}'
)
LOOP = 'i=0; while [ $i -lt $LINES ]; do i=$((i+1)); echo "' + LINE + '"%s; [ $((i % 100)) -ne 0 ] || sleep $REST; done'
EACH, HELD = ' >> "$INBOX"', ""
"""One opens the inbox for each line, the other once for all of them, whatever it is called meanwhile."""

CRASH_POINTS = (
    *("inbox.take.before_commit", "inbox.take.after_commit", "inbox.rotate.before_rename", "inbox.rotate.after_rename"),
    *("inbox.apply.before_commit", "inbox.apply.after_commit", "inbox.settle.before_commit"),
)


def team_home(path: Path, *, max_size: int = 1_048_576, projects: tuple[str, ...] = ("quant",)) -> TeamHome:
    """A home with an agent `dev`, whose inbox rotates at `max_size` bytes."""
    settings: dict[str, Any] = {**QUICK, "inbox": {"max_size_bytes": max_size}}
    return TeamHome(path, {"dev": SUBMITS}, settings=settings, projects=projects)


def inbox_of(home: Home) -> Path:
    """The inbox's file."""
    return home.inbox / "daemon.jsonl"


def append(home: Home, *lines: str | bytes) -> None:
    """Append what is given, each with its line end, as a shell does."""
    with inbox_of(home).open("ab") as file:
        for line in lines:
            file.write((line if isinstance(line, bytes) else line.encode()) + b"\n")


def polled(home: Home, clock: Any = None, times: int = 1) -> Applied:
    """What the last of several polls of a fresh consumer gives; then it is closed."""

    async def poll() -> Applied:
        consumer = InboxConsumer(home, load_settings(home, {}), clock)
        try:
            for _ in range(times):
                last = await consumer.poll()
            return last
        finally:
            await consumer.close()

    return asyncio.run(poll())


@contextmanager
def home_db(home: Home) -> Iterator[Database]:
    """A connection to the home's database, until the block ends."""
    with closing(open_home(home.state_db)) as db:
        yield db


def write_from_shells(home: Home, writers: int, lines: int, rest: float) -> list[subprocess.Popen[bytes]]:
    """So many `sh` processes at once; every fourth keeps the file open all the time.

    Each rests for `rest` seconds after a hundred lines.
    """
    environ = {**os.environ, "INBOX": str(inbox_of(home)), "LINES": str(lines), "REST": str(rest)}
    scripts = []
    for w in range(writers):
        loop = LOOP.replace("%s", HELD if w % 4 == 3 else EACH).replace("WRITER", f"w{w}")
        scripts.append(f'{{ {loop}; }} >> "$INBOX"' if w % 4 == 3 else loop)
    return [subprocess.Popen(["sh", "-c", script], env=environ) for script in scripts]


def expected(writers: int, lines: int) -> Counter[str]:
    """The comments that these writers ask for."""
    return Counter(f"w{w}-{i}" for w in range(writers) for i in range(1, lines + 1))


def comments_of(db: Database) -> Counter[str]:
    """The comments that there are."""
    return Counter(row[0] for row in db.execute("SELECT body FROM comments"))


def start_consumer(home: Home, stop: Path, environ: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A consumer in a process of its own."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})}
    return subprocess.Popen([sys.executable, "-m", "tests.inboxes", str(home.path), str(stop)], env=given)


def kill_until_done(
    home: Home, writing: Iterable[subprocess.Popen[bytes]], stop: Path, seed: int, crashes: Path, patience: float
) -> tuple[int, int]:
    """Kill consumer after consumer, at named and at random instants, until all is written; the last one may finish.

    Gives how often one died at a named instant, and how often at a random one.
    """
    dice = random.Random(seed)
    named = at_random = 0
    deadline = time.monotonic() + patience
    writing = list(writing)
    crashes.mkdir(exist_ok=True)
    points = list(CRASH_POINTS)
    while True:
        assert time.monotonic() < deadline, "the inbox was not read to its end in time"
        over = all(writer.poll() is not None for writer in writing)
        if over and not points:
            break
        wanted = {}
        if points:
            point = points.pop(0)
            wanted = {"MOZIPLUS_CRASH_AT": f"{point}:{crashes / point}"}
        consumer = start_consumer(home, stop, wanted)
        try:
            consumer.wait(timeout=5.0 if wanted else dice.uniform(0.5, 1.5))
            named += consumer.returncode == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            consumer.kill()
            consumer.wait()
            at_random += 1
    stop.touch()
    assert start_consumer(home, stop).wait(timeout=max(deadline - time.monotonic(), 1)) == 0
    return named, at_random


def all_messages(db: Database) -> list[InboxMessage]:
    """Every message that is known, oldest first."""
    return [InboxMessage.from_row(row) for row in db.execute("SELECT * FROM messages ORDER BY id")]


async def _consume(home: Home, stop: Path) -> None:
    consumer = InboxConsumer(home, load_settings(home, {}))
    try:
        while True:
            last = await consumer.poll()
            if consumer.idle and not last.taken and await asyncio.to_thread(stop.exists):
                return
            if not last.more:
                await asyncio.sleep(0.02)
    finally:
        await consumer.close()


if __name__ == "__main__":
    asyncio.run(_consume(Home(Path(sys.argv[1])), Path(sys.argv[2])))
