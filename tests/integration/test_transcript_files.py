"""Promises of a transcript's files: written whole and redacted, read while they grow, in parts, whatever stands in the way."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from console.records.transcript import Entry, EntryKind
from console.redact import HIDDEN
from console.transcript.keeping import TEXT
from console.transcript.parts import LIVE
from console.transcript.reader import Follow, exists, newest_first, read
from console.transcript.writer import Transcript

SECRET = "sk-" + "a1B2" * 10
NOW = 1_795_766_042_000


def of(folder: Path, part: int = 4_000_000, parts: int = 16) -> Transcript:
    return Transcript(folder, lambda: NOW, part=part, parts=parts)


def text(words: str, name: str = "", **fields: object) -> Entry:
    return Entry(kind=EntryKind.TEXT, text=words, id=name, fields=fields)


def said(folder: Path) -> list[str]:
    return [entry.text for entry in read(folder)]


def test_an_entry_is_in_the_file_after_a_flush_with_its_time_and_only_for_its_owner(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(Entry(kind=EntryKind.TOOL_CALL, id="7", fields={"tool": "shell", "command": "ls"}))
    assert [*read(tmp_path)] == []
    transcript.flush()
    assert [*read(tmp_path)] == [
        Entry(kind=EntryKind.TOOL_CALL, id="7", at=NOW, fields={"tool": "shell", "command": "ls"})
    ]
    assert stat.S_IMODE((tmp_path / LIVE).stat().st_mode) == 0o600
    transcript.close()
    transcript.close()


def test_secrets_are_hidden_in_texts_fields_and_across_the_pieces_of_a_message(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    for piece in ("the key is ", SECRET[:12], SECRET[12:30], SECRET[30:] + " so", " it is\nand mo", "re"):
        transcript.add(text(piece, "m1"))
        transcript.flush()
    transcript.add(text(f"once {SECRET}", input={"deep": [{"env": f"A={SECRET}"}], "password": "hunter22"}))
    transcript.close()
    content = (tmp_path / LIVE).read_text()
    assert SECRET[:12] not in content and SECRET[-10:] not in content and "hunter22" not in content
    assert "".join(e.text for e in read(tmp_path) if e.id) == f"the key is {HIDDEN} so it is\nand more"


def test_a_piece_that_nothing_follows_is_written_after_a_while(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(text("Shall I", "m1"))
    transcript.add(text(" go on?", "m1"))
    for _ in range(4):
        transcript.flush()
    assert said(tmp_path) == []
    transcript.flush()
    assert said(tmp_path) == ["Shall I go on?"]


def test_a_message_ends_where_something_else_begins(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(text("one", "m1"))
    transcript.add(Entry(kind=EntryKind.THINKING, text="hm", id="m1"))
    transcript.add(text("two", "m2"))
    transcript.add(Entry(kind=EntryKind.USAGE, fields={"tokens": 5}))
    transcript.flush()
    assert said(tmp_path) == ["one", "hm", "two", ""]


def test_an_endless_message_and_a_huge_entry_are_bounded_and_the_cut_is_said(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(text("x" * (TEXT - 10) + f" {SECRET} " + "y" * 3_000_000))
    transcript.add(text("", input={str(n): "z" * 1000 for n in range(10_000)}, deep=deep(3000), big=10**400))
    for _ in range(100):
        transcript.add(text("w" * 1_000, "m"))
    transcript.close()
    first, second, *pieces = read(tmp_path)
    assert len(first.text) <= TEXT and first.fields["cut"] == 3_000_000 - 8 + len(SECRET)
    assert SECRET[:10] not in first.text
    assert len(json.dumps(dict(second.fields))) < 40_000
    assert sum(len(piece.text) for piece in pieces) == 100_000 and max(len(piece.text) for piece in pieces) < 6_000


def deep(levels: int) -> object:
    found: object = "end"
    for _ in range(levels):
        found = [found]
    return found


def test_full_parts_are_compressed_and_read_in_order_also_by_who_follows(tmp_path: Path) -> None:
    transcript, follow, seen = of(tmp_path, part=2_000), Follow(tmp_path), []
    words = [f"word {n} " + "x" * 100 for n in range(150)]
    for n, word in enumerate(words):
        transcript.add(text(word))
        transcript.flush()
        if n % 7 == 0:
            seen += [entry.text for entry in follow.new()]
    transcript.close()
    seen += [entry.text for entry in follow.new()]
    assert seen == said(tmp_path) == words
    assert gzip.decompress((tmp_path / "transcript.1.jsonl.gz").read_bytes()).startswith(b'{"kind":"status"')
    parts = list(newest_first(tmp_path))
    assert len(parts) > 5 and [e.text for part in reversed(parts) for e in part] == words


def test_the_first_part_and_the_newest_are_kept_and_the_gap_is_said(tmp_path: Path) -> None:
    transcript = of(tmp_path, part=2_000, parts=4)
    for n in range(400):
        transcript.add(text(f"word {n} " + "x" * 100))
        transcript.flush()
    assert len(list(tmp_path.glob("transcript.*"))) == 4
    found = said(tmp_path)
    assert found[0].startswith("word 0 ") and found[-1].startswith("word 399 ")
    assert [words for words in found if "not kept any more" in words]


def test_only_the_last_entries_are_read_and_what_is_before_them_is_counted(tmp_path: Path) -> None:
    transcript = of(tmp_path, part=2_000)
    for n in range(100):
        transcript.add(text(f"word {n} " + "x" * 100))
        transcript.flush()
    follow = Follow(tmp_path, last=3)
    assert [e.text.split()[1] for e in follow.new()] == ["97", "98", "99"]
    assert follow.left_out + follow.older_parts > 3
    assert follow.new() == []


def test_a_transcript_goes_on_where_its_writer_was_killed_in_the_middle_of_a_line(tmp_path: Path) -> None:
    of_before = of(tmp_path)
    of_before.add(text("one"))
    of_before.close()
    with (tmp_path / LIVE).open("ab") as file:
        file.write(b'{"kind":"text","te')
    assert said(tmp_path)[0] == "one"
    transcript = of(tmp_path)
    transcript.add(text("two"))
    transcript.close()
    assert [words for words in said(tmp_path) if "cannot be read" not in words] == ["one", "two"]


def test_half_a_last_line_waits_for_its_end(tmp_path: Path) -> None:
    follow = Follow(tmp_path)
    assert follow.new() == []
    with (tmp_path / LIVE).open("ab") as file:
        file.write(b'{"kind":"text","text":"on')
        file.flush()
        assert follow.new() == []
        file.write(b'e"}\n')
        file.flush()
        assert [e.text for e in follow.new()] == ["one"]
        file.write(b'{"kind":"text","text":"half"}')
    assert follow.new() == []
    assert [e.text for e in follow.end()] == ["half"]


def test_what_finds_no_room_is_counted_and_said_once_there_is_room(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(text("one"))
    transcript.flush()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / LIVE).stat().st_size + 9, before[1]))
    try:
        for n in range(3):
            transcript.add(text(f"lost {n}"))
            transcript.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert transcript.missing == 3
    transcript.add(text("two"))
    transcript.close()
    found = said(tmp_path)
    assert (found[0], found[-1]) == ("one", "two")
    assert "3 entries are missing here: they could not be written" in found


@pytest.mark.parametrize("way", ["link", "pipe", "folder", "garbage", "gone"])
def test_what_an_agent_puts_in_its_place_is_neither_read_nor_written(tmp_path: Path, way: str) -> None:
    folder, elsewhere = tmp_path / "s", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_text('{"kind":"text","text":"foreign"}\n')
    transcript = of(folder)
    transcript.add(text("one"))
    transcript.flush()
    live = folder / LIVE
    live.unlink()
    if way == "link":
        live.symlink_to(elsewhere)
    elif way == "pipe":
        os.mkfifo(live)
    elif way == "folder":
        live.mkdir()
    elif way == "garbage":
        live.write_bytes(b"\x00\xff" * 5_000)
    if way in ("link", "pipe", "folder"):
        with pytest.raises(OSError):
            list(read(folder))
    transcript.again()
    transcript.add(text("two"))
    transcript.close()
    assert said(folder)[-1] == "two" and "foreign" not in said(folder)
    assert elsewhere.read_text().count("\n") == 1


def test_a_part_that_is_a_link_a_pipe_or_a_bomb_holds_up_nothing(tmp_path: Path) -> None:
    transcript = of(tmp_path)
    transcript.add(text("one"))
    transcript.close()
    live = (tmp_path / LIVE).read_text().replace('"part":1', '"part":5')
    (tmp_path / LIVE).write_text(live)
    os.mkfifo(tmp_path / "transcript.1.jsonl.gz")
    (tmp_path / "transcript.2.jsonl.gz").symlink_to("/dev/zero")
    (tmp_path / "transcript.3.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "transcript.4.jsonl.gz").write_bytes(gzip.compress(b"\n" * 60_000_000))
    assert said(tmp_path) == ["one"]


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    assert not exists(tmp_path / "nowhere") and said(tmp_path / "nowhere") == []
    transcript = of(tmp_path / "nowhere" / "deeper")
    transcript.add(text("one"))
    transcript.close()
