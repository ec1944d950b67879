"""Owns one session of an agent that speaks ACP: `main` runs under the session's runner, in place of the agent itself.

Starts the agent's own program, gives it the prompt, and says all that it tells as a transcript. It never decides what the
agent may do: that is asked on the blackboard.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from console import __version__
from console.agents.acp.asking import AT_ONCE, Asking, Waiting
from console.agents.acp.causes import of_refusal, of_stop
from console.agents.acp.elicitation import CANCEL, DECLINE, form_answer, form_question
from console.agents.acp.handing_over import HandingOver
from console.agents.acp.opening import BEGIN, Opening
from console.agents.acp.permissions import CANCELLED, outcome, question
from console.agents.acp.talk import BAD_REQUEST, NO_METHOD, Refused, Talk, TooLate
from console.agents.acp.teller import Teller
from console.agents.acp.updates import Updates
from console.agents.acp.used import Used
from console.agents.acp.wire import Gone, Message, Wire
from console.agents.folder import SessionFolder
from console.agents.forms.said import Kind, Said
from console.agents.spec import StartSpec
from console.agents.wake import Signals
from console.clock import Clock, SystemClock
from console.errors import UsageError
from console.records.ask import Ask
from console.records.transcript import Entry, EntryKind
from console.secrets import know, secrets_in
from console.umask import keep_private
from console.when import span

__all__ = ("CAPABILITIES", "hello", "main")

VERSION = 1
"""Of the protocol."""
CAPABILITIES: Message = {
    "fs": {"readTextFile": False, "writeTextFile": False},
    "terminal": False,
    "elicitation": {"form": {}},
}
"""Its program reads, writes and runs by itself: what it may is asked, not done here."""
CANCEL_FOR = 3.0
"""Seconds in which a prompt that is cancelled should end."""
LEAVE_FOR = 1.0
"""Seconds in which its program should end by itself when nobody is there any more; its runner ends the rest."""
PATIENCE = "24h"
"""How long a request for leave waits for an answer, where the agent's settings say nothing else."""


class _Stopped(Exception):
    """Its runner wants it to end."""


def main() -> int:
    """Run the session whose prompt the environment names; the arguments are the command of its program."""
    keep_private()
    know(secrets_in(os.environ))
    folder = SessionFolder(Path(os.environ["MOZIPLUS_PROMPT_FILE"]).parent)
    spec = StartSpec.from_json(folder.text(folder.start))
    return Driver(spec, folder, SystemClock(), Signals()).run(sys.argv[1:])


def hello() -> Message:
    """What an agent's program is told first."""
    return {
        "protocolVersion": VERSION,
        "clientCapabilities": CAPABILITIES,
        "clientInfo": {"name": "moziplus", "title": "moziplus", "version": __version__},
    }


class Driver:
    """From the program's start to the last word on it."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, clock: Clock, signals: Signals) -> None:
        self._spec = spec
        self._folder = folder
        self._clock = clock
        self._signals = signals
        self._teller = Teller()
        self._updates = Updates()
        self._used = Used()
        self._asking = Asking(spec, clock, self._teller.say)
        self._opening = Opening(spec, folder, self._used, self._status)
        self._handing = HandingOver(spec, folder, self._used, self._status)
        self._session: str | None = None
        self._count = 0
        self._methods: object = ()

    def run(self, command: list[str]) -> int:
        """The whole session; how it ended is said by the last line, not by the exit code."""
        try:
            wire = Wire(command, cwd=self._spec.cwd, env=os.environ, say=self._teller.stray, wake=self._signals.wake)
        except OSError as error:
            return self._end(Said(kind=Kind.ERROR, text=f"{command[0]} cannot be run: {error.strerror}"))
        talk = Talk(wire, told=self._told, asked=self._asked, tick=self._tick)
        try:
            said = self._converse(talk)
        except Refused as error:
            said = of_refusal(error, self._clock.now(), self._methods)
        except TooLate:
            said = Said(kind=Kind.ERROR, text=f"its program did not answer within {BEGIN:.0f} s")
        except (Gone, UsageError) as error:
            said = Said(kind=Kind.ERROR, text=str(error))
        except _Stopped:
            said = self._cancel(talk)
        except Exception as error:  # whatever it is, how it ended is said, and its program is let go
            said = Said(kind=Kind.ERROR, text=f"moziplus itself failed while it drove its program: {error!r}")
        if talk.unknown:
            self._status(f"{talk.unknown} messages of its program answered nothing that was asked, and were left out")
        wire.close(LEAVE_FOR)
        return self._end(said)

    def _converse(self, talk: Talk) -> Said:
        known = talk.call("initialize", hello(), BEGIN)
        self._methods = known.get("authMethods")
        if known.get("protocolVersion") != VERSION:
            raise UsageError(f"its program speaks version {known.get('protocolVersion')!r} of ACP; this is {VERSION}")
        info = known.get("agentInfo")
        if isinstance(info, dict):
            self._status(f"{info.get('title') or info.get('name')} {info.get('version', '')}".strip())
        if method := self._spec.options.get("auth"):
            talk.call("authenticate", {"methodId": method}, BEGIN)
        self._session = self._opening.first(talk, known)
        if self._handing.is_due(self._session):
            if not self._handing.ask(talk, self._session, self._asking.give_up, self._clock.now()):
                return of_stop("end_turn", "")
            self._session = self._opening.new(talk)
        prompt = [{"type": "text", "text": self._folder.text(self._folder.prompt)}]
        result = talk.call("session/prompt", {"sessionId": self._session, "prompt": prompt})
        self._used.finish(result)
        self._asking.give_up()
        return of_stop(result.get("stopReason"), "")

    def _tick(self) -> None:
        self._signals.clear()
        self._teller.tick()
        self._asking.look()
        if self._signals.term:
            raise _Stopped

    def _told(self, method: str, params: Message) -> None:
        update = params.get("update")
        if method != "session/update" or not isinstance(update, dict) or self._handing.is_of_left(params):
            return
        replaying = self._opening.replaying
        if self._used.update(update) and not replaying:
            self._teller.say(Entry(kind=EntryKind.USAGE, fields=self._used.fields()))
        for entry in self._updates.entries(update):
            if not replaying:
                self._handing.hear(entry)
                self._teller.say(entry)

    def _asked(self, talk: Talk, number: object, method: str, params: Message) -> None:
        """What its program wants to know; a request that waits already has one answer only."""
        if number in self._asking:
            return
        if self._handing.is_of_left(params):
            return talk.refuse(number, BAD_REQUEST, "this conversation was left")
        match method:
            case "session/request_permission":
                self._ask_leave(talk, number, params)
            case "elicitation/create":
                self._ask_words(talk, number, params)
            case _:
                talk.refuse(number, NO_METHOD, f"{method[:80]} is not offered here")

    def _ask_leave(self, talk: Talk, number: object, params: Message) -> None:
        call = params.get("toolCall")
        call = call if isinstance(call, dict) else {}
        for entry in self._updates.asked(call):
            self._teller.say(entry)
        known = self._updates.call(str(call.get("toolCallId") or "")[:200])
        asked = None
        if len(self._asking) < AT_ONCE:
            roots = (self._spec.cwd, self._spec.task_dir)
            asked = question(self._spec.task, params, known, roots=roots, seconds=self._patience(), name=self._name())
        if asked is None:
            self._status("a request for leave that cannot be answered was turned down")
            return talk.answer(number, CANCELLED)

        def settle(found: Ask | None) -> None:
            talk.answer(number, CANCELLED if found is None else outcome(found))

        return self._asking.add(Waiting(number=number, question=asked, settle=settle))

    def _ask_words(self, talk: Talk, number: object, params: Message) -> None:
        asked = None
        if len(self._asking) < AT_ONCE:
            asked = form_question(self._spec.task, params, name=self._name(), seconds=self._patience())
        if asked is None:
            return talk.answer(number, DECLINE)

        def settle(found: Ask | None) -> None:
            talk.answer(number, CANCEL if found is None else form_answer(params, found))

        return self._asking.add(Waiting(number=number, question=asked, settle=settle))

    def _name(self) -> str:
        """What a request is called on the blackboard: its program may use a number twice."""
        self._count += 1
        return f"{self._spec.session}/{self._count}"

    def _patience(self) -> int:
        return span(self._spec.options.get("answer_within") or PATIENCE)

    def _cancel(self, talk: Talk) -> Said:
        """Open requests first: some programs hear of nothing else while they wait for one."""
        try:
            self._asking.give_up()
            if self._session is not None:
                talk.tell("session/cancel", {"sessionId": self._session})
                self._signals.term = False
                self._used.finish(talk.wait(CANCEL_FOR))
        except (Refused, TooLate, Gone, _Stopped) as error:
            self._status(f"it did not end by itself when it was cancelled: {error or type(error).__name__}")
        return of_stop("cancelled", "")

    def _status(self, text: str, **fields: str) -> None:
        self._teller.say(Entry(kind=EntryKind.STATUS, text=text, fields=fields))

    def _end(self, said: Said) -> int:
        usage = self._used.usage
        fields: dict[str, Any] = {"end": said.kind.value, "tokens": usage.tokens, "cost": round(usage.cost, 6)}
        if said.until is not None:
            fields["until"] = said.until
        self._teller.end(Entry(kind=EntryKind.STATUS, text=said.text, fields=fields))
        return 0


if __name__ == "__main__":
    sys.exit(main())
