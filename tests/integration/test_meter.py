"""Promises of the meter: an agent that tells its use only at its end is counted call by call, and refused at its cap."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from console.agents.meter.counts import Reply
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from tests.homes import TeamHome, eventually

KEY = "sk-ant-this-is-a-key-of-a-test-0000"
ASKS = """
import json, os, pathlib, subprocess, sys, urllib.error, urllib.request
subprocess.run(["blackboard", "read"], stdout=subprocess.DEVNULL)
calls = pathlib.Path("calls.txt")
for n in range(int(sys.argv[1])):
    body = json.dumps({"stream": sys.argv[2] == "stream"}).encode()
    request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", body, {"x-api-key": os.environ["KEY"]})
    try:
        urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        calls.open("a").write(f"refused: {error.code} {error.read().decode()}")
        sys.exit(1)
    calls.open("a").write("x")
subprocess.run(["blackboard", "submit", "--summary", "done"], check=True)
"""
SSE = """event: message_start
data: {"type": "message_start", "message": {"usage": {"input_tokens": 250, "cache_read_input_tokens": 40, "output_tokens": 1}}}

event: message_delta
data: {"type": "message_delta", "usage": {"output_tokens": 10}}

"""
WHOLE = {"type": "message", "usage": {"input_tokens": 250, "cache_read_input_tokens": 40, "output_tokens": 10}}


class Provider(BaseHTTPRequestHandler):
    """Answers each call with 300 tokens."""

    protocol_version = "HTTP/1.1"
    keys: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.keys.append(self.headers["x-api-key"])
        data = SSE.encode() if asked["stream"] else json.dumps(WHOLE).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if asked["stream"] else "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def provider() -> Iterator[type[Provider]]:
    class Mine(Provider):
        keys: list[str] = []
        port = 0

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    Mine.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield Mine
    server.shutdown()
    server.server_close()


@pytest.fixture
def make(tmp_path: Path, provider: Any) -> Iterator[Callable[..., TeamHome]]:
    made: list[TeamHome] = []

    def _make(calls: int, way: str, **fields: Any) -> TeamHome:
        env = {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{provider.port}"}
        command = [sys.executable, "-c", ASKS, str(calls), way]
        agent = {"role": "developer", "backend": "command", "command": command, "env": env, "meter": "anthropic"}
        made.append(TeamHome(tmp_path / "home", {"dev": agent | {"env_required": ["KEY"]} | fields}))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def calls(team: TeamHome, task: int) -> str:
    return (team.home.project_folder("quant") / "artifacts" / str(task) / "calls.txt").read_text()


@pytest.mark.parametrize("way", ["stream", "whole"])
def test_what_an_agent_uses_is_counted_and_no_key_is_kept(
    make: Callable[..., TeamHome], provider: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("KEY", KEY)
    team = make(4, way)
    task = team.task(reviews=())
    team.run()
    (session,) = sessions_of(team.db(), task.id)
    assert (team.status(task), session.tokens, provider.keys) == ("done", 1200, [KEY] * 4)
    files = [path for path in team.home.path.rglob("*") if path.is_file()]
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("way", ["stream", "whole"])
def test_at_its_cap_the_next_call_is_refused_and_a_raise_lets_it_go_on(
    make: Callable[..., TeamHome], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("KEY", KEY)
    team = make(4, way, cap={"tokens": 600})
    task = team.task(reviews=())
    team.run()
    (session,), found = sessions_of(team.db(), task.id), get_task(team.db(), task.id)
    assert (session.tokens, session.status, session.counted) == (600, "cancelled", 0)
    assert (found.status, found.hold_reason, found.attempts) == ("held", "at its cap: 600 of 600 tokens by dev", 0)
    assert calls(team, task.id).startswith("xx")
    assert "xxx" not in calls(team, task.id)
    team.cli("task", "raise", str(task.id), "--tokens", "5000", "--project", "quant")
    team.run()
    assert (team.status(task), sum(s.tokens for s in sessions_of(team.db(), task.id))) == ("done", 600 + 1200)


def test_a_meter_ends_with_its_session(make: Callable[..., TeamHome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", KEY)
    team = make(1, "whole")
    task = team.task(reviews=())
    team.run()
    (session,) = sessions_of(team.db(), task.id)
    from console.agents.mark import bearers

    eventually(lambda: not bearers(session.id))


def test_the_counts_of_each_provider_are_read_as_they_are_told() -> None:
    def told(kind: str, *chunks: bytes, streamed: bool = True) -> int:
        reply = Reply(kind, streamed=streamed)
        for chunk in chunks:
            reply.feed(chunk)
        return reply.close()

    data = SSE.encode()
    assert told("anthropic", data) == 300
    assert told("anthropic", *(bytes([byte]) for byte in data)) == 300
    responses = b'data: {"type":"response.completed","response":{"usage":{"input_tokens":7,"output_tokens":2}}}'
    assert told("openai", responses) == 9
    assert (
        told("openai", b'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\ndata: [DONE]\n') == 9
    )
    assert told("openai", b'{"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}', streamed=False) == 9
    for odd in (
        b"",
        b"[1]",
        b'{"usage": 5}',
        b'{"usage": {"input_tokens": -4, "output_tokens": true}}',
        b"\xff{",
        b"[" * 9999,
    ):
        assert told("anthropic", odd, streamed=False) == 0
