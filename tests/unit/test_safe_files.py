"""Promises of the one reader and the one writer in agents' folders: no link, no pipe, no device, no database, no waiting."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

from console import safe_files
from console.safe_files import Unsafe, entries, look, make_folder, of_session, open_to_append, read, remove_tree, write

KINDS = ("link", "dangling", "pipe", "socket", "device", "folder", "hard link", "loop")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "trusted" / "1" / "outputs").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    return tmp_path / "trusted"


def put(place: Path, kind: str, victim: Path) -> None:
    """Something that is no plain file of its own."""
    if kind == "link":
        place.symlink_to(victim)
    elif kind == "dangling":
        place.symlink_to(victim.with_name("not there yet"))
    elif kind == "loop":
        place.symlink_to(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
        (place / "in it").write_text("kept")
    elif kind == "hard link":
        place.hardlink_to(victim)
    else:
        with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as one:
            one.bind(f"{short}/s")
            os.rename(f"{short}/s", place)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_a_plain_file_is_read_or_written_to_and_nobody_is_waited_for(top: Path, kind: str) -> None:
    put(top / "1" / "x", kind, top.parent / "victim")
    for attempt in (lambda: read(top, "1/x", most=10), lambda: open_to_append(top, "1/x")):
        with pytest.raises(Unsafe) as caught:
            attempt()
        assert str(caught.value.strerror).startswith("it is a") and str(top / "1" / "x") == caught.value.filename
    assert not safe_files.is_file(top, "1/x")
    assert (top.parent / "victim").read_text() == "precious"
    assert not (top.parent / "not there yet").exists()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "folder"])
def test_what_stands_where_a_file_goes_is_replaced_and_never_written_into(top: Path, kind: str) -> None:
    put(top / "1" / "x", kind, top.parent / "victim")
    write(top, "1/x", "new")
    found = (top / "1" / "x").lstat()
    assert stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o600
    assert ((top / "1" / "x").read_text(), (top.parent / "victim").read_text()) == ("new", "precious")
    assert sorted(os.listdir(top / "1")) == ["outputs", "x"]


def test_a_folder_where_a_file_goes_is_moved_aside_only_where_that_is_asked_for(top: Path) -> None:
    put(top / "1" / "x", "folder", top)
    with pytest.raises(IsADirectoryError):
        write(top, "1/x", "new")
    assert (top / "1" / "x" / "in it").read_text() == "kept" and len(os.listdir(top / "1")) == 2
    write(top, "1/x", "new", clear=True)
    assert (top / "1" / "x").read_text() == "new"
    [aside] = [name for name in os.listdir(top / "1") if name.startswith(".x.")]
    assert (top / "1" / aside / "in it").read_text() == "kept"


@pytest.mark.parametrize("swapped", ["1", "1/outputs"])
def test_no_folder_below_the_trusted_one_may_be_a_link(top: Path, swapped: str) -> None:
    elsewhere = top.parent / "elsewhere"
    (elsewhere / "outputs").mkdir(parents=True)
    (elsewhere / "x").write_text("x")
    (elsewhere / "outputs" / "x").write_text("x")
    (top / swapped).rename(top.parent / "away")
    (top / swapped).symlink_to(elsewhere)
    name = "1/outputs/x"
    attempts = (
        lambda: read(top, name, most=1),
        lambda: write(top, name, "new", make=True),
        lambda: open_to_append(top, name),
        lambda: look(top, name),
        lambda: make_folder(top, "1/outputs/deeper"),
        lambda: entries(top, "1/outputs"),
        lambda: safe_files.remove(top, name),
        lambda: remove_tree(top, name),
    )
    for attempt in attempts:
        with pytest.raises(Unsafe, match="it is a link"):
            attempt()
    assert sorted(os.listdir(elsewhere)) == ["outputs", "x"] and os.listdir(elsewhere / "outputs") == ["x"]
    assert (elsewhere / "outputs" / "x").read_text() == "x"


@pytest.mark.parametrize("name", ["../victim", "1/../../victim", "/etc/passwd", "", ".", "1/.."])
def test_a_name_that_leads_out_is_refused(top: Path, name: str) -> None:
    for attempt in (lambda: read(top, name, most=10), lambda: write(top, name, "x")):
        with pytest.raises(OSError):
            attempt()
    assert (top.parent / "victim").read_text() == "precious"


def test_the_trusted_folder_itself_may_be_reached_through_a_link(top: Path) -> None:
    (top.parent / "alias").symlink_to(top)
    write(top.parent / "alias", "1/outputs/x", "here")
    assert read(top, PurePath("1", "outputs", "x"), most=100) == b"here"


def test_no_more_is_read_than_was_asked_for_from_the_beginning_or_the_end(top: Path) -> None:
    with (top / "big").open("wb") as file:
        file.truncate(1 << 40)
        file.seek(0)
        file.write(b"begin")
        file.seek(-3, os.SEEK_END)
        file.write(b"end")
    assert read(top, "big", most=5) == b"begin"
    assert read(top, "big", most=3, last=True) == b"end"
    with pytest.raises(ValueError, match="larger than"):
        safe_files.read_text(top, "big", most=1000)


def test_folders_that_are_made_are_for_their_owner_alone(top: Path) -> None:
    old = os.umask(0)
    try:
        write(top, "a/b/x", "x", make=True)
        make_folder(top, "c")
    finally:
        os.umask(old)
    assert {stat.S_IMODE((top / name).stat().st_mode) for name in ("a", "a/b", "c")} == {0o700}


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(top: Path) -> None:
    write(top, "1/x", "old")
    with pytest.raises(RuntimeError), safe_files.drafted(top, "1/x") as draft:
        draft.write(b"half")
        raise RuntimeError
    assert (top / "1" / "x").read_text() == "old" and sorted(os.listdir(top / "1")) == ["outputs", "x"]


def test_a_tree_is_removed_and_no_link_in_it_is_followed(top: Path) -> None:
    (top / "1" / "outputs" / "out").symlink_to(top.parent)
    remove_tree(top, "1")
    assert not (top / "1").exists() and (top.parent / "victim").exists()
    remove_tree(top, "1")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Path]:
    """A database of which this process holds a lock, whose loss another process would notice."""
    path = tmp_path / "live"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("CREATE TABLE t(x)")
    db.execute("BEGIN EXCLUSIVE")
    yield path
    assert locked(path), "the lock was dropped"
    db.close()


def locked(path: Path) -> bool:
    """Whether another process finds the database locked."""
    code = "import sqlite3,sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    return b"locked" in subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True).stderr


def test_a_hard_link_to_a_database_is_refused_before_it_is_opened_so_that_its_locks_stay(top: Path, live: Path) -> None:
    (top / "1" / "x").hardlink_to(live)
    for attempt in (
        lambda: read(top, "1/x", most=10),
        lambda: open_to_append(top, "1/x"),
        lambda: safe_files.opened(top, "1/x", databases=frozenset).__enter__(),
    ):
        with pytest.raises(Unsafe):
            attempt()
    write(top, "1/x", "new")
    assert live.stat().st_nlink == 1


def test_a_database_that_was_moved_into_an_agents_folder_is_not_opened_either(top: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "live", isolation_level=None)
    db.execute("CREATE TABLE t(x)")
    db.execute("BEGIN EXCLUSIVE")
    os.rename(tmp_path / "live", top / "1" / "x")
    with pytest.raises(Unsafe, match="a database"):
        read(top, "1/x", most=10)
    assert locked(top / "1" / "x")
    db.close()


def test_what_this_process_appends_to_or_reads_already_can_be_read(top: Path) -> None:
    descriptor = open_to_append(top, "1/x")
    os.write(descriptor, b"x" * 512)
    with safe_files.opened(top, "1/x"):
        assert read(top, "1/x", most=1000) == b"x" * 512
    os.close(descriptor)


def test_a_known_database_is_refused_by_its_inode_and_another_file_with_two_names_is_not(top: Path) -> None:
    (top / "1" / "x").hardlink_to(top.parent / "victim")
    found = (top.parent / "victim").stat()
    with (
        pytest.raises(Unsafe, match="database"),
        safe_files.opened(top, "1/x", databases=lambda: {(found.st_dev, found.st_ino)}),
    ):
        pass
    with safe_files.opened(top, "1/x", databases=frozenset) as (descriptor, _):
        assert os.read(descriptor, 100) == b"precious"


def test_the_way_to_a_session_is_distrusted_below_the_folder_of_all_runs(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "runs" / "r" / "agents" / "a" / "s"
    assert of_session(folder, "exit.json") == (tmp_path / "home" / "runs", PurePath("r/agents/a/s/exit.json"))
    assert of_session(tmp_path / "s", "x") == (tmp_path, PurePath("s/x"))
