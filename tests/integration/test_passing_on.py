"""Promises of console/commands/sessions.py on a real home: words are passed on, or it is said why not; nothing goes later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import Database, open_home
from console.blackboard.reads.home import open_requests
from console.blackboard.writes.home import answer
from console.clock import SystemClock
from console.commands.context import Context
from console.commands.sessions import Tell, tell
from console.commands.text import Prose
from console.errors import Conflict, Unavailable
from console.home import Home
from console.making import prepare_home
from console.records.session import Session
from tests.boards import BOSS
from tests.terminal.tmux import wait_for

TALKS = Session(id="s1", task_id=1, agent="zhangfei-dev", backend="gateway", fence=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return prepare_home(Home(tmp_path / "home"), SystemClock())


@pytest.fixture
def db(home: Home) -> Iterator[Database]:
    with closing(open_home(home.state_db)) as opened:
        yield opened


def says(db: Database, patience: float = 30) -> None:
    words = Tell(project="quant", session=TALKS, text=Prose("look at part 3"), patience=patience)
    tell(Context(db, BOSS, 1), words)


def in_charge(home: Home, outcome: str) -> threading.Thread:
    """Answers the first request that comes."""

    def serve() -> None:
        with closing(open_home(home.state_db)) as db:
            (asked,) = wait_for(lambda: open_requests(db), "a request")
            assert asked.args == {"project": "quant", "session": "s1", "text": "look at part 3"}
            answer(db, asked.id, outcome, now=2)

    serving = threading.Thread(target=serve)
    serving.start()
    return serving


def test_it_returns_when_the_words_were_passed_on(home: Home, db: Database) -> None:
    serving = in_charge(home, "done")
    says(db)
    serving.join()


def test_what_its_backend_does_not_take_is_refused_with_the_reason(home: Home, db: Database) -> None:
    serving = in_charge(home, "not possible: an agent of the backend command takes no messages while it works")
    with pytest.raises(Conflict, match="not sent to zhangfei-dev: not possible: an agent of the backend command"):
        says(db)
    serving.join()


def test_where_nobody_answers_the_request_is_withdrawn(db: Database) -> None:
    with pytest.raises(Unavailable, match="did not answer in 0 s; nothing was sent"):
        says(db, patience=0)
    assert open_requests(db) == ()
