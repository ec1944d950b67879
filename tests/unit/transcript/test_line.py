"""Promises of a transcript's line: what is written is read again, and what is no line is nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.records.transcript import Entry, EntryKind
from console.transcript.line import entry_of, line_of

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
names = st.text(min_size=1, max_size=10).filter(lambda name: name not in {"kind", "at", "id", "text"})
entries = st.builds(
    Entry,
    kind=st.sampled_from(EntryKind),
    text=st.text(max_size=40),
    at=st.integers(0, 2**52),
    id=st.text(max_size=10),
    fields=st.dictionaries(names, plain, max_size=4),
)


@given(entries)
def test_an_entry_is_read_as_it_was_written_and_takes_one_line(entry: Entry) -> None:
    line = line_of(entry)
    assert "\n" not in line
    assert entry_of(line) == entry


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_anything_else_is_no_entry(line: str | bytes) -> None:
    assert entry_of(line) is None


@pytest.mark.parametrize("line", ["[" * 100_000, '{"kind":"text"', '{"kind":["text"]}', '{"kind":"later"}', "[]", "7"])
def test_half_lines_and_unknown_kinds_are_no_entry(line: str) -> None:
    assert entry_of(line) is None


@pytest.mark.parametrize("odd", [-1, 2**70, True, "soon", 1.5, None])
def test_what_is_not_of_its_type_is_left_out(odd: Any) -> None:
    found = entry_of(json.dumps({"kind": "text", "at": odd, "id": 7, "text": ["a"], "more": odd}))
    assert found == Entry(kind=EntryKind.TEXT, fields={"more": odd})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_is_none_and_leaves_the_line_json(number: str) -> None:
    entry = entry_of(f'{{"kind":"usage","tokens":{number},"cost":{{"sum":[{number},0.5]}}}}')
    assert entry is not None
    assert entry.fields == {"tokens": None, "cost": {"sum": [None, 0.5]}}
    json.dumps(entry.fields, allow_nan=False)
