"""Promises how the console lives: it opens, fits, ends cleanly, and what it scheduled goes on without it."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.reviews import reviews_of
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.notes import observe
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import SystemClock
from console.engine.control import Control
from console.engine.in_charge import Holder, holder
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.alert import Level
from console.records.review import ReviewStatus
from console.records.task import TaskStatus
from console.records.transcript import Entry, EntryKind
from console.transcript.writer import Transcript
from tests.app.sample import sample_home
from tests.living import lives
from tests.terminal.tmux import Terminal, needs_tmux, wait_for
from widgets.cells import width

pytestmark = needs_tmux
CLOCK = SystemClock()
BY = Actor(name=OPERATOR, origin=Origin.CLI)
AUTHOR = "while [ ! -e '{gate}' ]; do sleep 0.1; done; echo done > r.md; blackboard output r.md; blackboard submit --summary ok"
REVIEWER = "blackboard review --verdict approve --score correctness=0.9 --score completeness=0.9 --score clarity=0.9"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path, for a socket's path has little room; nothing of it outlives the test."""
    with tempfile.TemporaryDirectory(prefix="mz", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        made = Home(Path(folder) / "home")
        if not made.state_db.exists():
            return
        if (left := holder(made)) is not None:
            psutil.Process(left.pid).terminate()
            wait_for(lambda: holder(made) is None, "the scheduler left behind has ended")
        Control(made, by=BY, clock=CLOCK).estop()


@pytest.fixture
def home(place: Path) -> Home:
    """A home with one project, an author who waits for a gate, and a reviewer who approves."""
    made = Home(place / "home")
    prepare_home(made, CLOCK)
    agents = {
        "author": {
            "role": "developer",
            "backend": "command",
            "command": ["sh", "-c", AUTHOR.format(gate=place / "gate")],
        },
        "critic": {"role": "reviewer", "backend": "command", "command": ["sh", "-c", REVIEWER]},
    }
    (made.config / "default.yaml").write_text(json.dumps({"agents": agents}), "utf-8")
    make_project(made, NewProject(id="quant", name="量化实战", agents=("author", "critic")), CLOCK)
    return made


def in_charge(home: Home, mode: str) -> Holder | None:
    """Who is in charge, if it is of that kind."""
    found = holder(home)
    return found if found is not None and found.mode == mode else None


def test_it_opens_fits_every_size_and_asks_before_it_ends(home: Home, place: Path) -> None:
    with Terminal(place, "--home", str(home.path), LANG="C.UTF-8") as terminal:
        terminal.shows("PROJECTS", "NEEDS YOU", "BOARD", "量化实战", "in charge: this console")
        terminal.resize(80, 24)
        terminal.shows("PROJECTS ─ SESSIONS", "1 Overview")
        terminal.resize(200, 60)
        terminal.shows("Nothing needs you.", "No tasks yet.")
        terminal.press("q")
        terminal.shows("start no further agents")
        terminal.press("Down", "Enter")
        assert terminal.exit_code() == 0
    assert holder(home) is None


def test_what_its_own_scheduler_says_is_in_the_log_of_the_home_and_on_key_6(home: Home, place: Path) -> None:
    with Terminal(place, "--home", str(home.path), LANG="C.UTF-8") as terminal:
        terminal.shows("in charge: this console")
        terminal.press("6")
        terminal.shows("SCHEDULER", "KEEPING", "LOG  following", "in charge of ")
        assert "in charge of " in (home.logs / "moziplus.log").read_text("utf-8")
        terminal.press("q")
        terminal.shows("start no further agents")
        terminal.press("Down", "Enter")
        assert terminal.exit_code() == 0


def test_it_speaks_chinese_where_the_locale_does(home: Home, place: Path) -> None:
    with Terminal(place, "--home", str(home.path), "--read-only", LANG="zh_CN.UTF-8") as terminal:
        screen = terminal.shows("项目", "看板", "无人调度", "只读")
        assert "PROJECTS" not in screen
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_it_rings_when_something_needs_the_operator_and_copies_through_tmux(home: Home, place: Path) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        create_task(db, NewTask(title="First"), by=BY, now=CLOCK.now())
        with Terminal(place, "--home", str(home.path), "--read-only", LANG="C.UTF-8") as terminal:
            terminal.take_copies()
            terminal.shows("Nothing needs you.", "First")
            assert not terminal.rang()
            observe(db, "look here", level=Level.URGENT, cause="test", by=BY, now=CLOCK.now())
            wait_for(terminal.rang, "the terminal rings")
            terminal.shows("look here")
            terminal.press("J", "y")
            wait_for(lambda: terminal.clipboard() == "look here", "the name of what is under the cursor was copied")
            terminal.press("2", "y")
            wait_for(lambda: terminal.clipboard() == "quant#1", "and that of the card")


def test_a_console_that_only_looks_ends_with_its_terminal(home: Home, place: Path) -> None:
    for _ in range(4):
        with Terminal(place, "--home", str(home.path), "--read-only", LANG="C.UTF-8") as terminal:
            terminal.shows("Nothing needs you.")
            (looking,) = (p for p in psutil.process_iter(["cmdline"]) if _looks(p, home))
            terminal.vanish()
        wait_for(lambda process=looking: not lives(process), "the console has ended")  # type: ignore[misc]


def _looks(process: psutil.Process, home: Home) -> bool:
    words = process.info["cmdline"] or []
    return words[1:3] == ["-m", "console"] and str(home.path) in words


def test_all_that_a_session_said_is_read_in_the_operators_own_pager(place: Path) -> None:
    made = sample_home(place / "sample")
    with closing(open_project(made.project_folder("quant"))) as db:
        (folder,) = (s.folder for s in present_sessions(db) if s.agent == "zhangfei-dev")
    transcript = Transcript(Path(str(folder)), CLOCK.now)
    for n in range(2_100):
        transcript.add(Entry(kind=EntryKind.TEXT, text=f"line {n}"))
    transcript.close()
    pager = place / "pager"
    pager.write_text(f"#!/bin/sh\ncp \"$1\" '{place}/read.part'; mv '{place}/read.part' '{place}/read'\n")
    pager.chmod(0o700)
    with Terminal(place, "--home", str(made.path), "--read-only", LANG="C.UTF-8", PAGER=str(pager)) as terminal:
        terminal.shows("zhangfei-dev")
        terminal.press("3")
        terminal.shows("ENDED", "张飞")
        terminal.press("Enter")
        terminal.shows("line 2099", "P shows the rest")
        terminal.press("P")
        wait_for(lambda: (place / "read").exists(), "the pager has the text")
        told = (place / "read").read_text().splitlines()
        assert (told[0].split()[-1], told[-1].split()[-1], len(told)) == ("0", "2099", 2_100)
        terminal.shows("line 2099", "P shows the rest")
        terminal.press("q")
        terminal.shows("ENDED")
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_sigterm_ends_it_cleanly_and_a_scheduler_goes_on(home: Home, place: Path) -> None:
    with Terminal(place, "--home", str(home.path)) as terminal:
        terminal.shows("in charge: this console")
        before = wait_for(lambda: in_charge(home, "console"), "the console is in charge")
        os.kill(before.pid, signal.SIGTERM)
        assert terminal.exit_code() == 0
    assert wait_for(lambda: in_charge(home, "headless"), "a headless scheduler is in charge").pid != before.pid


def test_the_terminal_vanishes_while_an_agent_works_and_the_next_task_and_its_review_are_done(
    home: Home, place: Path
) -> None:
    db = open_project(home.project_folder("quant"))
    first = create_task(db, NewTask(title="First"), by=BY, now=CLOCK.now()).id
    wanted = NewTask(title="Next", after=(first,), reviews=("output_review",))
    following = create_task(db, wanted, by=BY, now=CLOCK.now()).id
    with Terminal(place, "--home", str(home.path)) as terminal:
        terminal.shows("in charge: this console", "author")
        console = wait_for(lambda: in_charge(home, "console"), "the console is in charge")
        process = psutil.Process(console.pid)
        (working,) = present_sessions(db)
        terminal.vanish()
        wait_for(lambda: not lives(process), "the console has ended")
    wait_for(lambda: in_charge(home, "headless"), "a headless scheduler is in charge")
    assert [session.id for session in present_sessions(db)] == [working.id]
    (place / "gate").touch()
    wait_for(lambda: get_task(db, following).status == TaskStatus.DONE, "the next task is done")
    assert [review.status for review in reviews_of(db, following)] == [ReviewStatus.APPROVED]
    assert get_task(db, first).attempts == 0
    db.close()


def test_nothing_stays_between_the_panes_after_a_resize_on_another_view(home: Home, place: Path) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        for n in range(30):
            create_task(db, NewTask(title=f"{n} " + "a long title that fills its pane " * 4), by=BY, now=CLOCK.now())
    with Terminal(place, "--home", str(home.path), "--read-only", size=(200, 40), LANG="C.UTF-8") as terminal:
        terminal.shows("a long title")
        for view, sign in (("2", "TASK"), ("4", "REVIEWS"), ("1", "NEEDS YOU")):
            terminal.press(view)
            terminal.shows(sign)
            terminal.press("3")
            terminal.shows("No agent is at work")
            for width in (170, 190, 165):
                terminal.resize(width, 40)
            terminal.press(view)
            terminal.shows(sign)
            wait_for(lambda: not _broken(terminal.screen()), f"the line between the panes of view {view} is whole")


def _broken(screen: str) -> list[str]:
    """The lines of a screen in which the line between its panes is not where it is in most."""
    lines = ["".join(c + " " * (width(c) - 1) for c in line) for line in screen.splitlines()[3:-2]]
    at = max(range(20, 160), key=lambda x: sum(line[x : x + 1] in ("│", "├", "┤") for line in lines))
    return [line for line in lines if line[at : at + 1] not in ("│", "├", "┤")]
