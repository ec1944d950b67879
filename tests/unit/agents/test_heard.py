"""Promises of what an agent's output becomes in its transcript: by its form, line by line, whatever comes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.agents.forms import FORMS
from console.agents.heard import LINE, PLAIN, Heard
from console.records.ending import Ending
from console.records.transcript import Entry, EntryKind
from console.transcript.line import line_of
from console.transcript.reader import read
from console.transcript.writer import Transcript

NOW = 1_795_766_042_000


def heard(folder: Path, form: str, *chunks: bytes) -> list[Entry]:
    """Without the line that tells the end."""
    one = Heard({"form": form} if form else {}, Transcript(folder, lambda: NOW))
    for chunk in chunks:
        one.feed(chunk)
        one.flush()
    one.close(Ending(exit_code=3))
    *entries, end = read(folder)
    assert end == Entry(kind=EntryKind.STATUS, at=NOW, fields={"ended": True, "exit_code": 3})
    return entries


def texts(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.kind.value, entry.text) for entry in entries]


def test_without_a_form_each_line_is_what_it_said(tmp_path: Path) -> None:
    found = heard(tmp_path, "", b"one\ntw", b'o\r\n\n{"type":1}\n50%\r60%\r\n', "三".encode())
    assert texts(found) == [("text", t) for t in ("one", "two", "", '{"type":1}', "50%", "60%", "三")]


def test_the_lines_of_our_own_form_are_the_entries(tmp_path: Path) -> None:
    sent = [
        Entry(kind=EntryKind.TOOL_CALL, id="1", at=5, fields={"tool": "shell", "command": "ls"}),
        Entry(kind=EntryKind.TOOL_RESULT, id="1", at=6, text="a\nb", fields={"exit_code": 0}),
    ]
    data = "".join(line_of(entry) + "\n" for entry in sent).encode()
    assert heard(tmp_path, "moziplus", data[:30], data[30:]) == sent


def test_of_a_form_that_knows_only_words_these_are_the_transcript(tmp_path: Path) -> None:
    known = [name for name, form in FORMS.items() if form.entries is None]
    if "codex_json" not in known:
        pytest.skip("every form tells entries")
    said = {"type": "item.completed", "item": {"type": "agent_message", "text": "All done."}}
    assert texts(heard(tmp_path, "codex_json", json.dumps(said).encode())) == [("text", "All done.")]


def test_a_line_that_is_none_of_its_form_is_told_by_its_program(tmp_path: Path) -> None:
    found = heard(tmp_path, "moziplus", b'Warning: no stdin\n\n{"kind":"text"\n[1,2]\n' + b"w" * 5_000)
    assert [(e.kind, e.fields["source"]) for e in found] == [(EntryKind.STATUS, "output")] * 4
    assert (len(found[-1].text), found[-1].fields["cut"]) == (2_000, 3_000)


@pytest.mark.parametrize(("form", "most"), [("", PLAIN), ("moziplus", LINE)])
def test_an_endless_line_costs_bounded_room_and_is_said(tmp_path: Path, form: str, most: int) -> None:
    one = Heard({"form": form}, Transcript(tmp_path, lambda: NOW))
    for _ in range(100):
        one.feed(b"x" * 65_536)
    assert len(one._open) == most
    one.feed(b'\n{"kind":"text","text":"next"}\n')
    one.close(Ending(exit_code=0))
    long, after, _end = read(tmp_path)
    assert (long.fields.get("bytes_cut") or long.fields["skipped"]) == 6_553_600 - (0 if form else most)
    assert "next" in after.text


@given(st.lists(st.binary(max_size=60), max_size=5), st.sampled_from(["", *FORMS]))
def test_no_output_breaks_the_hearing(chunks: list[bytes], form: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        heard(Path(folder), form, *chunks)


def test_words_that_only_an_end_tells_are_said_and_their_conversation_can_be_gone_on_with(tmp_path: Path) -> None:
    end = {"type": "result", "result": "All done.", "session_id": "abc", "usage": {"input_tokens": 5}}
    said = {"type": "assistant", "session_id": "abc", "message": {"content": [{"type": "text", "text": "All done."}]}}
    one = Heard({"form": "claude"}, Transcript(tmp_path, lambda: NOW))
    one.feed(json.dumps(end).encode() + b"\n")
    assert (one.answered, one.conversation) == (True, "abc")
    for name, lines in {"alone": [end], "told": [said, end]}.items():
        (tmp_path / name).mkdir()
        data = "".join(json.dumps(line) + "\n" for line in lines).encode()
        assert texts(heard(tmp_path / name, "claude", data)) == [("text", "All done."), ("usage", "")], name


def test_an_end_that_is_an_error_is_no_answer(tmp_path: Path) -> None:
    one = Heard({"form": "claude"}, Transcript(tmp_path, lambda: NOW))
    one.feed(json.dumps({"type": "result", "is_error": True, "result": "no", "session_id": "abc"}).encode() + b"\n")
    assert not one.answered
