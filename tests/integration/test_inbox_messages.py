"""Promises of what messages do: each kind its effect, once, in its project; what cannot be done is kept with its reason."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import write
from console.blackboard.reads.home import flags, open_requests
from console.blackboard.reads.notes import comments, observations, open_alerts
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import list_tasks, state
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.sessions import mark_running
from console.blackboard.writes.tasks import cancel_task
from console.clock import SystemClock
from console.inbox.consumer import InboxConsumer
from console.records.actor import SCHEDULER, Origin
from console.records.alert import Level
from console.records.inbox import InboxMessage, MessageStatus
from console.records.request import RequestKind
from console.records.session import Session
from console.settings import load_settings
from tests.homes import BOSS, CLOCK, TeamHome
from tests.inboxes import all_messages, append, home_db, polled, team_home


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = team_home(tmp_path / "home", projects=("quant", "zwei"))
    yield found
    found.close()


def say(team: TeamHome, kind: str, *, project: str | None = "quant", **fields: Any) -> InboxMessage:
    """Send one message, let it be applied, give what became of it."""
    whole = {"v": 1, "kind": kind, "project": project, **fields}
    append(team.home, json.dumps({name: value for name, value in whole.items() if value is not None}))
    polled(team.home)
    with home_db(team.home) as db:
        return all_messages(db)[-1]


def claimed(team: TeamHome) -> Session:
    """A session of dev at work on a task."""
    start = Start(session=str(uuid.uuid4()), agent="dev", backend="command")
    session = claim_task(team.db(), team.task().id, start, by=SCHEDULER, now=CLOCK.now())
    assert mark_running(team.db(), session.id, now=CLOCK.now())
    return session


def test_a_task_is_created_as_the_message_says(team: TeamHome) -> None:
    first = team.task()
    done = say(
        team, "task.create", title="count", body="to ten", assignee="dev", needs=["python"], tags=["a"], priority=1,
        deadline="2030-01-02T03:04:05Z", not_before=1_800_000_000_000, after=[first.id], parent=first.id,
        review=["plan_review"], **{"from": "cron"},
    )  # fmt: skip
    assert (done.status, done.reason) == (MessageStatus.DONE, None)
    task = list_tasks(team.db())[-1]
    assert (task.title, task.body, task.assignee, task.needs, task.tags) == (
        "count",
        "to ten",
        "dev",
        ("python",),
        ("a",),
    )
    assert (task.priority, task.deadline, task.not_before) == (1, 1_893_553_445_000, 1_800_000_000_000)
    assert (task.blocked_by, task.parent, task.reviews, task.created_by) == (1, first.id, ("plan_review",), "cron")
    (origin,) = (
        team.db().execute("SELECT origin FROM events WHERE entity = 'task' AND id = ?", (str(task.id),)).fetchone()
    )
    assert origin == Origin.INBOX


def test_a_bare_date_is_the_end_of_its_day_for_a_deadline_and_the_beginning_else(team: TeamHome) -> None:
    say(team, "task.create", title="t", deadline="2030-01-02", not_before="2030-01-02")
    (task,) = list_tasks(team.db())
    assert task.deadline is not None and task.not_before is not None
    assert task.deadline - task.not_before == 86_400_000 - 1


@pytest.mark.parametrize(("review", "protocols"), [(None, ("output_review",)), (True, ("output_review",)), (False, ())])
def test_a_task_has_the_usual_review_unless_it_wants_none(team: TeamHome, review: bool | None, protocols: Any) -> None:
    say(team, "task.create", title="t", review=review, assignee="@developer")
    (task,) = list_tasks(team.db())
    assert (task.reviews, task.role, task.assignee) == (protocols, "developer", None)


def test_what_is_said_and_noticed_is_kept(team: TeamHome) -> None:
    task = team.task()
    say(team, "comment", task=task.id, body="look", comment_type="question", **{"from": "zhang"})
    say(team, "observation", body="slow", level="optional", task=task.id)
    (comment,) = comments(team.db(), task.id)
    assert (comment.body, str(comment.comment_type), comment.actor) == ("look", "question", "zhang")
    (observation,) = observations(team.db())
    assert (observation.body, observation.level, observation.task_id) == ("slow", Level.OPTIONAL, task.id)


def test_an_alert_of_one_cause_is_raised_once_and_ended(team: TeamHome) -> None:
    say(team, "alert", body="disk is full", cause="disk", level="urgent")
    assert say(team, "alert", body="disk is full", cause="disk").reason == "an alert of this cause is open already"
    (alert,) = open_alerts(team.db())
    assert (alert.body, alert.level) == ("disk is full", Level.URGENT)
    assert say(team, "alert", cause="disk", ended=True).reason is None
    assert open_alerts(team.db()) == ()


def test_a_message_reaches_the_task_and_the_session_at_work_on_it(team: TeamHome) -> None:
    session = claimed(team)
    say(team, "message", task=session.task_id, body="use the new data")
    assert [comment.body for comment in comments(team.db(), session.task_id)] == ["use the new data"]
    with home_db(team.home) as db:
        (request,) = open_requests(db)
    assert request.kind == RequestKind.SEND
    assert request.args == {"project": "quant", "session": session.id, "text": "use the new data"}


def test_a_session_is_heard_and_its_spending_added(team: TeamHome) -> None:
    session = claimed(team)
    credential: dict[str, Any] = {"session": session.id, "fence": session.fence}
    say(team, "session.event", event="word", text="half way", **credential)
    say(team, "session.event", event="usage", tokens=500, cost=0.25, **credential)
    say(team, "session.event", event="usage", tokens=100, **credential)
    after = get_session(team.db(), session.id)
    assert (after.last_line, after.tokens, after.cost) == ("half way", 600, 0.25)


def test_pause_and_resume_hold_for_a_project_or_the_home(team: TeamHome) -> None:
    say(team, "pause", reason="lunch")
    assert state(team.db()).pause_reason == "lunch"
    say(team, "pause", project=None)
    with home_db(team.home) as db:
        assert set(flags(db)) == {"pause"}
    say(team, "resume")
    say(team, "resume", project=None)
    assert state(team.db()).paused_at is None
    with home_db(team.home) as db:
        assert flags(db) == {}


def test_an_emergency_stop_is_not_taken_back_by_the_inbox(team: TeamHome) -> None:
    with home_db(team.home) as db:
        set_flag(db, "estop", by=BOSS, now=CLOCK.now())
        say(team, "resume", project=None)
        assert set(flags(db)) == {"estop"}


def test_wake_is_told_to_whoever_polls(team: TeamHome) -> None:
    append(team.home, '{"v":1,"kind":"wake"}')
    assert polled(team.home).woken


def test_a_message_with_an_id_is_applied_once_and_each_project_has_its_own(team: TeamHome) -> None:
    say(team, "task.create", title="t", id="01J")
    assert say(team, "task.create", title="t", id="01J").reason == "it was applied before: the same id was sent twice"
    say(team, "task.create", title="t", id="01J", project="zwei")
    assert (len(list_tasks(team.db())), len(list_tasks(team.db("zwei")))) == (1, 1)


def test_a_pause_of_the_home_sent_twice_does_not_undo_a_later_resume(team: TeamHome) -> None:
    say(team, "pause", project=None, id="1")
    say(team, "resume", project=None)
    say(team, "pause", project=None, id="1")
    with home_db(team.home) as db:
        assert flags(db) == {}


def test_a_stale_fence_is_recorded_and_changes_nothing(team: TeamHome) -> None:
    session = claimed(team)
    cancel_task(team.db(), session.task_id, by=BOSS, now=CLOCK.now())
    done = say(team, "comment", task=session.task_id, body="late", session=session.id, fence=session.fence)
    assert done.status == MessageStatus.DONE
    assert (done.reason or "").startswith("recorded only: your claim of task #1 (fence 1) has ended")
    assert comments(team.db(), session.task_id) == ()


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("wake", {"project": "nope"}, "no project nope; known: quant, zwei"),
        ("comment", {"task": 77, "body": "b"}, "there is no task #77"),
        ("observation", {"task": 77, "body": "b"}, "there is no task #77"),
        (
            "task.create",
            {"title": "t", "assignee": "nobody"},
            "no agent 'nobody' in this project; known: dev, @developer",
        ),
        ("task.create", {"title": "t", "assignee": "@boss"}, "no agent '@boss' in this project"),
        ("task.create", {"title": "t", "review": ["nope"]}, "no review protocol 'nope'"),
        ("task.create", {"title": "t", "after": [77]}, "there is no task #77"),
        ("task.create", {"title": "t", "expect": ["../x"]}, "must lie below outputs/"),
        ("task.create", {"title": "t", "deadline": "soon"}, "'soon' is no moment"),
        ("comment", {"task": 1, "body": "b", "session": str(uuid.UUID(int=1)), "fence": 1}, "there is no session"),
    ],
)
def test_what_a_project_does_not_know_goes_into_quarantine_and_leaves_no_trace(
    team: TeamHome, kind: str, fields: dict[str, Any], why: str
) -> None:
    done = say(team, kind, **fields)
    assert done.status == MessageStatus.BAD
    assert why in (done.reason or "")
    assert list_tasks(team.db()) == ()
    (keys,) = team.db().execute("SELECT count(*) FROM applied_messages").fetchone()
    assert keys == 0


def test_a_project_that_is_locked_or_missing_keeps_its_messages_waiting_and_nobody_elses(
    team: TeamHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOZIPLUS_LOCK_PATIENCE", "0.05")
    with write(team.db()):
        append(team.home, *(f'{{"v":1,"kind":"task.create","title":"t","project":"{p}"}}' for p in ("quant", "zwei")))
        polled(team.home)
        assert len(list_tasks(team.db("zwei"))) == 1
    assert list_tasks(team.db()) == ()
    polled(team.home)
    assert len(list_tasks(team.db())) == 1


async def test_an_archived_project_refuses_and_a_set_aside_one_waits(team: TeamHome) -> None:
    team.close()
    (team.home.project_folder("zwei") / "blackboard.db").rename(team.home.path / "gone.db")
    team.home.project_folder("quant").rename(team.home.projects / "_archived" / "quant")
    append(team.home, *(f'{{"v":1,"kind":"task.create","title":"t","project":"{p}"}}' for p in ("quant", "zwei")))
    consumer = InboxConsumer(team.home, load_settings(team.home, {}))
    done = await consumer.poll()
    assert (done.bad, done.more, consumer.pending, consumer.idle) == (1, False, 1, True)
    assert "missing" in consumer.stuck["zwei"]
    (team.home.path / "gone.db").rename(team.home.project_folder("zwei") / "blackboard.db")
    assert (await consumer.poll()).applied == 1
    assert (consumer.pending, consumer.stuck) == (0, {})
    await consumer.close()


class Hurried(SystemClock):
    """A look's time is over as soon as it has begun, so that a quick machine does no more in it than a slow one."""

    def monotonic(self) -> float:
        """A microsecond is a second."""
        return super().monotonic() * 1e6


def test_a_flood_of_one_writer_does_not_delay_another(team: TeamHome) -> None:
    task = team.task()
    flood = [f'{{"v":1,"project":"quant","kind":"comment","task":1,"from":"loud","body":"{n}"}}' for n in range(9_000)]
    append(team.home, *flood, '{"v":1,"project":"quant","kind":"comment","task":1,"from":"soft","body":"hello"}')
    done = polled(team.home, Hurried())
    assert done.more and done.taken == 9_001
    assert "hello" in [comment.body for comment in comments(team.db(), task.id, limit=10_000)]
    with home_db(team.home) as db:
        assert [alert.cause for alert in open_alerts(db)] == ["inbox-flood:loud"]
    while polled(team.home).more:
        pass
    in_order = [row[0] for row in team.db().execute("SELECT body FROM comments WHERE actor = 'loud' ORDER BY id")]
    assert in_order == [str(n) for n in range(9_000)]
    with home_db(team.home) as db:
        assert open_alerts(db) == ()
