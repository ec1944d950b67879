"""Owns who reviews: which agents fill the seats of a round. Never the author of what is judged.

Without anyone eligible it says so with an empty answer; asking the operator instead is the scheduler's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.records.agent import Agent

__all__ = ("FALLBACK", "choose_reviewers")

FALLBACK = ("@reviewer", "@lead")
"""Who is asked, in this order, where the protocol's own reviewers are not to be had (DESIGN §2)."""


def choose_reviewers(
    wanted: Sequence[str],
    agents: Sequence[Agent],
    *,
    author: str | None,
    load: Callable[[Agent], int] = lambda agent: 0,
    reachable: Callable[[Agent], bool] = lambda agent: True,
) -> tuple[str, ...]:
    """One agent per entry of `wanted` (an agent's id, or a role as @ROLE); none twice, the author never.

    Where no entry can be filled, the first of FALLBACK that can. Within a role the one with the least `load`; among
    equals the order of `agents`. Agents that are not `reachable` now come after all those that are.
    """
    seats: list[str] = []
    for entry in wanted:
        _fill(seats, entry, agents, author, load, reachable)
    for entry in FALLBACK:
        if not seats:
            _fill(seats, entry, agents, author, load, reachable)
    return tuple(seats)


def _fill(
    seats: list[str],
    entry: str,
    agents: Sequence[Agent],
    author: str | None,
    load: Callable[[Agent], int],
    reachable: Callable[[Agent], bool],
) -> None:
    eligible = [a for a in agents if a.id != author and a.id not in seats and _named(entry, a)]
    if eligible:
        # min() keeps the first of equals, which is the order of config.
        seats.append(min(eligible, key=lambda a: (not reachable(a), load(a))).id)


def _named(entry: str, agent: Agent) -> bool:
    return agent.role == entry[1:] if entry.startswith("@") else agent.id == entry
