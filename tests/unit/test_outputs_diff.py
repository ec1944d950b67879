"""Promises of console/outputs_diff.py: what changed is told, nothing huge or binary is read, nothing hostile acts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.artifacts import keep
from console.errors import UsageError
from console.outputs_diff import ALL_LINES_MAX, LINES_MAX, Compared, compare
from console.outputs_text import SNIFF, TEXT_MAX
from console.records.output import REMOVED, Change, Output, RoundChanges, changed_between, expected_path, plain_size


class Task:
    """The folder of a task whose agent records files round by round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "outputs").mkdir(parents=True)
        self.state: dict[str, Output] = {}
        self.rounds: list[tuple[Output, ...]] = [()]

    def write(self, name: str, content: bytes) -> None:
        """Write a file and record it, as `blackboard output` does."""
        (self.folder / "outputs" / name).write_bytes(content)
        kept = keep(f"outputs/{name}", here=self.folder, task_folder=self.folder)
        self.record(kept.path, kept.sha256, kept.size)

    def record(self, path: str, sha256: str, size: int, kind: str = "file") -> None:
        """The next version of a path."""
        version = self.state[path].version + 1 if path in self.state else 1
        self.state[path] = Output(id=1, task_id=1, path=path, sha256=sha256, size=size, version=version, kind=kind)

    def huge(self, name: str, head: bytes, size: int) -> None:
        """A file of `size` bytes that takes no room on the disk; its hash is made up, nobody could afford the real one."""
        place = self.folder / "outputs" / name
        place.write_bytes(head)
        os.truncate(place, size)
        self.record(f"outputs/{name}", f"{size:064x}", size)

    def hand_in(self) -> None:
        """The end of a round."""
        self.rounds.append(tuple(self.state.values()))

    def compared(self) -> dict[str, Compared]:
        """The last round against the one before it."""
        changes = changed_between(self.rounds[-2], self.rounds[-1])
        found = compare(self.folder, RoundChanges(before=1, after=2, outputs=changes))
        return {one.change.path.removeprefix("outputs/"): one for one in found}


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(tmp_path / "7")


@pytest.fixture
def bytes_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many bytes each read of this process gave, counted at the system's own door."""
    counted: list[int] = []
    really = os.read

    def read(descriptor: int, most: int) -> bytes:
        found = really(descriptor, most)
        counted.append(len(found))
        return found

    monkeypatch.setattr(os, "read", read)
    yield counted


def test_added_removed_changed_and_same_are_told_apart(task: Task) -> None:
    for name in ("gone.md", "new.md", "same.md"):
        if name != "new.md":
            task.write(name, b"one\ntwo\n")
    task.write("changed.md", b"one\ntwo\nthree\n")
    task.hand_in()
    task.write("changed.md", b"one\n2\nthree\n")
    task.write("new.md", b"fresh\n")
    task.record("outputs/gone.md", "", 0, kind=REMOVED)
    task.hand_in()
    found = task.compared()
    assert {name: one.change.change for name, one in found.items()} == {
        "changed.md": Change.CHANGED,
        "gone.md": Change.REMOVED,
        "new.md": Change.ADDED,
    }
    assert found["changed.md"].diff == ("@@ -1,3 +1,3 @@", " one", "-two", "+2", " three")
    assert found["changed.md"].note == "changed, 14 B → 12 B"
    assert found["gone.md"].diff == ("@@ -1,2 +0,0 @@", "-one", "-two")
    assert found["new.md"].diff == ("@@ -0,0 +1 @@", "+fresh")


def test_an_earlier_version_is_read_from_what_was_kept_not_from_the_file_as_it_is(task: Task) -> None:
    task.write("a.md", b"first\n")
    task.hand_in()
    task.write("a.md", b"second\n")
    task.hand_in()
    (task.folder / "outputs" / "a.md").write_bytes(b"and nobody recorded this\n")
    assert task.compared()["a.md"].diff == ("@@ -1 +1 @@", "-first", "+second")


def test_line_ends_are_seen(task: Task) -> None:
    task.write("a.md", b"one\ntwo")
    task.hand_in()
    task.write("a.md", b"one\r\ntwo\n")
    task.hand_in()
    found = task.compared()["a.md"].diff[1:]
    assert found == ("-one", "+one\\r", " two", "-\\ no line end at the end of the file")


def test_binary_and_huge_files_are_not_read_beyond_their_first_bytes(task: Task, bytes_read: list[int]) -> None:
    task.huge("model.bin", b"\x00\x01", 3_200_000_000)
    task.huge("log.txt", b"plain text\n" * 2000, 9_000_000_000)
    task.hand_in()
    task.huge("model.bin", b"\x00\x02", 3_400_000_000)
    task.huge("log.txt", b"plain text\n" * 2000, 9_100_000_000)
    task.hand_in()
    bytes_read.clear()
    found = task.compared()
    assert found["model.bin"].note == "changed, 3.2 GB → 3.4 GB: binary"
    assert found["log.txt"].note == "changed, 9.0 GB → 9.1 GB: too large to show here"
    assert sum(bytes_read) <= 2 * SNIFF


def test_a_text_of_more_than_the_limit_is_named_and_not_compared(task: Task, bytes_read: list[int]) -> None:
    task.write("a.txt", b"x" * (TEXT_MAX + 1))
    task.hand_in()
    task.write("a.txt", b"y" * (TEXT_MAX + 1))
    task.hand_in()
    bytes_read.clear()
    assert task.compared()["a.txt"].note.endswith("too large to show here")
    assert sum(bytes_read) <= 2 * SNIFF


def test_a_character_that_is_cut_at_the_end_of_what_is_sniffed_does_not_make_a_text_binary(task: Task) -> None:
    for shift in range(3):
        task.write("a.md", b"x" * shift + "量".encode() * 4000 + b"\n")
        task.hand_in()
    assert [line[:3] for line in task.compared()["a.md"].diff] == ["@@ ", "-x量", "+xx"]


def test_what_acts_on_a_terminal_or_turns_the_reading_order_stands_as_its_number(task: Task) -> None:
    task.write("a.md", b"safe\n")
    task.hand_in()
    task.write("a.md", "\x1b]52;c;AAAA\x07 \x9b2J \u202egnp.exe\u202c a\u200bb 量\u3000化\ttab\x85end\n".encode())
    task.hand_in()
    (line,) = [line for line in task.compared()["a.md"].diff if line.startswith("+")]
    assert line == "+\\x1b]52;c;AAAA\\x07 \\x9b2J \\u202egnp.exe\\u202c a\\u200bb 量\u3000化\ttab\\x85end"


def test_secrets_are_hidden(task: Task) -> None:
    task.write("a.env", b"x\n")
    task.hand_in()
    task.write("a.env", b"API_KEY=sk-abcdefghijklmnopqrstuvwxyz123456\n")
    task.hand_in()
    assert "abcdefghijklmnop" not in "".join(task.compared()["a.env"].diff)


def test_long_lines_and_long_diffs_are_cut_and_the_cut_is_named(task: Task) -> None:
    for name in [f"{n}.txt" for n in range(12)]:
        task.write(name, b"".join(b"%d\n" % n for n in range(1000)))
    task.hand_in()
    for name in [f"{n}.txt" for n in range(12)]:
        task.write(name, b"".join(b"new %d %s\n" % (n, b"x" * 5000) for n in range(200)))
    task.hand_in()
    found = task.compared()
    assert len(found["0.txt"].diff) == LINES_MAX + 1
    assert found["0.txt"].diff[-1] == "[cut: 801 more lines of this diff]"
    assert max(len(line) for one in found.values() for line in one.diff) < 500
    assert sum(len(one.diff) for one in found.values()) <= ALL_LINES_MAX + len(found)
    assert any("not compared" in one.note for one in found.values())


def test_a_version_that_was_not_kept_or_was_tampered_with_is_not_compared(task: Task) -> None:
    task.write("a.md", b"one\n")
    task.write("b.md", b"one\n")
    task.hand_in()
    task.write("a.md", b"two\n")
    task.write("b.md", b"three\n")
    task.hand_in()
    archive = task.folder / "archive"
    (archive / hashlib.sha256(b"one\n").hexdigest()).write_bytes(b"lies\n")
    assert {one.note for one in task.compared().values()} == {
        "changed, 4 B → 4 B: its kept copy is damaged",
        "changed, 4 B → 6 B: its kept copy is damaged",
    }
    for kept in archive.iterdir():
        kept.unlink()
    assert "no copy of version 1 was kept" in task.compared()["a.md"].note


def test_a_link_a_pipe_or_a_folder_in_the_place_of_a_version_is_not_followed(task: Task, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s\n")
    task.record("outputs/a", hashlib.sha256(b"s\n").hexdigest(), 2)
    task.record("outputs/b", "0" * 64, 2)
    task.record("outputs/c", "1" * 64, 2)
    (task.folder / "outputs" / "a").symlink_to(tmp_path / "secret")
    os.mkfifo(task.folder / "outputs" / "b")
    (task.folder / "outputs" / "c").mkdir()
    task.hand_in()
    assert {one.diff for one in task.compared().values()} == {()}


def test_a_file_with_a_second_name_or_behind_a_folder_that_leaves_is_not_opened(task: Task, tmp_path: Path) -> None:
    content = b"may be a database\n"
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "x").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (task.folder / "outputs" / "a").hardlink_to(tmp_path / "live" / "x")
    (task.folder / "outputs" / "out").symlink_to(tmp_path / "live")
    task.record("outputs/a", digest, len(content))
    task.record("outputs/out/x", digest, len(content))
    task.record("../live/x", digest, len(content))
    task.hand_in()
    found = task.compared()
    assert len(found) == 3 and {one.diff for one in found.values()} == {()}


def test_lines_are_counted_and_numbered_as_in_their_own_version(task: Task) -> None:
    task.write("a.md", b"".join(b"%d\n" % n for n in range(1, 13)) + b"-----BEGIN RSA PRIVATE KEY-----\nMII\nend\n")
    task.hand_in()
    key = b"-----BEGIN RSA PRIVATE KEY-----\nMII\nMIJ\n-----END RSA PRIVATE KEY-----\nlast"
    task.write("a.md", b"".join(b"%d\n" % n for n in range(1, 13) if n != 6) + key)
    task.hand_in()
    found = task.compared()["a.md"]
    shown = dict(zip(found.diff, found.places, strict=True))
    assert (shown[" 5"], shown["-6"], shown[" 7"], shown["+last"]) == (5, 6, 6, 16)
    assert {shown[line] for line in shown if line[0] in "@\\" or "no line end" in line} == {None}
    assert (found.added, found.removed, found.cut) == (3, 2, 0)


def test_what_is_cut_is_counted(task: Task) -> None:
    task.write("a.md", b"one\n")
    task.hand_in()
    task.write("a.md", b"new\n" * 1000)
    task.hand_in()
    found = task.compared()["a.md"]
    assert (found.added, found.removed, found.cut) == (1000, 1, 1002 - LINES_MAX)


def test_sizes_are_told_for_people() -> None:
    sizes = [0, 999, 1000, 999_940, 999_960, 3_200_000, 3_400_000_000, 5_000_000_000_000]
    assert [plain_size(size) for size in sizes] == [
        *("0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "3.2 MB", "3.4 GB", "5000.0 GB"),
    ]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("report.md", "outputs/report.md"),
        ("outputs/a/b.md", "outputs/a/b.md"),
        ("报告/./日报.md", "outputs/报告/日报.md"),
    ],
)
def test_an_expected_output_lies_below_outputs(said: str, stored: str) -> None:
    assert expected_path(said) == stored == expected_path(stored)


@pytest.mark.parametrize(
    "said", ["", " ", "..", "../a", "a/../../b", "/etc/passwd", "outputs", "outputs/", "a/", "a\nb", "~/a"]
)
def test_an_expected_output_that_leads_elsewhere_or_is_no_file_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="expected output"):
        expected_path(said)


def test_a_text_in_gbk_is_compared_as_it_reads(task: Task) -> None:
    task.write("report.md", "数据\n旧的\n".encode("gbk"))
    task.hand_in()
    task.write("report.md", "数据\n新的\n".encode("gbk"))
    task.hand_in()
    found = task.compared()["report.md"]
    assert found.why == "" and [line for line in found.diff if line[:1] in "-+" and "的" in line] == [
        "-旧的",
        "+新的",
    ]
