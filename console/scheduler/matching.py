"""Owns who could do a task: assignee, role and needs against the project's agents, and who can be started by us at all.

Knows nothing of how busy anyone is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from console.backends import traits_of
from console.records.agent import Agent
from console.records.fitness import Unfit
from console.records.link import Link
from console.records.task import Task
from console.scheduler.why import Why

__all__ = ("Team", "link_down", "mismatch", "out_of_reach")

REVIEWER = "reviewer"

Demand = tuple[str | None, str | None, tuple[str, ...]]


_NOBODY: Mapping[str, Unfit] = MappingProxyType({})
_NO_LINKS: Mapping[str, Link] = MappingProxyType({})


def mismatch(agent: Agent, task: Task) -> Why | None:
    """What of the task's demands the agent does not meet; it must meet all.

    A reviewer stays free for reviews: it takes only work that asks for it by name, role or needs.
    """
    if task.assignee is not None and task.assignee != agent.id:
        return Why.ASSIGNEE
    if task.role is not None and task.role != agent.role:
        return Why.ROLE
    if any(need not in agent.capabilities for need in task.needs):
        return Why.NEEDS
    asked = task.assignee or task.role or task.needs
    return Why.REVIEWER if agent.role == REVIEWER and not asked else None


def out_of_reach(agent: Agent, links: Mapping[str, Link], unfit: Mapping[str, Unfit] = _NOBODY) -> Why | None:
    """Why the scheduler cannot start this agent now, however free it is."""
    if agent.id in unfit:
        return Why.UNFIT
    traits = traits_of(agent.backend)
    if traits.claims:
        return Why.EXTERNAL
    if traits.link is None:
        return None
    return Why.LINK_DOWN if link_down(agent, links) is not None else None


def link_down(agent: Agent, links: Mapping[str, Link]) -> Link | None:
    """The link that the agent's backend needs, where it is down, or nobody made it yet."""
    name = traits_of(agent.backend).link
    if name is None:
        return None
    link = links.get(name)
    if link is None:
        return Link(name=name, up=False)
    return None if link.up else link


class Team:
    """The agents of one project, asked for the same demands many times in one decision."""

    def __init__(
        self,
        agents: Sequence[Agent],
        links: Mapping[str, Link] = _NO_LINKS,
        unfit: Mapping[str, Unfit] = _NOBODY,
    ) -> None:
        """Without `links` none that needs one can be started; who fits does not depend on them."""
        self._agents = agents
        self._unfit = unfit
        self._links = links
        self._fitting: dict[Demand, tuple[Agent, ...]] = {}
        self._by_id = {agent.id: agent for agent in agents}

    @staticmethod
    def demand(task: Task) -> Demand:
        """What the task asks of an agent; tasks that ask the same fit the same agents."""
        return (task.assignee, task.role, task.needs)

    def member(self, agent_id: str) -> Agent | None:
        """The agent of that id, if it is in the project."""
        return self._by_id.get(agent_id)

    def fitting(self, task: Task) -> tuple[Agent, ...]:
        """Who meets every demand, in the order of config."""
        demand = self.demand(task)
        found = self._fitting.get(demand)
        if found is None:
            found = self._fitting[demand] = tuple(a for a in self._agents if mismatch(a, task) is None)
        return found

    def why_out(self, agent: Agent) -> str | None:
        """Why somebody else may work in its place, as the end of a sentence that begins with its name; None where it is in."""
        if (found := self._unfit.get(agent.id)) is not None:
            return found.told
        link = link_down(agent, self._links)
        return (
            f"cannot be reached: {link.why or f'the {link.name} is down'}" if link is not None and link.broken else None
        )

    def after(self, agent: Agent) -> tuple[Agent, ...]:
        """Who works in its place, in this order: its fallbacks that are in the project, each followed by its own."""
        return tuple(self._after(agent, {agent.id}))

    def stand_ins(self, task: Task) -> tuple[Agent, ...]:
        """Who may do the task in the place of its assignee, in this order; nobody where that one is in, or does not fit.

        Nobody answers the operator's asks for the lead.
        """
        if task.ask is not None:
            return ()
        assigned = self.member(task.assignee) if task.assignee is not None else None
        if assigned is None or not assigned.fallback or mismatch(assigned, task) or self.why_out(assigned) is None:
            return ()
        return tuple(a for a in self.after(assigned) if mismatch(a, replace(task, assignee=a.id)) is None)

    def _after(self, agent: Agent, had: set[str]) -> Iterator[Agent]:
        for name in agent.fallback:
            if name not in had and (found := self.member(name)) is not None:
                had.add(name)
                yield found
                yield from self._after(found, had)

    def reachable(self, agent: Agent) -> bool:
        """Whether we could start it now."""
        return out_of_reach(agent, self._links, self._unfit) is None

    def fit(self, agent: Agent) -> bool:
        """Whether it could be started as far as it is its own matter; a link that is down comes up again by itself."""
        return agent.id not in self._unfit
