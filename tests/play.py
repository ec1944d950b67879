"""Owns the transcript of a scheduler test: given a world, this happens, then it must do exactly this.

Each step decides twice (the answers must be equal) and asks every invariant. Nothing here decides by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.records.agent import Agent
from console.records.ending import Ending, Life
from console.records.link import Link
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import Review, Seat
from console.records.session import Session, SessionStatus
from console.records.task import Task
from console.scheduler.actions import Action
from console.scheduler.decide import decide
from console.scheduler.invariants import violations
from console.scheduler.snapshot import Present, ProjectView, Round, Snapshot

NOW = 1_700_000_000_000
"""Epoch ms at which every play begins."""

SECOND = 1000
UP = {"gateway": Link(name="gateway", up=True)}
DOWN = {"gateway": Link(name="gateway", up=False, why="no gateway answers at http://x")}


class Play:
    """A world, and what the scheduler does about it step by step."""

    def __init__(self, *views: ProjectView, policy: Policy | None = None, now: int = NOW, **home: Any) -> None:
        self.policy = policy or Policy()
        self.now = now
        home = {"links": UP, "watching_since": now, **home}
        self.snapshot = Snapshot(projects=views, **home)

    def view(self, project: str = "p") -> ProjectView:
        """The project as it is now."""
        return next(view for view in self.snapshot.projects if view.id == project)

    def after(self, seconds: float) -> Play:
        """Time passes, and nothing else."""
        self.now += round(seconds * SECOND)
        return self

    def home(self, **changes: Any) -> Play:
        """Something changes in the home."""
        self.snapshot = replace(self.snapshot, **changes)
        return self

    def project(self, project: str = "p", **changes: Any) -> Play:
        """Something changes in a project."""
        views = tuple(replace(v, **changes) if v.id == project else v for v in self.snapshot.projects)
        return self.home(projects=views)

    def decides(self) -> list[Action]:
        """What the scheduler does now; the same when asked twice, and no invariant broken."""
        actions = decide(self.snapshot, self.policy, self.now)
        assert actions == decide(self.snapshot, self.policy, self.now), "the same snapshot gave two answers"
        broken = violations(self.snapshot, self.policy, actions, self.now)
        assert not broken, "\n".join(broken)
        return actions

    def then(self, *expected: Action) -> Play:
        """It does exactly this, in this order."""
        found = self.decides()
        assert found == list(expected), _difference(found, list(expected))
        return self


def _difference(found: list[Action], expected: list[Action]) -> str:
    lines = [f"  = {a}" for a in found if a in expected]
    lines += [f"  + not expected: {a}" for a in found if a not in expected]
    lines += [f"  - missing:      {a}" for a in expected if a not in found]
    return "\n".join(["the scheduler did something else:", *lines, "" if lines else "  (order only)"])


def agent(name: str, role: str = "developer", **more: Any) -> Agent:
    """A local agent, unless said otherwise."""
    return Agent(**{"id": name, "role": role, "backend": "command", **more})


def task(number: int, **more: Any) -> Task:
    """A task that is ready, unless said otherwise."""
    return Task(**{"id": number, "title": f"task {number}", "created_at": NOW, "updated_at": NOW, **more})


def session(name: str = "s1", task_id: int = 1, **more: Any) -> Session:
    """A session that runs since NOW on a command agent named dev, unless said otherwise."""
    usual: dict[str, Any] = {"agent": "dev", "backend": "command", "status": SessionStatus.RUNNING, "fence": 1}
    usual |= {"created_at": NOW, "started_at": NOW, "last_word_at": NOW}
    return Session(**{"id": name, "task_id": task_id, **usual, **more})


def present(
    one: Session | None = None,
    life: Life = Life.ALIVE,
    ending: Ending | None = None,
    *,
    task_status: str = "working",
    task_fence: int | None = None,
    seat: Seat | None = None,
    review: Review | None = None,
    stop_asked_at: int | None = None,
    **changes: Any,
) -> Present:
    """A session in its slot, still holding its task; `changes` are made to the session."""
    that = replace(one or session(), **changes)
    fence = that.fence if task_fence is None else task_fence
    return Present(
        session=that,
        life=life,
        ending=ending,
        task_status=task_status,
        task_fence=fence,
        seat=seat,
        review=review,
        stop_asked_at=stop_asked_at,
    )


def review(number: int = 1, task_id: int = 1, **more: Any) -> Review:
    """An open output review of dev's work, unless said otherwise."""
    return Review(**{"id": number, "task_id": task_id, "protocol": "output_review", "author": "dev", **more})


def seat(number: int = 1, reviewer: str = "rev", **more: Any) -> Seat:
    """A seat of round 1 of review 1 that waits, unless said otherwise."""
    return Seat(**{"id": number, "review_id": 1, "round": 1, "reviewer": reviewer, **more})


def waiting(one: Review | None = None, *seats: Seat) -> Round:
    """The open round of a review, with these seats."""
    that = one or review()
    return Round(review=that, task=task(that.task_id, status="review"), seats=seats)


def view(project: str = "p", *, policy: Policy | None = None, **more: Any) -> ProjectView:
    """A project with one developer named dev, in which something moved just now, unless said otherwise."""
    usual: dict[str, Any] = {"agents": (agent("dev"),), "last_progress_at": NOW}
    state = more.pop("state", None) or ProjectState(project=project, epoch="e1")
    return ProjectView(**{"state": state, "policy": policy or Policy(), **usual, **more})
