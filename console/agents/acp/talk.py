"""Owns the conversation with an agent's program: what is asked of it, with its answer, while what it asks and tells is met.

Never waits for one thing only: between two messages its owner looks at all else, by `tick`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from console.agents.acp.wire import Message, Wire

__all__ = ("BAD_REQUEST", "NO_METHOD", "Refused", "Talk", "TooLate")

NO_METHOD, BAD_REQUEST, FAILED = -32601, -32600, -32603
LOOK = 0.2
"""Seconds between two looks at all else, where the program says nothing."""


class Refused(Exception):
    """The program answered with an error."""

    def __init__(self, error: object) -> None:
        known = error if isinstance(error, dict) else {}
        code = known.get("code")
        self.code = code if isinstance(code, int) else FAILED
        self.data = known.get("data")
        self.text = str(known.get("message") or error or "it gave no reason")[:2_000]
        super().__init__(self.text)


class TooLate(Exception):
    """The program did not answer in time."""


class Talk:
    """Calls one after the other, each with everything that happens meanwhile."""

    def __init__(
        self,
        wire: Wire,
        *,
        told: Callable[[str, Message], None],
        asked: Callable[[Talk, object, str, Message], None],
        tick: Callable[[], None],
    ) -> None:
        """`told` takes notifications, `asked` requests, which it answers now or later; `tick` may raise to end the wait."""
        self._wire = wire
        self._told, self._asked, self._tick = told, asked, tick
        self._number = 0
        self._awaited: int | None = None
        self._answer: Message | None = None
        self.unknown = 0
        """Answers to what was never asked, and messages that are none."""

    def call(self, method: str, params: Message, patience: float | None = None) -> Message:
        """Ask, and wait for the answer, without end where no `patience` (seconds) is given.

        Raises Refused, TooLate, Gone, and whatever `tick` raises.
        """
        self._number += 1
        self._awaited, self._answer = self._number, None
        self._wire.send({"id": self._number, "method": method, "params": params})
        return self.wait(patience)

    def wait(self, patience: float | None) -> Message:
        """Wait on for the answer to the call that was made last."""
        until = None if patience is None else time.monotonic() + patience
        while self._answer is None:
            if until is not None and time.monotonic() > until:
                raise TooLate
            for message in self._wire.hear(LOOK):
                self._meet(message)
            self._tick()
        answer, self._answer = self._answer, None
        if "error" in answer:
            raise Refused(answer["error"])
        result = answer.get("result")
        return result if isinstance(result, dict) else {}

    def tell(self, method: str, params: Message) -> None:
        """Let it know. Raises Gone."""
        self._wire.send({"method": method, "params": params})

    def answer(self, number: object, result: Message) -> None:
        """To what it asked. Raises Gone."""
        self._wire.send({"id": number, "result": result})

    def refuse(self, number: object, code: int, message: str) -> None:
        """The same, with an error. Raises Gone."""
        self._wire.send({"id": number, "error": {"code": code, "message": message}})

    def _meet(self, message: Message) -> None:
        method, params, number = message.get("method"), message.get("params"), message.get("id")
        if isinstance(method, str):
            known: dict[str, Any] = params if isinstance(params, dict) else {}
            if "id" not in message:
                self._told(method, known)
            elif isinstance(number, str | int) and not isinstance(number, bool) and len(str(number)) <= 200:
                self._asked(self, number, method, known)
            else:
                self.refuse(None, BAD_REQUEST, "an id is a short text or a whole number")
        elif number == self._awaited and self._answer is None and ("result" in message or "error" in message):
            self._awaited, self._answer = None, message
        else:
            self.unknown += 1
