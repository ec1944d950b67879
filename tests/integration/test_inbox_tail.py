"""Promises of the inbox's files: read on from where one stopped, renamed, truncated or replaced by others, never trusted."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.inbox import segments
from console.blackboard.reads.notes import open_alerts
from console.home import Home
from console.inbox.consumer import InboxConsumer
from console.inbox.parse import LINE_MAX
from console.inbox.pending import count_pending
from console.records.inbox import MessageStatus, SegmentState
from console.settings import load_settings
from tests.homes import TeamHome
from tests.inboxes import all_messages, append, home_db, inbox_of, polled, team_home

WAKE = '{"v":1,"kind":"wake"}'


class Hands:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def now(self) -> int:
        """Epoch ms."""
        return self.ms

    def monotonic(self) -> float:
        """The machine's own: only stretches of work are measured by it."""
        return time.monotonic()

    def continuous(self) -> float:
        """The same: it never sleeps."""
        return time.monotonic()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = team_home(tmp_path / "home", max_size=4_096)
    yield found
    found.close()


@pytest.fixture
def home(team: TeamHome) -> Home:
    return team.home


def statuses(home: Home) -> list[str]:
    """Of every message, in order."""
    with home_db(home) as db:
        return [f"{message.status} {message.reason or ''}".strip() for message in all_messages(db)]


def alerts(home: Home) -> list[str]:
    """The causes of the home's open alerts."""
    with home_db(home) as db:
        return [str(alert.cause) for alert in open_alerts(db)]


def comments(count: int, begin: int = 0) -> list[str]:
    """So many lines, each a comment of its own."""
    return [f'{{"v":1,"project":"quant","kind":"comment","task":1,"body":"c{n}"}}' for n in range(begin, begin + count)]


def said(team: TeamHome) -> list[str]:
    """The comments, in order."""
    return [row[0] for row in team.db().execute("SELECT body FROM comments ORDER BY id")]


def test_lines_behind_a_bad_one_are_read(home: Home) -> None:
    append(
        home, b"\xff\xfe", b"\0\0" + WAKE.encode(), WAKE + "\r", b"\xef\xbb\xbf" + WAKE.encode(), WAKE + WAKE, "{", WAKE
    )
    polled(home)
    assert [status.partition(" ")[0] for status in statuses(home)] == ["bad", *["done"] * 5, "bad", "done"]


def test_a_last_line_without_its_end_waits_until_it_has_one(home: Home) -> None:
    append(home, WAKE)
    with inbox_of(home).open("ab") as file:
        file.write(b'{"v":1,"ki')
    assert polled(home).taken == 1
    with inbox_of(home).open("ab") as file:
        file.write(b'nd":"wake"}\n')
    assert polled(home).taken == 1
    assert statuses(home) == ["done", "done"]


async def test_a_whole_message_without_a_line_end_is_taken_after_a_moment(home: Home) -> None:
    clock = Hands()
    inbox_of(home).write_text(WAKE)
    consumer = InboxConsumer(home, load_settings(home, {}), clock)
    assert (await consumer.poll()).taken == 0
    assert consumer.pending == 1 and not consumer.idle
    clock.ms += 2_500
    assert (await consumer.poll()).taken == 1
    with inbox_of(home).open("a") as file:
        file.write(f"\n{WAKE}\n")
    assert (await consumer.poll()).taken == 1
    await consumer.close()


def test_a_line_that_is_too_long_is_passed_over_whole(home: Home) -> None:
    append(home, WAKE, "x" * (3 * LINE_MAX), WAKE)
    polled(home, times=3)
    assert statuses(home) == ["done", "bad longer than 1048576 bytes; write a file and send its path", "done"]


def test_a_hole_of_nothing_is_passed_over(home: Home) -> None:
    append(home, WAKE)
    with inbox_of(home).open("r+b") as file:
        file.seek(3 * LINE_MAX)
        file.write(f"{WAKE}\n".encode())
    polled(home, times=3)
    assert statuses(home) == ["done", "done"]


def test_a_full_inbox_is_renamed_and_what_its_writers_still_append_is_read(team: TeamHome) -> None:
    team.task()
    append(team.home, *comments(100))
    with inbox_of(team.home).open("ab") as holding:
        polled(team.home)
        assert not inbox_of(team.home).exists()
        append(team.home, *comments(1, 100))
        holding.write(comments(1, 101)[0].encode() + b"\n")
    polled(team.home)
    assert sorted(said(team)) == sorted(f"c{n}" for n in range(102))
    assert len(list((team.home.inbox / "segments").iterdir())) == 1


async def test_a_renamed_file_is_closed_when_it_has_been_quiet_and_read_again_when_it_grows(home: Home) -> None:
    clock = Hands()
    append(home, *[WAKE] * 300)
    consumer = InboxConsumer(home, load_settings(home, {}), clock)
    await consumer.poll()
    (renamed,) = (home.inbox / "segments").iterdir()
    clock.ms += 14 * 60_000
    await consumer.poll()
    assert states(home) == [SegmentState.RENAMED]
    clock.ms += 2 * 60_000
    await consumer.poll()
    assert states(home) == [SegmentState.CLOSED]
    with renamed.open("a") as file:
        file.write(f"{WAKE}\n")
    clock.ms += 61_000
    assert (await consumer.poll()).taken == 1
    assert states(home) == [SegmentState.RENAMED]
    clock.ms += 8 * 86_400_000
    for _ in range(2):
        await consumer.poll()
        clock.ms += 61_000
    assert not renamed.exists()
    await consumer.close()


def states(home: Home) -> list[SegmentState]:
    """Of every segment."""
    with home_db(home) as db:
        return [segment.state for segment in segments(db)]


async def test_a_torn_end_of_a_renamed_file_goes_into_quarantine_in_the_end(home: Home) -> None:
    clock = Hands()
    append(home, *[WAKE] * 300)
    with inbox_of(home).open("a") as file:
        file.write('{"v":1,"kin')
    consumer = InboxConsumer(home, load_settings(home, {}), clock)
    for _ in range(3):
        await consumer.poll()
        clock.ms += 16 * 60_000
    await consumer.close()
    assert statuses(home)[-1] == "bad it is not one JSON object"


def test_files_found_among_the_segments_are_read_from_their_beginning(home: Home) -> None:
    (home.inbox / "segments" / "older.jsonl").write_text(f"{WAKE}\n{WAKE}\n")
    assert polled(home).taken == 2
    assert polled(home).taken == 0


def test_a_file_that_another_program_renamed_is_read_on(home: Home) -> None:
    append(home, WAKE)
    polled(home)
    append(home, WAKE)
    inbox_of(home).rename(home.inbox / "daemon.jsonl.1")
    append(home, WAKE)
    assert polled(home).taken == 2
    assert alerts(home) == []


def test_a_truncation_by_others_is_told_and_what_comes_after_is_read(home: Home) -> None:
    append(home, *[WAKE] * 5)
    polled(home)
    inbox_of(home).write_text('{"v":1,"kind":"pause"}\n')
    assert polled(home).taken == 1
    assert alerts(home) == ["inbox-file"]


def test_another_file_under_the_same_number_is_not_taken_for_the_old_one(home: Home) -> None:
    append(home, *[WAKE] * 5)
    polled(home)
    with inbox_of(home).open("r+") as file:
        file.write('{"v":1,"kind":"pause","reason":"a"}\n' * 10)
    assert polled(home).taken == 10
    assert alerts(home) == ["inbox-file"]


def test_files_are_known_again_when_disks_are_numbered_anew_or_the_home_is_copied(home: Home) -> None:
    append(home, *[WAKE] * 20)
    polled(home)
    with home_db(home) as db:
        db.execute("UPDATE segments SET dev = dev + 1")
    append(home, WAKE)
    assert polled(home).taken == 1
    shutil.copy(inbox_of(home), home.inbox / "copy")
    (home.inbox / "copy").rename(inbox_of(home))
    append(home, WAKE)
    assert polled(home).taken == 1
    assert alerts(home) == []


def test_a_file_that_was_removed_is_told(home: Home) -> None:
    append(home, WAKE)
    polled(home)
    inbox_of(home).unlink()
    polled(home)
    assert alerts(home) == ["inbox-file"]


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
def test_what_is_no_plain_file_is_not_read_and_told_until_it_is_gone(home: Home, tmp_path: Path, kind: str) -> None:
    (tmp_path / "elsewhere").write_text(f"{WAKE}\n")
    {
        "symlink": lambda: inbox_of(home).symlink_to(tmp_path / "elsewhere"),
        "fifo": lambda: os.mkfifo(inbox_of(home)),
        "folder": lambda: inbox_of(home).mkdir(),
    }[kind]()
    assert polled(home).taken == 0
    assert alerts(home) == ["inbox-refused"]
    inbox_of(home).rmdir() if kind == "folder" else inbox_of(home).unlink()
    append(home, WAKE)
    assert polled(home).taken == 1
    assert alerts(home) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_read(home: Home) -> None:
    append(home, WAKE)
    os.chown(inbox_of(home), 12345, -1)
    assert polled(home).taken == 0
    assert alerts(home) == ["inbox-refused"]


async def test_only_one_consumer_reads(home: Home) -> None:
    append(home, WAKE)
    first, second = (InboxConsumer(home, load_settings(home, {})) for _ in range(2))
    assert (await first.poll()).taken == 1
    append(home, WAKE)
    assert (await second.poll()).taken == 0
    assert not second.idle
    await first.close()
    assert (await second.poll()).taken == 1
    await asyncio.gather(second.close(), second.close())


def test_everybody_can_count_what_waits(home: Home) -> None:
    append(home, WAKE, WAKE)
    assert count_pending(None, inbox_of(home)) == 2
    polled(home)
    append(home, WAKE)
    with home_db(home) as db:
        assert count_pending(db, inbox_of(home)) == 1
        assert [message.status for message in all_messages(db)] == [MessageStatus.DONE] * 2
