"""Promises of the doors: the same request by a key, either CLI, the inbox or HTTP has the same effect, or the same refusal.

Each door gets a project of its own in one real home and is asked as its user asks: a process, a line in the inbox, an
action with what was typed. Rows, events and sentences are then compared. What only one door has is asked of the floor, too:
whatever that door does beyond reading and showing would be missing there.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.actions.action import Act, Done, Target, Undo
from console.actions.registry import by_id
from console.blackboard.connection import Database, open_home
from console.blackboard.reads.asks import asks_of
from console.blackboard.reads.notes import observations
from console.blackboard.reads.reviews import get_review
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task, state
from console.cli.diagnostics import for_agents
from console.commands.context import team_of
from console.errors import MoziError
from console.http.server import Door, application
from console.http.token import key_of
from console.records.inbox import MessageStatus
from tests.agent_requests import AGENT_REQUESTS
from tests.door_requests import REQUESTS, SAID, SECRET, Floor, Request
from tests.forked import run
from tests.homes import CLOCK, SUBMITS, TeamHome, reviewer
from tests.inboxes import all_messages, append, home_db, polled
from tests.judging_requests import JUDGING_REQUESTS
from tests.output_requests import OUTPUT_REQUESTS
from tests.schedule_requests import SCHEDULE_REQUESTS

TABLES = {
    "tasks": "id, title, body, status, priority, assignee, role, needs, tags, reviews, parent, deadline IS NULL,"
    " not_before IS NULL, hold_reason, failure, expect, on_failure, undo",
    "comments": "task_id, review_id, comment_type, body",
    "observations": "level, body, task_id, acked_at IS NULL, ended_at IS NULL",
    "reviews": "task_id, status, reason, escalated_to, round",
    "verdicts": "review_id, verdict, comment, findings, undone_at IS NULL",
    "project": "paused_at IS NULL, pause_reason",
    "dependencies": "task, needs",
    "decisions": "task_id, title, reason",
    "outputs": "task_id, path, version, round, kind, size",
    "submissions": "review_id, round, agent, summary, rebuttal, answers",
    "seats": "review_id, round, reviewer, status, attempts, retry_at IS NULL",
    "sessions": "task_id, seat_id, agent, backend, status, fence, attempt, failure, counted, tokens, cost,"
    " ended_at IS NULL, gone_at IS NULL, lease_until - created_at > 110000, last_word_at - created_at > 30000",
    "experiences": "task_id, title, body, tags, status",
    "schedules": "name, kind, at_time, every, cron, zone, skips, misfire, overlap, enabled, template",
    "asks": "task_id, status, choice, answer, answered_how",
}
MOMENT = re.compile(r"[0-9]{13}")
NOT_COMPARED = {"actor", "origin", "session", "in_session", "at", "by", "fence", "created_by"}


EVERYTHING = REQUESTS | JUDGING_REQUESTS | AGENT_REQUESTS | OUTPUT_REQUESTS | SCHEDULE_REQUESTS


@contextmanager
def team_at(path: Path, doors: list[str]) -> Iterator[TeamHome]:
    """A team with a project for each door."""
    found = TeamHome(path / "home", {"dev": SUBMITS, "rev": reviewer("true")}, projects=tuple(doors))
    yield found
    found.close()


def ask(team: TeamHome, door: str, request: Request) -> tuple[int, str]:
    """(exit code, what was refused) of the request through one door, whose project has its name."""
    match door:
        case "key":
            return by_key(team, request)
        case "moziplus":
            words = tuple(re.sub(r"\AP(?=#|\Z)", "moziplus", word) for word in request.moziplus)
            project = () if "--project" in words or words[:2] == ("alert", "ack") else ("--project", "moziplus")
            done = team.cli(*words, *project)
            return done.returncode, done.stderr.removeprefix("moziplus: ").strip() if done.returncode else ""
        case "blackboard":
            environ = {**os.environ, "MOZIPLUS_HOME": str(team.home.path), **in_session(team, request)}
            words, folder = (*request.blackboard, "--project", "blackboard"), task_folder(team, door)
            said = run("console.cli.blackboard", words, environ, cwd=folder)
            return said.code, said.err.removeprefix("blackboard: ").strip() if said.code else ""
        case "floor":
            return by_floor(team, request)
        case "http":
            assert request.http is not None
            return by_http(team, f"projects/http/{request.http[0]}", request.http[1])
        case _:
            claim = claim_of(team.db(door), request)
            under = {} if claim is None else {"session": claim[0], "fence": claim[1]}
            append(team.home, json.dumps({"v": 1, "project": "inbox", **under, **request.inbox}))
            polled(team.home)
            with home_db(team.home) as db:
                message = all_messages(db)[-1]
            refused = message.reason or "" if message.status == MessageStatus.BAD else ""
            return request.code if refused else 0, refused


def claim_of(db: Database, request: Request) -> tuple[str, int] | None:
    """(session, fence) under which the request is made."""
    if request.session is None:
        return None
    row = db.execute("SELECT id, fence FROM sessions WHERE id = ?", (request.session,)).fetchone()
    return row["id"], row["fence"]


def in_session(team: TeamHome, request: Request) -> dict[str, str]:
    """The environment of an agent's process."""
    claim = claim_of(team.db("blackboard"), request)
    if claim is None:
        return {}
    return {"MOZIPLUS_TASK": "1", "MOZIPLUS_SESSION": claim[0], "MOZIPLUS_FENCE": str(claim[1])}


def task_folder(team: TeamHome, project: str) -> Path:
    """Where an agent works; the project's folder where none does."""
    folder = team.home.project_folder(project) / "artifacts" / "1"
    return folder if folder.is_dir() else team.home.project_folder(project)


def by_floor(team: TeamHome, request: Request) -> tuple[int, str]:
    """What a program gets that imports the floor."""
    assert request.floor is not None
    try:
        request.floor(Floor(team.home, "floor", claim_of(team.db("floor"), request)))
    except MoziError as error:
        return error.exit_code, str(error)
    return 0, ""


def by_http(team: TeamHome, path: str, sent: Mapping[str, Any]) -> tuple[int, str]:
    """What a program gets that has the token."""
    key = key_of(team.home)

    async def posted() -> httpx.Response:
        app = application(team.home, key, Door(), CLOCK, os.environ)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.post(f"/api/{path}", json=sent, headers={"authorization": f"Bearer {key.word}"})

    found = asyncio.run(posted())
    return (0, "") if found.status_code == 200 else (found.json()["exit_code"], found.json()["error"])


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
        alert=next(iter(observations(db)), None),
        session=next(iter(sessions_of(db, 1)), None),
        ask=next(iter(asks_of(db, 1)), None),
    )
    if name == "undo":
        before = Act(target=target, now=CLOCK.now(), team=team_of(team.home, "key"))
        undo = Undo(action=by_id()["approve"], act=before, done=Done(says=""), project="key", title="approve")
        target = Target(project="key", undo=undo)
    act = Act(target=target, text=typed, now=CLOCK.now(), team=team_of(team.home, "key"))
    try:
        action.perform(db, act)
    except MoziError as error:
        return error.exit_code, str(error)
    return 0, ""


def rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a request may have written, without who asked and when."""
    return {
        table: [tuple(map(told, [db.path.parent.name] * len(row), row)) for row in _read(db, table, columns)]
        for table, columns in TABLES.items()
    }


def _read(db: Database, table: str, columns: str) -> list[Any]:
    return db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()


def told(project: str, value: Any) -> Any:
    """A value without the name of the project, which is that of the door."""
    return value.replace(f"/projects/{project}/", "/projects/P/") if isinstance(value, str) else value


def events(db: Database) -> list[Any]:
    """The change feed, without who asked and when."""
    found = []
    for row in db.execute("SELECT * FROM events ORDER BY seq"):
        kept = {name: row[name] for name in row.keys() if name not in NOT_COMPARED and name != "seq"}  # noqa: SIM118
        if kept["entity"] == "session":
            del kept["id"]  # a claim makes a new one
        found.append(tuple(sorted((name, MOMENT.sub("MOMENT", str(value))) for name, value in kept.items())))
    return found


@pytest.mark.parametrize("request_", EVERYTHING.values(), ids=EVERYTHING)
def test_the_same_request_has_the_same_effect_through_every_door(tmp_path: Path, request_: Request) -> None:
    doors = request_.doors()
    assert len(doors) > 1
    answers = {}
    with team_at(tmp_path, doors) as team:
        for door in doors:
            request_.ready(team, door)
            code, sentence = ask(team, door, request_)
            said = (
                told(door, sentence).replace(f"project {door} ", "project P ").replace(f"project {door}", "project P")
            )
            # Agents are told the same, without the clauses that name commands of the operator's.
            answers[door] = code, for_agents(said) if "blackboard" in doors else said
        code, sentence = answers[doors[0]]
        assert code == request_.code, answers
        assert request_.says in sentence, answers
        for door in doors[1:]:
            assert answers[door] == answers[doors[0]], answers
            assert rows(team.db(door)) == rows(team.db(doors[0])), door
            assert events(team.db(door)) == events(team.db(doors[0])), door
        kept = json.dumps(rows(team.db(doors[0])), ensure_ascii=False)
    assert SECRET not in kept and "\\u001b" not in kept and "\u202e" not in kept


@pytest.mark.parametrize("resumed", [False, True], ids=["paused", "resumed"])
def test_a_pause_of_the_home_is_the_same_through_every_door(tmp_path: Path, resumed: bool) -> None:
    kept = {}
    for door in ("key", "moziplus", "http", "inbox"):
        with team_at(tmp_path / door, []) as team:
            pause_home(team, door, SAID if door != "key" else "", paused=False)
            if resumed:
                pause_home(team, door, "", paused=True)
            with home_db(team.home) as db:
                flags = [tuple(row) for row in db.execute("SELECT name, reason FROM flags")]
                kept[door] = flags, [tuple(row) for row in db.execute("SELECT kind, args FROM requests")]
    assert kept["moziplus"] == kept["inbox"] == kept["http"]
    assert [name for name, _ in kept["key"][0]] == [name for name, _ in kept["inbox"][0]]
    assert kept["key"][1] == kept["inbox"][1] and bool(kept["key"][0]) is not resumed
    assert SECRET not in str(kept) and "\\n" not in str(kept["inbox"][0])


def pause_home(team: TeamHome, door: str, reason: str, *, paused: bool) -> None:
    """Pause the home through a door, or let it go on."""
    if door == "key":
        action = by_id()["pause"]
        assert action.perform is not None
        with closing(open_home(team.home.state_db)) as db:
            action.perform(db, Act(target=Target(home_paused=paused), now=CLOCK.now()))
    elif door == "moziplus":
        words = ("resume",) if paused else ("pause", "--reason", reason)
        assert team.cli(*words).returncode == 0
    elif door == "http":
        assert by_http(team, "resume" if paused else "pause", {} if paused else {"reason": reason})[0] == 0
    else:
        asked = {"kind": "resume"} if paused else {"kind": "pause", "reason": reason}
        append(team.home, json.dumps({"v": 1, **asked}))
        polled(team.home)
