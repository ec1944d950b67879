"""Owns the hand-over of a conversation that is nearly full: its program is asked for a note, with which a new one begins.

A note that cannot be had keeps nobody from beginning anew; a program whose provider refuses it is not asked again at once.
"""

from __future__ import annotations

from collections.abc import Callable

from console.agents.acp.causes import of_refusal
from console.agents.acp.talk import Refused, Talk, TooLate
from console.agents.acp.used import Used
from console.agents.acp.wire import Message
from console.agents.folder import SessionFolder
from console.agents.forms.said import Kind
from console.agents.handing_over import ASKED, is_at_work, pass_on, seconds_for_note
from console.agents.spec import StartSpec
from console.errors import UsageError
from console.records.transcript import Entry, EntryKind

__all__ = ("HandingOver",)

CANCEL_FOR = 3.0
"""Seconds in which a prompt that took too long should end."""


class HandingOver:
    """Of one session."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, used: Used, status: Callable[..., None]) -> None:
        self._spec = spec
        self._folder = folder
        self._used = used
        self._status = status
        self._words: list[str] | None = None
        self.left: str | None = None
        """The conversation that was left."""

    def is_due(self, conversation: str) -> bool:
        """Whether the conversation that was opened is to be left at once."""
        return self._spec.hands_over and conversation == self._spec.conversation

    def is_of_left(self, params: Message) -> bool:
        """Whether its program speaks of the conversation that was left: that is no word of this session any more."""
        return self.left is not None and params.get("sessionId") == self.left

    def hear(self, entry: Entry) -> None:
        """What its model says may be of the note."""
        if self._words is not None and entry.kind is EntryKind.TEXT:
            self._words.append(entry.text)

    def ask(self, talk: Talk, conversation: str, give_up: Callable[[], None], now: int) -> bool:
        """Have the note, and lay out with it the prompt of a new conversation; False where nothing is left to do in one.

        `give_up` lets go of what its program still waits for. Raises Refused where its provider refuses it for now or does
        not know it, Gone, UsageError.
        """
        self._status(ASKED)
        note = self._note(talk, conversation, now)
        give_up()
        if not is_at_work(self._spec):  # it did more than it was asked for
            return False
        self.left = conversation
        try:
            self._status(pass_on(self._folder, conversation, note, self._used.usage))
        except (OSError, ValueError) as error:
            raise UsageError(f"the whole prompt cannot be had: {error}") from error
        self._used.leave()
        return True

    def _note(self, talk: Talk, conversation: str, now: int) -> str:
        prompt = [{"type": "text", "text": self._folder.text(self._folder.prompt)}]
        self._words = []
        try:
            asked = {"sessionId": conversation, "prompt": prompt}
            result = talk.call("session/prompt", asked, seconds_for_note(self._spec))
            self._used.finish(result)
            return "".join(self._words) if result.get("stopReason") == "end_turn" else ""
        except TooLate:
            self._cancel(talk, conversation)
        except Refused as error:
            if of_refusal(error, now).kind in (Kind.LIMITED, Kind.SIGNED_OUT):
                raise
        finally:
            self._words = None
        return ""

    def _cancel(self, talk: Talk, conversation: str) -> None:
        talk.tell("session/cancel", {"sessionId": conversation})
        try:
            self._used.finish(talk.wait(CANCEL_FOR))
        except (Refused, TooLate):
            self._status("it went on with its hand-over note when it was cancelled")
