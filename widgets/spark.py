"""Owns the smallest pictures: how full something is in one cell, and a row of numbers as a row of bars. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.marks import ASCII, Glyphs

__all__ = ("bar", "spark")

_BARS = "▁▂▃▄▅▆▇█"
_PLAIN = "_.:=+*#%"


def bar(share: float, glyphs: Glyphs) -> str:
    """One cell, the fuller the higher; `share` is 0 to 1."""
    bars = _PLAIN if glyphs is ASCII else _BARS
    return bars[max(0, min(int(share * len(bars)), len(bars) - 1))]


def spark(numbers: Sequence[float], glyphs: Glyphs, *, most: float | None = None) -> str:
    """A bar for each number, the highest for `most` (else for the greatest there is); a dot for nothing at all."""
    top = max(numbers, default=0) if most is None else most
    return "".join(bar(n / top, glyphs) if n > 0 and top > 0 else glyphs.dot for n in numbers)
