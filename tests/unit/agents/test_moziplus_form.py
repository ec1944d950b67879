"""Promises of the form `moziplus`: what a driver that writes the lines of a transcript says of its run."""

from __future__ import annotations

import pytest

from console.agents.forms import FORMS, Kind, Said
from console.agents.usage import UsageTail
from console.records.budget import Usage
from console.records.transcript import Entry, EntryKind
from console.transcript.line import line_of

WORKED = (
    Entry(kind=EntryKind.STATUS, text="started"),
    Entry(kind=EntryKind.TEXT, text="The answer is 42."),
    Entry(kind=EntryKind.TOOL_CALL, id="1", fields={"tool": "shell", "command": "blackboard submit"}),
)


def said(*entries: Entry) -> Said:
    tail = UsageTail({"form": "moziplus"})
    tail.feed("".join(line_of(entry) + "\n" for entry in entries).encode())
    return tail.said(0)


def ended(end: str, text: str = "", **fields: object) -> Entry:
    return Entry(kind=EntryKind.STATUS, text=text, fields={"end": end, **fields})


@pytest.mark.parametrize("kind", Kind)
def test_the_end_decides_with_its_words_its_use_and_its_reset(kind: Kind) -> None:
    found = said(*WORKED, ended(kind.value, "so it is", tokens=70, cost=0.5, until=1795766042000))
    assert found == Said(kind=kind, text="so it is", usage=Usage(tokens=70, cost=0.5), until=1795766042000)


def test_an_end_without_words_of_its_own_has_the_last_text() -> None:
    assert said(*WORKED, ended("result")).text == "The answer is 42."


def test_an_error_without_words_does_not_borrow_the_last_text() -> None:
    assert said(*WORKED, ended("error")).text == ""


def test_without_an_end_it_ended_with_nothing() -> None:
    assert said(*WORKED).kind == said(*WORKED, ended("somehow")).kind == Kind.EMPTY


def test_each_line_is_one_entry_and_anything_else_none() -> None:
    read = FORMS["moziplus"].entries
    assert read is not None
    assert [*read({"kind": "text", "text": "a", "at": 5})] == [Entry(kind=EntryKind.TEXT, text="a", at=5)]
    assert [*read({"type": "text"})] == []
