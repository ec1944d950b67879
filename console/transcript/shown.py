"""Owns how an entry reads for a person: a few short lines, each with a role. It draws nothing and makes nothing safe.

Words of ours go through the `words` of whoever shows them; what agents wrote stays theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from console.i18n import N_
from console.records.transcript import Entry, EntryKind

__all__ = ("Words", "folded", "holds", "is_error", "joined", "last_words", "shown", "speaker")

Words = Callable[[str], str]
COMMAND = 400
"""Characters of a command or an input."""
RESULT = 8
"""Lines of what came back."""
THOUGHT = 6
WIDE = 500
"""Characters of one line of what came back."""
JOINED = 65_536
"""Characters of a message that is shown as one."""
_TEXT = 400
"""Lines of one message."""
_ENDS = {
    "result": N_("ended with a result"),
    "empty": N_("ended without a result"),
    "error": N_("ended with an error"),
    "limited": N_("refused by its provider for now"),
    "signed_out": N_("not signed in"),
}


def joined(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each message as one entry: its pieces follow each other with one id."""
    held: Entry | None = None
    for entry in entries:
        pieces = entry.id and entry.kind in (EntryKind.TEXT, EntryKind.THINKING)
        if held is not None and (
            not pieces or (held.kind, held.id) != (entry.kind, entry.id) or len(held.text) > JOINED
        ):
            yield held
            held = None
        if not pieces:
            yield entry
        else:
            held = entry if held is None else replace(held, text=held.text + entry.text)
    if held is not None:
        yield held


def speaker(entry: Entry, agent: str) -> str:
    """Who said a text."""
    by = entry.fields.get("by")
    return by if isinstance(by, str) and by else agent


def shown(entry: Entry, words: Words) -> list[tuple[str, str]]:
    """(role, line) of an entry, none where it has nothing for a person. Roles: text, dim, strong, error."""
    match entry.kind:
        case EntryKind.TEXT:
            return [*_some(entry.text.rstrip("\n"), _TEXT, "text", words), *_cut(entry, words)]
        case EntryKind.THINKING:
            return _some(entry.text.strip(), THOUGHT, "dim", words)
        case EntryKind.PLAN:
            return [("strong", words(N_("plan"))), *(("text", f"  {line}") for line in entry.text.splitlines()[:_TEXT])]
        case EntryKind.TOOL_CALL:
            return [("strong", _call(entry))]
        case EntryKind.TOOL_RESULT:
            return _result(entry, words)
        case EntryKind.DIFF:
            return [("strong", f"± {_word(entry, 'path')}"), *_some(entry.text, RESULT, "dim", words)]
        case EntryKind.ASK:
            asked = _short(entry.text) or words(N_("it asks"))
            return [("strong", f"? {asked}")]
        case EntryKind.USAGE:
            return [("dim", used)] if (used := _used(entry, words)) else []
        case EntryKind.ERROR:
            return [("error", f"! {line}") for line in entry.text.splitlines()[:RESULT]]
        case EntryKind.STATUS:
            return _status(entry, words)


def is_error(entry: Entry) -> bool:
    """Whether something failed there."""
    code, end = entry.fields.get("exit_code"), entry.fields.get("end")
    if entry.kind is EntryKind.TOOL_RESULT:
        return (isinstance(code, int) and code != 0) or entry.fields.get("failed") is True
    if entry.kind is EntryKind.STATUS:
        ended = entry.fields.get("ended") is True and isinstance(code, int) and code != 0
        return ended or (isinstance(end, str) and end in _ENDS and end != "result")
    return entry.kind is EntryKind.ERROR


def folded(entries: Iterable[Entry], words: Words) -> Iterator[tuple[Entry, list[tuple[str, str]]]]:
    """Each entry with its lines, of tools and thinking no more than one, which says how it went."""
    every = [*entries]
    results = {entry.id: entry for entry in every if entry.kind is EntryKind.TOOL_RESULT and entry.id}
    called = {entry.id for entry in every if entry.kind is EntryKind.TOOL_CALL}
    for entry in every:
        lines = shown(entry, words)
        if entry.kind is EntryKind.TOOL_RESULT:
            if entry.id in called:
                continue
            lines = lines[-1:] if is_error(entry) else lines[:1]
        elif entry.kind is EntryKind.TOOL_CALL and lines:
            role, text = lines[0]
            result = results.get(entry.id)
            end = shown(result, words)[-1:] if result is not None and is_error(result) else []
            lines = [("error", f"{text}  {end[0][1].strip()}") if end else (role, text)]
        elif entry.kind in (EntryKind.THINKING, EntryKind.DIFF, EntryKind.PLAN) and len(lines) > 1:
            role, text = lines[0]
            lines = [(role, f"{text} … +{len(lines) - 1}")]
        yield entry, lines


def last_words(entries: Iterable[Entry]) -> str:
    """What the agent said last."""
    found = ""
    for entry in joined(entries):
        if entry.kind is EntryKind.TEXT and entry.text.strip() and "by" not in entry.fields:
            found = entry.text
    return found


def holds(entry: Entry, wanted: Callable[[str], object]) -> bool:
    """Whether a text of the entry is `wanted`: what was said, a command, a path, a value of its input."""
    return bool(wanted(entry.text)) or any(wanted(text) for text in _texts(entry.fields))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _some(text: str, most: int, role: str, words: Words) -> list[tuple[str, str]]:
    lines = text.splitlines()
    found = [(role, line if len(line) <= WIDE or role == "text" else f"{line[:WIDE]}…") for line in lines[:most]]
    if len(lines) > most:
        found.append(("dim", words(N_("… {count} more lines")).format(count=len(lines) - most)))
    return found


def _cut(entry: Entry, words: Words) -> list[tuple[str, str]]:
    cut = entry.fields.get("cut")
    return [("dim", words(N_("… {count} characters were cut")).format(count=cut))] if isinstance(cut, int) else []


def _call(entry: Entry) -> str:
    what = _word(entry, "command") or _word(entry, "path")
    if not what and (given := entry.fields.get("input")):
        what = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return " ".join(part for part in (">", _word(entry, "tool"), _short(what) or _short(entry.text)) if part)


def _result(entry: Entry, words: Words) -> list[tuple[str, str]]:
    code, found = entry.fields.get("exit_code"), _some(entry.text.rstrip(), RESULT, "dim", words)
    if isinstance(code, int) and code != 0:
        found.append(("error", words(N_("exit code {code}")).format(code=code)))
    elif entry.fields.get("failed") is True:
        found.append(("error", words(N_("it failed"))))
    return [(role, f"  {line}") for role, line in found]


def _status(entry: Entry, words: Words) -> list[tuple[str, str]]:
    if entry.fields.get("ended") is True:
        code = entry.fields.get("exit_code")
        told = words(N_("ended")) if code is None else words(N_("ended with exit code {code}")).format(code=code)
        return [("dim", f"* {told}"), *(("error", f"! {words(line)}") for line in entry.text.splitlines()[:RESULT])]
    end = entry.fields.get("end")
    if isinstance(end, str) and end in _ENDS:
        used = _used(entry, words)
        found = [("dim", f"* {words(_ENDS[end])}" + (f" ({used})" if used else ""))]
        return found if end == "result" else [*found, *_some(entry.text, RESULT, "error", words)]
    return [("dim", f"* {words(line)}") for line in entry.text.splitlines()[:THOUGHT]]


def _used(entry: Entry, words: Words) -> str:
    tokens, cost = entry.fields.get("tokens"), entry.fields.get("cost")
    parts = [words(N_("{count} tokens")).format(count=f"{tokens:,}")] if isinstance(tokens, int) and tokens else []
    if isinstance(cost, int | float) and cost:
        parts.append(f"${cost:.4f}")
    return ", ".join(parts)


def _word(entry: Entry, name: str) -> str:
    value = entry.fields.get(name)
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= COMMAND else f"{line[:COMMAND]}…"
