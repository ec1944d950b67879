"""Promises of the whole decision over time: in a small world that does what it is told, all work ends and nothing twice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from console.records.agent import Agent
from console.records.ending import Ending, Life
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import Review, ReviewStatus, Seat, SeatKind, SeatStatus, Verdict, VerdictGiven
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus
from console.reviews.protocol import Protocol
from console.reviews.round import Settled, settle
from console.reviews.terms import terms_of
from console.reviews.turns import open_seats, whose_turn, with_agents
from console.scheduler.actions import Action, EndRound, EndSession, PrepareRound, StartSeat, StartTask, StopSession
from console.scheduler.decide import decide
from console.scheduler.invariants import violations
from console.scheduler.policies import in_order
from console.scheduler.snapshot import Present, ProjectView, Round, Snapshot
from tests.play import NOW, SECOND, agent, seat, session, task

TEAM = (
    agent("dev"),
    agent("two"),
    agent("rev", "reviewer"),
    agent("rev2", "reviewer"),
    agent("lead", "lead"),
    agent("pangtong-fujunshi", "strategist"),
)
POLICY = Policy(max_global_agents=3)
PAGE = 4
PROTOCOLS = {
    found.name: found
    for found in (
        Protocol(name="plain"),
        Protocol(name="most", reviewers=("@reviewer", "@reviewer", "@lead"), quorum="majority", gates={"quality": 0.3}),
        Protocol(name="turns", reviewers=("@reviewer", "@lead"), order="sequence", escalate_to=("@lead", "dev")),
        Protocol(name="short", reviewers=("@reviewer", "@lead"), quorum=1, round_timeout=60, gates={"quality": 0.6}),
    )
}


@dataclass
class World:
    """One project that performs actions at once and whose agents end as luck has it."""

    luck: random.Random
    tasks: dict[int, Task]
    team: tuple[Agent, ...] = TEAM
    now: int = NOW
    sessions: dict[str, tuple[Present, Ending]] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    seats: dict[int, Seat] = field(default_factory=dict)
    verdicts: list[VerdictGiven] = field(default_factory=list)
    done_by: list[int] = field(default_factory=list)

    def snapshot(self) -> Snapshot:
        """What the engine would observe; the page of ready tasks is short on purpose."""
        held = {p.session.task_id for p, _ in self.sessions.values() if p.session.seat_id is None}
        ready = [
            t
            for t in self.tasks.values()
            if t.status == TaskStatus.PENDING and t.id not in held and (t.retry_at or 0) <= self.now
        ]
        view = ProjectView(
            state=ProjectState(project="p", epoch="e"),
            policy=POLICY,
            agents=self.team,
            ready=tuple(in_order(tuple(ready), POLICY.order)[:PAGE]),
            present=tuple(p for p, _ in self.sessions.values()),
            rounds=tuple(self._round(r) for r in self.reviews.values() if with_agents(r)),
            protocols=PROTOCOLS,
            last_progress_at=self.now,
        )
        return Snapshot(projects=(view,), watching_since=NOW)

    def _round(self, one: Review) -> Round:
        seats = tuple(s for s in self.seats.values() if (s.review_id, s.round) == (one.id, one.round))
        judged = (s for s in self.seats.values() if (s.review_id, s.round) == (one.id, one.round - 1))
        before = tuple(s.reviewer for s in judged if s.status == SeatStatus.GIVEN and s.kind == SeatKind.REVIEW)
        return Round(review=one, task=self.tasks[one.task_id], seats=seats, before=() if seats else before)

    def performs(self, action: Action) -> None:
        """The effect of one action."""
        match action:
            case StartTask():
                one = self.tasks[action.task_id]
                began = self._starts(action.agent, one.id, None, one.fence + 1, one.attempts + 1)
                self._task(one.id, status=TaskStatus.WORKING, fence=one.fence + 1, session=began)
            case StartSeat():
                that = self.seats[action.seat_id]
                round_ = self._round(self.reviews[that.review_id])
                assert that in whose_turn(round_.review, round_.seats)
                began = self._starts(action.agent, action.task_id, that.id, that.fence + 1, that.attempts + 1)
                self.seats[that.id] = replace(that, status=SeatStatus.WORKING, fence=that.fence + 1, session=began)
            case PrepareRound():
                self._prepares(action)
            case EndRound():
                self._vacates(action.seats)
                self._settles(action.review_id)
            case StopSession():
                present, _ = self.sessions[action.session]
                stopped = Ending(exit_code=None, stopped=action.reason)
                self.sessions[action.session] = (replace(present, life=Life.DEAD, ending=stopped), stopped)
            case EndSession():
                self._ends(action)
            case _:
                raise AssertionError(f"this world knows no {action}")

    def _prepares(self, action: PrepareRound) -> None:
        one = self.reviews[action.review_id]
        terms = terms_of(PROTOCOLS[one.protocol], POLICY, seats=len(action.reviewers), ladder=action.ladder)
        self.reviews[one.id] = replace(
            one,
            max_rounds=terms.max_rounds,
            threshold=terms.threshold,
            rubric=dict(terms.rubric),
            gates=dict(terms.gates),
            quorum=terms.quorum,
            in_sequence=terms.in_sequence,
            ladder=terms.ladder,
            round_timeout=terms.round_timeout,
            round_until=self.now + terms.round_timeout * SECOND if terms.round_timeout else None,
        )
        for name in action.reviewers:
            self._seat(one, name, SeatKind.REVIEW)
        if not action.reviewers:
            self._escalates(one.id, "operator")

    def _seat(self, one: Review, name: str, kind: SeatKind) -> None:
        number = len(self.seats) + 1
        assert name != one.author
        assert all(s.reviewer != name for s in self._round(one).seats), "nobody is asked twice in a round"
        self.seats[number] = seat(number, name, review_id=one.id, round=one.round, kind=kind)

    def _escalates(self, number: int, to: str) -> None:
        one = self.reviews[number]
        until = self.now + one.round_timeout * SECOND if one.round_timeout else None
        if to != "operator":
            self._seat(one, to, SeatKind.ESCALATION)
        self.reviews[number] = replace(one, status=ReviewStatus.ESCALATED, escalated_to=to, round_until=until)

    def _vacates(self, seats: Iterable[int]) -> None:
        for number in seats:
            self.seats[number] = replace(self.seats[number], status=SeatStatus.VACANT, session=None)

    def _settles(self, number: int) -> None:
        one = self.reviews[number]
        found = settle(one, list(self.seats.values()), self.verdicts)
        if found is None:
            assert open_seats(one, list(self.seats.values())), "a round waits for nobody"
            return
        self._vacates(s.id for s in open_seats(one, list(self.seats.values())))
        self._never_outvotes_a_gate(one, found)
        if found.status == ReviewStatus.ESCALATED:
            assert found.to is not None
            return self._escalates(number, found.to)
        self.reviews[number] = replace(one, status=found.status, escalated_to=None, round_until=None)
        to = {"approve": TaskStatus.DONE, "request_changes": TaskStatus.PENDING, "reject": TaskStatus.FAILED}
        self._task(one.task_id, status=to[str(found.task_verb)])

    def _never_outvotes_a_gate(self, one: Review, found: Settled) -> None:
        kind = SeatKind.ESCALATION if one.status == ReviewStatus.ESCALATED else SeatKind.REVIEW
        heard = [
            v
            for v in self.verdicts
            if (v.review_id, v.round) == (one.id, one.round) and self.seats[v.seat_id or 0].kind == kind
        ]
        if found.status == ReviewStatus.APPROVED:
            gate = (one.gates or {}).get("quality", 0.0)
            assert all(v.scores is None or v.scores["quality"] >= gate for v in heard)

    def _starts(self, who: str, task_id: int, seat_id: int | None, fence: int, attempt: int) -> str:
        name = f"{task_id}-{seat_id}-{fence}"
        assert name not in self.sessions
        times = {"created_at": self.now, "started_at": self.now, "last_word_at": self.now}
        one = session(name, task_id, agent=who, seat_id=seat_id, fence=fence, attempt=attempt, **times)
        exit_code = self.luck.choice([0, 0, 0, 1, 75])
        self.sessions[name] = (Present(session=one, life=Life.ALIVE, task_fence=fence), Ending(exit_code=exit_code))
        return name

    def lives(self) -> None:
        """Time passes; some agent ends, perhaps with its submit or verdict first, and now and then one leaves the team."""
        self.now += 20 * SECOND
        if self.luck.random() < 0.01:
            self.team = tuple(a for a in self.team if a.id in ("dev", "two") or self.luck.random() < 0.8)
        for name in [n for n in self.sessions if self.luck.random() < 0.5]:
            present, ending = self.sessions[name]
            if present.life == Life.ALIVE:
                one = self._hands_in(present.session) if ending.exit_code == 0 else present.session
                self.sessions[name] = (replace(present, life=Life.DEAD, ending=ending, session=one), ending)
        for name, (present, ending) in self.sessions.items():
            talks = replace(present.session, last_word_at=self.now)
            now = replace(present, session=talks, task_status=str(self.tasks[talks.task_id].status))
            now = replace(now, seat=self.seats.get(talks.seat_id or 0))
            self.sessions[name] = (now, ending)

    def _hands_in(self, one: Session) -> Session:
        if one.seat_id is None:
            self.done_by.append(one.task_id)
            self._review(one)
        elif self.luck.random() < 0.8:
            self._verdict(self.seats[one.seat_id])
        else:
            return one
        return replace(one, status=SessionStatus.SUCCEEDED, ended_at=self.now)

    def _review(self, one: Session) -> None:
        self._task(one.task_id, status=TaskStatus.REVIEW, session=None, attempts=0)
        old = self.reviews.get(one.task_id)
        if old is None:
            protocol = self.luck.choice(list(PROTOCOLS))
            old = Review(id=one.task_id, task_id=one.task_id, protocol=protocol, round=0)
        self.reviews[one.task_id] = replace(old, status=ReviewStatus.OPEN, round=old.round + 1, author=one.agent)

    def _verdict(self, that: Seat) -> None:
        one, said, score = (
            self.reviews[that.review_id],
            self.luck.choice(list(Verdict)),
            self.luck.choice([0.2, 0.5, 0.9]),
        )
        if that.status != SeatStatus.WORKING:
            return
        assert that.reviewer != one.author
        self.seats[that.id] = replace(that, status=SeatStatus.GIVEN, session=None)
        self.verdicts.append(
            VerdictGiven(
                id=len(self.verdicts) + 1, review_id=that.review_id, round=that.round, seat_id=that.id,
                reviewer=that.reviewer, verdict=said, confidence=score, scores={"quality": score},
            )
        )  # fmt: skip
        self._settles(one.id)

    def _ends(self, action: EndSession) -> None:
        present, _ = self.sessions.pop(action.session)
        one = present.session
        if one.ended_at is not None:
            return
        if one.seat_id is not None:
            that = self.seats[one.seat_id]
            to = SeatStatus.VACANT if action.exhausted else SeatStatus.WAITING
            tried = that.attempts + action.counted
            if that.session == one.id:
                self.seats[that.id] = replace(that, status=to, session=None, attempts=tried, retry_at=action.retry_at)
            if action.exhausted and with_agents(self.reviews[that.review_id]):
                self._settles(that.review_id)
        else:
            tried = self.tasks[one.task_id].attempts + action.counted
            status = TaskStatus.FAILED if action.exhausted else TaskStatus.PENDING
            self._task(one.task_id, status=status, session=None, attempts=tried, retry_at=action.retry_at)

    def _task(self, number: int, **changes: object) -> None:
        self.tasks[number] = replace(self.tasks[number], **changes)  # type: ignore[arg-type]

    @property
    def idle(self) -> bool:
        """Nothing can move without the operator."""
        waiting = any(t.status in (TaskStatus.PENDING, TaskStatus.WORKING) for t in self.tasks.values())
        return not (waiting or self.sessions or any(with_agents(r) for r in self.reviews.values()))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 9))
def test_all_work_ends_and_nothing_runs_twice_at_once(luck: int, many: int) -> None:
    world = World(random.Random(luck), {n: task(n, priority=n % 3) for n in range(1, many + 1)})
    for _ in range(2000):
        snapshot = world.snapshot()
        actions = decide(snapshot, POLICY, world.now)
        assert violations(snapshot, POLICY, actions, world.now) == []
        for action in actions:
            world.performs(action)
        if world.idle:
            break
        world.lives()
    assert world.idle, "something waits for ever"
    assert {t.status for t in world.tasks.values()} <= {TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.REVIEW}
    for one in world.tasks.values():
        review = world.reviews.get(one.id)
        assert (one.status == TaskStatus.REVIEW) == (review is not None and review.status == ReviewStatus.ESCALATED)
        assert one.status != TaskStatus.REVIEW or (review is not None and review.escalated_to == "operator")
