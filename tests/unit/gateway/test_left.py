"""Promises about what a run in the gateway leaves: commands in the background end with it, and nothing is lost by a kill."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.agents import gateway_tidying
from console.agents.gateway_note import read_note
from console.records.session import SessionStatus, StopReason
from console.records.transcript import EntryKind
from console.transcript.reader import read
from tests.fakes.gateway import FakeGateway, Params, Refusal, Silence
from tests.gateway.sessions import Live, Team, happens
from tests.unit.gateway.runs import HURRY, has_ended, is_active, one_key

AT = 1_795_168_936_139
SAID = [
    {"role": "user", "content": "work", "timestamp": AT},
    {
        "role": "assistant",
        "content": [{"type": "text", "text": "done"}],
        "timestamp": AT,
        "usage": {"totalTokens": 132, "cost": {"total": 0.5}},
    },
]


@pytest.fixture
def command() -> Iterator[int]:
    """A command that goes on, begun as OpenClaw does: below itself, in a group of its own."""
    script = 'python3 -c \'import os, sys; os.setsid(); os.execvp("sleep", ["sleep", "300"])\' & echo $!; wait'
    with subprocess.Popen(["sh", "-c", script, "openclaw"], stdout=subprocess.PIPE, text=True) as above:
        assert above.stdout is not None
        pid = int(above.stdout.readline())
        yield pid
        for process in (*psutil.Process(above.pid).children(), psutil.Process(above.pid)):
            process.kill()


def goes_on(pid: int) -> bool:
    """Whether that process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def left(fake: FakeGateway, one: Live, pid: int) -> None:
    """A tool of the run says that its command goes on in the background."""
    text = f"Command still running (session calm-canyon, pid {pid}). Use process (list/poll) for follow-up."
    result = {"content": [{"type": "text", "text": text}]}
    data = {"phase": "result", "name": "exec", "toolCallId": "c1", "isError": False, "result": result}
    await fake.tell("agent", {"runId": one.spec.session, "sessionKey": one_key(one), "stream": "tool", "data": data})


async def end(fake: FakeGateway, one: Live, team: Team) -> None:
    """The run ends well."""
    has_ended(fake)
    fake.replies["sessions.list"] = lambda params: {"sessions": []}
    await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
    await happens(lambda: one.spec.session in team.ended)


def told(one: Live) -> list[str]:
    """What its transcript says of commands that ended with it."""
    return [
        entry.text for entry in read(one.folder.path) if entry.kind is EntryKind.STATUS and "background" in entry.text
    ]


def older(fake: FakeGateway) -> None:
    """The gateway is of the older release, which keeps no list of commands."""
    fake.hello |= {"protocol": 3, "server": {"version": "2026.5.7", "connId": "1"}}


async def test_a_command_that_went_to_the_background_ends_with_the_run_and_is_told(
    fake: FakeGateway, one: Live, command: int
) -> None:
    older(fake)
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await left(fake, one, command)
        await happens(lambda: (note := read_note(one.folder)) is not None and note.left)
        assert goes_on(command)
        await end(fake, one, team)
        assert not goes_on(command), "when its slot is free, nothing of it writes any more"
    assert told(one) == [f"a command that it left in the background was ended: process {command}"]


async def test_a_run_that_is_stopped_takes_its_commands_with_it_though_another_scheduler_heard_of_them(
    fake: FakeGateway, one: Live, command: int
) -> None:
    older(fake)
    async with Team(fake.url, pace=HURRY) as first:
        await (await first.up()).agents.start(one.spec)
        await left(fake, one, command)
        await happens(lambda: (note := read_note(one.folder)) is not None and note.left)
    is_active(fake, one)

    def aborted(params: Params) -> Any:
        has_ended(fake, stopReason="rpc")
        return {"ok": True, "status": "aborted"}

    fake.replies["sessions.abort"] = aborted
    async with Team(fake.url, pace=HURRY) as second:
        await second.up()
        assert await second.agents.stop(one.session(), StopReason.ESTOP)
    assert not goes_on(command)


async def test_only_what_openclaw_began_here_for_this_run_is_ended(fake: FakeGateway, one: Live) -> None:
    older(fake)
    stranger = await asyncio.create_subprocess_exec("sleep", "300")
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        for pid in (stranger.pid, 1, 999_999_999):
            await left(fake, one, pid)
        await end(fake, one, team)
    assert goes_on(stranger.pid) and told(one) == []
    stranger.kill()
    await stranger.wait()


async def test_the_newer_release_is_asked_to_end_them_and_those_of_children(fake: FakeGateway, one: Live) -> None:
    child = "agent:zhangfei-dev:subagent:1"
    running = {"kind": "exec", "taskId": "t-1", "title": "npm run dev", "status": "running"}
    own = {"kind": "cli", "taskId": "t-2", "title": "Work on it", "status": "running"}
    fake.replies["tasks.list"] = lambda params: {"tasks": [own, running] if params["sessionKey"] == child else [own]}
    fake.replies["tasks.cancel"] = lambda params: {"found": True, "cancelled": True}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.replies["sessions.describe"] = lambda params: {"session": {"key": one_key(one), "childSessions": [child]}}
        await end(fake, one, team)
        await happens(lambda: fake.count("sessions.delete"))
    assert [params["taskId"] for method, params in fake.asked if method == "tasks.cancel"] == ["t-1"]
    assert told(one) == ["a command that it left in the background was ended: npm run dev"]


async def test_what_a_killed_scheduler_left_is_made_up_for_by_the_next_one_and_nothing_twice(
    fake: FakeGateway, one: Live
) -> None:
    def silent(params: Params) -> Any:
        raise Silence

    home = Path(one.spec.home)
    fake.replies["chat.history"] = silent
    async with Team(fake.url, pace=replace(HURRY, parting=0.0)) as killed:
        await (await killed.up()).agents.start(one.spec)
        word = {
            "runId": one.spec.session,
            "sessionKey": one_key(one),
            "stream": "assistant",
            "data": {"text": "done\n"},
        }
        await fake.tell("agent", word)
        await happens(lambda: one.said())
        await end(fake, one, killed)
    assert one.session().tokens == 0 and fake.count("sessions.delete") == 0
    fake.replies["chat.history"] = lambda params: {"sessionKey": params["sessionKey"], "messages": SAID}
    for _ in range(2):
        async with Team(fake.url, pace=HURRY, home=home) as team:
            await team.up()
            await happens(lambda: not list((home / "state" / "gateway").glob("*.json")))
            await asyncio.sleep(0)
    said = [entry for entry in read(one.folder.path) if entry.kind is EntryKind.TEXT and "by" not in entry.fields]
    assert [entry.text.strip() for entry in said] == ["done"]
    assert one.session().tokens == 132 and fake.count("sessions.delete") == 1


async def test_what_it_used_stands_in_the_transcript_once_however_often_its_archive_is_tried(
    fake: FakeGateway, one: Live
) -> None:
    tries: list[int] = []

    def busy(params: Params) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise Refusal("UNAVAILABLE", "busy")
        return {"ok": True, "deleted": True}

    fake.replies["sessions.delete"] = busy
    async with Team(fake.url, pace=replace(HURRY, look=0.1)) as team:
        await (await team.up()).agents.start(one.spec)
        word = {
            "runId": one.spec.session,
            "sessionKey": one_key(one),
            "stream": "assistant",
            "data": {"text": "done\n"},
        }
        await fake.tell("agent", word)
        await happens(lambda: one.said())
        fake.replies["chat.history"] = lambda params: {"sessionKey": params["sessionKey"], "messages": SAID}
        await end(fake, one, team)
        await happens(lambda: len(tries) == 3)
    usage = [entry.fields["tokens"] for entry in read(one.folder.path) if entry.kind is EntryKind.USAGE]
    assert usage == [132] and one.session().tokens == 132


async def test_a_note_of_what_was_left_that_cannot_be_read_is_let_go_and_stops_nobody(
    fake: FakeGateway, one: Live
) -> None:
    folder = Path(one.spec.home) / "state" / "gateway"
    folder.mkdir()
    for name, text in (("a.json", "{"), ("b.json", "[]"), ("c.json", '{"folder": "/none", "completed": 1}')):
        (folder / name).write_text(text)
    async with Team(fake.url, pace=HURRY, home=Path(one.spec.home)) as team:
        await (await team.up()).agents.start(one.spec)
    assert list(folder.glob("[abc].json")) == []


async def test_a_history_that_changes_just_then_and_a_session_that_is_archived_already_are_no_trouble(
    fake: FakeGateway, one: Live
) -> None:
    """As 2026.9.6 says both."""
    refused: list[int] = []

    def changing(params: Params) -> Any:
        refused.append(1)
        if len(refused) == 1:
            raise Refusal("UNAVAILABLE", "session transcript changed while it was read; retry", retryable=True)
        return {"sessionKey": params["sessionKey"], "messages": SAID}

    fake.replies["chat.history"] = changing
    fake.replies["sessions.describe"] = lambda params: {"session": None}
    async with Team(fake.url, pace=replace(HURRY, look=0.1)) as team:
        await (await team.up()).agents.start(one.spec)
        await end(fake, one, team)
        await happens(lambda: not list((Path(one.spec.home) / "state" / "gateway").glob("*.json")))
    assert one.session().tokens == 132 and fake.count("sessions.delete") > 0


async def test_a_gateway_that_has_no_time_is_asked_on_and_waited_for(
    fake: FakeGateway, one: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More often than one that refuses: what a run used depends on no haste of ours, nor does `run --until-idle`."""
    monkeypatch.setattr(gateway_tidying, "LATER", 0.02)
    monkeypatch.setattr(gateway_tidying, "AGAIN", 0.01)
    free, asked = False, 0

    def busy(params: Params) -> Any:
        nonlocal asked
        asked += 1
        if not free:
            raise Refusal("UNAVAILABLE", "session changed while reading history; reload the conversation")
        return {"sessionKey": params["sessionKey"], "messages": SAID}

    fake.replies["chat.history"] = busy
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await end(fake, one, team)
        await happens(lambda: asked > 3 * gateway_tidying.TRIES, seconds=20)
        assert team.agents.pending, "whoever waits for what is left to do waits for this"
        free = True
        await happens(lambda: one.session().tokens == 132)
        await happens(lambda: not team.agents.pending)


async def test_a_gateway_that_refuses_for_good_or_takes_too_long_is_waited_for_no_more(
    fake: FakeGateway, one: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(params: Params) -> Any:
        raise Silence

    fake.replies["chat.history"] = silent
    async with Team(fake.url, pace=replace(HURRY, parting=0.6)) as team:
        await (await team.up()).agents.start(one.spec)
        await end(fake, one, team)
        assert team.agents.pending
        await happens(lambda: not team.agents.pending)
    kept = list((Path(one.spec.home) / "state" / "gateway").glob("*.json"))
    assert len(kept) == 1 and one.session().tokens == 0, "the next in charge reads it"


async def test_what_a_run_used_is_told_once_a_blackboard_that_was_busy_takes_it(fake: FakeGateway, one: Live) -> None:
    fake.replies["chat.history"] = lambda params: {"sessionKey": params["sessionKey"], "messages": SAID}
    locked = sqlite3.connect(one.project / "blackboard.db", isolation_level=None)
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await happens(lambda: one.session().status is SessionStatus.RUNNING)
        locked.execute("BEGIN IMMEDIATE")
        await end(fake, one, team)
        await happens(lambda: fake.count("sessions.describe"))
        assert one.session().tokens == 0 and not fake.count("sessions.delete"), "what is archived can be read no more"
        locked.execute("ROLLBACK")
        await happens(lambda: one.session().tokens == 132)
    locked.close()
