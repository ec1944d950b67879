"""Owns what is wrong with who works in whose place: nobody in its own, no circle. Each problem has its file and line.

A name that nothing defines is none here: a project may list it, and then it is the gateway's agent of that id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ("fallback_problems",)


def fallback_problems(agents: Mapping[str, Mapping[str, Any]], sources: Mapping[str, str]) -> list[str]:
    """One line for each circle, where it begins in the order of the settings."""
    after = {name: tuple(fields.get("fallback", ())) for name, fields in agents.items()}
    problems, told = [], set[str]()
    for name in after:
        if name in told or not (circle := _circle(name, after)):
            continue
        told |= set(circle)
        key = f"agents.{name}.fallback"
        way = " → ".join((*circle, name))
        problems.append(f"{sources.get(key, key)}: {key}: expected agents that do not come back to it, found {way}")
    return problems


def _circle(name: str, after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The way from an agent back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    had = set[str]()
    while ways:
        way = ways.pop(0)
        for following in after.get(way[-1], ()):
            if following == name:
                return way
            if following not in had:
                had.add(following)
                ways.append((*way, following))
    return ()
