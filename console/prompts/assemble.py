"""Owns the putting together of a prompt: parts in order, each within its cap, with a note of what was cut. Pure.

Never drops a part in silence: whoever reads the prompt sees where something is missing, and how much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ("TOTAL", "Part", "Prompt", "assemble", "fill")

TOTAL = 90_000
"""Characters of a whole prompt, so that most also fit where they must go as one argument."""
NOTE = 120
"""Characters, about, that the note of a cut takes itself."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a prompt."""

    name: str
    """Such as `task`; the note of a cut says it."""
    text: str
    cap: int = 20_000
    """Characters that it may have."""
    spare: bool = False
    """Cut first where the whole is too long; parts that are not spared tell the agent what to do and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the agent gets."""

    text: str
    parts: tuple[Part, ...]
    """As they went in, cut."""
    cuts: tuple[str, ...] = ()
    """One line for each part that lost something."""


def assemble(parts: Sequence[Part], *, total: int = TOTAL) -> Prompt:
    """The prompt of the parts that hold something, in their order, at most about `total` characters."""
    kept: list[Part] = []
    cuts: list[str] = []
    for part in parts:
        text = part.text.strip()
        if text:
            kept.append(
                Part(name=part.name, text=_cut(part.name, text, part.cap, cuts), cap=part.cap, spare=part.spare)
            )
    over = sum(len(part.text) + 2 for part in kept) - total
    for n in sorted(range(len(kept)), key=lambda n: (not kept[n].spare, -len(kept[n].text))):
        if over <= 0:
            break
        part = kept[n]
        shorter = _cut(part.name, part.text, max(len(part.text) - over - NOTE, 500), cuts)
        over -= len(part.text) - len(shorter)
        kept[n] = Part(name=part.name, text=shorter, cap=part.cap, spare=part.spare)
    return Prompt(text="\n\n".join(part.text for part in kept) + "\n", parts=tuple(kept), cuts=tuple(cuts))


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `{name}` that `values` has replaced once; what a value brings along is never read as one."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def _cut(name: str, text: str, cap: int, cuts: list[str]) -> str:
    """The first `cap` characters, up to a line's end where one is near, and a note of what is missing."""
    if len(text) <= cap:
        return text
    end = text.rfind("\n", max(cap - 200, 0), cap)
    end = end if end > 0 else cap
    note = f"{name}: {len(text) - end} of {len(text)} characters are left out here; `blackboard read` has them"
    cuts.append(note)
    return f"{text[:end].rstrip()}\n[cut: {note}]"
