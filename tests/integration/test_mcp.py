"""Promises of `blackboard mcp`: every verb is a tool of both eras of the protocol, a refusal is data, and nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.asks import open_asks
from console.blackboard.reads.notes import comments
from console.cli.blackboard import COMMANDS
from console.commands import asks
from console.commands.context import Context
from console.commands.text import Prose
from console.own_python import python_command
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, eventually

MODERN = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}


class Talk:
    """A server, spoken to line by line."""

    def __init__(self, team: TeamHome, *flags: str, **environ: str) -> None:
        given = {**os.environ, "MOZIPLUS_HOME": str(team.home.path), "MOZIPLUS_PROJECT": "quant", "MOZIPLUS_TASK": "1"}
        self.process = subprocess.Popen(
            [*python_command("console.cli.blackboard"), "mcp", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=given | environ,
        )
        self._last = 0

    def send(self, message: Any) -> None:
        """One line; bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, **params: Any) -> int:
        """Send a request; its id."""
        self._last += 1
        self.send({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params})
        return self._last

    def reply(self) -> dict[str, Any]:
        """The next line."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert found.pop("jsonrpc") == "2.0"
        return found

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """What a tool said."""
        number = self.ask("tools/call", name=name, arguments=arguments)
        found = self.reply()
        assert found["id"] == number
        result: dict[str, Any] = found["result"]
        return result

    def end(self) -> int:
        """Close its stdin; its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    found.task("write it")
    yield found
    found.close()


@pytest.fixture
def talk(team: TeamHome) -> Iterator[Talk]:
    found = Talk(team)
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()


def test_every_verb_is_a_tool_whose_schema_is_its_parser(talk: Talk) -> None:
    talk.ask("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "t", "version": "1"})
    assert talk.reply()["result"]["protocolVersion"] == "2025-11-25"
    talk.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    talk.ask("tools/list")
    tools = {tool["name"]: tool for tool in talk.reply()["result"]["tools"]}
    assert tools.keys() == COMMANDS.keys() - {"mcp", "permission"}
    ask = tools["ask"]["inputSchema"]["properties"]
    assert ask["option"]["type"] == "array" and ask["end_turn"]["type"] == "boolean"
    assert ask["risk"]["enum"] == ["low", "medium", "high"]
    assert tools["submit"]["inputSchema"]["required"] == ["summary"]
    assert not {"home", "json", "help"} & ask.keys()


def test_in_a_session_no_tool_asks_for_what_the_session_is(team: TeamHome) -> None:
    talk = Talk(team, MOZIPLUS_SESSION="00000000-0000-4000-8000-000000000001", MOZIPLUS_FENCE="1")
    talk.ask("tools/list")
    for tool in talk.reply()["result"]["tools"]:
        assert not {"session", "fence", "agent", "project"} & tool["inputSchema"]["properties"].keys()
    assert talk.end() == 0


def test_a_request_of_the_newest_protocol_stands_for_itself(talk: Talk) -> None:
    talk.ask("server/discover", **MODERN)
    found = talk.reply()["result"]
    assert (found["supportedVersions"], found["resultType"]) == (["2026-07-28"], "complete")
    talk.ask("tools/list", **MODERN)
    assert talk.reply()["result"].keys() >= {"tools", "ttlMs", "cacheScope", "resultType", "_meta"}
    talk.ask("tools/list", _meta={"io.modelcontextprotocol/protocolVersion": "2031-01-01"})
    error = talk.reply()["error"]
    assert (error["code"], error["data"]["supported"]) == (-32022, ["2026-07-28"])


def test_a_call_does_what_its_command_does_and_its_record_is_data(team: TeamHome, talk: Talk) -> None:
    said = talk.call("comment", text="-- like a flag", type="handoff")
    assert not said["isError"] and said["structuredContent"]["comment"] == 1
    assert [(c.body, str(c.comment_type)) for c in comments(team.db(), 1)] == [("-- like a flag", "handoff")]
    assert talk.call("comment", text="-")["structuredContent"]["comment"] == 2
    assert talk.call("comment", text="--help")["structuredContent"]["comment"] == 3
    assert "# Task quant#1: write it" in talk.call("read")["content"][0]["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "code", "says"),
    [
        ("submit", {"summary": "done"}, 2, "this needs a claim"),
        ("comment", {"text": "x", "task": 99}, 3, "there is no task #99"),
        ("comment", {"words": "x"}, 2, "comment takes no 'words'"),
        ("comment", {"text": ["x"]}, 2, "text is text or a number, not list"),
        ("ask", {"text": "x", "end_turn": "yes"}, 2, "end_turn is true or false"),
        ("observe", {"text": "x", "level": "loud"}, 2, "invalid choice"),
        ("mcp", {}, 2, "no tool 'mcp'"),
    ],
)
def test_a_refusal_is_said_in_words_and_as_data_and_the_next_call_works(
    talk: Talk, name: str, arguments: dict[str, Any], code: int, says: str
) -> None:
    said = talk.call(name, **arguments)
    assert said["isError"] and said["structuredContent"]["exit_code"] == code
    assert says in said["structuredContent"]["problem"]
    assert not talk.call("comment", text="still here")["isError"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"no json\n", -32700),
        (b"[1]\n", -32600),
        (b'{"id": 1}\n', -32600),
        (b'{"id": true, "method": "ping"}\n', -32600),
        (b'{"id": 1, "method": "nonsense"}\n', -32601),
        (b'{"id": 1, "method": "tools/call", "params": {"name": 4}}\n', -32602),
        (b"\xff\xfe\n", -32700),
        (b"[" * 100_000 + b"\n", -32700),
        (b"x" * 8_100_000 + b"\n", -32600),
    ],
    ids=["no json", "a list", "no method", "a strange id", "unknown", "no name", "no text", "too deep", "too long"],
)
def test_a_broken_message_is_answered_and_ends_nothing(talk: Talk, line: bytes, code: int) -> None:
    talk.send(line)
    assert talk.reply()["error"]["code"] == code
    talk.ask("ping")
    assert talk.reply()["result"] == {}


def test_a_question_holds_up_no_other_call_and_its_answer_is_the_reply(team: TeamHome, talk: Talk) -> None:
    waiting = talk.ask("tools/call", name="ask", arguments={"text": "A or B?", "option": ["A", "B"], "wait": "2m"})
    eventually(lambda: bool(open_asks(team.db())))
    assert not talk.call("comment", text="meanwhile")["isError"]
    asked = asks.Answer(ask=open_asks(team.db())[0].id, said=Prose("B"))
    asks.answer(Context(team.db(), BOSS, CLOCK.now()), asked)
    found = talk.reply()
    assert (found["id"], found["result"]["structuredContent"]["choice"]) == (waiting, "B")


def test_what_is_cancelled_before_its_place_is_never_done_also_where_its_id_is_used_again(
    team: TeamHome, talk: Talk
) -> None:
    for n in range(8):
        talk.ask("tools/call", name="ask", arguments={"text": f"{n}?", "wait": "5m"})
    call = {"jsonrpc": "2.0", "id": "x", "method": "tools/call"}
    talk.send({**call, "params": {"name": "comment", "arguments": {"text": "cancelled"}}})
    talk.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "x"}})
    talk.send({**call, "params": {"name": "comment", "arguments": {"text": "again"}}})
    for n in (1, 2):
        talk.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": n}})
    assert talk.reply()["id"] == "x"
    assert [c.body for c in comments(team.db(), 1)] == ["again"]


@pytest.mark.parametrize("how", ["cancel", "end of stdin", "TERM"])
def test_a_call_that_nobody_waits_for_leaves_no_process(team: TeamHome, talk: Talk, how: str) -> None:
    number = talk.ask("tools/call", name="ask", arguments={"text": "A or B?", "wait": "5m"})
    eventually(lambda: bool(open_asks(team.db())))
    server = psutil.Process(talk.process.pid)
    (child,) = server.children()
    match how:
        case "cancel":
            talk.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
            talk.ask("ping")
            assert talk.reply()["result"] == {}, "the call that was cancelled is not answered"
        case "TERM":
            talk.process.send_signal(signal.SIGTERM)
            talk.process.wait(30)
        case _:
            assert talk.end() == 0
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def prompt(talk: Talk, command: str) -> int:
    """Ask as Claude Code does."""
    given = {"tool_name": "Bash", "input": {"command": command, "description": "d"}, "tool_use_id": "toolu_1", "new": 1}
    return talk.ask("tools/call", name="permission", arguments=given)


def told(talk: Talk) -> Any:
    """What it is told: one text and nothing beside it."""
    result = talk.reply()["result"]
    assert result.keys() == {"content", "isError"} and len(result["content"]) == 1 and not result["isError"]
    return json.loads(result["content"][0]["text"])


def test_a_permission_prompt_is_an_approval_that_the_operator_answers(team: TeamHome) -> None:
    talk = Talk(team, "--permission", "5m")
    talk.ask("tools/list")
    tool = next(tool for tool in talk.reply()["result"]["tools"] if tool["name"] == "permission")
    assert tool["inputSchema"]["properties"]["input"]["type"] == "object"
    prompt(talk, "make all")
    eventually(lambda: bool(open_asks(team.db())))
    (ask,) = open_asks(team.db())
    assert (ask.kind, dict(ask.about), ask.fallback) == ("approval", {"tool": "Bash", "command": "make all"}, "refuse")
    assert team.cli("ask", "answer", str(ask.id), "1").returncode == 0
    assert told(talk) == {"behavior": "allow", "updatedInput": {"command": "make all", "description": "d"}}
    prompt(talk, "make none")
    eventually(lambda: bool(open_asks(team.db())))
    assert team.cli("ask", "answer", str(ask.id + 1), "refuse", "--reason", "not that").returncode == 0
    answer = told(talk)
    assert answer["behavior"] == "deny" and "not that" in answer["message"]
    assert talk.end() == 0


def test_a_permission_that_nobody_gives_in_time_is_refused(team: TeamHome) -> None:
    talk = Talk(team, "--permission", "1s")
    prompt(talk, "make all")
    assert told(talk) == {"behavior": "deny", "message": "nobody answered in time; go on without it, or end your turn"}
    assert talk.end() == 0


def test_whatever_is_wrong_with_a_permission_is_a_refusal(team: TeamHome) -> None:
    talk = Talk(team, "--permission", "1s", MOZIPLUS_TASK="99")
    prompt(talk, "make all")
    assert told(talk)["behavior"] == "deny"
    assert talk.end() == 0


def test_questions_that_wait_keep_no_other_call_from_its_place(team: TeamHome, talk: Talk) -> None:
    for n in range(10):
        talk.ask("tools/call", name="ask", arguments={"text": f"{n}?", "wait": "5m"})
    eventually(lambda: len(open_asks(team.db())) == 10)
    talk.ask("tools/call", name="comment", arguments={"text": "meanwhile"})
    assert talk.reply()["id"] == 11


def test_a_server_that_was_killed_leaves_no_call_that_waits(team: TeamHome) -> None:
    talk = Talk(team)
    talk.ask("tools/call", name="ask", arguments={"text": "?", "wait": "5m"})
    eventually(lambda: bool(open_asks(team.db())))
    calls = psutil.Process(talk.process.pid).children(recursive=True)
    talk.process.kill()
    talk.process.wait()
    assert calls
    eventually(lambda: not any(call.is_running() and call.status() != psutil.STATUS_ZOMBIE for call in calls))
