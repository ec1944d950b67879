"""Owns the table of what agents ask under their claims, as each door that has it is asked. Nothing here is a test."""

from __future__ import annotations

from console.blackboard.reads.reviews import open_rounds
from console.blackboard.writes.claims import Start, claim_seat
from console.blackboard.writes.project import pause_project
from console.blackboard.writes.rounds import prepare_round
from console.blackboard.writes.sessions import end_session, mark_running
from console.blackboard.writes.submissions import submit as hand_in
from console.blackboard.writes.tasks import hold_task
from console.commands import comments, decisions, observations, sessions
from console.commands.agent.claim import Claim, claim
from console.commands.agent.experience import Learn, learn
from console.commands.agent.release import Release, release
from console.commands.agent.renew import renew
from console.commands.agent.submit import Answer, Submit, submit
from console.commands.agent.verdict import GiveVerdict, give
from console.commands.reviews import Finding
from console.commands.text import Line, Prose, Reason
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.alert import Level
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.reviews.terms import Terms
from tests.door_requests import AUTHOR, SAID, Floor, Request, pending, worked
from tests.homes import BOSS, CLOCK, TeamHome

__all__ = ("AGENT_REQUESTS",)

REVIEWER = "00000000-0000-4000-8000-000000000002"
RUBRIC = {"correct": 2.0, "clear": 1.0}


def working(team: TeamHome, project: str) -> None:
    """The author works on task 1, and has written a file; task 2 is another."""
    team.task("write it", project, reviews=("output_review",), assignee="dev")
    team.task("before it", project)
    worked(team.db(project))
    folder = team.home.project_folder(project) / "artifacts" / "1" / "outputs"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("there\n")


def expected(team: TeamHome, project: str) -> None:
    team.task("write it", project, expect=("outputs/a.md",), assignee="dev")
    worked(team.db(project))


def stale(team: TeamHome, project: str) -> None:
    """The author's claim has ended, and nobody told it."""
    working(team, project)
    end_session(team.db(project), AUTHOR, status=SessionStatus.LOST, by=SCHEDULER, now=CLOCK.now())


def judging(team: TeamHome, project: str) -> None:
    """The author has handed in, and the reviewer judges it."""
    working(team, project)
    db, now = team.db(project), CLOCK.now()
    hand_in(db, AUTHOR, 1, summary="there", by=Actor(name="dev", origin=Origin.AGENT), now=now)
    end_session(db, AUTHOR, status=SessionStatus.SUCCEEDED, by=SCHEDULER, now=now)
    prepare_round(db, 1, 1, reviewers=("rev",), terms=Terms(rubric=RUBRIC), by=SCHEDULER, now=now)
    (found,) = open_rounds(db)
    start = Start(session=REVIEWER, agent="rev", backend="command")
    claim_seat(db, found.seats[0].id, start, by=SCHEDULER, now=now)
    assert mark_running(db, REVIEWER, now=now)


def for_reviewers(team: TeamHome, project: str) -> None:
    team.task("write it", project, role="reviewer")


def on_hold(team: TeamHome, project: str) -> None:
    pending(team, project)
    hold_task(team.db(project), 1, reason="wait", by=BOSS, now=CLOCK.now())


def at_rest(team: TeamHome, project: str) -> None:
    pending(team, project)
    pause_project(team.db(project), reason=None, by=BOSS, now=CLOCK.now())


def learns(at: Floor, title: str, body: str, *tags: str) -> None:
    with at.context() as context:
        learn(context, Learn(title=Line(title), body=Prose(body), tags=tags, task=1))


def says(at: Floor, text: str) -> None:
    with at.context() as context:
        comments.say(context, comments.Say(task=1, text=Prose(text)))


def notices(at: Floor, text: str) -> None:
    with at.context() as context:
        seen = observations.Observe(text=Prose(text), level=Level.ATTENTION, task=1)
        observations.observe(context, seen)


def decides(at: Floor, title: str, reason: str) -> None:
    with at.context() as context:
        decisions.decide(context, decisions.Decide(title=Line(title), reason=Prose(reason), task=1))


def spends(at: Floor) -> None:
    assert at.claim is not None
    with at.context() as context:
        sessions.note_spent(context, sessions.Spent(session=at.claim[0], fence=at.claim[1], tokens=7, cost=0.5))


def gives(at: Floor, verdict: Verdict, *, comment: str = "", finding: str = "", score: float | None = None) -> None:
    scores = () if score is None else tuple((Line(name), score) for name in RUBRIC)
    findings = (Finding(text=Prose(finding)),) if finding else ()
    give(at.desk, GiveVerdict(verdict=verdict, scores=scores, findings=findings, comment=Prose(comment)))


SCORES = ("--score", "correct=0.9", "--score", "clear=0.9")
AGENT_REQUESTS: dict[str, Request] = {
    "a claim": Request(
        ready=pending, blackboard=("claim", "--task", "1", "--agent", "dev"),
        floor=lambda at: claim(at.desk, Claim(agent="dev", task=1)),
    ),
    "a claim for a moment": Request(
        ready=pending, blackboard=("claim", "--task", "1", "--agent", "dev", "--lease", "5"),
        floor=lambda at: claim(at.desk, Claim(agent="dev", task=1, lease=5)),
        says="--lease 5: expected 10 to 86400 seconds", code=2,
    ),
    "a claim of what is held": Request(
        ready=on_hold, blackboard=("claim", "--task", "1", "--agent", "dev"),
        floor=lambda at: claim(at.desk, Claim(agent="dev", task=1)), says="task #1 is held (wait)", code=4,
    ),
    "a claim in a pause": Request(
        ready=at_rest, blackboard=("claim", "--task", "1", "--agent", "dev"),
        floor=lambda at: claim(at.desk, Claim(agent="dev", task=1)), says="is paused", code=4,
    ),
    "a claim by who does not fit": Request(
        ready=for_reviewers, blackboard=("claim", "--task", "1", "--agent", "dev"),
        floor=lambda at: claim(at.desk, Claim(agent="dev", task=1)),
        says="task #1 is for the role reviewer; dev has developer", code=4,
    ),
    "a claim of no seat": Request(
        ready=pending, blackboard=("claim", "--seat", "9", "--agent", "rev"),
        floor=lambda at: claim(at.desk, Claim(agent="rev", seat=9)), says="there is no review seat 9", code=3,
    ),
    "a claim that is kept": Request(
        ready=working, session=AUTHOR, blackboard=("renew", "--lease", "120"), floor=lambda at: renew(at.desk, 120)
    ),
    "a claim kept too long": Request(
        ready=working, session=AUTHOR, blackboard=("renew", "--lease", "90000"), floor=lambda at: renew(at.desk, 90000),
        says="--lease 90000: expected", code=2,
    ),
    "a claim kept that has ended": Request(
        ready=stale, session=AUTHOR, blackboard=("renew",), floor=lambda at: renew(at.desk),
        says="your claim of task #1 (fence 1) has ended", code=4,
    ),
    "a submit": Request(
        ready=working, session=AUTHOR, blackboard=("submit", "--summary", SAID, "--rebuttal", SAID),
        floor=lambda at: submit(at.desk, Submit(summary=Prose(SAID), rebuttal=Prose(SAID))),
    ),
    "a submit without a word": Request(
        ready=working, session=AUTHOR, blackboard=("submit", "--summary", " \u200b"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose(" \u200b"))), says="the summary is empty", code=2,
    ),
    "a submit with an answer to nothing": Request(
        ready=working, session=AUTHOR, blackboard=("submit", "--summary", "s", "--answer", "3=no"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"), answers=(Answer(finding=3, text=Prose("no")),))),
        says="--answer 3: ", code=2,
    ),
    "a submit with an empty answer": Request(
        ready=working, session=AUTHOR, blackboard=("submit", "--summary", "s", "--answer", "3=\u200b"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"), answers=(Answer(finding=3, text=Prose("\u200b")),))),
        says="the answer to finding 3 is empty", code=2,
    ),
    "a submit without what is expected": Request(
        ready=expected, session=AUTHOR, blackboard=("submit", "--summary", "s"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"))), says="outputs/a.md", code=1,
    ),
    "a submit of who was replaced": Request(
        ready=stale, session=AUTHOR, blackboard=("submit", "--summary", "s"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"))), says="has ended", code=4,
    ),
    "a submit of a reviewer": Request(
        ready=judging, session=REVIEWER, blackboard=("submit", "--summary", "s"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"))), says="a reviewer gives a verdict", code=2,
    ),
    "a submit without a claim": Request(
        ready=pending, blackboard=("submit", "--summary", "s"),
        floor=lambda at: submit(at.desk, Submit(summary=Prose("s"))), says="this needs a claim", code=2,
    ),
    "work given back": Request(
        ready=working, session=AUTHOR, blackboard=("release", "--reason", SAID * 20),
        floor=lambda at: release(at.desk, Release(reason=Reason(SAID * 20))),
    ),
    "work given back without a word": Request(
        ready=working, session=AUTHOR, blackboard=("release",), floor=lambda at: release(at.desk, Release())
    ),
    "work put off": Request(
        ready=working, session=AUTHOR, blackboard=("release", "--reason", SAID, "--until", "2"),
        floor=lambda at: release(at.desk, Release(reason=Reason(SAID), until=2)),
    ),
    "work put off to no moment": Request(
        ready=working, session=AUTHOR, blackboard=("release", "--not-before", "someday"),
        floor=lambda at: release(at.desk, Release(not_before="someday")), says="'someday' is no moment", code=2,
    ),
    "work for somebody who is not here": Request(
        ready=working, session=AUTHOR, blackboard=("release", "--to", "nobody"),
        floor=lambda at: release(at.desk, Release(to=Line("nobody"))), says="no agent 'nobody' in this project", code=2,
    ),
    "work given back by who was replaced": Request(
        ready=stale, session=AUTHOR, blackboard=("release",), floor=lambda at: release(at.desk, Release()),
        says="has ended", code=4,
    ),
    "a reviewer approves": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "approve", *SCORES, "--comment", SAID),
        floor=lambda at: gives(at, Verdict.APPROVE, comment=SAID, score=0.9),
    ),
    "a reviewer approves without scores": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "approve"),
        floor=lambda at: gives(at, Verdict.APPROVE), says="an approval needs a score for correct, clear", code=2,
    ),
    "a reviewer wants changes": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "request-changes", "--finding", SAID),
        floor=lambda at: gives(at, Verdict.REQUEST_CHANGES, finding=SAID),
    ),
    "a reviewer wants changes and says none": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "request_changes"),
        floor=lambda at: gives(at, Verdict.REQUEST_CHANGES), says="needs at least one --finding", code=2,
    ),
    "a reviewer abstains without a word": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "abstain"),
        floor=lambda at: gives(at, Verdict.ABSTAIN), says="abstain needs its --comment", code=2,
    ),
    "a reviewer says too much": Request(
        ready=judging, session=REVIEWER, blackboard=("review", "--verdict", "abstain", "--comment", "x" * 100_001),
        floor=lambda at: gives(at, Verdict.ABSTAIN, comment="x" * 100_001), says="more than 100000 characters", code=2,
    ),
    "a verdict of the author": Request(
        ready=working, session=AUTHOR, blackboard=("review", "--verdict", "approve"),
        floor=lambda at: gives(at, Verdict.APPROVE), says="this session works on the task", code=2,
    ),
    "an experience": Request(
        ready=working, session=AUTHOR,
        blackboard=("experience", "--title", SAID, "--body", SAID, "--tag", "ﬁ,é", "--tag", "é"),
        floor=lambda at: learns(at, SAID, SAID, "ﬁ,é", "é"),
    ),
    "an experience of nothing": Request(
        ready=working, session=AUTHOR, blackboard=("experience", "--title", "t", "--body", " "),
        floor=lambda at: learns(at, "t", " "), says="an experience needs a title and a body", code=2,
    ),
    "an experience of who was replaced": Request(
        ready=stale, session=AUTHOR, blackboard=("experience", "--title", "t", "--body", "b"),
        floor=lambda at: learns(at, "t", "b"), says="has ended", code=4,
    ),
    "a comment in a session": Request(
        ready=working, session=AUTHOR, blackboard=("comment", SAID), inbox={"kind": "comment", "task": 1, "body": SAID},
        floor=lambda at: says(at, SAID),
    ),
    "an observation in a session": Request(
        ready=working, session=AUTHOR, blackboard=("observe", SAID, "--level", "attention"),
        inbox={"kind": "observation", "task": 1, "body": SAID, "level": "attention"}, floor=lambda at: notices(at, SAID),
    ),
    "a decision in a session": Request(
        ready=working, session=AUTHOR, blackboard=("decide", SAID, "--reason", SAID),
        floor=lambda at: decides(at, SAID, SAID),
    ),
    "a decision of who was replaced": Request(
        ready=stale, session=AUTHOR, blackboard=("decide", "t"), floor=lambda at: decides(at, "t", ""),
        says="has ended", code=4,
    ),
    "what a session spent": Request(
        ready=working, session=AUTHOR, blackboard=("usage", "--tokens", "7", "--cost", "0.5"),
        inbox={"kind": "session.event", "event": "usage", "tokens": 7, "cost": 0.5}, floor=spends,
    ),
}  # fmt: skip
