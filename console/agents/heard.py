"""Owns what an agent's output tells its transcript, as it comes: by its form, or each line as what it said.

Judges nothing of it. Whatever comes, half or endless lines and what is no JSON, holds up nobody and costs bounded room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from console.agents.forms import FORMS, Form, Kind, Said
from console.agents.live_use import LiveUse
from console.foreign_json import foreign_json
from console.records.budget import Usage
from console.records.ending import Ending
from console.records.fill import Fill
from console.records.transcript import Entry, EntryKind
from console.text import decoded
from console.transcript.writer import Transcript

__all__ = ("Heard",)

LINE = 4_194_304
"""Bytes of one line of a known form; one holds an agent's whole answer."""
PLAIN = 65_536
"""Bytes of one line of plain output that are looked at."""
_ANSWERS = frozenset((EntryKind.TEXT, EntryKind.THINKING, EntryKind.TOOL_CALL))
_STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the reader of a form may raise over what an agent wrote."""
STRAY = 2_000
"""Characters of a line that is none of its form."""


class Heard:
    """Takes bytes as they come; gives entries to a transcript."""

    conversation = ""
    """As its own program calls it; empty until that has named it."""
    answered = False
    """Its model said or did something in it."""
    fill = Fill()
    """How full that is, as far as it is told."""
    _before = ""
    """The conversation that it handed over, where its model answered in that."""

    def __init__(self, form: Mapping[str, str], transcript: Transcript, before: Usage | None = None) -> None:
        """`form` as in the start spec; `before` is what the conversation that it goes on with had used."""
        known = FORMS.get(form.get("form", ""))
        self._form = None if known is not None and known.plain else known
        self._most = PLAIN if self._form is None else LINE
        self._transcript = transcript
        self._use = LiveUse(self._form)
        self._counted = before or Usage()
        """What of the totals that it tells was counted before."""
        self._earlier = Usage()
        """What this session used in a conversation that it handed over."""
        self._open = bytearray()
        self._skipped = 0
        """Bytes of the line that is open which were let go."""

    def feed(self, chunk: bytes) -> None:
        """Take what was read; it is in the file after the next flush."""
        if self._form is None and b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # progress that rewrites its line
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._grow(line)
            self._end_of_line()
        self._grow(rest)

    @property
    def used(self) -> Usage:
        """By the session so far, as far as that is told while it works."""
        return self._earlier + self._use.usage

    @property
    def answers_in(self) -> str:
        """The newest conversation in which its model answered; empty while it has not."""
        return self.conversation if self.answered else self._before

    def begin_anew(self, why: str, used: Usage | None = None) -> None:
        """What comes is of a new conversation: it could not go on with the old one, or handed it over, which took `used`."""
        self._end_open()
        self._leave()
        self._counted, self._earlier, self._use = Usage(), used or Usage(), LiveUse(self._form)
        self.tell(why)

    def tell(self, text: str) -> None:
        """A word of ours on how it stands."""
        self._transcript.add(Entry(kind=EntryKind.STATUS, text=text))

    def flush(self) -> None:
        """Write what was taken."""
        self._transcript.flush()

    def again(self) -> None:
        """Try to have the file where that was not possible."""
        self._transcript.again()

    def close(self, ending: Ending) -> None:
        """Write all, also what has no line end yet, and how it ended."""
        self._end_open()
        self._transcript.add(_end(ending))
        self._transcript.close()

    def _end_open(self) -> None:
        """Nothing more comes of the line that has no end yet."""
        if self._open or self._skipped:
            self._end_of_line()

    def _grow(self, piece: bytes) -> None:
        room = self._most - len(self._open)
        self._open += piece[:room]
        self._skipped += max(0, len(piece) - room)

    def _end_of_line(self) -> None:
        line, skipped = bytes(self._open), self._skipped
        self._open.clear()
        self._skipped = 0
        for entry in self._plain(line, skipped) if self._form is None else self._read(self._form, line, skipped):
            self.answered = self.answered or entry.kind in _ANSWERS
            self._transcript.add(entry)

    def _plain(self, line: bytes, skipped: int) -> Iterator[Entry]:
        yield Entry(kind=EntryKind.TEXT, text=decoded(line), fields={"bytes_cut": skipped} if skipped else {})

    def _read(self, form: Form, line: bytes, skipped: int) -> Iterator[Entry]:
        if skipped:
            text = f"a line of {len(line) + skipped} bytes was too long to be read"
            yield Entry(kind=EntryKind.STATUS, text=text, fields={"skipped": len(line) + skipped})
            return
        text = decoded(line).strip()
        objects = _objects(text)
        if objects is None:
            if text:
                cut = {"cut": len(text) - STRAY} if len(text) > STRAY else {}
                yield Entry(kind=EntryKind.STATUS, text=text[:STRAY], fields={"source": "output", **cut})
            return
        for said in objects:
            self._name(form, form.conversation_of(said))
            if form.fill is not None and (told := form.fill(said)) is not None:
                self.fill = self.fill.then(told)
            entries = [self._of_this_run(form, entry) for entry in _entries(form, said)]
            if not self.answered and (words := _only_words(form, said, entries)):
                entries.insert(0, Entry(kind=EntryKind.TEXT, text=words))
            self._use.take(said, entries)
            yield from entries

    def _of_this_run(self, form: Form, entry: Entry) -> Entry:
        """A total without what its conversation had used before, and with what the session used in another one."""
        if entry.kind is not EntryKind.USAGE or not entry.fields.get("total") or form.own_total:
            return entry
        used = Usage(tokens=entry.fields.get("tokens", 0), cost=entry.fields.get("cost", 0.0))
        less = self._earlier + Said(kind=Kind.RESULT, usage=used, whole=form.whole).less(self._counted).usage
        return replace(
            entry, fields={**entry.fields, "tokens": less.tokens, **({"cost": less.cost} if used.cost else {})}
        )

    def _name(self, form: Form, conversation: str) -> None:
        """What follows is of that one, where it says so."""
        if not conversation or conversation == self.conversation or (self.conversation and not form.renames):
            return
        if self.conversation:
            self._leave()
        self.conversation = conversation

    def _leave(self) -> None:
        """What follows is of another conversation."""
        self._before, self.conversation, self.answered = self.answers_in, "", False
        self.fill = Fill(window=self.fill.window)


def _end(ending: Ending) -> Entry:
    told = {
        "exit_code": ending.exit_code,
        "signal": ending.signal,
        "stopped": ending.stopped,
        "timed_out": ending.timed_out or None,
    }
    fields = {name: value for name, value in told.items() if value is not None}
    return Entry(kind=EntryKind.STATUS, text=ending.failure or "", fields={"ended": True, **fields})


def _objects(text: str) -> list[Mapping[str, Any]] | None:
    """The objects of a line; None where it is no JSON of objects."""
    if not text.startswith(("{", "[")):
        return None
    try:
        said = foreign_json(text)
    except (ValueError, RecursionError):
        return None
    found: list[Mapping[str, Any]] = [
        one for one in (said if isinstance(said, list) else (said,)) if isinstance(one, dict)
    ]
    return found if found or said == [] else None


def _only_words(form: Form, said: Mapping[str, Any], entries: Sequence[Entry]) -> str:
    """The words of an end, where nothing else in it tells them: some programs write nothing before it."""
    if not entries or any(entry.kind is not EntryKind.USAGE for entry in entries):
        return ""
    try:
        return form.words(said)
    except _STUMBLES:
        return ""


def _entries(form: Form, said: Mapping[str, Any]) -> Iterable[Entry]:
    """What one object tells. A reader of a form that stumbles over what an agent wrote costs this object alone."""
    try:
        if form.entries is not None:
            return [*form.entries(said)]
        words = form.words(said)
    except _STUMBLES as error:
        return (Entry(kind=EntryKind.STATUS, text=f"an object of its output cannot be read: {error!r}"[:STRAY]),)
    return (Entry(kind=EntryKind.TEXT, text=words),) if words else ()
