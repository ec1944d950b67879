"""Owns the table of requests that several doors have, as each of them is asked. Nothing here is a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from console.blackboard.connection import Database
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.notes import observe
from console.blackboard.writes.sessions import end_session, mark_running
from console.blackboard.writes.submissions import submit
from console.blackboard.writes.tasks import hold_task
from console.blackboard.writes.verdicts import reopen_task
from console.commands.agent.desk import Desk
from console.commands.context import Context
from console.commands.tasks import EditTask, edit
from console.commands.text import Line
from console.home import Home
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.alert import Level
from console.records.ask import Option
from console.records.session import SessionStatus
from tests.homes import BOSS, CLOCK, TeamHome

__all__ = ("AUTHOR", "DOORS", "REQUESTS", "SAID", "SECRET", "Floor", "Request", "pending", "worked")

DOORS = ("key", "moziplus", "blackboard", "inbox", "http", "floor")
"""The last is the floor itself, asked as a program that imports it does: what another door adds shows against it."""
AUTHOR = "00000000-0000-4000-8000-000000000001"
"""The session that works on task 1."""
SECRET = "sk-abcdefghijklmnop1234567890"
SAID = f"look \x1b[31mhere\x1b[0m: {SECRET}\r\nand\u202e there"


class Floor(NamedTuple):
    """From where the floor is asked."""

    home: Home
    project: str
    claim: tuple[str, int] | None

    @property
    def desk(self) -> Desk:
        """An agent's place."""
        return Desk(self.home, self.project, CLOCK, claim=self.claim)

    @contextmanager
    def context(self) -> Iterator[Context]:
        """An agent's under its claim, else the operator's."""
        with self.desk.context() as context:
            yield context


@dataclass(frozen=True)
class Request:
    """One request, as each door that has it is asked; `ready` brings the project to where it makes sense."""

    key: tuple[str, str] | None = None
    """(action, what is typed)."""
    moziplus: tuple[str, ...] = ()
    blackboard: tuple[str, ...] = ()
    inbox: Mapping[str, Any] = field(default_factory=dict)
    http: tuple[str, Mapping[str, Any]] | None = None
    """(what stands behind the project in the address, what is sent)."""
    floor: Callable[[Floor], object] | None = None
    session: str | None = None
    """Under whose claim the agents' doors are asked."""
    ready: Callable[[TeamHome, str], None] = lambda team, project: None
    says: str = ""
    """What the refusal holds; empty where it is done."""
    code: int = 0

    def doors(self) -> list[str]:
        """Those that have it."""
        return [door for door in DOORS if getattr(self, door)]


def pending(team: TeamHome, project: str) -> None:
    team.task("write it", project, tags=("a",))


def held(team: TeamHome, project: str) -> None:
    pending(team, project)
    hold_task(team.db(project), 1, reason="wait", by=BOSS, now=CLOCK.now())


def reviewed(team: TeamHome, project: str) -> None:
    """Task 1 was handed in, and its review 1 waits for the operator."""
    team.task("write it", project, reviews=("output_review",), assignee="dev")
    session = worked(team.db(project))
    submit(team.db(project), *session, summary="there", by=Actor(name="dev", origin=Origin.AGENT), now=CLOCK.now())
    end_session(team.db(project), session[0], status=SessionStatus.SUCCEEDED, by=SCHEDULER, now=CLOCK.now())
    reopen_task(team.db(project), 1, by=BOSS, now=CLOCK.now()) if not waits(team.db(project)) else None


def worked(db: Database) -> tuple[str, int]:
    start = Start(session=AUTHOR, agent="dev", backend="command")
    before = CLOCK.now() - 60_000  # so that a word that it gives now is known from its beginning
    session = claim_task(db, 1, start, by=SCHEDULER, now=before)
    assert mark_running(db, session.id, now=before)
    return session.id, session.fence


def waits(db: Database) -> bool:
    return bool(db.execute("SELECT 1 FROM reviews WHERE settled_at IS NULL").fetchone())


def alerted(team: TeamHome, project: str) -> None:
    pending(team, project)
    observe(team.db(project), "look", level=Level.ATTENTION, task_id=1, by=SCHEDULER, now=CLOCK.now())


def ended(team: TeamHome, project: str) -> None:
    """Task 1 was worked on by an agent that was lost."""
    pending(team, project)
    worked(team.db(project))
    end_session(team.db(project), AUTHOR, status=SessionStatus.LOST, by=SCHEDULER, now=CLOCK.now())


def edits(at: Floor, **changes: Any) -> None:
    with at.context() as context:
        edit(context, EditTask(task=1, **changes))


def asked(team: TeamHome, project: str) -> None:
    pending(team, project)
    new = NewAsk(task_id=1, body="go on?", options=(Option(id="Yes", label="Yes"), Option(id="No", label="No")))
    add_ask(team.db(project), new, by=BOSS, now=CLOCK.now())


def answered(team: TeamHome, project: str) -> None:
    asked(team, project)
    answer_ask(team.db(project), 1, "Yes", by=BOSS, now=CLOCK.now())


def paused(team: TeamHome, project: str) -> None:
    pending(team, project)
    assert team.cli("pause", "--project", project).returncode == 0


FULL = ("--needs", "b,a", "--tag", "ﬁ,é", "--priority", "0", "--after", "1", "--parent", "1", "--expect", "a.md")
REQUESTS: dict[str, Request] = {
    "a task is made": Request(
        key=("new_task", f"count\u200b it\n{SAID}"),
        moziplus=("task", "create", "--title", "count\u200b it", "--body", SAID),
        blackboard=("create", "--title", "count\u200b it", "--body", SAID),
        inbox={"kind": "task.create", "title": "count\u200b it", "body": SAID},
        http=("tasks", {"title": "count\u200b it", "body": SAID}),
    ),
    "a task is made with all that one may have": Request(
        ready=pending,
        moziplus=("task", "create", "--title", "t", *FULL, "--assignee", "@developer", "--no-review"),
        blackboard=("create", "--title", "t", *FULL, "--assignee", "@developer", "--no-review"),
        inbox={"kind": "task.create", "title": "t", "needs": ["b", "a"], "tags": ["ﬁ", "é"], "priority": 0, "after": [1],
               "parent": 1, "expect": ["a.md"], "assignee": "@developer", "review": False},
        http=("tasks", {"title": "t", "needs": ["b", "a"], "tags": ["ﬁ", "é"], "priority": 0, "after": [1], "parent": 1,
                        "expect": ["a.md"], "assignee": "@developer", "reviews": []}),
    ),
    "a task for nobody here": Request(
        moziplus=("task", "create", "--title", "t", "--assignee", "nobody"),
        blackboard=("create", "--title", "t", "--assignee", "nobody"),
        inbox={"kind": "task.create", "title": "t", "assignee": "nobody"},
        http=("tasks", {"title": "t", "assignee": "nobody"}),
        says="no agent 'nobody' in this project; known: dev, rev, @developer, @reviewer",
        code=2,
    ),
    "a task by a protocol that is none": Request(
        moziplus=("task", "create", "--title", "t", "--review", "nope"),
        blackboard=("create", "--title", "t", "--review", "nope"),
        inbox={"kind": "task.create", "title": "t", "review": ["nope"]},
        http=("tasks", {"title": "t", "reviews": ["nope"]}),
        says="no review protocol 'nope'; known:",
        code=2,
    ),
    "a task due at no moment": Request(
        moziplus=("task", "create", "--title", "t", "--deadline", "someday"),
        blackboard=("create", "--title", "t", "--deadline", "someday"),
        inbox={"kind": "task.create", "title": "t", "deadline": "someday"},
        http=("tasks", {"title": "t", "deadline": "someday"}),
        says="'someday' is no moment: write",
        code=2,
    ),
    "a task after one that is not there": Request(
        moziplus=("task", "create", "--title", "t", "--after", "9"),
        blackboard=("create", "--title", "t", "--after", "9"),
        inbox={"kind": "task.create", "title": "t", "after": [9]},
        http=("tasks", {"title": "t", "after": [9]}),
        says="there is no task #9",
        code=3,
    ),
    "a comment": Request(
        ready=pending,
        key=("comment", SAID),
        moziplus=("task", "comment", "1", SAID),
        blackboard=("comment", SAID, "--task", "1"),
        inbox={"kind": "comment", "task": 1, "body": SAID},
        http=("tasks/1/comment", {"text": SAID}),
    ),
    "a comment on nothing": Request(
        moziplus=("task", "comment", "9", "x"),
        blackboard=("comment", "x", "--task", "9"),
        inbox={"kind": "comment", "task": 9, "body": "x"},
        http=("tasks/9/comment", {"text": "x"}),
        says="there is no task #9",
        code=3,
    ),
    "an observation": Request(
        ready=pending,
        blackboard=("observe", SAID, "--task", "1", "--level", "attention"),
        inbox={"kind": "observation", "task": 1, "body": SAID, "level": "attention"},
    ),
    "a task for one agent": Request(
        ready=pending, key=("assign", "dev"), moziplus=("task", "assign", "1", "--assignee", "dev"),
        http=("tasks/1/assign", {"assignee": "dev"}),
    ),
    "a task for a role": Request(
        ready=pending, key=("assign", "@reviewer"), moziplus=("task", "assign", "1", "--assignee", "@reviewer")
    ),
    "a task for somebody who is not here": Request(
        ready=pending, key=("assign", "nobody"), moziplus=("task", "assign", "1", "--assignee", "nobody"),
        http=("tasks/1/assign", {"assignee": "nobody"}),
        says="no agent 'nobody' in this project", code=2,
    ),
    "a hold": Request(
        ready=pending, key=("hold", SAID), moziplus=("task", "hold", "1", "--reason", SAID),
        http=("tasks/1/hold", {"reason": SAID}),
    ),
    "a hold without a word": Request(ready=pending, key=("hold", ""), moziplus=("task", "hold", "1")),
    "a hold for another reason": Request(
        ready=held, key=("hold", "other"), moziplus=("task", "hold", "1", "--reason", "other"),
        http=("tasks/1/hold", {"reason": "other"}),
        says="task #1 is held already (wait); to say more, comment on it", code=4,
    ),
    "a release": Request(ready=held, key=("release", ""), moziplus=("task", "release", "1"), http=("tasks/1/release", {})),
    "a release of what is not held": Request(
        ready=pending, key=("release", ""), moziplus=("task", "release", "1"), http=("tasks/1/release", {}),
        says="task #1 is pending, not held", code=4,
    ),
    "a cancel": Request(
        ready=pending, key=("cancel", SAID), moziplus=("task", "cancel", "1", "--reason", SAID),
        http=("tasks/1/cancel", {"reason": SAID}),
    ),
    "a retry of what did not end": Request(
        ready=pending, key=("retry", ""), moziplus=("task", "retry", "1"), http=("tasks/1/retry", {}), says="task #1", code=4
    ),
    "a pause": Request(
        ready=pending,
        key=("pause_project", SAID),
        moziplus=("pause", "--reason", SAID, "--project", "P"),
        inbox={"kind": "pause", "reason": SAID},
        http=("pause", {"reason": SAID}),
    ),
    "a project goes on": Request(
        ready=paused, key=("pause_project", ""), moziplus=("resume", "--project", "P"), inbox={"kind": "resume"},
        http=("resume", {}),
    ),
    "an alert that was seen": Request(
        ready=alerted, key=("acknowledge", ""), moziplus=("alert", "ack", "P#1"), http=("alerts/1/ack", {})
    ),
    "a merge of what is not done": Request(
        ready=pending, key=("merge", ""), moziplus=("task", "merge", "1"),
        says="task #1 is pending; only a done task is merged", code=4,
    ),
    "a discard of what has not ended": Request(
        ready=pending, key=("discard", ""), moziplus=("task", "discard", "1"),
        says="task #1 is pending; only the work of an ended task is discarded", code=4,
    ),
    "words for an agent that has ended": Request(
        ready=ended, key=("send", "hi"), moziplus=("session", "send", AUTHOR, "hi"),
        says=f"session {AUTHOR} has ended: lost", code=4,
    ),
    "an edit": Request(
        ready=pending, moziplus=("task", "edit", "1", "--title", SAID, "--tag", "ﬁ,é", "--deadline", "2030-01-01"),
        floor=lambda at: edits(at, title=Line(SAID), tags=("ﬁ,é",), deadline="2030-01-01"),
    ),
    "an edit of nothing": Request(
        ready=pending, moziplus=("task", "edit", "1"), floor=lambda at: edits(at),
        says="nothing to change: name at least one field", code=2,
    ),
}  # fmt: skip
