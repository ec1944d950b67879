"""Owns the form of our own drivers, and of any program that writes the lines of a transcript itself.

Its end is an entry of kind `status` with the field `end`: result, empty, error, limited or signed_out. The text is the
agent's last words or what went wrong, `until` (epoch ms) when a limit ends, `tokens` and `cost` what the whole run used. A
field `conversation` names the one that it has from then on. In an entry of kind `usage` the field `context` is how many
tokens the last call of the model took, `context_size` how many it can take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of
from console.records.budget import Usage
from console.records.fill import Fill
from console.records.transcript import Entry, EntryKind
from console.transcript.line import entry_from

__all__ = ("MOZIPLUS",)

_ENDS = {kind.value: kind for kind in Kind}


def _read(objects: Objects, now: int) -> Said | None:
    """The last end decides; where it names no words of its own, the last text is what was said."""
    end: Mapping[str, Any] | None = None
    for said in objects:
        if end is None and said.get("kind") == EntryKind.STATUS and text_of(said.get("end")) in _ENDS:
            end = said
        if end is not None and (_ENDS[end["end"]] is not Kind.RESULT or text_of(end.get("text"))):
            return _said(end, text_of(end.get("text")))
        if end is not None and (words := _words(said)):
            return _said(end, words)
    return _said(end, "") if end is not None else None


def _said(end: Mapping[str, Any], text: str) -> Said:
    until = number(end.get("until"))
    return Said(
        kind=_ENDS[end["end"]],
        text=text,
        usage=Usage(tokens=int(number(end.get("tokens"))), cost=number(end.get("cost"))),
        until=int(until) if until > 0 else None,
    )


def _words(said: Mapping[str, Any]) -> str:
    ended = said.get("kind") == EntryKind.STATUS and "end" in said
    return text_of(said.get("text")) if ended or said.get("kind") == EntryKind.TEXT else ""


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    entry = entry_from(said)
    return () if entry is None else (entry,)


def _fill(said: Mapping[str, Any]) -> Fill | None:
    if said.get("kind") != EntryKind.USAGE:
        return None
    return Fill(used=int(number(said.get("context"))), window=int(number(said.get("context_size"))))


MOZIPLUS = Form(
    read=_read,
    words=_words,
    entries=_entries,
    fill=_fill,
    own_total=True,
    conversation="conversation",
    renames=True,
)
