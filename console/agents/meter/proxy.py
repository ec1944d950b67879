"""Owns the loopback proxy between an agent and its provider: every call goes on as it is, every reply comes back as it came.

Only this machine reaches it. It holds no key: each call brings its own, which is neither written down nor kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

import httpx

from console.agents.meter.counts import Reply

__all__ = ("Counter", "Proxy")

QUIET = 1800.0
"""Seconds without a byte after which a provider is given up: a model may think for long."""
_OF_ONE_STEP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade", "content-length", "host", "accept-encoding", "expect"),
    )
)
"""Headers that are not passed on."""


class Counter(Protocol):
    """Who counts, and says when it is enough."""

    def refusal(self) -> str | None:
        """Why no call goes on any more, in words."""
        ...

    def count(self, tokens: int) -> None:
        """A reply cost so much; told before the agent has its end."""
        ...

    def refused(self) -> None:
        """A call was refused, and its answer sent."""
        ...


class Proxy:
    """Serves from its making until it is closed."""

    def __init__(self, kind: str, upstream: str, counter: Counter) -> None:
        """`kind` as in counts; `upstream` is the address that the agent would have called."""
        client = httpx.Client(timeout=httpx.Timeout(QUIET, connect=30.0), follow_redirects=False)

        class Handler(_Handler):
            pass

        Handler.kind, Handler.upstream, Handler.counter, Handler.client = kind, upstream.rstrip("/"), counter, client
        self._client = client
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="meter", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where the agent finds it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Serve no more. Safe to call twice."""
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kind: str
    upstream: str
    counter: Counter
    client: httpx.Client

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: a call may hold a key."""

    def _pass_on(self) -> None:
        body = b"".join(self._body())
        why = self.counter.refusal() if self.command == "POST" else None
        if why is not None:
            self._answer(400, _error(self.kind, why))
            self.counter.refused()
            return
        heads = [(name, value) for name, value in self.headers.items() if name.lower() not in _OF_ONE_STEP]
        heads.append(("accept-encoding", "identity"))  # else what it says could not be read
        try:
            with self.client.stream(self.command, self.upstream + self.path, headers=heads, content=body) as reply:
                self._give_back(reply)
        except httpx.HTTPError as error:
            self.close_connection = True
            self._answer(502, _error(self.kind, f"the provider cannot be reached: {type(error).__name__}"))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = _pass_on  # noqa: N815

    def _give_back(self, reply: httpx.Response) -> None:
        self.send_response_only(reply.status_code, reply.reason_phrase)
        for name, value in reply.headers.multi_items():
            if name.lower() not in _OF_ONE_STEP:
                self.send_header(name, value)
        if self.command == "HEAD":
            self.end_headers()
            return
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        said = Reply(self.kind, streamed="event-stream" in reply.headers.get("content-type", ""))
        whole = False
        try:
            for chunk in reply.iter_raw():
                said.feed(chunk)
                self._write(chunk)
            whole = True
        except (OSError, httpx.HTTPError):  # either end went away in the middle: what it cost so far was spent
            self.close_connection = True
        self.counter.count(said.close())
        if whole:
            self._write(b"")

    def _write(self, chunk: bytes) -> None:
        """A piece; an empty one is the end."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.flush()

    def _answer(self, status: int, said: object) -> None:
        data = json.dumps(said).encode()
        try:
            self.send_response_only(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def _body(self) -> Iterable[bytes]:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            yield from self._pieces()
        else:
            yield self.rfile.read(int(self.headers.get("content-length") or 0))

    def _pieces(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(100).split(b";")[0].strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline(100)
        while self.rfile.readline(65_536).strip():
            pass


def _error(kind: str, text: str) -> object:
    """In the provider's own form; with the status 400 no program tries it again."""
    if kind == "anthropic":
        return {"type": "error", "error": {"type": "invalid_request_error", "message": text}}
    return {"error": {"message": text, "type": "invalid_request_error", "param": None, "code": "cap_reached"}}
