"""Owns one run in the gateway as we follow it: what is known of it, and what it says, into output.log. It asks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from console.agents.folder import SessionFolder
from console.agents.gateway_note import Note, write_note
from console.agents.output import OutputLog
from console.agents.spec import StartSpec
from console.gateway.outcomes import Result
from console.gateway.wire import AgentEvent
from console.records.budget import Usage
from console.records.transcript import Entry, EntryKind
from console.safe_files import of_session
from console.transcript.writer import Transcript

__all__ = ("Run",)

_ARGUMENTS = 2_000
_RESULT = 8_000
"""Characters of a tool call's arguments and of its result that are kept in the log; the transcript has more."""


class Run:
    """One run, from before it is sent until it is over."""

    given_up = False
    """We aborted it ourselves, because its session is not wanted any more."""
    ended: tuple[str, ...] = ()
    """What it left going, which was ended with it, in words."""
    asked_on: object | None = None
    """The connection on which the gateway last told what it asks."""
    refused: Result | None = None
    """What the gateway said when it refused it after all."""

    settling = looking = telling = reading = False
    next_look = next_read = 0.0
    counted = Usage()
    counted_until = 0
    """What it has used so far, by the messages until then, in ms by the gateway's clock."""
    used_up = window = 0
    """Tokens of its context as its last model call left it, and how many its model takes."""

    def __init__(self, spec: StartSpec, note: Note) -> None:
        self.spec = spec
        self.note = note
        self.folder = SessionFolder(spec.folder)
        self._confirmed: object | None = None
        self.absent = False
        """It was never accepted, and the gateway knows nothing of it."""
        self.over = note.over
        self.asking: set[str] = set()
        """What it asks of a person, by the gateway's ids, until the answer is there."""
        self.finished = False
        """It has said its last words, as an event told."""
        self.missed_since: float | None = None
        """Monotonic seconds since when the gateway has not known it to be active."""
        self.quiet_since: float | None = None
        """Monotonic seconds since when its own turn is over, while something that was sent later may still come."""
        self.to_mark = note.accepted
        """Its session is still to become `running`."""
        self.claimed = True
        """False once its claim has ended: by its own submit, or because somebody took the task away."""
        self.word_at: int | None = None
        """Epoch ms of its last sign of life, where the blackboard has not been told yet."""
        self.spoke_at: int | None = None
        """Epoch ms of its last sign of life."""
        self.told_at = 0.0
        self.renewed_at: float | None = None
        self.heard = 0
        """Events so far."""
        self.answered = note.answered
        """Its model said or did something."""
        self.to_read = note.accepted
        """A call of its model has ended since it was read what they used."""
        self.log = OutputLog(*of_session(self.folder.path, self.folder.output.name))
        self.transcript = Transcript(self.folder.path, lambda: self.spoke_at or 0)
        self.heard_whole = not note.accepted
        """Every event of it came to this process, as far as that can be known."""
        self._item: object = None
        self._said = 0

    @property
    def id(self) -> str:
        """The session's id, and the run's."""
        return self.spec.session

    @property
    def conversation(self) -> str:
        """Its session of the gateway, where its model answered in that."""
        return self.note.key if self.answered else ""

    @property
    def confirmed(self) -> object | None:
        """The connection on which the gateway last said that it goes on."""
        return self._confirmed

    @confirmed.setter
    def confirmed(self, connection: object | None) -> None:
        if self._confirmed is not None and connection is not self._confirmed:
            self.heard_whole = False  # what it did between the two was told to nobody
        self._confirmed = connection

    def change(self, *, durable: bool = True, **changes: Any) -> None:
        """Change the note, in memory and on disk."""
        self.note = replace(self.note, **changes)
        write_note(self.folder, self.note, durable=durable)

    def take(self, event: AgentEvent, now: int) -> bool:
        """Something that it did; True where it is a sign that its model provider answers."""
        self.word_at = self.spoke_at = now
        self.heard += 1
        data = event.data
        self.to_read |= _ends_call(event)
        if event.stream in ("assistant", "tool"):
            self._speak(data) if event.stream == "assistant" else self._tool(data)
            self.transcript.flush()
            self.answered = True
            return True
        return False

    def leave(self, key: str, used: Usage) -> None:
        """It has handed its session over, in which it `used` so much, and works on in a new one."""
        tokens, cost = self.note.left_tokens + used.tokens, self.note.left_cost + used.cost
        anew: dict[str, Any] = {"after": 0, "ended_before": None, "answered": False, "handing": False}
        self.change(run_id=self.id, key=key, left_tokens=tokens, left_cost=cost, **anew)
        self.answered = self.finished = False
        self.counted, self.counted_until, self.used_up = Usage(), 0, 0
        self.missed_since = None

    def tell(self, text: str) -> None:
        """A word of ours on how it stands."""
        self.transcript.add(Entry(kind=EntryKind.STATUS, text=text))
        self.transcript.flush()

    def end_line(self) -> None:
        """What it is saying ends here."""
        if self._said:
            self.log.feed(b"\n")
        self._item, self._said = None, 0

    def close(self) -> None:
        """No more of it."""
        self.log.close()
        self.transcript.close()

    def add_late(self, entries: Iterable[Entry]) -> None:
        """Further entries of its transcript, once that is closed."""
        transcript = Transcript(self.folder.path, lambda: self.spoke_at or 0)
        for entry in entries:
            transcript.add(entry)
        transcript.close()

    def _speak(self, data: dict[str, Any]) -> None:
        """Text comes whole so far, mostly with the newest piece beside it; only what is new is written."""
        text, item = data.get("text"), data.get("itemId")
        if not isinstance(text, str):
            return
        if item != self._item or len(text) < self._said:
            self.end_line()
            self._item = item
        new = text[self._said :]
        self.log.feed(new.encode("utf-8", "replace"))
        self.transcript.add(Entry(kind=EntryKind.TEXT, id=str(item or "said")[:80], text=new))
        self._said = len(text)

    def _tool(self, data: dict[str, Any]) -> None:
        name, phase = str(data.get("name", "tool"))[:80], data.get("phase")
        if phase == "start":
            self.end_line()
            args = data.get("args")
            self.transcript.add(tool_call(name, args, str(data.get("toolCallId") or "")))
            command = args.get("command") if isinstance(args, dict) else None
            shown = command if isinstance(command, str) else json.dumps(args, ensure_ascii=False)
            self.log.feed(f"[{name}] {shown[:_ARGUMENTS]}\n".encode("utf-8", "replace"))
        elif phase == "result":
            self.end_line()
            said = text_of(data.get("result"))
            self.transcript.add(_result(said, data))
            text = said[:_RESULT]
            failed = "(failed) " if data.get("isError") else ""
            if text.strip() or failed:
                self.log.feed(f"{failed}{text.rstrip()}\n".encode("utf-8", "replace"))


def _ends_call(event: AgentEvent) -> bool:
    """Whether a call of its model has ended: the newer release says so, and a tool is called by what was answered."""
    phase = event.data.get("phase")
    return event.stream == "usage" or (event.stream == "tool" and phase in ("start", "result"))


def ended_too(title: str) -> Entry:
    """The entry of a command that was ended with it."""
    return Entry(kind=EntryKind.STATUS, text=f"a command that it left in the background was ended: {title}")


def tool_call(name: str, args: Any, call: str) -> Entry:
    """The entry of a tool that it calls."""
    known = args if isinstance(args, dict) else {}
    told = {key: known[key] for key in ("command", "path") if isinstance(known.get(key), str)}
    fields = told or ({"input": args} if args else {})
    return Entry(kind=EntryKind.TOOL_CALL, id=call[:80], fields={"tool": name[:80], **fields})


def _result(text: str, data: dict[str, Any]) -> Entry:
    failed = {"failed": True} if data.get("isError") else {}
    return Entry(kind=EntryKind.TOOL_RESULT, id=str(data.get("toolCallId") or "")[:80], text=text, fields=failed)


def text_of(result: Any) -> str:
    """The text of what a tool gave back."""
    content = result.get("content") if isinstance(result, dict) else result
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
