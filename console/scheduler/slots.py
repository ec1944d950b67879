"""Owns the count of slots while one decision is made: those taken at the start, and those that it gives away.

A slot is taken from the claim until the session's process is confirmed gone. An agent counts across all projects.
"""

from __future__ import annotations

from collections import Counter

from console.records.agent import Agent
from console.records.policy import Policy
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
        self._limit = policy.max_global_agents
        self._kept = 0

    def keep_one(self) -> None:
        """Leave one slot of the home unused from here on; only where there are two or more."""
        self._kept = 1 if self._limit >= 2 else 0

    def load(self, agent: Agent) -> int:
        """How many sessions the agent has, in all projects."""
        return self._by_agent[agent.id]

    def home_full(self) -> Why | None:
        """Why the home has no slot to give."""
        if self._used >= self._limit:
            return Why.HOME_FULL
        return Why.KEPT if self._used + self._kept >= self._limit else None

    def project_full(self, view: ProjectView) -> Why | None:
        """Why the project may take no further slot."""
        cap = view.policy.max_project_agents
        return Why.PROJECT_FULL if cap is not None and self._by_project[view.id] >= cap else None

    def folder_taken(self, view: ProjectView) -> Why | None:
        """Why the project's one folder may take no further author."""
        return Why.ONE_FOLDER if view.one_author and self._authors[view.id] else None

    def agent_full(self, view: ProjectView, agent: Agent) -> Why | None:
        """Why the agent may take no further session."""
        cap = view.policy.max_per_agent if agent.max_parallel is None else agent.max_parallel
        return Why.AGENT_BUSY if self._by_agent[agent.id] >= cap else None

    def refusal(self, view: ProjectView, agent: Agent) -> Why | None:
        """Why `agent` cannot start in `view` now."""
        return self.home_full() or self.project_full(view) or self.agent_full(view, agent)

    def take(self, view: ProjectView, agent: Agent, *, author: bool) -> None:
        """Give a slot away, to the `author` of a task, or to who judges or answers."""
        self._authors[view.id] += author
        self._used += 1
        self._by_project[view.id] += 1
        self._by_agent[agent.id] += 1
