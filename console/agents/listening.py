"""Owns all that listens to an agent's output: its log, what it used, its transcript, and what its end comes to.

A conversation that could not be gone on with is begun anew once; who listens then forgets what came of the first try.
"""

from __future__ import annotations

from collections.abc import Callable

from console.agents.endings import after_exit
from console.agents.folder import SessionFolder
from console.agents.forms import Kind
from console.agents.going_on import goes_on_by_command
from console.agents.heard import Heard
from console.agents.output import OutputLog
from console.agents.pipe import read_on
from console.agents.spec import StartSpec
from console.agents.unused import held_to_its_blackboard
from console.agents.usage import UsageTail
from console.clock import Clock
from console.records.budget import Usage
from console.records.ending import Ending
from console.safe_files import of_session
from console.transcript.writer import Transcript

__all__ = ("Listening",)

GONE = "its earlier conversation could not be gone on with; it begins a new one with the whole prompt"
_REFUSED = (Kind.LIMITED, Kind.SIGNED_OUT)
"""Its provider says so: that is no word on its conversation."""


class Listening:
    """Takes what one session's agent says."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, clock: Clock) -> None:
        self._form = spec.usage
        self._goes_on = spec.conversation if goes_on_by_command(spec.usage.get("form", "")) else ""
        """A driver of ours sees to it by itself."""
        self._before = spec.before
        self._folder = folder
        self._clock = clock
        self._output = OutputLog(*of_session(folder.path, folder.output.name))
        self._usage = UsageTail(spec.usage)
        self._heard = Heard(spec.usage, Transcript(folder.path, clock.now), spec.before)

    @property
    def total(self) -> int:
        """Bytes so far."""
        return self._output.total

    @property
    def conversation(self) -> str:
        """In which its model answered; empty while it has not."""
        return self._heard.conversation if self._heard.answered else ""

    @property
    def last_line(self) -> str:
        """Of what it said."""
        return self._usage.last_line(self._output)

    @property
    def used(self) -> Usage:
        """By the session so far, as far as that is told while it works."""
        return self._heard.used

    def begin(self) -> None:
        """It is started now."""
        if self._goes_on:
            self._heard.goes_on(self._goes_on)

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

    def begin_anew(self, status: int | None) -> bool:
        """Whether its conversation could not be gone on with, so that it is to be started again with the whole prompt.

        Its model said nothing then, and its provider refused nothing. True once, and never for a new conversation. Raises
        OSError, ValueError where the whole prompt cannot be had.
        """
        refused = self._usage.said(self._clock.now(), None, status).kind in _REFUSED
        if not self._goes_on or self._heard.answered or refused:
            return False
        self._folder.begin_anew()
        self._heard.begin_anew(GONE)
        self._goes_on, self._before, self._usage = "", Usage(), UsageTail(self._form)
        return True

    def ending(self, status: int | None, spec: StartSpec, *, stopped: str | None, timed_out: bool) -> Ending:
        """What its end comes to; `status` as waitpid gives it."""
        self._output.close()
        left = self._folder.values(self._folder.path / self._usage.leaves) if self._usage.leaves else None
        said = self._usage.said(self._clock.now(), left, status).less(self._before)
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
