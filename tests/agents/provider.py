"""Owns a model provider on loopback that plays a script a model, for the real agent programs of the live tests.

Each agent has a base address of its own, `/NAME/…`; each turn that it asks for takes the next step of NAME's script:
`{"sh": "…"}` has the program run a command, `{"say": "…"}` ends the turn, `{"status": 429, "after": 2, "say": "…"}` refuses
the request. At the end of the script the last step stays, if it refuses; else the model says that it is done. What is asked
beside the conversation (a title, who speaks next) takes no step.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.agents.dialects import Asked, Dialect, Event, Turn, dialect_of, refusal

Step = Mapping[str, Any]


class Provider:
    """A provider in a thread of its own; `with Provider() as provider`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: dict[str, list[Step]] = {}
        self._asked: dict[str, list[str]] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def url(self, name: str) -> str:
        """The base address of the agent `name`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{name}"

    def play(self, name: str, *steps: Step) -> None:
        """Let the model of `name` play these steps after those that it still has."""
        with self._lock:
            self._scripts.setdefault(name, []).extend(steps)

    def asked(self, name: str) -> list[str]:
        """The conversations with which `name` asked for turns, one JSON text a request."""
        with self._lock:
            return list(self._asked.get(name, ()))

    def next_step(self, name: str, body: str) -> tuple[int, Step]:
        """The step that a request takes, and its number."""
        with self._lock:
            heard = self._asked.setdefault(name, [])
            heard.append(body)
            script = self._scripts.setdefault(name, [])
            if script and (len(script) > 1 or "status" not in script[0]):
                return len(heard), script.pop(0)
            return len(heard), script[0] if script else {"say": "that is all"}

    def __enter__(self) -> Provider:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up is nothing strange here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_HEAD(self) -> None:
        self._json(200, {})

    def do_GET(self) -> None:
        models = ("mock-model", "claude-sonnet-4-5", "gpt-5-codex", "gemini-2.5-pro")
        self._json(200, {"object": "list", "data": [{"id": each, "object": "model"} for each in models], "models": []})

    def do_POST(self) -> None:
        raw = self._body()
        path = self.path.partition("?")[0]
        name = path.split("/")[1]
        dialect = dialect_of(path)
        if dialect is None:
            return self._json(200, {"input_tokens": 1000, "totalTokens": 1000})  # how much a text is, or something else
        body = json.loads(raw or b"{}")
        asked = dialect.asked(body, path)
        if asked.shell is None:
            return self._turn(dialect, Turn(0, words="ok"), asked)
        number, step = self.server.provider.next_step(name, raw.decode())
        if "status" in step:
            after = [("retry-after", str(step["after"]))] if "after" in step else []
            return self._json(step["status"], refusal(path, step["status"], step.get("say", "refused")), after)
        turn = Turn(number, words=step.get("say", ""))
        if "sh" in step:
            turn = Turn(number, tool=asked.shell, arguments=asked.command(step["sh"]))
        return self._turn(dialect, turn, asked)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", "").lower():
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        raw = b""
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            raw += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return raw

    def _turn(self, dialect: Dialect, turn: Turn, asked: Asked) -> None:
        if asked.stream:
            self._events(dialect.stream(turn, asked))
        else:
            self._json(200, dialect.whole(turn, asked))

    def _events(self, events: Iterable[Event]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for name, data in events:
            head = f"event: {name}\n" if name else ""
            self.wfile.write(f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())

    def _json(self, status: int, value: Mapping[str, Any], headers: Iterable[tuple[str, str]] = ()) -> None:
        raw = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)
