"""Owns the conversation of `blackboard mcp`: a line of JSON-RPC in, a line out, in both ways that the protocol has.

Since 2026-07-28 every request stands for itself and names its version; before that a handshake comes first. Each call is a
process of `mcp_call`, so that nothing is kept or loaded between two calls; all of them end with this one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from console import __version__
from console.own_python import python_command

__all__ = ("serve",)

STATELESS = "2026-07-28"
HANDSHAKE = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
VERSION = "io.modelcontextprotocol/protocolVersion"
SERVER = "io.modelcontextprotocol/serverInfo"
LINE_MAX = 8_000_000
"""Bytes of one message."""
AT_ONCE = 8
"""Calls that run beside each other; more wait."""
PERMISSION = "permission"
"""Claude Code takes one text from it, and no data beside that."""
WAIT = frozenset(("ask", PERMISSION))
"""Calls that may wait for a person (as `mcp_tools` has them, which loads more): they keep none of the others from its place."""
WAITING = 32
"""Of these, how many beside each other."""
_BROKEN, _NO_REQUEST, _NO_METHOD, _WRONG, _NO_VERSION, _FAILED = -32700, -32600, -32601, -32602, -32022, -32603
_CAPABILITIES: dict[str, Any] = {"tools": {}}
_INSTRUCTIONS = (
    "The blackboard of the project that you work in. `read` shows your task. Record results with `output`, ask a person with"
    " `ask`, and end your work with `submit` (a reviewer: with `review`). A call that says that your claim has ended means:"
    " stop working."
)

Message = dict[str, Any]
Said = Callable[[str, str, int], Message]
"""A result of what a process has printed, what stands on its stderr, and its exit code."""


class _Refused(Exception):
    def __init__(self, code: int, message: str, data: Any = None) -> None:
        self.error: Message = {"code": code, "message": message} | ({} if data is None else {"data": data})
        super().__init__(message)


def serve(incoming: BinaryIO, say: Callable[[Message], None], environ: Mapping[str, str] = os.environ) -> None:
    """Answer until `incoming` ends, then end what still runs. `say` writes one message, a line of its own."""
    server = _Server(say, environ)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        while line := incoming.readline(LINE_MAX + 1):
            if len(line) > LINE_MAX:
                while line and not line.endswith(b"\n"):  # the rest of it is nobody's message
                    line = incoming.readline(LINE_MAX)
                server.refuse(None, _NO_REQUEST, f"a message has at most {LINE_MAX} bytes")
            elif line.strip():
                server.hear(line)
    finally:
        server.end()


class _Running:
    """A call that is not answered yet."""

    process: subprocess.Popen[str] | None = None
    """None while it waits for its place."""


class _Server:
    def __init__(self, say: Callable[[Message], None], environ: Mapping[str, str]) -> None:
        self._say, self._environ = say, environ
        self._mouth, self._table = threading.Lock(), threading.Lock()
        self._places, self._seats = threading.Semaphore(AT_ONCE), threading.Semaphore(WAITING)
        self._running: dict[Any, _Running] = {}
        """By the id of the request; whose id was cancelled is no longer here, whoever uses that id again."""
        self._ended = False

    def hear(self, line: bytes) -> None:
        """One message."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return self.refuse(None, _BROKEN, "that is no JSON")
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            if not (isinstance(message, dict) and "id" in message and ("result" in message or "error" in message)):
                self.refuse(None, _NO_REQUEST, "a message is one object with a method")
            return None
        params = message.get("params")
        params = params if isinstance(params, dict) else {}
        if "id" not in message:
            if message["method"] == "notifications/cancelled":
                self._cancel(params.get("requestId"))
            return None
        if not isinstance(message["id"], str | int) or isinstance(message["id"], bool):
            return self.refuse(None, _NO_REQUEST, "an id is a text or a whole number")
        return self._ask(message["id"], message["method"], params)

    def refuse(self, number: Any, code: int, message: str, data: Any = None) -> None:
        """Say that a request cannot be answered."""
        self._reply(number, {"error": _Refused(code, message, data).error})

    def end(self) -> None:
        """End every call that runs; none of them is answered any more."""
        with self._table:
            self._ended = True
            running = [call.process for call in self._running.values() if call.process is not None]
        for process in running:
            process.kill()
        for process in running:
            process.wait()

    def _ask(self, number: Any, method: str, params: Message) -> None:
        try:
            stateless = _stateless(params)
            if method == "tools/call":
                return self._begin(number, params, stateless)
            if method == "tools/list":
                return self._run(number, {"in_session": "MOZIPLUS_SESSION" in self._environ}, _listed, stateless)
            self._reply(number, {"result": _as_said(self._answer(method, params), stateless)})
        except _Refused as refused:
            self._reply(number, {"error": refused.error})
        return None

    def _answer(self, method: str, params: Message) -> Message:
        match method:
            case "initialize":
                wanted = params.get("protocolVersion")
                version = wanted if wanted in HANDSHAKE else HANDSHAKE[0]
                return {
                    "protocolVersion": version,
                    "capabilities": _CAPABILITIES,
                    "serverInfo": _server(),
                    "instructions": _INSTRUCTIONS,
                }
            case "server/discover":
                return {
                    "supportedVersions": [STATELESS],
                    "capabilities": _CAPABILITIES,
                    "instructions": _INSTRUCTIONS,
                    **_CACHED,
                }
            case "ping":
                return {}
        raise _Refused(_NO_METHOD, f"no method {method[:60]!r} here; there are tools/list and tools/call")

    def _begin(self, number: Any, params: Message, stateless: bool) -> None:
        name, arguments = params.get("name"), params.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise _Refused(_WRONG, "tools/call takes a name and an object of arguments")
        said = _in_words if name == PERMISSION else _said
        self._run(number, {"name": name, "arguments": arguments}, said, stateless)

    def _run(self, number: Any, asked: Message, said: Said, stateless: bool) -> None:
        with self._table:
            if number in self._running:
                raise _Refused(_NO_REQUEST, f"request {number!r} runs already")
            call = self._running[number] = _Running()
        threading.Thread(target=self._call, args=(number, call, asked, said, stateless), daemon=True).start()

    def _call(self, number: Any, call: _Running, asked: Message, said: Said, stateless: bool) -> None:
        try:
            with self._seats if asked.get("name") in WAIT else self._places:
                with self._table:
                    if self._ended or self._running.get(number) is not call:
                        return
                    process = call.process = _started(self._environ)
                out, err = process.communicate(json.dumps(asked))
            answer: Message = {"result": _as_said(said(out, err, process.returncode), stateless)}
        except OSError as error:  # no process, no memory: this call is refused, the next one may work
            answer = {"error": _Refused(_FAILED, f"the call could not be started: {error.strerror}").error}
        with self._table:
            heard = self._running.get(number) is call and not self._ended
            if heard:
                del self._running[number]
        if heard:
            self._reply(number, answer)

    def _cancel(self, number: Any) -> None:
        """A request that is cancelled is not answered; what it has committed stays."""
        with self._table:
            call = self._running.pop(number, None) if isinstance(number, str | int) else None
        if call is not None and call.process is not None:
            call.process.kill()

    def _reply(self, number: Any, answer: Message) -> None:
        with self._mouth:
            self._say({"jsonrpc": "2.0", "id": number, **answer})


_CACHED = {"ttlMs": 0, "cacheScope": "private"}


def _stateless(params: Message) -> bool:
    """Whether the request stands for itself. Raises _Refused for a version that is not spoken here."""
    meta = params.get("_meta")
    if not isinstance(meta, dict) or VERSION not in meta:
        return False
    if meta[VERSION] != STATELESS:
        versions = {"supported": [STATELESS], "requested": meta[VERSION]}
        raise _Refused(_NO_VERSION, f"this server speaks {STATELESS}", versions)
    return True


def _as_said(result: Message, stateless: bool) -> Message:
    if not stateless:
        return {key: value for key, value in result.items() if key not in _CACHED}
    return {"resultType": "complete", **result, "_meta": {SERVER: _server()}}


def _server() -> Message:
    return {"name": "moziplus blackboard", "version": __version__}


def _started(environ: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        python_command("console.cli.mcp_call"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        encoding="utf-8",
        errors="replace",
    )


def _listed(out: str, err: str, code: int) -> Message:
    return {"tools": json.loads(out) if code == 0 else [], **_CACHED}


def _in_words(out: str, err: str, code: int) -> Message:
    return {"content": [{"type": "text", "text": (out if code == 0 else err).strip()}], "isError": code != 0}


def _said(out: str, err: str, code: int) -> Message:
    """What a call has printed: its record as data too, what stands on stderr as words; a refusal with its exit code."""
    words = [part.strip() for part in (out, err) if part.strip()]
    result: Message = {"content": [{"type": "text", "text": "\n".join(words)}], "isError": code != 0}
    if code != 0:
        result["structuredContent"] = {"exit_code": code, "problem": err.strip().removeprefix("blackboard: ")}
    elif out.startswith("{") and out.count("\n") == 1:
        result["structuredContent"] = json.loads(out)
    return result
