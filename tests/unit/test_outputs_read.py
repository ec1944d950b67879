"""Promises of an output that is read whole: its lines keep their numbers, a table stands in columns, the rest says why not."""

from __future__ import annotations

import json
from pathlib import Path

from console.artifacts import keep
from console.diff_rows import Kind
from console.outputs_read import LINES_MAX, Form, ReadOutput, read_output
from console.outputs_text import SNIFF
from console.pictures import Picture, picture_in
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
    assert found.form == Form.TABLE
    assert found.lines[0] == "名" + " " * 28 + "x"
    assert found.lines[1] == "y" * 60 + "  1"
    assert found.lines[2] == " " * 30 + "a,b"


def test_what_is_no_text_or_has_changed_says_why(tmp_path: Path) -> None:
    assert read(tmp_path, "a.png", b"\x89PNG\x00\x01").why == "binary"
    gone = Output(id=1, task_id=1, path="outputs/none.md", sha256="0" * 64, size=1)
    assert "{version}" in read_output(tmp_path / "artifacts" / "1", gone).why


def test_of_a_large_text_the_beginning_is_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "a.log", "".join(f"{n} 行\n" for n in range(200_000)).encode())
    assert found.lines[:2] == ("0 行", "1 行") and len(found.lines) == LINES_MAX
    assert len(found.lines) + found.cut == 200_000
    few = read(tmp_path, "b.csv", b"a,b\n" + b"y" * (1 << 20) + b"\nlast")
    assert few.lines == ("a  b",) and few.cut == 2, "a line that is not whole is none"
    one = read(tmp_path, "c.json", b"[" + b"1," * (1 << 20) + b"1]")
    assert len(one.lines) == 1 and one.cut == 1 and one.lines[0].startswith("[1,1,1")
    assert read(tmp_path, "d.bin", b"x" * SNIFF + b"\x00" * (2 << 20)).cut == 1
    assert read(tmp_path, "e.txt", b"x" * (65 << 20)).why == "too large to show here"
    place = tmp_path / "artifacts" / "1"
    changed = Output(id=1, task_id=1, path="outputs/e.txt", sha256="0" * 64, size=2 << 20)
    (place / "outputs" / "e.txt").write_bytes(b"y" * (2 << 20))
    assert "{version}" in read_output(place, changed).why


def test_secrets_are_hidden_and_the_lines_after_them_keep_their_numbers(tmp_path: Path) -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n" + "B" * 64 + "\n-----END PRIVATE KEY-----\n"
    found = read(tmp_path, "a.pem.txt", f"before\n{key}after\n".encode())
    assert "AAAA" not in "".join(found.lines) and dict(zip(found.lines, found.numbers, strict=True))["after"] == 6


def test_a_long_text_is_cut_and_says_how_much(tmp_path: Path) -> None:
    found = read(tmp_path, "a.log", b"x\n" * (LINES_MAX + 7))
    assert len(found.lines) == LINES_MAX and found.cut == 7


def test_json_in_one_line_is_divided_and_nothing_of_it_is_altered(tmp_path: Path) -> None:
    value = {"a": [1, 2.50, {"b": [], "c": {}}], "d": 'x,{["', "e": [[1], ["中"]], "f": None, "long": "y" * 100}
    found = read(tmp_path, "a.json", json.dumps(value, ensure_ascii=False).encode())
    assert found.form == Form.JSON and set(found.numbers) == {1}
    assert json.loads("\n".join(found.lines)) == value
    assert [depth for line, depth in zip(found.lines, found.depths, strict=True) if '"b"' in line] == [3]


def test_json_that_has_lines_keeps_them_and_what_is_no_json_is_text(tmp_path: Path) -> None:
    found = read(tmp_path, "a.json", b'{\n "a": [1,\n  2],\n "b": 3\n}\n')
    assert found.numbers == (1, 2, 3, 4, 5) and found.depths == (0, 1, 2, 1, 0)
    assert read(tmp_path, "b.json", b"{oh no\n").form == Form.LINES
    assert read(tmp_path, "c.json", b"[" * 100_000).form == Form.LINES
    lines = read(tmp_path, "d.jsonl", b'{"a": 1}\n' + json.dumps({"x": ["y"] * 60}).encode() + b"\n")
    assert lines.numbers[0] == 1 and set(lines.numbers[1:]) == {2} and len(lines.lines) > 60


def test_a_large_file_of_json_is_bounded(tmp_path: Path) -> None:
    found = read(tmp_path, "a.json", json.dumps(list(range(100_000))).encode())
    assert len(found.lines) == LINES_MAX and found.cut


def test_a_diff_is_a_tree_of_files_and_its_lines_keep_the_numbers_of_both(tmp_path: Path) -> None:
    found = read(tmp_path, "changes.diff", DIFF.encode())
    assert found.form == Form.DIFF
    told = [(row.kind.value, row.text, row.depth) for row in found.rows if row.kind != Kind.LINE]
    assert told == [
        ("folder", "src/", 0),
        ("folder", "app/", 1),
        ("file", "main.py", 2),
        ("file", "neu 中.md  new file mode 100644", 2),
        ("file", "logo.png  new file mode 100644, Binary", 0),
    ]
    main = [(row.text, row.number, row.at) for row in found.rows if row.path == "src/app/main.py"][1:]
    assert main == [("@@ -3,3 +3,3 @@ def f():", None, 5), (" a", 3, 6), ("--- b", 4, 7), ("+++ c", 4, 8), (" d", 5, 9)]


DIFF = """diff --git a/src/app/main.py b/src/app/main.py
index 1..2 100644
--- a/src/app/main.py
+++ b/src/app/main.py
@@ -3,3 +3,3 @@ def f():
 a
--- b
+++ c
 d
diff --git "a/src/app/neu \\344\\270\\255.md" "b/src/app/neu \\344\\270\\255.md"
new file mode 100644
--- /dev/null
+++ "b/src/app/neu \\344\\270\\255.md"
@@ -0,0 +1 @@
+x
diff --git a/logo.png b/logo.png
new file mode 100644
Binary files /dev/null and b/logo.png differ
"""


def test_of_a_picture_its_kind_and_size_are_told(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\x08\x02\x00\x00\x00"
    found = read(tmp_path, "a.png", png).picture
    assert found is not None and (found.kind, found.width, found.height) == ("PNG", 640, 480)
    gif = b"GIF89a" + (3).to_bytes(2, "little") + (4).to_bytes(2, "little")
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + (20).to_bytes(2) + (30).to_bytes(2) + b"\x03"
    assert picture_in(gif) == Picture(kind="GIF", width=3, height=4)
    assert picture_in(jpeg) == Picture(kind="JPEG", width=30, height=20)
    assert picture_in(b"\x89PNG\x00\x01") is None and picture_in(b"\xff\xd8\xff") is None
