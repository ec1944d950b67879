"""Measures the inbox: lines a second that are parsed, taken at FULL and applied, and how long a poll holds the loop up.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_inbox`. The yardstick is the least that could do the same: a
bare msgspec decode of each line and one INSERT of it with a text key, at FULL in batches of 5000.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec

from console.blackboard.connection import Database, write
from console.inbox.consumer import InboxConsumer
from console.inbox.files import Place
from console.inbox.kinds import Written
from console.inbox.parse import harmless, parse
from console.inbox.tail import Tail
from console.settings import load_settings
from console.spawn import spawn
from tests.homes import TeamHome
from tests.inboxes import home_db, inbox_of, team_home

LINES = 100_000
APPLIED = 20_000
BATCH = 5_000


def line(n: int, text: str = "a message with some words, so that the line has a usual length of 170 bytes") -> bytes:
    """A comment."""
    head = f'{{"v":1,"id":"w{n % 8}-{n:07}","project":"quant","kind":"comment","from":"writer{n % 8}","task":1,"body":"'
    return f'{head}{text}"}}\n'.encode()


def timed(work: Callable[[], object], lines: int) -> float:
    """Lines a second."""
    began = perf_counter()
    work()
    return lines / (perf_counter() - began)


def yardstick(db: Database, lines: list[bytes]) -> None:
    """Decode and insert, nothing else."""
    decode = msgspec.json.Decoder(Written).decode
    db.execute("CREATE TABLE bare (key TEXT PRIMARY KEY, body TEXT) STRICT, WITHOUT ROWID")
    for start in range(0, len(lines), BATCH):
        rows = [(decode(one).id, one.decode()) for one in lines[start : start + BATCH]]
        with write(db, durable=True):
            db.executemany("INSERT INTO bare VALUES (?, ?)", rows)


def take(team: TeamHome) -> None:
    """All of the file into the home's database."""
    tail = Tail(Place(inbox_of(team.home)))
    with home_db(team.home) as db:
        while tail.look(db, budget=1 << 30, max_size=1 << 40, quiet_ms=900_000, now=1).more:
            pass


async def apply(team: TeamHome) -> tuple[int, float, str]:
    """Poll until nothing is left; gives the messages applied, the seconds, and how long the loop had to wait meanwhile."""
    waits: list[float] = []

    async def beat() -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(0.001)
            waits.append((perf_counter() - began - 0.001) * 1000)

    beating = spawn(beat(), name="beat")
    await asyncio.sleep(2.0)
    before = spread(waits)
    waits.clear()
    consumer = InboxConsumer(team.home, load_settings(team.home, {}))
    done, began = 0, perf_counter()
    while True:
        done += (await consumer.poll()).applied
        if consumer.idle:
            break
    took = perf_counter() - began
    beating.cancel()
    await consumer.close()
    return done, took, f"the event loop waited {spread(waits)}; doing nothing {before}"


def spread(waits: list[float]) -> str:
    """In words."""
    found = sorted(waits)
    return f"p99 {found[int(len(found) * 0.99)]:.1f} ms, at most {found[-1]:.1f} ms"


def tell(what: str, rate: float, yard: float) -> None:
    """One line of the result."""
    sys.stdout.write(f"{what:34} {rate:10,.0f} lines/s   {rate / yard:5.2f}x the yardstick\n")


def main() -> None:
    """Print one line for each step."""
    sys.setswitchinterval(0.001)  # as the embedded scheduler does
    lines = [line(n) for n in range(LINES)]
    with tempfile.TemporaryDirectory() as folder:
        team = team_home(Path(folder) / "home")
        team.task()
        with home_db(team.home) as db:
            yard = timed(lambda: yardstick(db, lines), LINES)
        tell("yardstick: decode, insert, FULL", yard, yard)
        whole = b"".join(lines)
        tell("parse", timed(lambda: [parse(one, plain=p) for p in [harmless(whole)] for one in lines], LINES), yard)
        marked = [
            line(n, "the token of the text has a mark, so each line is looked through for secrets") for n in range(5000)
        ]
        tell("parse, each with a mark of a secret", timed(lambda: [parse(one) for one in marked], 5000), yard)
        inbox_of(team.home).write_bytes(whole)
        tell("take, FULL", timed(lambda: take(team), LINES), yard)
        with home_db(team.home) as db:
            db.execute("DELETE FROM messages WHERE id > ?", (APPLIED,))
        lines.clear()
        done, took, waits = asyncio.run(apply(team))
        tell("apply comments, FULL", done / took, yard)
        sys.stdout.write(f"{waits}\n")
        (kept,) = team.db().execute("SELECT count(*) FROM comments").fetchone()
        sys.stdout.write(f"comments: {kept} of {APPLIED}, SQLite {sqlite3.sqlite_version}\n")
        team.close()


if __name__ == "__main__":
    main()
