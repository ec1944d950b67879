"""Promises of a task's files: what may become an output, what is copied, and what is refused before it is read."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from pathlib import Path

import pytest

from console.artifacts import ARCHIVED_MAX, Escapes, keep, version_of, write_output
from console.errors import UsageError


@pytest.fixture
def task(tmp_path: Path) -> Path:
    folder = tmp_path / "artifacts" / "7"
    (folder / "outputs").mkdir(parents=True)
    return folder


def test_a_file_of_the_tasks_folder_is_taken_as_it_is(task: Path) -> None:
    (task / "outputs" / "报告.md").write_text("fine\n")
    kept = keep("报告.md", here=task / "outputs", task_folder=task)
    assert (kept.path, kept.size, kept.copied) == ("outputs/报告.md", 5, False)
    assert kept.sha256 == hashlib.sha256(b"fine\n").hexdigest()
    assert [p.name for p in (task / "outputs").iterdir()] == ["报告.md"]


def test_a_file_of_the_work_folder_is_copied_under_its_path_there(task: Path, tmp_path: Path) -> None:
    source = tmp_path / "work" / "src" / "a.py"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"x" * 3_000_000)
    kept = keep("a.py", here=source.parent, task_folder=task, work_folder=tmp_path / "work")
    assert (kept.path, kept.size, kept.copied) == ("outputs/src/a.py", 3_000_000, True)
    copy = task / "outputs" / "src" / "a.py"
    assert copy.read_bytes() == source.read_bytes()
    assert (copy.stat().st_mode & 0o777, copy.stat().st_ino == source.stat().st_ino) == (0o600, False)


def test_any_other_file_is_copied_only_where_that_is_asked_for(task: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.txt"
    other.write_text("hello")
    with pytest.raises(Escapes, match="--copy"):
        keep("../../elsewhere.txt", here=task, task_folder=task)
    assert not (task / "outputs" / "elsewhere.txt").exists()
    assert keep(str(other), here=task, task_folder=task, copy=True).path == "outputs/elsewhere.txt"


def test_a_link_that_leaves_the_tasks_folder_is_refused_even_with_copy(task: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (task / "outputs" / "link").symlink_to(tmp_path / "secret")
    (task / "outputs" / "dir").symlink_to(tmp_path)
    for name in ("outputs/link", "outputs/dir/secret"):
        for copy in (False, True):
            with pytest.raises(Escapes, match="leaves"):
                keep(name, here=task, task_folder=task, copy=copy)


def test_a_link_inside_the_tasks_folder_names_the_file_that_it_leads_to(task: Path) -> None:
    (task / "outputs" / "a.txt").write_text("a")
    (task / "outputs" / "b.txt").symlink_to("a.txt")
    assert keep("outputs/b.txt", here=task, task_folder=task).path == "outputs/a.txt"


def test_a_link_that_leaves_the_work_folder_is_refused(task: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "secret").write_text("s")
    (work / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(Escapes, match="leaves the work folder"):
        keep("link", here=work, task_folder=task, work_folder=work)


def test_nothing_is_copied_through_an_outputs_folder_that_leads_elsewhere(task: Path, tmp_path: Path) -> None:
    (task / "outputs").rmdir()
    away = tmp_path / "away"
    away.mkdir()
    (task / "outputs").symlink_to(away)
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(Escapes):
        keep(str(tmp_path / "a.txt"), here=task, task_folder=task, copy=True)
    assert list(away.iterdir()) == []


def test_a_copy_replaces_a_link_in_its_place_and_not_what_that_leads_to(task: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (task / "outputs" / "a.txt").symlink_to(victim)
    (tmp_path / "a.txt").write_text("new")
    keep(str(tmp_path / "a.txt"), here=task, task_folder=task, copy=True)
    assert victim.read_text() == "precious"
    assert not (task / "outputs" / "a.txt").is_symlink()


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "empty", "missing", "loop"])
def test_what_is_no_plain_file_with_content_is_refused_and_never_waited_for(task: Path, kind: str) -> None:
    place = task / "outputs" / "x"
    opened: list[socket.socket] = []
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "socket":
        short = Path(tempfile.mkdtemp())  # a socket's path has at most 104 bytes on macOS
        opened.append(socket.socket(socket.AF_UNIX))
        opened[0].bind(str(short / "s"))
        os.rename(short / "s", place)
        short.rmdir()
    elif kind == "empty":
        place.touch()
    elif kind == "loop":
        place.symlink_to(place)
    with pytest.raises(UsageError):
        keep("outputs/x", here=task, task_folder=task)
    for one in opened:
        one.close()


def test_a_device_is_refused(task: Path) -> None:
    for copy in (False, True):
        with pytest.raises(UsageError):
            keep("/dev/zero", here=task, task_folder=task, copy=copy)


@pytest.mark.parametrize("name", ["blackboard.db", "X.DB", "blackboard.db-wal", "blackboard.db-shm"])
def test_a_file_that_may_be_a_database_is_never_opened(task: Path, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)  # opening it would wait for ever
    (task / "outputs" / "innocent").symlink_to(tmp_path / name)
    for wanted in (str(tmp_path / name), "outputs/innocent"):
        with pytest.raises(UsageError, match="database"):
            keep(wanted, here=task, task_folder=task, copy=True)


def test_a_failed_copy_leaves_nothing_behind(task: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (task / "outputs" / "a.txt").mkdir()
    with pytest.raises(UsageError, match="folder"):
        keep(str(tmp_path / "a.txt"), here=task, task_folder=task, copy=True)
    assert [p.name for p in (task / "outputs").iterdir()] == ["a.txt"]


def test_a_written_output_is_there_with_its_hash(task: Path) -> None:
    kept = write_output(task, "changes.diff", b"+x\n")
    assert (task / kept.path).read_bytes() == b"+x\n"
    assert (kept.size, kept.sha256) == (3, hashlib.sha256(b"+x\n").hexdigest())


def test_each_version_is_kept_under_its_hash_while_it_is_not_huge(task: Path) -> None:
    file = task / "outputs" / "a.txt"
    hashes = []
    for text in ("one", "two", "one"):
        file.write_text(text)
        hashes.append(keep("outputs/a.txt", here=task, task_folder=task).sha256)
    found = [version_of(task, sha256) for sha256 in hashes]
    assert [place.read_text() for place in found if place is not None] == ["one", "two", "one"]
    file.write_bytes(b"x" * (ARCHIVED_MAX + 1))
    assert version_of(task, keep("outputs/a.txt", here=task, task_folder=task).sha256) is None
    assert len(list((task / "archive").iterdir())) == 2
