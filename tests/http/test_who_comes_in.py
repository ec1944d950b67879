"""Promises of the service door: nobody sees or does anything without the token, from another site, or where it only shows."""

from __future__ import annotations

import socket
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from console.errors import ConfigError
from console.http.guard import COOKIE, MOST, TRIES
from console.http.route import Route
from console.http.server import Door, check
from console.http.table import TABLE
from console.http.token import DAYS, key_of, new_key
from console.records.task import TaskStatus
from tests.fakes.clock import VirtualClock
from tests.homes import SUBMITS, TeamHome
from tests.http.door import ORIGIN, asking, served

START = 1_795_000_000_000


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    """A home with a project and a task."""
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    found.task("write it")
    yield found
    found.close()


def at(route: Route) -> str:
    return route.path.format(project="quant", number="1", session="x")


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route.method} {route.path}")
async def test_no_route_answers_whoever_has_no_token_or_a_wrong_one(team: TeamHome, route: Route) -> None:
    for word in (None, "wrong", "a" * 43):
        async with asking(team.home, word=word) as client:
            found = await client.request(route.method, at(route))
            assert found.status_code == 401, found.text
            assert "moziplus serve --show-token" in found.json()["error"]
    assert team.status(team.task()) == "pending"


async def test_pages_lead_to_where_one_signs_in(team: TeamHome) -> None:
    async with asking(team.home, word=None) as client:
        for path in ("/", "/task/quant/1", "/review/quant/1"):
            found = await client.get(path)
            assert (found.status_code, found.headers["location"]) == (303, "/sign-in")
        assert (await client.post("/home", data={"act": "pause"})).status_code == 401
        assert (await client.get("/health")).json()["status"] == "ok"


async def test_a_name_that_is_not_known_and_another_site_are_refused_even_with_the_token(team: TeamHome) -> None:
    async with asking(team.home) as client:
        assert (await client.get("/api/status", headers={"host": "somebody.example"})).status_code == 403
        for origin in ("http://somebody.example", "null", f"{ORIGIN}:1", "https://localhost"):
            found = await client.post("/api/pause", headers={"origin": origin})
            assert found.status_code == 403, origin
        assert (await client.get("/api/status", headers={"host": "127.0.0.1:8083"})).status_code == 200
        assert (await client.get("/api/status", headers={"host": "[::1]:8083"})).status_code == 200
    async with asking(team.home, door=Door(names=("desk.example",))) as client:
        assert (await client.get("/api/status", headers={"host": "desk.example"})).status_code == 200
    assert team.cli("status", "--json").stdout.count('"paused": null') == 1


async def test_whoever_says_many_wrong_words_is_told_to_wait_and_the_right_one_always_counts(team: TeamHome) -> None:
    clock = VirtualClock(START)
    async with asking(team.home, word="wrong", clock=clock) as client:
        codes = [(await client.get("/api/status")).status_code for _ in range(TRIES + 2)]
        assert codes == [401] * TRIES + [429] * 2
        right = {"authorization": f"Bearer {key_of(team.home).word}"}
        assert (await client.get("/api/status", headers=right)).status_code == 200
        clock.move_to(START + 60_000)
        assert (await client.get("/api/status")).status_code == 401


async def test_a_door_for_looking_refuses_every_act(team: TeamHome) -> None:
    async with asking(team.home, door=Door(read_only=True)) as client:
        for route in TABLE:
            found = await client.request(route.method, at(route))
            assert (found.status_code == 403) is route.writes, route
        page = await client.get("/task/quant/1")
        assert page.status_code == 200 and "<form" not in page.text


async def test_more_than_is_taken_is_refused_whether_it_was_said_before_or_not(team: TeamHome) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MOST // 65_536 + 2):
            yield b" " * 65_536

    json = {"content-type": "application/json"}
    async with asking(team.home) as client:
        for content in (b" " * (MOST + 1), endless()):
            found = await client.post("/api/pause", content=content, headers=json)
            assert found.status_code == 413, found.text
        assert (await client.post("/home", content=endless())).status_code in (403, 413)


async def test_what_is_no_json_of_its_shape_is_refused_with_what_is_wrong(team: TeamHome) -> None:
    task = "/api/projects/quant/tasks"
    async with asking(team.home) as client:
        assert (await client.post(task, content=b"{}", headers={"content-type": "text/plain"})).status_code == 415
        for sent, says in (
            ({"title": 3}, "Expected `str`, got `int` - at `$.title`"),
            ({"title": "t", "colour": "red"}, "unknown field `colour`"),
            ({}, "missing required field `title`"),
            ({"title": " "}, "title"),
            ([1], "Expected `object`"),
            ({"title": "t", "priority": 9}, "priority"),
            ({"title": "t", "parent": 10**30}, "parent"),
            ({"title": "t", "after": [10**20]}, "after"),
        ):
            found = await client.post(task, json=sent)
            assert found.status_code == 400 and says in found.json()["error"], found.text
        broken = await client.post(task, content=b"{", headers={"content-type": "application/json"})
        assert broken.status_code == 400 and "no JSON" in broken.json()["error"]
        for path, code in (("/api/projects/none/tasks", 404), ("/api/projects/quant/tasks/x", 400), ("/nothing", 404)):
            assert (await client.get(path)).status_code == code
        assert (await client.get(f"/api/projects/quant/tasks/{10**16}")).status_code == 400
        other = await client.put("/api/pause")
        assert (other.status_code, other.headers["allow"]) == (405, "POST")
    assert team.db().execute("SELECT count(*) FROM tasks").fetchone()[0] == 1


async def test_a_browser_signs_in_once_a_month_and_acts_only_from_our_own_pages(team: TeamHome) -> None:
    clock, key = VirtualClock(START), key_of(team.home)
    async with asking(team.home, word=None, clock=clock, key=key) as client:
        assert (await client.post("/sign-in", data={"token": key.word})).status_code == 401, "no page of ours"
        ours = {"origin": ORIGIN}
        assert "not it" in (await client.post("/sign-in", data={"token": "x"}, headers=ours)).text
        signed = await client.post("/sign-in", data={"token": key.word}, headers=ours)
        assert signed.status_code == 303
        cookie = signed.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and key.word not in cookie
        assert (await client.get("/")).status_code == 200
        assert (await client.post("/task/quant/1", data={"act": "hold"})).status_code == 401, "no page of ours"
        assert (await client.post("/task/quant/1", data={"act": "hold"}, headers=ours)).status_code == 303
        assert team.db().execute("SELECT status FROM tasks").fetchone()[0] == TaskStatus.HELD
        kept = client.cookies[COOKIE]
        forged = f"{int(kept.split('.')[0]) + 1}.{kept.partition('.')[2]}"
        assert not key.is_pass(forged, START)
        clock.move_to(START + DAYS * 86_400_000)
        assert (await client.get("/")).status_code == 303


async def test_another_token_ends_every_pass_and_the_one_before(team: TeamHome) -> None:
    old = key_of(team.home)
    given = old.pass_until(START + 1000)
    assert old.is_pass(given, START)
    new = new_key(team.home)
    assert new.word != old.word == old.word and not new.is_word(old.word) and not new.is_pass(given, START)
    assert key_of(team.home).is_word(new.word)


def test_the_token_is_its_owners_alone_and_a_file_that_others_read_is_refused(team: TeamHome) -> None:
    word = team.cli("serve", "--show-token").stdout.strip()
    place = team.home.state / "serve.token"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and place.read_text().strip() == word
    place.chmod(0o644)
    done = team.cli("serve", "--show-token")
    assert done.returncode == 2 and "--new-token" in done.stderr
    with pytest.raises(ConfigError):
        key_of(team.home)
    assert team.cli("serve", "--new-token").stdout.strip() != word
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_no_answer_waits_for_the_word_that_the_one_before_has_arrived() -> None:
    with check(Door(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP, "asyncio takes TCP_NODELAY for these alone"


def test_a_real_door_says_where_it_is_and_a_port_that_is_taken_is_refused(team: TeamHome) -> None:
    with served(team.home) as url:
        assert httpx.get(f"{url}/health").json()["status"] == "ok"
        assert httpx.get(f"{url}/api/status").status_code == 401
        done = team.cli("serve", "--port", url.rpartition(":")[2])
        assert done.returncode == 5 and "--port names another" in done.stderr
