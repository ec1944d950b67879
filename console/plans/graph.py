"""Owns the order of things that wait for each other: circles, an order to work in, and how deep each one lies.

It knows names and whom each waits for, nothing else; a name that is waited for and not there is ignored.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ("Placed", "circles", "in_order", "in_tree", "levels")

N = TypeVar("N", bound=Hashable)

CIRCLES_MAX = 10


def in_order(waits: Mapping[N, Iterable[N]]) -> list[N]:
    """Each after all that it waits for, else as given; without those that are in a circle or behind one."""
    left = {name: {other for other in others if other in waits} for name, others in waits.items()}
    placed: list[N] = []
    done: set[N] = set()
    while ready := [name for name, others in left.items() if others <= done]:
        placed += ready
        done.update(ready)
        for name in ready:
            del left[name]
    return placed


def circles(waits: Mapping[N, Iterable[N]]) -> list[tuple[N, ...]]:
    """Circles as (a, b, a): a waits for b, which waits for a. Empty exactly where there is none; at most CIRCLES_MAX."""
    edges = {name: [other for other in dict.fromkeys(others) if other in waits] for name, others in waits.items()}
    found: list[tuple[N, ...]] = []
    while len(found) < CIRCLES_MAX:
        ordered = set(in_order(edges))
        stuck = {name: [o for o in others if o not in ordered] for name, others in edges.items() if name not in ordered}
        if not stuck:
            break
        circle = _walk(stuck)
        found.append(circle)
        edges[circle[-2]].remove(circle[-1])  # cut open, so that the next one is another
    return found


def levels(waits: Mapping[N, Iterable[N]]) -> dict[N, int]:
    """How many steps of waiting lie before each, at most: 0 for what waits for nothing."""
    depth: dict[N, int] = {}
    for name in in_order(waits):
        depth[name] = max((depth[other] + 1 for other in waits[name] if other in waits), default=0)
    return depth


@dataclass(frozen=True, slots=True)
class Placed(Generic[N]):
    """Where one stands when all are drawn below each other, each below the deepest that it waits for."""

    name: N
    above: N | None
    """The one below which it stands."""
    rails: tuple[bool, ...]
    """From the left, a step of waiting each: whether the line there goes on below; the last is its own."""


def in_tree(waits: Mapping[N, Iterable[N]]) -> list[Placed[N]]:
    """Each once, from top to bottom; as many rails as its level, so that those of one level stand in one column."""
    depth = levels(waits)
    below: dict[N | None, list[N]] = {}
    places = {name: n for n, name in enumerate(waits)}
    for name in waits:
        known = [other for other in waits[name] if other in depth]
        deepest = max(known, key=lambda other: (depth[other], places[other]), default=None)
        below.setdefault(deepest, []).append(name)
    found: list[Placed[N]] = []
    waiting: list[Placed[N]] = [Placed(name, None, ()) for name in reversed(below.get(None, []))]
    while waiting:
        found.append(one := waiting.pop())
        parts = below.get(one.name, [])
        waiting += [Placed(part, one.name, (*one.rails, n > 0)) for n, part in enumerate(reversed(parts))]
    return found


def _walk(stuck: Mapping[N, list[N]]) -> tuple[N, ...]:
    """Follow whom each waits for, until one comes again. Everyone here waits for somebody here."""
    path: list[N] = []
    place: dict[N, int] = {}
    name = next(iter(stuck))
    while name not in place:
        place[name] = len(path)
        path.append(name)
        name = stuck[name][0]
    return (*path[place[name] :], name)
