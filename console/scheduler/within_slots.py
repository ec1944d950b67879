"""Owns what must be true of slots in every decision: of the home, of a project, of an agent.

Written without the rules' own code, as all invariants are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from console.records.policy import Policy
from console.scheduler.actions import Action, StartSeat, StartTask
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("never_more_starts_than_slots",)

Start = StartTask | StartSeat


def never_more_starts_than_slots(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """Home, project and agent limits hold after the starts; what was over its limit before only gets no more.

    Who answers in the operator's place may be one more for each that waits for an answer.
    """
    starts = [a for a in actions if isinstance(a, StartTask | StartSeat)]
    present = [p for view in snapshot.projects for p in view.present]
    answers = {(view.id, t.id) for view in snapshot.projects for t in view.ready if t.ask is not None}
    work = [s for s in starts if not (isinstance(s, StartTask) and (s.project, s.task_id) in answers)]
    yield from _over("the home", len(present), work, starts, policy.max_global_agents, _that_wait(*snapshot.projects))
    agents = Counter([*(p.session.agent for p in present), *(s.agent for s in starts)])
    for view in snapshot.projects:
        mine = [s for s in starts if s.project == view.id]
        if (cap := view.policy.max_project_agents) is not None:
            there = [s for s in work if s.project == view.id]
            yield from _over(view.id, len(view.present), there, mine, cap, _that_wait(view))
        for start in mine:
            agent = next(a for a in view.agents if a.id == start.agent)
            limit = view.policy.max_per_agent if agent.max_parallel is None else agent.max_parallel
            # Projects may differ in the limit: the highest of those that start this agent now is the one that binds.
            if agents[agent.id] > limit and not _allowed_elsewhere(snapshot, starts, agent.id, agents[agent.id]):
                yield f"{agent.id} would have {agents[agent.id]} sessions with a limit of {limit}"


def _over(
    whose: str, present: int, work: Sequence[Start], starts: Sequence[Start], limit: int, wait: int
) -> Iterator[str]:
    """`work`: those of the starts that take a slot of their own."""
    if work and present + len(work) > limit:
        yield f"{whose}: {present} present and {len(work)} starts with {limit} slots"
    if starts and present + len(starts) > limit + wait:
        yield f"{whose}: {present} present, {wait} of them waiting, and {len(starts)} starts with {limit} slots"


def _that_wait(*views: ProjectView) -> int:
    asking = {(view.id, ask.session) for view in views for ask in view.asks}
    return sum((view.id, p.session.id) in asking for view in views for p in view.present)


def _allowed_elsewhere(snapshot: Snapshot, starts: list[Start], agent_id: str, sessions: int) -> bool:
    for view in snapshot.projects:
        if any(s.project == view.id and s.agent == agent_id for s in starts):
            agent = next(a for a in view.agents if a.id == agent_id)
            limit = view.policy.max_per_agent if agent.max_parallel is None else agent.max_parallel
            if sessions <= limit:
                return True
    return False
