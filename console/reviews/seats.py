"""Owns who reviews: which agents fill the seats of a round, and whom it goes to after them. Never an author.

Without anyone eligible it says so with an empty answer; the operator comes after everybody, and is not named here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from console.records.actor import OPERATOR
from console.records.agent import Agent

__all__ = ("FALLBACK", "choose_reviewers", "ladder_of", "stand_in", "unlisted")

FALLBACK = ("@reviewer", "@lead")
"""Who is asked, in this order, where the protocol's own reviewers are not to be had."""


def choose_reviewers(
    wanted: Sequence[str],
    agents: Sequence[Agent],
    *,
    authors: Collection[str],
    load: Callable[[Agent], int] = lambda agent: 0,
    reachable: Callable[[Agent], bool] = lambda agent: True,
    before: Sequence[str] = (),
) -> tuple[str, ...]:
    """One agent per entry of `wanted` (an agent's id, or a role as @ROLE); none twice, no author ever.

    Where no entry can be filled, the first of FALLBACK that can. Within a role one of those who judged the round
    `before`, else the one with the least `load`; among equals the order of `agents`. Agents that are not `reachable` now
    come after all those that are.
    """

    def worth(agent: Agent) -> tuple[bool, bool, int]:
        return not reachable(agent), agent.id not in before, load(agent)

    seats: list[str] = []
    for entry in wanted:
        _fill(seats, entry, agents, authors, worth)
    for entry in FALLBACK:
        if not seats:
            _fill(seats, entry, agents, authors, worth)
    return tuple(seats)


def stand_in(
    wanted: Sequence[str],
    agents: Sequence[Agent],
    *,
    but: Collection[str | None],
    load: Callable[[Agent], int] = lambda agent: 0,
    reachable: Callable[[Agent], bool] = lambda agent: True,
) -> str | None:
    """Who follows a reviewer who said nothing: somebody of the first entry of `wanted` that has anybody; none of `but`."""
    for entry in wanted:
        eligible = [a for a in agents if a.id not in but and _named(entry, a)]
        if eligible:
            return min(eligible, key=lambda a: (not reachable(a), load(a))).id
    return None


def ladder_of(wanted: Sequence[str], agents: Sequence[Agent], *, authors: Collection[str]) -> tuple[str, ...]:
    """The agents of `agents` that an unsettled round goes to, in order; the operator's own name ends it."""
    rungs: list[str] = []
    for entry in wanted:
        if entry == OPERATOR:
            break
        rungs += [a.id for a in agents if _named(entry, a) and a.id not in authors and a.id not in rungs][:1]
    return tuple(rungs)


def unlisted(wanted: Sequence[str], agents: Sequence[Agent]) -> tuple[str, ...]:
    """The entries of an escalation, up to the operator, that are nobody of `agents` and so are skipped."""
    until = wanted.index(OPERATOR) if OPERATOR in wanted else len(wanted)
    return tuple(entry for entry in wanted[:until] if not any(_named(entry, agent) for agent in agents))


def _fill(
    seats: list[str],
    entry: str,
    agents: Sequence[Agent],
    authors: Collection[str],
    worth: Callable[[Agent], tuple[bool, bool, int]],
) -> None:
    eligible = [a for a in agents if a.id not in authors and a.id not in seats and _named(entry, a)]
    if eligible:
        # min() keeps the first of equals, which is the order of config.
        seats.append(min(eligible, key=worth).id)


def _named(entry: str, agent: Agent) -> bool:
    return agent.role == entry[1:] if entry.startswith("@") else agent.id == entry
