"""Owns a hand-written gateway for faults that the real one cannot be made to show; its frames were recorded from real ones.

It judges nothing: a test says what it answers to each method. Loopback only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Params = dict[str, Any]
Reply = Callable[[Params], Any]
SCOPES = ["operator.read", "operator.write", "operator.admin", "operator.approvals"]


class Silence(Exception):
    """Raised by a reply: no answer at all."""


class HangUp(Exception):
    """Raised by a reply: the connection ends instead of an answer."""


class Refusal(Exception):
    """Raised by a reply: an error answer."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        self.error = {"code": code, "message": message, **more}
        super().__init__(message)


class FakeGateway:
    """`async with FakeGateway() as gateway`; `gateway.replies[method]` answers a method."""

    def __init__(self) -> None:
        self.hello: dict[str, Any] = {
            "type": "hello-ok",
            "protocol": 4,
            "server": {"version": "2026.9.6", "connId": "3d25c4c5", "bootId": "boot-1"},
            "features": {"methods": ["agent", "agent.wait"], "events": ["agent", "chat"]},
            "snapshot": {"presence": [], "health": {"ok": True}},
            "auth": {"method": "token", "role": "operator", "scopes": SCOPES},
            "policy": {"maxPayload": 26214400, "maxBufferedBytes": 52428800, "tickIntervalMs": 30000},
        }
        self.asked: list[tuple[str, Params]] = []
        self.numbers: dict[str, str] = {}
        """Method → the number under which it was asked last."""
        self.replies: dict[str, Reply] = {
            "connect": lambda params: self.hello,
            "agents.list": lambda params: {"defaultId": None, "agents": [{"id": "zhangfei-dev"}]},
            "agent": lambda params: {"runId": params["idempotencyKey"], "status": "accepted", "acceptedAt": 1},
            "agent.wait": lambda params: {"runId": params["runId"], "status": "timeout"},
            "exec.approval.list": lambda params: [],
            "plugin.approval.list": lambda params: [],
            "question.list": lambda params: {"questions": []},
            "sessions.list": lambda params: {"count": 0, "sessions": []},
            "sessions.describe": lambda params: {"session": {"key": params["key"]}},
            "sessions.abort": lambda params: {"ok": True, "abortedRunId": None, "status": "no-active-run"},
            "sessions.delete": lambda params: {"ok": True, "deleted": True, "archived": []},
            "chat.history": lambda params: {"sessionKey": params["sessionKey"], "messages": []},
        }
        self._server: Server | None = None
        self._sockets: set[ServerConnection] = set()
        self._answerers: set[ServerConnection] = set()
        """Those of them that say that they answer what waits for leave."""

    @property
    def url(self) -> str:
        """Its address."""
        assert self._server is not None
        return f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._sockets)

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.asked)

    async def tell(self, event: str, payload: Any, **more: Any) -> None:
        """An event for every connection; what waits for leave is told by the newer release to those who can give it."""
        leave = ".approval." in event and self.hello["protocol"] >= 4
        text = json.dumps({"type": "event", "event": event, "payload": payload, **more})
        for socket in list(self._answerers if leave else self._sockets):
            await socket.send(text)

    async def raw(self, text: str) -> None:
        """Any text for every connection."""
        for socket in list(self._sockets):
            await socket.send(text)

    async def drop(self, code: int = 1006) -> None:
        """End every connection: 1006 without a word, else with this code."""
        for socket in list(self._sockets):
            if code == 1006:
                socket.transport.abort()
            else:
                await socket.close(code, "service restart")

    async def __aenter__(self) -> FakeGateway:
        self._server = await serve(self._greet, "127.0.0.1", 0, compression=None, max_size=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _greet(self, socket: ServerConnection) -> None:
        self._sockets.add(socket)
        try:
            challenge = {"nonce": "6f1c", "ts": 1795168936139}
            await socket.send(json.dumps({"type": "event", "event": "connect.challenge", "payload": challenge}))
            async for text in socket:
                await self._answer(socket, json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self._sockets.discard(socket)
            self._answerers.discard(socket)

    async def _answer(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        method, params = frame["method"], frame.get("params") or {}
        self.asked.append((method, params))
        self.numbers[method] = frame["id"]
        if "approvals" in params.get("caps", ()):
            self._answerers.add(socket)
        answer: dict[str, Any] = {"type": "res", "id": frame["id"], "ok": True}
        try:
            reply = self.replies.get(method)
            if reply is None:
                raise Refusal("INVALID_REQUEST", f"unknown method: {method}")
            answer["payload"] = reply(params)
        except Silence:
            return
        except HangUp:
            socket.transport.abort()
            return
        except Refusal as refusal:
            answer |= {"ok": False, "error": refusal.error}
        await socket.send(json.dumps(answer))
        if not answer["ok"] and method == "connect":
            await asyncio.sleep(0)
            await socket.close(1008, "refused")
