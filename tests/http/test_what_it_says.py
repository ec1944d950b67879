"""Promises of what the service door answers: its own description holds of it, and pages show words, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.blackboard.writes.asks import NewAsk, add_ask
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.sessions import end_session
from console.blackboard.writes.tasks import hold_task
from console.http.openapi import description
from console.http.route import Route
from console.http.server import Door
from console.http.table import TABLE
from console.records.actor import SCHEDULER
from console.records.ask import AskKind, Leave, Option
from console.records.session import SessionStatus
from tests.app.debated import debated_home
from tests.door_requests import AUTHOR, reviewed, worked
from tests.fakes.clock import VirtualClock
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome
from tests.http.door import ORIGIN, asking

MARKUP = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
OURS = {"origin": ORIGIN}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    """A project in which a review and an ask wait."""
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    reviewed(found, "quant")
    leave = (Option(id="yes", label="allow", leave=Leave.ONCE), Option(id="always", label="always", leave=Leave.ALWAYS))
    ask = NewAsk(task_id=1, body=f"May I? {MARKUP}", kind=AskKind.APPROVAL, options=leave, about={"command": "rm x"})
    add_ask(found.db(), ask, by=BOSS, now=CLOCK.now())
    yield found
    found.close()


def schema_of(document: dict[str, Any], route: Route) -> dict[str, Any]:
    answers = document["paths"][route.path][route.method.lower()]["responses"]
    found: dict[str, Any] = answers["200"]["content"]["application/json"]["schema"]
    return {**found, "components": document["components"]}


@pytest.mark.parametrize("route", [route for route in TABLE if not route.writes], ids=lambda route: route.path)
async def test_what_is_shown_has_the_shape_that_is_described(team: TeamHome, route: Route) -> None:
    document = description(TABLE)
    path = route.path.format(project="quant", number="1")
    async with asking(team.home) as client:
        for query in ("", *(f"?{name}=1" for name in route.query if name in ("all", "limit"))):
            found = await client.get(path + query)
            assert found.status_code == 200, found.text
            jsonschema.validate(found.json(), schema_of(document, route))
        told = (await client.get("/api/openapi.json")).json()
    assert told == document


def test_the_description_names_every_route_once_and_refers_to_nothing_that_is_missing() -> None:
    document = description(TABLE)
    names = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(names) == len(set(names)) == len(TABLE)
    wanted = set(re.findall(r"'#/components/schemas/(\w+)'", str(document)))
    assert wanted and wanted <= set(document["components"]["schemas"])
    bodies = {route.body for route in TABLE if route.writes}
    for body in bodies:
        fields = document["components"]["schemas"][body.__name__]["properties"]
        assert all(field.get("description") for field in fields.values()), body


async def test_the_work_is_read_and_judged_from_a_phone(tmp_path: Path) -> None:
    home = debated_home(tmp_path / "home")
    async with asking(home) as client:
        page = await client.get("/review/quant/1", headers={"accept-language": "zh-CN"})
        assert 'lang="zh-CN"' in page.text and "The Sharpe ratio holds above 1.3" in page.text
        assert "批准" in page.text and "要求修改" in page.text
        done = await client.post("/review/quant/1", data={"verdict": "approve", "comment": "fine"}, headers=OURS)
        assert done.headers["location"].startswith("/?done=approve")
        assert "quant#1 is approved" in (await client.get(done.headers["location"])).text
        again = await client.get("/review/quant/1")
        assert "<form" not in again.text and "fine" in again.text


async def test_what_agents_wrote_is_text_on_every_page(team: TeamHome) -> None:
    add_comment(team.db(), 1, MARKUP, review_id=1, by=BOSS, now=CLOCK.now())
    team.task(MARKUP, body=MARKUP)
    hold_task(team.db(), 2, reason=MARKUP, by=BOSS, now=CLOCK.now())
    async with asking(team.home) as client:
        pages = (
            "/",
            "/ask/quant/1",
            "/review/quant/1",
            "/task/quant/2",
            f"/?done=hold&about={MARKUP}",
            "/task/quant/9",
        )
        for path in pages:
            found = await client.get(path)
            assert "<script" not in found.text and "<img" not in found.text, path
            assert "default-src 'none'" in found.headers["content-security-policy"]
        assert "&lt;script&gt;" in (await client.get("/task/quant/2")).text


async def test_an_ask_is_answered_by_its_options_and_never_by_a_rule_that_nobody_saw(team: TeamHome) -> None:
    async with asking(team.home) as client:
        page = (await client.get("/ask/quant/1")).text
        assert "rm x" in page and 'value="yes"' in page and 'value="always"' not in page
        path = "/api/projects/quant/asks/1/answer"
        refused = await client.post(path, json={"answer": "always"})
        assert refused.status_code == 400 and "shown before" in refused.json()["error"]
        nothing = await client.post("/ask/quant/1", data={"answer": "", "words": " "}, headers=OURS)
        assert nothing.status_code == 400 and "choose an answer" in nothing.text
        done = await client.post("/ask/quant/1", data={"answer": "yes", "words": "once"}, headers=OURS)
        assert done.headers["location"].startswith("/?done=answer")
        found = (await client.get("/api/projects/quant/asks/1")).json()
        assert (found["status"], found["choice"]) == ("answered", "yes")


async def test_a_task_is_moved_from_a_phone_and_what_cannot_be_done_says_why(team: TeamHome) -> None:
    async with asking(team.home) as client:
        refused = await client.post("/task/quant/1", data={"act": "release"}, headers=OURS)
        assert refused.status_code == 409 and "task #1 is review, not held" in refused.text
        odd = await client.post("/task/quant/1", data={"act": "explode"}, headers=OURS)
        assert odd.status_code == 400
        done = await client.post("/task/quant/1", data={"act": "comment", "words": "look"}, headers=OURS)
        assert done.status_code == 303
        shown = (await client.get("/api/projects/quant/tasks/1")).json()
        assert [one["body"] for one in shown["comments"]] == ["look"]


async def test_an_emergency_stop_wants_its_box_and_is_taken_back(team: TeamHome) -> None:
    async with asking(team.home) as client:
        assert (await client.post("/home", data={"act": "estop"}, headers=OURS)).status_code == 400
        assert (await client.post("/home", data={"act": "estop", "sure": "yes"}, headers=OURS)).status_code == 303
        assert "EMERGENCY STOP" in (await client.get("/")).text
        assert (await client.get("/api/status")).json()["estopped"] is not None
        assert (await client.post("/home", data={"act": "resume"}, headers=OURS)).status_code == 303
        assert (await client.get("/api/status")).json()["estopped"] is None


async def test_a_stop_that_is_not_whole_is_refused_with_what_is_left(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    team.home.state_db.write_bytes(b"no database" * 100)  # nobody in this process has it open
    async with asking(team.home) as client:
        found = await client.post("/api/estop")
        assert found.status_code == 503 and found.json()["exit_code"] == 5 and found.json()["error"]
        page = await client.post("/home", data={"act": "estop", "sure": "yes"}, headers=OURS)
        assert page.status_code == 503 and "Every agent is stopped" not in page.text
    team.close()


async def test_a_status_of_just_now_is_given_again_until_something_is_done_here(team: TeamHome) -> None:
    clock = VirtualClock(CLOCK.now())
    async with asking(team.home, clock=clock) as client:

        async def pending() -> int:
            return int((await client.get("/api/status")).json()["projects"]["quant"]["tasks_summary"]["pending"])

        assert await pending() == 0
        team.task("by another door")
        assert await pending() == 0, "of just now"
        clock.move_to(clock.now() + 500)
        assert await pending() == 1
        await client.post("/api/projects/quant/tasks", json={"title": "by this one"})
        assert await pending() == 2, "at once"


async def test_sessions_are_listed_and_one_that_ended_is_not_stopped(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    team.task("write it")
    worked(team.db())
    async with asking(team.home) as client:
        (live,) = (await client.get("/api/sessions")).json()["items"]
        assert live["id"] == AUTHOR
        end_session(team.db(), AUTHOR, status=SessionStatus.LOST, by=SCHEDULER, now=CLOCK.now())
        assert (await client.get("/api/sessions")).json()["items"] == []
        assert len((await client.get("/api/sessions?all=1")).json()["items"]) == 1
        assert (await client.post(f"/api/sessions/{AUTHOR}/stop")).status_code == 409
    team.close()


async def test_what_cannot_be_read_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "web"))
    team.task("write it")
    (team.home.project_folder("web") / "blackboard.db").unlink()
    async with asking(team.home, door=Door()) as client:
        found = (await client.get("/api/asks")).json()
        assert found["items"] == [] and "web" in found["left_out"][0]
        assert (await client.get("/api/projects/web/tasks")).status_code == 503
        assert (await client.get("/api/projects/quant/tasks")).json()["items"][0]["title"] == "write it"
        assert "web" in (await client.get("/")).text
    team.close()
