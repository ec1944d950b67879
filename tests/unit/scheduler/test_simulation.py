"""Promises of the whole decision over time: in a small world that does what it is told, all work ends and nothing twice."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from console.records.agent import Agent
from console.records.ending import Ending, Life
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import Review, ReviewStatus, Seat, SeatStatus, Verdict, VerdictGiven
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus
from console.reviews.round import settle
from console.scheduler.actions import Action, EndSession, Escalate, PrepareRound, StartSeat, StartTask
from console.scheduler.decide import decide
from console.scheduler.invariants import violations
from console.scheduler.policies import in_order
from console.scheduler.snapshot import Present, ProjectView, Round, Snapshot
from tests.play import NOW, SECOND, agent, seat, session, task

TEAM = (agent("dev"), agent("two"), agent("rev", "reviewer"), agent("lead", "lead"))
POLICY = Policy(max_global_agents=3)
PAGE = 4


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
            rounds=tuple(self._round(r) for r in self.reviews.values() if r.status == ReviewStatus.OPEN),
            last_progress_at=self.now,
        )
        return Snapshot(projects=(view,), watching_since=NOW)

    def _round(self, one: Review) -> Round:
        seats = tuple(s for s in self.seats.values() if (s.review_id, s.round) == (one.id, one.round))
        return Round(review=one, task=self.tasks[one.task_id], seats=seats)

    def performs(self, action: Action) -> None:
        """The effect of one action."""
        match action:
            case StartTask():
                one = self.tasks[action.task_id]
                began = self._starts(action.agent, one.id, None, one.fence + 1, one.attempts + 1)
                self._task(one.id, status=TaskStatus.WORKING, fence=one.fence + 1, session=began)
            case StartSeat():
                that = self.seats[action.seat_id]
                began = self._starts(action.agent, action.task_id, that.id, that.fence + 1, that.attempts + 1)
                self.seats[that.id] = replace(that, status=SeatStatus.WORKING, fence=that.fence + 1, session=began)
            case PrepareRound():
                for name in action.reviewers:
                    number = len(self.seats) + 1
                    self.seats[number] = seat(number, name, review_id=action.review_id, round=action.round)
            case Escalate():
                self.reviews[action.review_id] = replace(self.reviews[action.review_id], status=ReviewStatus.ESCALATED)
            case EndSession():
                self._ends(action)
            case _:
                raise AssertionError(f"this world knows no {action}")

    def _starts(self, who: str, task_id: int, seat_id: int | None, fence: int, attempt: int) -> str:
        name = f"{task_id}-{seat_id}-{fence}"
        assert name not in self.sessions
        times = {"created_at": self.now, "started_at": self.now, "last_word_at": self.now}
        one = session(name, task_id, agent=who, seat_id=seat_id, fence=fence, attempt=attempt, **times)
        exit_code = self.luck.choice([0, 0, 0, 1, 75])
        self.sessions[name] = (Present(session=one, life=Life.ALIVE, task_fence=fence), Ending(exit_code=exit_code))
        return name

    def lives(self) -> None:
        """Time passes; some agent ends, perhaps with its submit or verdict first."""
        self.now += 20 * SECOND
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
        self.reviews[one.task_id] = (
            replace(old, status=ReviewStatus.OPEN, round=old.round + 1, author=one.agent)
            if old
            else Review(id=one.task_id, task_id=one.task_id, protocol="output_review", author=one.agent)
        )

    def _verdict(self, that: Seat) -> None:
        said = self.luck.choice(list(Verdict))
        self.seats[that.id] = replace(that, status=SeatStatus.GIVEN, session=None)
        number = len(self.verdicts) + 1
        self.verdicts.append(
            VerdictGiven(
                id=number, review_id=that.review_id, round=that.round, seat_id=that.id, reviewer=that.reviewer,
                verdict=said, confidence=self.luck.choice([0.5, 0.9]),
            )
        )  # fmt: skip
        one = self.reviews[that.review_id]
        assert that.reviewer != one.author
        result = settle(one, list(self._round(one).seats), [v for v in self.verdicts if v.review_id == one.id])
        if result is not None:
            self.reviews[one.id] = replace(one, status=result.status)
            to = {"approve": TaskStatus.DONE, "request_changes": TaskStatus.PENDING, "reject": TaskStatus.FAILED}
            if result.task_verb is not None:
                self._task(one.task_id, status=to[result.task_verb])

    def _ends(self, action: EndSession) -> None:
        present, _ = self.sessions.pop(action.session)
        one = present.session
        if one.ended_at is not None:
            return
        if one.seat_id is not None:
            that = self.seats[one.seat_id]
            to = SeatStatus.VACANT if action.exhausted else SeatStatus.WAITING
            tried = that.attempts + action.counted
            self.seats[that.id] = replace(that, status=to, session=None, attempts=tried, retry_at=action.retry_at)
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
        return not (waiting or self.sessions or any(r.status == ReviewStatus.OPEN for r in self.reviews.values()))


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
        assert (one.status == TaskStatus.REVIEW) == (
            one.id in world.reviews and world.reviews[one.id].status == ReviewStatus.ESCALATED
        )
