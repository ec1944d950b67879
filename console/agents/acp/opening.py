"""Owns the conversation that a session is held in: an earlier one that goes on, or a new one, with its mode and model.

It gives no prompt and hears none of what is said in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.agents.acp.settings import request_for
from console.agents.acp.talk import Refused, Talk
from console.agents.acp.used import Used
from console.agents.acp.wire import Message
from console.agents.folder import SessionFolder
from console.agents.forms.resuming import is_name
from console.agents.spec import StartSpec
from console.errors import UsageError

__all__ = ("BEGIN", "Opening")

BEGIN = 180.0
"""Seconds for each step before the prompt; one program needed 17 on a quiet machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A conversation that can be prompted."""

    session: str
    offered: Message


class Opening:
    """Of the conversations of one session."""

    replaying = False
    """What its program tells again of a conversation that it goes on with was told before."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, used: Used, status: Callable[..., None]) -> None:
        self._spec = spec
        self._folder = folder
        self._used = used
        self._status = status

    def first(self, talk: Talk, known: Message) -> str:
        """An earlier one, where it is to go on and its program, which said what is `known`, still has it; else a new one.

        Gives the program's name of it. Raises Refused, TooLate, Gone, UsageError.
        """
        earlier, method = self._spec.conversation, _goes_on_by(known.get("agentCapabilities"))
        if earlier and method is not None:
            self.replaying = True
            try:
                offered = talk.call(method, {"sessionId": earlier, **self._place()}, BEGIN)
                self._used.cost_before = self._used.whole_cost = self._spec.cost_before
                self._status(f"goes on with its conversation {earlier}", conversation=earlier)
                return self._set(talk, _Opened(session=earlier, offered=offered))
            except Refused as error:
                self._begin_anew(f"is gone ({error})")
            finally:
                self.replaying = False
        elif earlier:
            self._begin_anew("cannot be gone on with by its program")
        return self.new(talk)

    def new(self, talk: Talk) -> str:
        """A new one, by its program's name of it. Raises Refused, TooLate, Gone, UsageError."""
        offered = talk.call("session/new", self._place(), BEGIN)
        session = offered.get("sessionId")
        if not isinstance(session, str) or not session:
            raise UsageError("its program opened no session: its answer names none")
        if is_name(session):
            self._status("begins a conversation", conversation=session)
        return self._set(talk, _Opened(session=session, offered=offered))

    def _begin_anew(self, why: str) -> None:
        """Its program knows nothing of the task then: it gets the whole prompt."""
        try:
            self._folder.begin_anew()
        except (OSError, ValueError) as error:
            raise UsageError(f"the whole prompt cannot be had: {error}") from error
        self._status(f"its earlier conversation {why}; it begins a new one with the whole prompt")

    def _place(self) -> Message:
        """Where it works, and the agent's verbs as tools, beside the command on its PATH."""
        tools = {"name": "blackboard", "command": str(self._folder.shim), "args": ["mcp"], "env": []}
        return {"cwd": self._spec.cwd, "mcpServers": [tools]}

    def _set(self, talk: Talk, opened: _Opened) -> str:
        for what, wanted in (("mode", self._spec.options.get("mode")), ("model", self._spec.model)):
            if wanted and (found := request_for(what, wanted, opened.offered)) is not None:
                method, params = found
                talk.call(method, {"sessionId": opened.session, **params}, BEGIN)
        return opened.session


def _goes_on_by(capabilities: object) -> str | None:
    """The call by which its program goes on with a conversation; None where it offers none."""
    known = capabilities if isinstance(capabilities, dict) else {}
    more = known.get("sessionCapabilities")
    if known.get("loadSession") is True:
        return "session/load"
    return "session/resume" if isinstance(more, dict) and isinstance(more.get("resume"), dict) else None
