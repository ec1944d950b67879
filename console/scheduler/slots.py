"""Owns the count of slots while one decision is made: those taken at the start, and those that it gives away.

A slot is taken from the claim until the session's process is confirmed gone. An agent counts across all projects. Who answers
in the operator's place runs beside the slots of those that wait, else nobody could answer once all wait.
"""

from __future__ import annotations

from collections import Counter

from console.records.agent import Agent
from console.records.policy import Policy
from console.scheduler.asks import waiting
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.why import Why

__all__ = ("Slots",)


class Slots:
    """What is free, and for whom."""

    def __init__(self, snapshot: Snapshot, policy: Policy) -> None:
        self._by_project = {view.id: len(view.present) for view in snapshot.projects}
        self._by_agent = Counter(p.session.agent for view in snapshot.projects for p in view.present)
        self._authors = {view.id: sum(p.author for p in view.present) for view in snapshot.projects}
        self._used = sum(self._by_project.values())
        self._waiting = {view.id: _that_wait(view) for view in snapshot.projects}
        self._limit = policy.max_global_agents
        self._kept = 0

    def keep_one(self) -> None:
        """Leave one slot of the home unused from here on; only where there are two or more."""
        self._kept = 1 if self._limit >= 2 else 0

    def load(self, agent: Agent) -> int:
        """How many sessions the agent has, in all projects."""
        return self._by_agent[agent.id]

    def home_full(self, *, answers: bool = False) -> Why | None:
        """Why the home has no slot to give; `answers`: to who answers in the operator's place."""
        used = self._used - (sum(self._waiting.values()) if answers else 0)
        if used >= self._limit:
            return Why.HOME_FULL
        return Why.KEPT if used + self._kept >= self._limit else None

    def project_full(self, view: ProjectView, *, answers: bool = False) -> Why | None:
        """Why the project may take no further slot."""
        cap = view.policy.max_project_agents
        used = self._by_project[view.id] - (self._waiting[view.id] if answers else 0)
        return Why.PROJECT_FULL if cap is not None and used >= cap else None

    def folder_taken(self, view: ProjectView) -> Why | None:
        """Why the project's one folder may take no further author."""
        return Why.ONE_FOLDER if view.one_author and self._authors[view.id] else None

    def agent_full(self, view: ProjectView, agent: Agent) -> Why | None:
        """Why the agent may take no further session."""
        cap = view.policy.max_per_agent if agent.max_parallel is None else agent.max_parallel
        return Why.AGENT_BUSY if self._by_agent[agent.id] >= cap else None

    def refusal(self, view: ProjectView, agent: Agent, *, answers: bool = False) -> Why | None:
        """Why `agent` cannot start in `view` now."""
        return (
            self.home_full(answers=answers) or self.project_full(view, answers=answers) or self.agent_full(view, agent)
        )

    def take(self, view: ProjectView, agent: Agent, *, author: bool) -> None:
        """Give a slot away, to the `author` of a task, or to who judges or answers."""
        self._authors[view.id] += author
        self._used += 1
        self._by_project[view.id] += 1
        self._by_agent[agent.id] += 1


def _that_wait(view: ProjectView) -> int:
    """How many sessions hold a slot and wait for an answer."""
    asking = waiting(view)
    return sum(present.session.id in asking for present in view.present)
