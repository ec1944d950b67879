"""Owns what an agent's `session/update` tells, as entries of the transcript, and which tool calls are known. Pure.

Believes no shape: what is not as the protocol has it tells less, or nothing.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from console.records.transcript import Entry, EntryKind

__all__ = ("Updates", "call_of", "command_of", "diffs_of", "paths_of", "words_of")

CALLS = 1_000
"""Calls that are remembered."""
ENDED = ("completed", "failed", "cancelled")
_MARKS = {"completed": "[x]", "in_progress": "[>]"}
_DIFF_LINES = 400
_DIFF_CHARACTERS = 200_000


class Updates:
    """Of one session."""

    def __init__(self) -> None:
        self._calls: dict[str, dict[str, Any]] = {}
        self._told: dict[str, str] = {}
        """What was told of each call last."""
        self._plan = ""
        self._unnamed = 0

    def call(self, number: str) -> Mapping[str, Any]:
        """What is known of a tool call so far."""
        return self._calls.get(number, {})

    def asked(self, call: Mapping[str, Any]) -> Iterator[Entry]:
        """What a request for leave tells of its call: some programs name one there first, or its input."""
        yield from self._of_call(call, clear=True)

    def entries(self, update: Mapping[str, Any]) -> Iterator[Entry]:
        """What one update tells."""
        match update.get("sessionUpdate"):
            case "agent_message_chunk":
                yield from self._words(EntryKind.TEXT, "message", update)
            case "agent_thought_chunk":
                yield from self._words(EntryKind.THINKING, "thought", update)
            case "tool_call" | "tool_call_update":
                yield from self._of_call(update)
            case "plan":
                yield from self._of_plan(update)
            case "current_mode_update" if isinstance(update.get("currentModeId"), str):
                yield Entry(kind=EntryKind.STATUS, text=f"its mode is {update['currentModeId']}")

    def _words(self, kind: EntryKind, what: str, update: Mapping[str, Any]) -> Iterator[Entry]:
        """A piece of a message; pieces that have no name go together until something else happens."""
        if text := words_of(update.get("content")):
            name = update.get("messageId")
            yield Entry(kind=kind, text=text, id=name if isinstance(name, str) else f"{what}-{self._unnamed}")

    def _of_call(self, update: Mapping[str, Any], *, clear: bool = False) -> Iterator[Entry]:
        self._unnamed += 1
        number = str(update.get("toolCallId") or "")[:200]
        known = self._calls.setdefault(number, {})
        known |= {name: value for name, value in update.items() if value not in (None, [], {}, "")}
        if len(self._calls) > CALLS:
            oldest = next(iter(self._calls))
            del self._calls[oldest]
            self._told.pop(oldest, None)
        ended = known.get("status") in ENDED
        if clear or _is_clear(known) or ended:
            entry = call_of(number, known)
            shown = f"{entry.text}{entry.fields}"
            if self._told.get(number) != shown and self._told.get(number) != "":
                self._told[number] = shown
                yield entry
        if ended and self._told.get(number) != "":
            self._told[number] = ""
            yield from _diffs(number, known)
            yield _result(number, known)

    def _of_plan(self, update: Mapping[str, Any]) -> Iterator[Entry]:
        steps = update.get("entries")
        lines = [
            f"{_MARKS.get(str(step.get('status')), '[ ]')} {step['content']}"
            for step in (steps if isinstance(steps, list) else ())
            if isinstance(step, dict) and isinstance(step.get("content"), str)
        ]
        text = "\n".join(lines)
        if text and text != self._plan:
            self._plan = text
            yield Entry(kind=EntryKind.PLAN, text=text)


def call_of(number: str, known: Mapping[str, Any]) -> Entry:
    """A tool call as far as it is known."""
    fields: dict[str, Any] = {"tool": tool_of(known)}
    given = known.get("rawInput")
    if command := command_of(known):
        fields["command"] = command
    elif paths := paths_of(known):
        fields["path"] = paths[0]
    elif isinstance(given, Mapping) and given:
        fields["input"] = given
    return Entry(kind=EntryKind.TOOL_CALL, text=_text(known.get("title")), id=number, fields=fields)


def tool_of(known: Mapping[str, Any]) -> str:
    """Its name: the program's own where that says one, else the kind that the protocol has for it."""
    for place in (known, _map(known.get("_meta")), _map(_map(known.get("_meta")).get("claudeCode"))):
        for name in ("toolName", "name"):
            if _text(place.get(name)):
                return _text(place.get(name))[:80]
    return _text(known.get("kind"))[:80] or "tool"


def command_of(known: Mapping[str, Any]) -> str:
    """The shell line that it would run, as a person reads it; empty where it runs none, or does not say which."""
    given = _map(known.get("rawInput"))
    for name in ("command", "cmd"):
        said = given.get(name)
        if isinstance(said, str) and said.strip():
            return said
        if isinstance(said, list) and said and all(isinstance(word, str) for word in said):
            return said[2] if len(said) == 3 and said[1] in ("-c", "-lc") else shlex.join(said)
    return ""


def paths_of(known: Mapping[str, Any]) -> tuple[str, ...]:
    """The files that it would touch, as it says itself."""
    given = _map(known.get("rawInput"))
    named = [given.get(name) for name in ("file_path", "filePath", "path", "absolute_path", "notebook_path")]
    changed = [part.get("path") for part in _contents(known) if part.get("type") == "diff"]
    places = known.get("locations")
    located = [_map(place).get("path") for place in (places if isinstance(places, list) else ())]
    found = (path for path in (*named, *changed, *located) if isinstance(path, str) and path)
    return tuple(dict.fromkeys(found))[:20]


def diffs_of(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, unified diff) of each change of a file that it tells."""
    for part in _contents(known):
        path, new = part.get("path"), part.get("newText")
        if part.get("type") == "diff" and isinstance(path, str) and isinstance(new, str):
            old = part.get("oldText")
            yield path, _unified(path, old if isinstance(old, str) else "", new)


def words_of(content: object) -> str:
    """The text of a block of content; of anything else, what it is."""
    block = _map(content)
    if block.get("type") in ("text", None):
        text = block.get("text")
        return text if isinstance(text, str) else ""
    if block.get("type") == "resource_link":
        return f"[{_text(block.get('name')) or _text(block.get('uri'))}]"
    return f"[{_text(block.get('type'))[:40]}]"


def _is_clear(known: Mapping[str, Any]) -> bool:
    """Whether it is said by now what it does: some programs name a call first, and its input afterwards."""
    if known.get("kind") == "execute":
        return bool(command_of(known))
    return bool(command_of(known) or paths_of(known)) or known.get("status") != "pending"


def _diffs(number: str, known: Mapping[str, Any]) -> Iterator[Entry]:
    for path, text in diffs_of(known):
        yield Entry(kind=EntryKind.DIFF, text=text, id=number, fields={"path": path})


def _result(number: str, known: Mapping[str, Any]) -> Entry:
    texts = [words_of(part.get("content")) for part in _contents(known) if part.get("type") == "content"]
    out = known.get("rawOutput")
    made = _map(out)
    if not any(texts):
        texts = [out] if isinstance(out, str) else [_text(made.get("output")) or _text(made.get("stdout"))]
    fields: dict[str, Any] = {"failed": True} if known.get("status") != "completed" else {}
    for place, name in ((made, "exitCode"), (made, "exit_code"), (_map(made.get("metadata")), "exit")):
        code = place.get(name)
        if isinstance(code, int) and not isinstance(code, bool):
            fields["exit_code"] = code
    return Entry(kind=EntryKind.TOOL_RESULT, text="\n".join(filter(None, texts)), id=number, fields=fields)


def _unified(path: str, old: str, new: str) -> str:
    if len(old) + len(new) > _DIFF_CHARACTERS:
        return f"({len(old)} characters become {len(new)})"
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), path, path, lineterm="", n=2))
    more = [f"… ({len(lines) - _DIFF_LINES} more lines)"] if len(lines) > _DIFF_LINES else []
    return "\n".join([*lines[:_DIFF_LINES], *more])


def _contents(known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = known.get("content")
    return [_map(part) for part in parts if isinstance(part, dict)][:50] if isinstance(parts, list) else []


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
