"""Promises of what plugins and children of our runs ask in the gateway, and of what expires there."""

from __future__ import annotations

from console.agents.gateway_asks import FORGOTTEN
from console.records.ask import AskKind, AskStatus, Risk
from tests.fakes.gateway import FakeGateway
from tests.gateway.sessions import CLOCK, Live, Team, happens
from tests.unit.gateway.runs import HURRY, has_ended, one_key
from tests.unit.gateway.test_asks import COMMAND, answers, asked, say, wants_leave


async def test_what_a_plugin_wants_to_do_is_an_ask_like_a_command(fake: FakeGateway, one: Live) -> None:
    wants = {
        "title": "Send a mail",
        "description": "to bob",
        "toolName": "mail",
        "pluginId": "post",
        "severity": "critical",
    }
    said = answers(fake, "plugin.approval.resolve")
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        found = {
            "id": "plugin:p-1",
            "request": {**wants, "sessionKey": one_key(one)},
            "expiresAtMs": CLOCK.now() + 60_000,
        }
        fake.replies["plugin.approval.list"] = lambda params: [] if said else [found]
        await fake.tell("plugin.approval.requested", found)
        await happens(lambda: asked(one))
        (ask,) = asked(one)
        assert (ask.body, ask.kind, ask.risk) == ("Send a mail\nto bob", AskKind.APPROVAL, Risk.HIGH)
        assert dict(ask.about) == {"tool": "mail", "plugin": "post"}
        say(one, ask.id, "allow-once")
        await happens(lambda: said)
    assert said == [{"id": "plugin:p-1", "decision": "allow-once"}]


async def test_who_can_answer_is_told_what_waits_and_nobody_else_is(fake: FakeGateway, one: Live) -> None:
    """As 2026.9 does: of a plugin there is no word in what a run does, either."""
    there = False
    async with Team(fake.url, pace=HURRY, somebody=lambda: there) as team:
        await (await team.up()).agents.start(one.spec)
        asks = {"sessionKey": one_key(one), "title": "Send a mail"}
        first, second = ({"id": f"plugin:{n}", "request": asks} for n in (1, 2))
        fake.replies["plugin.approval.list"] = lambda params: [first]
        there = True
        await happens(lambda: len(asked(one)) == 1, what="what was asked before somebody was there")
        fake.replies["plugin.approval.list"] = lambda params: [first, second]
        await fake.tell("plugin.approval.requested", second)
        await happens(lambda: len(asked(one)) == 2)
        fake.replies["plugin.approval.list"] = lambda params: [second]
        await fake.tell("plugin.approval.resolved", {"id": "plugin:1", "decision": "deny"})
        await happens(lambda: [ask.status for ask in asked(one)] == [AskStatus.CLOSED, AskStatus.OPEN])


async def test_what_an_agents_own_children_ask_is_asked_for_its_session_and_that_of_others_is_not(
    fake: FakeGateway, one: Live
) -> None:
    child, stranger = "agent:guanyu-dev:subagent:c1", "agent:guanyu-dev:cron:c2"
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        rows = [
            {"key": child, "parentSessionKey": "agent:guanyu-dev:subagent:between"},
            {"key": "agent:guanyu-dev:subagent:between", "parentSessionKey": one_key(one)},
            {"key": stranger},
        ]
        fake.replies["sessions.list"] = lambda params: {"sessions": rows}
        fake.replies["exec.approval.list"] = lambda params: [
            {"id": f"a-{n}", "request": {**COMMAND, "sessionKey": key}, "expiresAtMs": CLOCK.now() + 60_000}
            for n, key in enumerate((child, stranger))
        ]
        waits = {"phase": "waiting-approval", "approvalId": "a-0"}
        await fake.tell("agent", {"runId": "r-9", "sessionKey": child, "stream": "lifecycle", "data": waits})
        await happens(lambda: asked(one))
        (ask,) = asked(one)
        assert ask.source_id == "a-0" and dict(ask.about)["session"] == child


async def test_what_expires_is_closed_though_the_gateway_tells_nobody(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        until = CLOCK.now() + 1500
        found = {"id": "a-1", "request": {**COMMAND, "sessionKey": one_key(one)}, "expiresAtMs": until}
        fake.replies["exec.approval.list"] = lambda params: [found] if CLOCK.now() < until else []
        fake.replies["approval.get"] = lambda params: {"approval": {"status": "expired", "reason": "timeout"}}
        await fake.tell("exec.approval.requested", found)
        await happens(lambda: asked(one))
        await happens(lambda: asked(one)[0].status == AskStatus.CLOSED)
        assert asked(one)[0].answer == "it was settled in the gateway: expired, timeout"


async def test_what_the_older_release_forgets_when_it_is_started_anew_is_closed_and_its_run_is_an_interrupted_one(
    fake: FakeGateway, one: Live
) -> None:
    """Its run had ended well, only to wait for leave: that is no work that was done."""
    fake.hello |= {"protocol": 3, "server": {"version": "2026.5.7", "connId": "1"}}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        wants_leave(fake, one)
        has_ended(fake)
        told = {"runId": one.spec.session, "stream": "approval", "data": {"phase": "requested", "approvalId": "a-1"}}
        await fake.tell("agent", told)
        await happens(lambda: asked(one))
        row = {"key": one_key(one), "hasActiveRun": False, "status": "done", "endedAt": 5}
        fake.replies |= {
            "exec.approval.list": lambda params: [],
            "agent.wait": lambda params: {"runId": params["runId"], "status": "timeout"},
            "sessions.list": lambda params: {"sessions": [row]},
        }
        assert team.ended == []
        await fake.drop()
        await happens(lambda: one.spec.session in team.ended)
        assert team.agents.ending(one.session()) is None, "it is lost"
    (ask,) = asked(one)
    assert (ask.status, ask.answer) == (AskStatus.CLOSED, FORGOTTEN)
