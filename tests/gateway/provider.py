"""Owns a model provider that plays a script: OpenAI chat completions on loopback, for real gateways under test.

The script stands in the task's text, as `[[play …]]` around a JSON list; each model turn plays its next step:
`{"sh": "$BB read"}` lets the real agent run a command ($BB is the session's `blackboard`, found in the prompt),
`{"call": "exec", "with": {…}}` calls any tool, `{"say": "text"}` ends the turn, `{"until": "/a/file", …}` waits before any
of them until there is that file, `{"hang": true}` never answers, `{"status": 500}` fails.
It keeps no state between requests but counters; nothing of it is a promise about real models.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 120, "completion_tokens": 12, "total_tokens": 132}
"""What every answer is said to cost; 1 and 2 dollars for a million of each (see openclaw.py)."""

GOES_ON = "## You go on"
"""Stands in what an agent is told that goes on with its conversation: its script is played once more from its beginning."""
_PLAY = re.compile(r"\[\[play (\[.*?\])\]\]", re.S)
_SHIM = re.compile(r"(/\S+/agents/[^\s/`]+/[0-9a-f-]{36}/blackboard)\b")


class Provider:
    """A provider in a thread of its own; `with Provider() as provider`."""

    def __init__(self) -> None:
        self.failing: int | None = None
        """A status with which every request is refused."""
        self.requests: list[str] = []
        """What the model was asked, one text a request: the newest user message."""
        self.dropped = 0
        """Requests that the gateway gave up before their answer was complete."""
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The base address that a gateway's config takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def asked(self, word: str) -> int:
        """How many requests held `word`."""
        with self.lock:
            return sum(word in text for text in self.requests)

    def __enter__(self) -> Provider:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def step(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The step of the script that this turn plays: after the tool calls since it was given, or gone on with."""
    script: list[dict[str, Any]] = []
    done = 0
    shim = "blackboard"
    for message in messages:
        text = text_of(message.get("content"))
        if message.get("role") == "assistant":
            done += len(message.get("tool_calls") or [])
            continue
        if (found := _SHIM.search(text)) is not None:
            shim = found[1]
        if message.get("role") == "user" and GOES_ON in text:
            done = 0
        if message.get("role") != "tool" and (play := _PLAY.search(text)) is not None:
            script, done = json.loads(play[1]), 0
    now = dict(script[done]) if done < len(script) else {"say": "that is all"}
    if "sh" in now:
        now |= {"call": "exec", "with": {"command": str(now["sh"]).replace("$BB", shim)}}
    return now


def text_of(content: Any) -> str:
    """The text of a message, whatever form its content has."""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text") or "") for part in content or [] if isinstance(part, dict))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._json(200, {"object": "list", "data": [{"id": "mock-1", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        messages = body.get("messages") or []
        provider = self.server.provider
        users = [text_of(m.get("content")) for m in messages if m.get("role") == "user"]
        with provider.lock:
            provider.requests.append("\n".join(users))
        try:
            self._play(step(messages), bool(body.get("stream")), provider.failing)
        except (BrokenPipeError, ConnectionResetError):
            with provider.lock:
                provider.dropped += 1
            self.close_connection = True

    def _play(self, now: dict[str, Any], stream: bool, failing: int | None) -> None:
        status = failing or now.get("status")
        if status:
            return self._json(status, {"error": {"message": "the provider fails on purpose", "type": "mock"}})
        if not stream:
            return self._json(200, {**_answer(now, "message"), "usage": USAGE})
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        self._event(_chunk({"role": "assistant", "content": ""}))
        self._wait(now)
        for delta in _deltas(now):
            self._event(_chunk(delta))
        self._event(_chunk({}, "tool_calls" if "call" in now else "stop"))
        self._event({**_chunk({}), "choices": [], "usage": USAGE})
        self.wfile.write(b"data: [DONE]\n\n")

    def _wait(self, now: dict[str, Any]) -> None:
        """A comment now and then, so that a client that went away is noticed."""
        file = now.get("until")
        while now.get("hang") or (file is not None and not os.path.exists(file)):
            time.sleep(0.1)
            self.wfile.write(b": still here\n\n")

    def _event(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())

    def _json(self, status: int, value: dict[str, Any]) -> None:
        raw = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def _call(now: dict[str, Any]) -> dict[str, Any]:
    function = {"name": now["call"], "arguments": json.dumps(now.get("with", {}))}
    return {"id": f"call_{time.time_ns()}", "type": "function", "function": function}


def _answer(now: dict[str, Any], key: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": now.get("say")}
    if "call" in now:
        message = {"role": "assistant", "content": None, "tool_calls": [_call(now)]}
    reason = "tool_calls" if "call" in now else "stop"
    return {**_head("chat.completion"), "choices": [{"index": 0, key: message, "finish_reason": reason}]}


def _deltas(now: dict[str, Any]) -> list[dict[str, Any]]:
    if "call" in now:
        return [{"tool_calls": [{"index": 0, **_call(now)}]}]
    return [{"content": word} for word in re.findall(r"\S+\s*", str(now.get("say", "")))]


def _chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {**_head("chat.completion.chunk"), "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{time.time_ns()}", "object": kind, "created": int(time.time()), "model": "mock-1"}
