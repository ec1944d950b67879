"""Promises of the doors: the same request by a key, either CLI or the inbox has the same effect, or the same refusal.

Each door gets a project of its own in one real home and is asked as its user asks: a process, a line in the inbox, an
action with what was typed. Rows, events and sentences are then compared.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.actions.action import Act, Target, Undo
from console.actions.registry import by_id
from console.blackboard.connection import Database
from console.blackboard.reads.reviews import get_review
from console.blackboard.reads.tasks import get_task, state
from console.commands.context import team_of
from console.errors import MoziError
from console.records.inbox import MessageStatus
from tests.door_requests import DOORS, REQUESTS, SECRET, Request
from tests.forked import run
from tests.homes import CLOCK, SUBMITS, TeamHome, reviewer
from tests.inboxes import all_messages, append, home_db, polled

TABLES = {
    "tasks": "id, title, body, status, priority, assignee, role, needs, tags, reviews, parent, deadline IS NULL,"
    " not_before IS NULL, hold_reason, failure, expect, on_failure, undo",
    "comments": "task_id, review_id, comment_type, body",
    "observations": "level, body, task_id, acked_at IS NULL, ended_at IS NULL",
    "reviews": "task_id, status, reason, escalated_to, round",
    "verdicts": "review_id, verdict, comment, findings, undone_at IS NULL",
    "project": "paused_at IS NULL, pause_reason",
    "dependencies": "task, needs",
}
MOMENT = re.compile(r"[0-9]{13}")
NOT_COMPARED = {"actor", "origin", "session", "in_session", "at", "by", "fence", "created_by"}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS, "rev": reviewer("true")}, projects=DOORS)
    yield found
    found.close()


def ask(team: TeamHome, door: str, request: Request) -> tuple[int, str]:
    """(exit code, what was refused) of the request through one door, whose project has its name."""
    match door:
        case "key":
            return by_key(team, request)
        case "moziplus":
            words = tuple("moziplus" if word == "P" else word for word in request.moziplus)
            project = () if "--project" in words else ("--project", "moziplus")
            done = team.cli(*words, *project)
            return done.returncode, done.stderr.removeprefix("moziplus: ").strip() if done.returncode else ""
        case "blackboard":
            environ = {**os.environ, "MOZIPLUS_HOME": str(team.home.path)}
            said = run("console.cli.blackboard", (*request.blackboard, "--project", "blackboard"), environ)
            return said.code, said.err.removeprefix("blackboard: ").strip() if said.code else ""
        case _:
            append(team.home, json.dumps({"v": 1, "project": "inbox", **request.inbox}))
            polled(team.home)
            with home_db(team.home) as db:
                message = all_messages(db)[-1]
            refused = message.reason or "" if message.status == MessageStatus.BAD else ""
            return request.code if refused else 0, refused


def by_key(team: TeamHome, request: Request) -> tuple[int, str]:
    """What the console does once its dialog has what was typed."""
    assert request.key is not None
    name, typed = request.key
    action, db = by_id()[name], team.db("key")
    assert action.perform is not None
    has_task = db.execute("SELECT 1 FROM tasks").fetchone() is not None
    has_review = db.execute("SELECT 1 FROM reviews WHERE id = 1").fetchone() is not None
    target = Target(
        project="key",
        project_paused=state(db).paused_at is not None,
        task=get_task(db, 1) if has_task else None,
        review=get_review(db, 1) if has_review else None,
    )
    if name == "undo":
        target = Target(project="key", undo=Undo(project="key", review_id=1, title="approve"))
    act = Act(target=target, text=typed, now=CLOCK.now(), team=team_of(team.home, "key"))
    try:
        action.perform(db, act)
    except MoziError as error:
        return error.exit_code, str(error)
    return 0, ""


def rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a request may have written, without who asked and when."""
    return {
        table: [tuple(row) for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")]
        for table, columns in TABLES.items()
    }


def events(db: Database) -> list[Any]:
    """The change feed, without who asked and when."""
    found = []
    for row in db.execute("SELECT * FROM events ORDER BY seq"):
        kept = {name: row[name] for name in row.keys() if name not in NOT_COMPARED and name != "seq"}  # noqa: SIM118
        found.append(tuple(sorted((name, MOMENT.sub("MOMENT", str(value))) for name, value in kept.items())))
    return found


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_the_same_request_has_the_same_effect_through_every_door(team: TeamHome, request_: Request) -> None:
    doors = request_.doors()
    assert len(doors) > 1
    answers = {}
    for door in doors:
        request_.ready(team, door)
        answers[door] = ask(team, door, request_)
    code, sentence = answers[doors[0]]
    assert code == request_.code, answers
    assert request_.says in sentence, answers
    for door in doors[1:]:
        assert answers[door] == answers[doors[0]], answers
        assert rows(team.db(door)) == rows(team.db(doors[0])), door
        assert events(team.db(door)) == events(team.db(doors[0])), door
    kept = json.dumps(rows(team.db(doors[0])), ensure_ascii=False)
    assert SECRET not in kept and "\\u001b" not in kept and "\u202e" not in kept
