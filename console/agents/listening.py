"""Owns all that listens to an agent's output: its log, what it used, its transcript, and what its end comes to.

A conversation that could not be gone on with, or was handed over, is begun anew once; who listens then forgets what came of
the first run, but for what that used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.agents.endings import after_exit
from console.agents.folder import SessionFolder
from console.agents.forms import Kind
from console.agents.going_on import goes_on_by_command
from console.agents.handing_over import ASKED, asks_by_command, is_at_work, note_fill, pass_on
from console.agents.heard import Heard
from console.agents.output import OutputLog
from console.agents.pipe import read_on
from console.agents.spec import StartSpec
from console.agents.unused import held_to_its_blackboard
from console.agents.usage import UsageTail
from console.clock import Clock
from console.records.budget import Usage
from console.records.ending import Ending
from console.records.fill import Fill
from console.safe_files import of_session
from console.transcript.writer import Transcript

__all__ = ("Listening",)

GONE = "its earlier conversation could not be gone on with; it begins a new one with the whole prompt"
NO_MORE = "it handed its conversation over, and the new one could not be begun"
_REFUSED = (Kind.LIMITED, Kind.SIGNED_OUT)
"""Its provider says so: that is no word on its conversation."""


class Listening:
    """Takes what one session's agent says."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, clock: Clock) -> None:
        self._form = spec.usage
        self._goes_on = spec.conversation if goes_on_by_command(spec.usage.get("form", "")) else ""
        """A driver of ours sees to it by itself."""
        self._asks_note = asks_by_command(spec)
        self._spec = spec
        self._before, self._earlier = spec.before, Usage()
        """What the conversation had used before, and what this session used in one that it handed over."""
        self._folder = folder
        self._clock = clock
        self._output = OutputLog(*of_session(folder.path, folder.output.name))
        self._usage = UsageTail(spec.usage)
        self._noted = ("", Fill())
        self._heard = Heard(spec.usage, Transcript(folder.path, clock.now), spec.before)

    @property
    def total(self) -> int:
        """Bytes so far."""
        return self._output.total

    @property
    def conversation(self) -> str:
        """In which its model answered; empty while it has not."""
        return self._heard.answers_in

    @property
    def last_line(self) -> str:
        """Of what it said."""
        return self._usage.last_line(self._output)

    @property
    def used(self) -> Usage:
        """By the session so far, as far as that is told while it works; tokens that a meter counts it writes down itself."""
        return replace(self._heard.used, tokens=0) if self._spec.options.get("meter") else self._heard.used

    def begin(self) -> None:
        """It is started now."""
        if self._goes_on:
            self._heard.tell(f"goes on with its conversation {self._goes_on}")
        if self._asks_note:
            self._heard.tell(ASKED)

    def read(self, descriptor: int, tried: Callable[..., object]) -> bool:
        """Take what is there; False once nobody can say anything any more. Raises OSError."""
        return read_on(descriptor, (self._output.feed, self._usage.feed, self._heard.feed), tried)

    def flush(self) -> None:
        """Write the transcript so far."""
        self._heard.flush()

    def again(self, tried: Callable[..., object]) -> None:
        """Try to have the files where that was not possible."""
        self._output.again()
        tried(self._heard.again)
        self._note_fill()

    def begins_anew(self, status: int | None, *, timed_out: bool) -> bool:
        """Whether it is to be started again with the whole prompt, in a new conversation: it handed the old one over, or could
        not go on with it.

        Its model said nothing then, and its provider refused nothing. True once, and never for a new conversation. Raises
        OSError, ValueError where the whole prompt cannot be had.
        """
        said = self._usage.said(self._clock.now(), None, status)
        if not self._goes_on or said.kind in _REFUSED:
            return False
        if self._asks_note:
            if not is_at_work(self._spec):
                return False  # it did more than it was asked for: nothing is left to do
            note = self._output.redacted(said.text) if said.kind is Kind.RESULT and status == 0 else ""
            self._earlier = _most(said.less(self._before).usage, self._heard.used)
            why = pass_on(self._folder, self._goes_on, note, self._earlier)
        elif timed_out or self._heard.answered:
            return False
        else:
            self._folder.begin_anew()
            why = GONE
        self._heard.begin_anew(why, self._earlier)
        self._goes_on, self._asks_note = "", False
        self._before, self._usage = Usage(), UsageTail(self._form)
        return True

    def ending(self, status: int | None, spec: StartSpec, *, stopped: str | None, timed_out: bool) -> Ending:
        """What its end comes to; `status` as waitpid gives it."""
        self._output.close()
        left = self._folder.values(self._folder.path / self._usage.leaves) if self._usage.leaves else None
        said = self._usage.said(self._clock.now(), left, status).less(self._before)
        said = replace(said, usage=_most(self._earlier + said.usage, self.used))
        if self._asks_note and said.kind is Kind.RESULT and is_at_work(self._spec):
            said = replace(said, kind=Kind.ERROR, text=NO_MORE)
        ending = after_exit(
            status,
            self._output.tail,
            stopped=stopped,
            timed_out=spec.task_timeout if timed_out else None,
            said=said,
            words=self._output.redacted(said.text),
            conversation=self.conversation,
        )
        return held_to_its_blackboard(ending, spec, self._folder)

    def close(self, ending: Ending) -> None:
        """Write all that is left, and how it ended."""
        self._heard.close(ending)
        self._note_fill()

    def _note_fill(self) -> None:
        told = (self._heard.conversation, self._heard.fill)
        if self._heard.answered and told[1].used and told != self._noted:
            self._noted = told
            note_fill(self._folder, *told)


def _most(one: Usage, other: Usage) -> Usage:
    """Who was killed told at its end nothing of what it told on the way; nobody else need have written that down."""
    return Usage(tokens=max(one.tokens, other.tokens), cost=max(one.cost, other.cost))
