"""Promises of what runs in the gateway ask a person: it is an ask at once, its answer gets there, nothing disturbs it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.agents.gateway_note import read_note
from console.blackboard.reads.asks import asks_of
from console.blackboard.writes.asks import answer_ask
from console.errors import UsageError
from console.gateway.states import Refused
from console.records.actor import OPERATOR, Actor, Origin
from console.records.ask import Answered, Ask, AskKind, AskStatus, Leave
from console.records.ending import Life
from tests.fakes.gateway import FakeGateway, Params, Refusal
from tests.gateway.sessions import CLOCK, Live, Team, happens
from tests.unit.gateway.runs import HURRY, has_ended, is_active, one_key

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)
COMMAND = {
    "command": "rm -r cache",
    "cwd": "/work",
    "host": "gateway",
    "warningText": None,
    "allowedDecisions": ["allow-once", "deny"],
    "agentId": "zhangfei-dev",
}


def wants_leave(fake: FakeGateway, one: Live) -> None:
    """A command of the run waits for leave."""
    found: dict[str, Any] = {"id": "a-1", "approvalKind": "exec", "request": {**COMMAND, "sessionKey": one_key(one)}}
    found |= {"createdAtMs": CLOCK.now(), "expiresAtMs": CLOCK.now() + 1_800_000}
    fake.replies["exec.approval.list"] = lambda params: [found]


def asks_two(fake: FakeGateway, one: Live, **more: Any) -> None:
    """A tool of the run asks two questions at once."""
    where = {
        "questionId": "where",
        "header": "Where",
        "question": "Where to?",
        "options": [{"label": "Staging"}, {"label": "Live"}],
    }
    name = {
        "questionId": "name",
        "header": "Name",
        "question": "Which name?",
        "options": [{"label": "A"}, {"label": "B"}],
    }
    found = {"id": "ask_1", "questions": [{**where, **more}, name], "sessionKey": one_key(one), "status": "pending"}
    fake.replies["question.list"] = lambda params: {"questions": [found]}


def answers(fake: FakeGateway, method: str) -> list[Params]:
    """What was answered so; the list is empty from then on."""
    said: list[Params] = []

    def take(params: Params) -> Any:
        said.append(params)
        fake.replies["exec.approval.list"] = lambda params: []
        fake.replies["question.list"] = lambda params: {"questions": []}
        return {"ok": True}

    fake.replies[method] = take
    return said


def asked(one: Live) -> tuple[Ask, ...]:
    """What stands on the blackboard."""
    found: tuple[Ask, ...] = one.read(lambda db: asks_of(db, one.spec.task))
    return found


def say(one: Live, ask: int, text: str) -> None:
    """As the operator does, from any process."""
    one.read(lambda db: answer_ask(db, ask, text, by=BOSS, now=CLOCK.now()))


async def test_a_command_that_wants_leave_is_an_ask_and_the_answer_goes_back(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        wants_leave(fake, one)
        said = answers(fake, "exec.approval.resolve")
        event = {
            "runId": one.spec.session,
            "stream": "lifecycle",
            "data": {"phase": "waiting-approval", "approvalId": "a-1"},
        }
        await fake.tell("agent", event)
        await happens(lambda: asked(one))
        (ask,) = asked(one)
        assert (ask.kind, ask.source, ask.source_id, ask.session) == (
            AskKind.APPROVAL,
            "gateway",
            "a-1",
            one.spec.session,
        )
        assert ask.about == {"tool": "exec", "command": "rm -r cache", "cwd": "/work", "where": "gateway"}
        assert [(o.id, o.leave) for o in ask.options] == [("allow-once", Leave.ONCE), ("deny", Leave.REJECT)]
        assert ask.fallback == "deny" and ask.expires_at is not None and ask.asker == "zhangfei-dev"
        say(one, ask.id, "allow once")
        await happens(lambda: asked(one)[0].heard_at)
        assert said == [{"id": "a-1", "decision": "allow-once"}] and team.life(one) is Life.ALIVE


async def test_an_answer_that_was_given_while_nobody_was_in_charge_gets_there(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        wants_leave(fake, one)
        await fake.tell("exec.approval.requested", {"id": "a-1"})
        await happens(lambda: asked(one))
    say(one, asked(one)[0].id, "refuse")
    said = answers(fake, "exec.approval.resolve")
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        team.agents.adopt([one.session()])
        await happens(lambda: said)
        await happens(lambda: asked(one)[0].heard_at)
    assert said == [{"id": "a-1", "decision": "deny"}]


async def test_what_was_settled_in_the_gateway_is_closed_in_its_words(fake: FakeGateway, one: Live) -> None:
    fake.replies["approval.get"] = lambda params: {
        "approval": {"id": params["id"], "status": "allowed", "reason": "user"}
    }
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        wants_leave(fake, one)
        await fake.tell("exec.approval.requested", {"id": "a-1"})
        await happens(lambda: asked(one))
        fake.replies["exec.approval.list"] = lambda params: []
        await fake.tell("exec.approval.resolved", {"id": "a-1", "decision": "allow-once"})
        await happens(lambda: asked(one)[0].status == AskStatus.CLOSED)
    assert asked(one)[0].answer == "it was settled in the gateway: allowed, user"
    assert fake.count("exec.approval.resolve") == 0


async def test_an_answer_that_the_gateway_takes_no_more_is_told_once(fake: FakeGateway, one: Live) -> None:
    def late(params: Params) -> Any:
        raise Refusal("INVALID_REQUEST", "approval already resolved")

    fake.replies["exec.approval.resolve"] = late
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        wants_leave(fake, one)
        await fake.tell("exec.approval.requested", {"id": "a-1"})
        await happens(lambda: asked(one))
        say(one, 1, "allow-once")
        await happens(lambda: asked(one)[0].heard_at)
        await asyncio.sleep(0.6)
    assert fake.count("exec.approval.resolve") == 1


async def test_questions_that_were_asked_at_once_are_answered_at_once(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        asks_two(fake, one)
        said = answers(fake, "question.resolve")
        await fake.tell("question.requested", {"id": "ask_1"})
        await happens(lambda: len(asked(one)) == 2)
        assert [ask.body for ask in asked(one)] == ["Where to?", "Which name?"]
        say(one, 1, "Staging")
        await asyncio.sleep(0.6)
        assert said == []
        say(one, 2, "my own")
        await happens(lambda: said)
        await happens(lambda: asked(one)[1].heard_at)
    assert said == [{"id": "ask_1", "answers": {"answers": {"where": ["Staging"], "name": ["my own"]}}}]


async def test_who_asks_for_a_secret_is_answered_in_the_gateway(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        asks_two(fake, one, secretStore={"name": "KEY"})
        before = fake.count("question.list")
        await fake.tell("question.requested", {"id": "ask_1"})
        await happens(lambda: fake.count("question.list") > before)
    assert asked(one) == ()


async def test_nothing_is_said_to_a_run_that_waits_for_an_answer(fake: FakeGateway, one: Live) -> None:
    """2026.9.6 refuses it, and ends the run once the question is answered."""
    fake.replies["sessions.send"] = lambda params: {"runId": "m-1", "status": "started"}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        asks_two(fake, one)
        for say_something in (team.agents.send(one.session(), "hurry"), team.agents.nudge(one.session())):
            with pytest.raises(UsageError, match="before its question is answered"):
                await say_something
        assert fake.count("sessions.send") == 0


async def test_a_message_that_the_gateway_refuses_was_not_sent(fake: FakeGateway, one: Live) -> None:
    why = "The answer was not sent: question answer caller policy does not match its creator"
    fake.replies["sessions.send"] = lambda params: {"runId": "m-1", "status": "started"}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        has_ended(fake, status="error", error=why)
        with pytest.raises(Refused, match="does not match its creator"):
            await team.agents.send(one.session(), "hurry")
        note = read_note(one.folder)
    assert note is not None and note.later == ()


async def test_that_somebody_answers_is_said_only_while_a_run_goes_on_and_somebody_is_there(
    fake: FakeGateway, one: Live
) -> None:
    """With it, the newer release lets every command wait for leave; without, it refuses at once."""

    def listening() -> list[Params]:
        return [params for method, params in fake.asked if method == "connect" and "approvals" in params["caps"]]

    there = False
    async with Team(fake.url, pace=HURRY, somebody=lambda: there) as team:
        await team.up()
        await team.agents.start(one.spec)
        is_active(fake, one)
        await asyncio.sleep(0.6)
        assert listening() == []
        there = True
        await happens(listening)
        assert fake.open == 2
        assert listening()[0]["scopes"] == ["operator.approvals", "operator.admin"]
        there = False
        await happens(lambda: fake.open == 1)
        there = True
        await happens(lambda: fake.open == 2)
        has_ended(fake)
        fake.replies["sessions.list"] = lambda params: {"sessions": []}
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: one.spec.session in team.ended)
        await happens(lambda: fake.open == 1)


async def test_a_run_of_the_older_release_that_ended_to_ask_goes_on_by_another_one(
    fake: FakeGateway, one: Live
) -> None:
    fake.hello |= {"protocol": 3, "server": {"version": "2026.5.7"}}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        wants_leave(fake, one)
        said = answers(fake, "exec.approval.resolve")
        has_ended(fake)
        rest = {"key": one_key(one), "hasActiveRun": False, "status": "done", "endedAt": 5}
        fake.replies["sessions.list"] = lambda params: {"sessions": [rest]}
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: asked(one))
        await asyncio.sleep(0.5)
        assert team.ended == [], "it waits for leave, though its own run is over"
        say(one, 1, "allow-once")
        await happens(lambda: said)
        fake.replies["sessions.list"] = lambda params: {"sessions": [{"key": one_key(one), "hasActiveRun": True}]}
        await asyncio.sleep(0.5)
        assert team.ended == []
        fake.replies["sessions.list"] = lambda params: {"sessions": [rest]}
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.exit_code == 0


async def test_leave_that_a_rule_gives_is_given_at_once(fake: FakeGateway, one: Live) -> None:
    rule = {"name": "caches", "reason": "made anew", "match": {"command": "rm -r cache"}, "effect": "allow"}
    (Path(one.spec.home) / "config").mkdir(exist_ok=True)
    (Path(one.spec.home) / "config" / "guardrails.yaml").write_text(json.dumps({"default": "allow", "acts": [rule]}))
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        wants_leave(fake, one)
        said = answers(fake, "exec.approval.resolve")
        await fake.tell("exec.approval.requested", {"id": "a-1"})
        await happens(lambda: said)
        await happens(lambda: asked(one)[0].heard_at)
    assert said == [{"id": "a-1", "decision": "allow-once"}] and asked(one)[0].answered_how == Answered.RULE
