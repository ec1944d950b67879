"""Owns the invariant of work in somebody's place: only for who is out, by who is named for that.

Asked by `invariants` beside the others; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.records.policy import Policy
from console.scheduler.actions import Action, StartTask
from console.scheduler.matching import link_down
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("nobody_is_replaced_who_is_there", "out")


def out(view: ProjectView, snapshot: Snapshot) -> set[str]:
    """Who cannot be started, by its own matter or by a link that is broken."""
    links = ((agent.id, link_down(agent, snapshot.links)) for agent in view.agents)
    return {*view.unfit, *(agent for agent, link in links if link is not None and link.broken)}


def nobody_is_replaced_who_is_there(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """Who works in an assignee's place is one of its fallbacks, or of theirs, and the assignee cannot be started."""
    for start in (a for a in actions if isinstance(a, StartTask) and a.instead_of is not None):
        view = next(view for view in snapshot.projects if view.id == start.project)
        names = {agent.id: agent.fallback for agent in view.agents}
        known, left = set[str](), [start.instead_of]
        while left:
            more = [name for name in names.get(left.pop() or "", ()) if name not in known]
            known |= set(more)
            left += more
        if start.agent not in known or start.instead_of not in out(view, snapshot):
            yield f"{start}: whom it works for could be started, or names somebody else"
