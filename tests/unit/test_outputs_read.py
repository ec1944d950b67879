"""Promises of an output that is read whole: its lines keep their numbers, a table stands in columns, the rest says why not."""

from __future__ import annotations

from pathlib import Path

from console.artifacts import keep
from console.outputs_read import LINES_MAX, ReadOutput, read_output
from console.records.output import Output


def read(folder: Path, name: str, content: bytes) -> ReadOutput:
    place = folder / "artifacts" / "1"
    (place / "outputs").mkdir(parents=True, exist_ok=True)
    (place / "outputs" / name).write_bytes(content)
    kept = keep(f"outputs/{name}", here=place, task_folder=place)
    return read_output(place, Output(id=1, task_id=1, path=kept.path, sha256=kept.sha256, size=kept.size))


def test_empty_lines_and_a_missing_end_keep_the_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "a.md", "# 标题\n\ntwo\n\nend".encode())
    assert found.lines == ("# 标题", "", "two", "", "end") and found.numbers == (1, 2, 3, 4, 5)


def test_a_table_stands_in_columns_and_long_fields_do_not_push_the_others_away(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", ("名,x\n" + "y" * 60 + ',1\n,"a,b"\n').encode())
    assert found.table
    assert found.lines[0] == "名" + " " * 28 + "x"
    assert found.lines[1] == "y" * 60 + "  1"
    assert found.lines[2] == " " * 30 + "a,b"


def test_what_is_no_text_or_has_changed_says_why(tmp_path: Path) -> None:
    assert read(tmp_path, "a.png", b"\x89PNG\x00\x01").why == "binary"
    assert read(tmp_path, "b.txt", b"x" * (2 << 20)).why == "too large to show here"
    gone = Output(id=1, task_id=1, path="outputs/none.md", sha256="0" * 64, size=1)
    assert "{version}" in read_output(tmp_path / "artifacts" / "1", gone).why


def test_secrets_are_hidden_and_the_lines_after_them_keep_their_numbers(tmp_path: Path) -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n" + "B" * 64 + "\n-----END PRIVATE KEY-----\n"
    found = read(tmp_path, "a.pem.txt", f"before\n{key}after\n".encode())
    assert "AAAA" not in "".join(found.lines) and dict(zip(found.lines, found.numbers, strict=True))["after"] == 6


def test_a_long_text_is_cut_and_says_how_much(tmp_path: Path) -> None:
    found = read(tmp_path, "a.log", b"x\n" * (LINES_MAX + 7))
    assert len(found.lines) == LINES_MAX and found.cut == 7
