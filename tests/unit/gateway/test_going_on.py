"""Promises of sessions of the gateway that go on: by whom, with what, what counts then, and until when they are kept there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.agents import gateway_tidying
from console.agents.gateway_note import is_kept, read_note, write_note
from console.agents.handing_over import fill_of
from console.blackboard.connection import open_project
from console.blackboard.writes.tasks import cancel_task
from console.records.actor import OPERATOR, Actor, Origin
from console.records.agent import Agent
from console.records.fill import Fill
from console.records.transcript import EntryKind
from console.transcript.reader import read
from tests.fakes.gateway import FakeGateway, Params
from tests.gateway.sessions import CLOCK, Live, Team, happens, live
from tests.unit.gateway.runs import HURRY, has_ended, is_active, one_key

AT = 1_795_168_936_139


def turn(at: int, said: str = "done") -> list[dict[str, Any]]:
    """One message to the agent, and the answer of its model."""
    usage = {"input": 120, "output": 12, "totalTokens": 132, "cost": {"total": 0.5}}
    return [
        {"role": "user", "content": "work", "timestamp": at},
        {"role": "assistant", "content": [{"type": "text", "text": said}], "timestamp": at + 1, "usage": usage},
    ]


def says(fake: FakeGateway, *messages: dict[str, Any]) -> None:
    """What its session holds now; who asks for few gets the newest."""
    fake.replies["chat.history"] = lambda params: {"messages": list(messages)[-params["limit"] :]}


@pytest.fixture
def kept(fake: FakeGateway, one: Live) -> Live:
    """A run with whose session its agent may go on."""
    fake.replies["sessions.describe"] = lambda params: {
        "session": {"key": params["key"], "endedAt": AT + 2, "contextTokens": 1000}
    }
    return replace(one, spec=replace(one.spec, options={}))


def going_on(before: Live, **changes: Any) -> Live:
    """A later session of the same agent, which is to go on with that of `before`."""
    conversation = f"agent:{before.spec.agent}:moziplus:{before.spec.session}"
    found = live(Path(before.spec.home), [], **{"conversation": conversation, "options": {}, **changes})
    found.folder.write(found.folder.prompt, "only what is new", durable=False)
    found.folder.write(found.folder.whole, "the whole task", durable=False)
    return found


async def end(fake: FakeGateway, one: Live, team: Team) -> None:
    """The run ends well."""
    has_ended(fake)
    fake.replies["sessions.list"] = lambda params: {"sessions": []}
    await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
    await happens(lambda: one.spec.session in team.ended)


async def done(fake: FakeGateway, one: Live, team: Team) -> None:
    """A whole run, whose model answers."""
    fake.replies.pop("agent.wait", None)
    fake.replies["agent.wait"] = lambda params: {"runId": params["runId"], "status": "timeout"}
    await team.agents.start(one.spec)
    word = {"runId": one.spec.session, "sessionKey": one_key(one), "stream": "assistant", "data": {"text": "done\n"}}
    await fake.tell("agent", word)
    await happens(lambda: one.said())
    await end(fake, one, team)


def sent(fake: FakeGateway) -> list[Params]:
    """The runs that were sent."""
    return [params for method, params in fake.asked if method == "agent"]


def told(one: Live) -> str:
    """What its transcript says of how it stands."""
    return "\n".join(entry.text for entry in read(one.folder.path) if entry.kind is EntryKind.STATUS)


async def test_a_session_goes_on_with_only_what_is_new_and_what_it_used_before_is_counted_once(
    fake: FakeGateway, kept: Live
) -> None:
    says(fake, *turn(AT))
    second = going_on(kept)
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        await done(fake, kept, team)
        await happens(lambda: kept.session().tokens == 132)
        await happens(lambda: not team.agents.pending)
        assert kept.session().external_id == one_key(kept)
        await team.agents.start(second.spec)
        says(fake, *turn(AT), *turn(AT + 100), *turn(AT + 200))
        await end(fake, second, team)
        await happens(lambda: second.session().tokens == 2 * 132)
    assert kept.session().tokens == 132 and second.session().cost == 1.0
    first, then = sent(fake)
    assert first["sessionKey"] == then["sessionKey"] and "label" not in then
    assert (then["message"], then["idempotencyKey"]) == ("only what is new", second.spec.session)
    assert "goes on with its conversation" in told(second)
    assert second.session().external_id == one_key(kept)
    assert fake.count("sessions.delete") == 0, "its agent may go on with it again"
    assert fill_of(str(second.folder.path), one_key(kept)) == Fill(used=132, window=1000)


@pytest.mark.parametrize("why", ["gone", "another agent's", "never"])
async def test_where_it_cannot_go_on_a_new_one_begins_with_the_whole_prompt(
    fake: FakeGateway, kept: Live, why: str
) -> None:
    says(fake, *turn(AT))
    second = going_on(kept, gateway_agent="guanyu-dev") if why == "another agent's" else going_on(kept)
    fake.replies["agents.list"] = lambda params: {"agents": [{"id": "zhangfei-dev"}, {"id": "guanyu-dev"}]}
    if why == "never":
        kept = replace(kept, spec=replace(kept.spec, options={"resume": "never"}))
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        await done(fake, kept, team)
        if why == "never":
            await happens(lambda: fake.count("sessions.delete"))
        if why != "another agent's":
            fake.replies["sessions.describe"] = lambda params: {}
        await team.agents.start(second.spec)
    assert sent(fake)[-1]["sessionKey"].endswith(second.spec.session)
    assert sent(fake)[-1]["message"] == "the whole task" and sent(fake)[-1]["label"]
    assert "it begins a new one with the whole prompt" in told(second)


async def test_a_session_is_archived_once_its_task_is_over_by_whoever_is_in_charge_then(
    fake: FakeGateway, kept: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_tidying, "REST", 0.05)
    says(fake, *turn(AT))
    home = Path(kept.spec.home)
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        await done(fake, kept, team)
        await happens(lambda: not team.agents.pending)
    assert fake.count("sessions.delete") == 0
    db = open_project(kept.project)
    cancel_task(db, kept.spec.task, by=Actor(name=OPERATOR, origin=Origin.CLI), now=CLOCK.now())
    db.close()
    async with Team(fake.url, pace=HURRY, home=home) as team:
        await team.up()
        await happens(lambda: fake.count("sessions.delete") == 1)
        await happens(lambda: not list((home / "state" / "gateway").glob("*.json")))


async def test_what_a_row_tells_of_the_run_before_is_no_end_of_the_one_that_goes_on(
    fake: FakeGateway, kept: Live
) -> None:
    """The older release does not say of which run its list tells."""
    fake.hello |= {"protocol": 3, "server": {"version": "2026.5.7", "connId": "1"}}
    says(fake, *turn(AT))
    second = going_on(kept)
    async with Team(fake.url, pace=replace(HURRY, lost=5.0)) as team:
        await team.up()
        await done(fake, kept, team)
        row = {"key": one_key(kept), "hasActiveRun": False, "status": "done", "endedAt": AT + 2}
        fake.replies["agent.wait"] = lambda params: {"runId": params["runId"], "status": "timeout"}
        fake.replies["sessions.list"] = lambda params: {"sessions": [row]}
        await team.agents.start(second.spec)
        asked = fake.count("sessions.list")
        await fake.tell("agent", {"runId": second.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: fake.count("sessions.list") > asked + 5)
        assert team.ended == [kept.spec.session]
        row |= {"endedAt": AT + 9}
        await happens(lambda: second.spec.session in team.ended)


def test_what_the_gateway_lost_or_somebody_else_ended_is_not_gone_on_with(one: Live) -> None:
    agent = Agent(id="zhangfei-dev", backend="gateway")
    key = f"agent:zhangfei-dev:moziplus:{one.spec.session}"
    session = one.session()
    assert is_kept(key, agent, [session]), "nothing speaks against it"
    assert not is_kept(key, replace(agent, agent="guanyu-dev"), [session])
    note = {"run_id": session.id, "key": key, "agent": "zhangfei-dev"}
    one.folder.write(one.folder.path / "gateway.json", str(note).replace("'", '"'), durable=False)
    found = read_note(one.folder)
    assert found is not None
    write_note(one.folder, replace(found, parted=True))
    assert not is_kept(key, agent, [session])


async def test_what_a_run_uses_is_told_after_each_call_of_its_model(fake: FakeGateway, one: Live) -> None:
    """Not at the next look, which is much later: whoever counts it ends a run that is over its budget."""
    says(fake, *turn(AT))
    call = {"phase": "start", "name": "exec", "toolCallId": "c1", "args": {"command": "true"}}
    async with Team(fake.url, pace=replace(HURRY, look=600.0)) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        event = {"runId": one.spec.session, "sessionKey": one_key(one), "stream": "tool", "data": call}
        await fake.tell("agent", event)
        await happens(lambda: one.session().tokens == 132)
        says(fake, *(message for n in range(40) for message in turn(AT + 10 * n)))
        await fake.tell("agent", {**event, "stream": "usage", "data": {"outputTokens": 24}})
        await happens(lambda: one.session().tokens == 40 * 132)
        await end(fake, one, team)
        await happens(lambda: not team.agents.pending)
    assert one.session().tokens == 40 * 132


async def test_one_that_is_nearly_full_is_asked_for_a_note_and_a_new_one_begins_with_the_whole_task_and_it(
    fake: FakeGateway, kept: Live
) -> None:
    says(fake, *turn(AT))
    second = going_on(kept, hands_over=True)
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        await done(fake, kept, team)
        old, over = one_key(kept), False
        words = [*turn(AT), *turn(AT + 100, "mind the gap")]
        fake.replies["chat.history"] = lambda params: {
            "messages": (words if params["sessionKey"] == old else turn(AT + 300))[-params["limit"] :]
        }

        def wait(params: Params) -> Any:
            ended = params["runId"].endswith(":note") or over
            return {"runId": params["runId"], "status": "ok", "endedAt": 7} if ended else {"status": "timeout"}

        fake.replies["agent.wait"] = wait
        words.pop()
        words.pop()
        await team.agents.start(second.spec)
        words += turn(AT + 100, "mind the gap")
        event = {"runId": f"{second.spec.session}:note", "stream": "lifecycle", "data": {"phase": "end"}}
        await fake.tell("agent", event)
        await happens(lambda: len(sent(fake)) == 3)
        asks, works = sent(fake)[1:]
        assert (asks["sessionKey"], asks["message"], asks["timeout"]) == (old, "only what is new", 150)
        assert works["sessionKey"].endswith(second.spec.session) and works["idempotencyKey"] == second.spec.session
        assert works["message"].startswith("the whole task") and "mind the gap" in works["message"]
        over = True
        await fake.tell("agent", {**event, "runId": second.spec.session})
        await happens(lambda: second.spec.session in team.ended)
        await happens(lambda: second.session().tokens == 2 * 132)
        await happens(lambda: not team.agents.pending)
    assert second.session().external_id == one_key(second) != old
    assert [params["key"] for method, params in fake.asked if method == "sessions.delete"] == [old]
    assert "hand-over note" in told(second)
