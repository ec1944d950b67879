"""Promises of the stream of events: each is told once, in order, over every reconnect; the slow are let go with a word."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.blackboard.changes import Cursor
from console.blackboard.writes.notes import observe
from console.errors import UsageError
from console.http.stream import WAITING, Stream, place_of, said_place
from console.http.token import key_of
from console.records.actor import SCHEDULER
from console.records.alert import Level
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome
from tests.http.door import served


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    """Two projects."""
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "web"))
    yield found
    found.close()


def read(line: str) -> tuple[str, str, Any]:
    """(id, event, data) of one message."""
    told = dict(part.split(": ", 1) for part in line.strip().split("\n"))
    return told.get("id", ""), told.get("event", ""), json.loads(told.get("data", "null"))


async def until(lines: AsyncIterator[str], titles: int) -> list[tuple[str, str, Any]]:
    """What is told until so many tasks were made."""
    found: list[tuple[str, str, Any]] = []
    async for line in lines:
        if not line.startswith(":"):
            found.append(read(line))
        if sum(is_new_task(data) for _, _, data in found) == titles:
            break
    return found


def is_new_task(data: Any) -> bool:
    return (data.get("entity"), data.get("kind")) == ("task", "created")


async def test_whoever_goes_on_from_a_place_hears_each_event_once_and_in_order(team: TeamHome) -> None:
    stream = Stream(team.home)
    async with asyncio.timeout(60):
        async with aclosing(stream.listen(None)) as lines:
            place, name, _ = read(await anext(lines))
            assert name == "hello"
            for n in range(3):
                team.task(f"first {n}", "quant" if n % 2 else "web")
            first = await until(lines, 3)
        for n in range(3):
            team.task(f"missed {n}", "web")
        async with aclosing(stream.listen(place_of(first[-1][0]))) as lines:
            await anext(lines)
            team.task("after", "quant")
            rest = await until(lines, 4)
        async with aclosing(stream.listen(place_of(place))) as lines:
            whole = await until(lines, 7)
        for n, (id_, _, data) in enumerate(whole[:-1]):
            async with aclosing(stream.listen(place_of(id_))) as lines:
                again = await until(lines, sum(is_new_task(each) for _, _, each in whole[n + 1 :]))
            assert [each for _, _, each in again] == [each for _, _, each in whole[n + 1 :]], f"after {data}"
    told = [(data["project"], data["seq"]) for _, _, data in first + rest]
    assert len(told) == len(set(told))
    for project in ("quant", "web"):
        seqs = [seq for name, seq in told if name == project]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "none is lost, and they are in order"
    assert sorted(told) == sorted((data["project"], data["seq"]) for _, _, data in whole)


async def test_only_what_wants_so_much_attention_is_told_where_that_is_asked(team: TeamHome) -> None:
    stream = Stream(team.home)
    async with asyncio.timeout(60), aclosing(stream.listen(None, Level.ATTENTION)) as lines:
        await anext(lines)
        team.task("quiet")
        observe(team.db(), "look", level=Level.URGENT, cause="disk_full", by=SCHEDULER, now=CLOCK.now())
        _, level, data = read(await anext(lines))
        assert (level, data["entity"], data["new"]) == ("urgent", "observation", "urgent")


async def test_who_is_too_slow_is_let_go_with_a_word_and_goes_on_from_its_place(team: TeamHome) -> None:
    stream, db = Stream(team.home), team.db()
    async with asyncio.timeout(120):
        async with aclosing(stream.listen(None)) as slow, aclosing(stream.listen(None)) as other:
            place, _, _ = read(await anext(slow))
            await anext(other)
            for n in range(WAITING + 50):
                observe(db, f"{n}", by=BOSS, now=CLOCK.now())
            heard = [read(await anext(other)) for _ in range(WAITING + 1)]
            assert len({data["seq"] for _, _, data in heard}) == WAITING + 1
            taken = [read(line) async for line in slow]
            assert taken[-1][1] == "dropped" and len(taken) <= WAITING + 1
            last = taken[-2][0] if len(taken) > 1 else place
        async with aclosing(stream.listen(place_of(last))) as lines:
            await anext(lines)
            rest = [read(await anext(lines)) for _ in range(WAITING + 50 - len(taken) + 1)]
        seqs = [data["seq"] for _, _, data in (*taken[:-1], *rest)]
        assert seqs == list(range(seqs[0], seqs[0] + WAITING + 50))


async def test_a_project_that_was_put_away_meanwhile_stops_nobody_who_goes_on(team: TeamHome) -> None:
    stream = Stream(team.home)
    async with asyncio.timeout(60), aclosing(stream.listen(None)) as lines:
        place, _, _ = read(await anext(lines))
        team.task("in what is put away", "web")
        await until(lines, 1)
        team.close()
        team.home.project_folder("web").rename(team.home.path / "elsewhere")
        team.task("in what stays", "quant")
        await until(lines, 1)
        async with aclosing(stream.listen(place_of(place))) as again:
            found = await until(again, 1)
            team.task("later", "quant")
            found += await until(again, 1)
    assert [data["project"] for _, _, data in found if is_new_task(data)] == ["quant", "quant"]


def test_a_place_is_taken_back_as_it_was_said_and_nothing_else_is_one() -> None:
    place = {"quant": Cursor(epoch="e", seq=3)}
    assert place_of(said_place(place)) == place
    for odd in ("", "{", "[]", "3", '{"a":1}', '{"a":["e"]}', '{"a":["e","x"]}'):
        with pytest.raises(UsageError):
            place_of(odd)


async def test_a_real_door_streams_and_goes_on_by_the_id_of_the_last_event(team: TeamHome) -> None:
    headers = {"authorization": f"Bearer {key_of(team.home).word}"}
    with served(team.home) as url:
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            async with client.stream("GET", "/api/events") as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                blocks = _blocks(answer)
                place, _, _ = read(await anext(blocks))
            team.task("missed", "quant")
            async with client.stream("GET", "/api/events", headers={"last-event-id": place}) as answer:
                found = await until(_blocks(answer), 1)
            assert found[0][2]["project"] == "quant"
            assert (await client.get("/api/events?level=loud")).status_code == 400
            assert (await client.get("/api/events", headers={"last-event-id": "x"})).status_code == 400


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    kept = ""
    async for text in answer.aiter_text():
        kept += text
        while "\n\n" in kept:
            block, kept = kept.split("\n\n", 1)
            yield block
