"""Owns how a duration is written in the console: one number and one letter, as in `8s 4m 2h 3d`. Reads no clock."""

from __future__ import annotations

__all__ = ("age", "clock", "span")

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))


def span(ms: int) -> str:
    """A duration in the largest unit that fits once; never negative (a clock may have jumped)."""
    for size, letter in _UNITS:
        if ms >= size:
            return f"{ms // size}{letter}"
    return "0s"


def age(since: int | None, now: int) -> str:
    """How long ago `since` was (epoch ms); nothing where it never was."""
    return "" if since is None else span(now - since)


def clock(since: int | None, now: int) -> str:
    """A running time with the next smaller unit, as in `6m12` or `1h04`: for what lives."""
    if since is None:
        return ""
    seconds = max(0, now - since) // 1000
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02d}"
    if seconds < 86_400:
        return f"{seconds // 3600}h{seconds % 3600 // 60:02d}"
    return f"{seconds // 86_400}d{seconds % 86_400 // 3600:02d}"
