"""Owns the putting together of a prompt: parts in order, each within its cap, all within the total. Pure.

Never drops a part in silence: whoever reads the prompt sees where something is missing, how much, and who has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.prompts.quoting import closed
from console.text import safe

__all__ = ("NOTE", "Part", "Prompt", "assemble", "fill")

NOTE = 200
"""Characters, at most, of the note that stands where something was cut."""
_LEAST = 80
"""Characters of a part that are worth keeping; below this only the note stays."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a prompt, as it is wanted or as it went in."""

    name: str
    """Such as `comments`; the note of a cut says it."""
    text: str
    cap: int
    """Characters that it may have, with the note of its cut."""
    cut: int | None = None
    """Who loses first where the whole is too long: the lowest number. None never does."""
    files: tuple[str, ...] = ()
    """Where its text comes from: paths of files, or `blackboard`."""
    rest: str = ""
    """Who has what a cut leaves out, such as `blackboard read`; said in the note."""
    whole: int = 0
    """Characters before any cut; set when it went in."""
    note: str = ""
    """What was cut, in one line; empty where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the agent gets."""

    text: str
    parts: tuple[Part, ...]
    """As they went in; those that had nothing to say are not there."""

    @property
    def cuts(self) -> tuple[str, ...]:
        """One line for each part that lost something."""
        return tuple(part.note for part in self.parts if part.note)


def assemble(parts: Sequence[Part], *, total: int) -> Prompt:
    """The prompt of the parts that hold something, in their order, at most `total` characters.

    A part loses its end. Where the caps of those that are never cut leave no room for the notes of the others, the whole
    is longer by those notes; components that were checked always leave it.
    """
    wanted = [replace(part, text=closed(safe(part.text).strip())) for part in parts]
    wanted = [replace(part, whole=len(part.text)) for part in wanted if part.text]
    kept = [_within(part, part.cap) for part in wanted]
    over = sum(len(part.text) + 2 for part in kept) - 1 - total
    giving = [n for n, part in enumerate(wanted) if part.cut is not None]
    for n in sorted(giving, key=lambda n: (wanted[n].cut or 0, -n)):
        if over <= 0:
            break
        before = len(kept[n].text)
        kept[n] = _within(wanted[n], before - over)
        over -= before - len(kept[n].text)
    return Prompt(text="\n\n".join(part.text for part in kept) + "\n" if kept else "", parts=tuple(kept))


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `{name}` that `values` has replaced once; what a value brings along is never read as one."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def _within(part: Part, most: int) -> Part:
    """The part with at most `most` characters, up to a line's end where one is near; the note alone where that is less."""
    if len(part.text) <= most:
        return part
    end = max(most - len(_note(part, 0)) - 13, 0)  # 13: `[cut: ]`, two ends of lines and the end of a usual fence
    near = part.text.rfind("\n", max(end - 200, 0), end + 1)
    kept = part.text[: near if near > 0 else end].rstrip()
    note = _note(part, len(kept))
    text = f"{closed(kept)}\n[cut: {note}]"
    if len(kept) < _LEAST or len(text) > most:
        note = _note(part, 0)
        text = f"[cut: {note}]"
    return replace(part, text=text, note=note)


def _note(part: Part, kept: int) -> str:
    rest = f"; {part.rest}" if part.rest else ""
    return f"{part.name}: {part.whole - kept} of {part.whole} characters are left out here{rest}"[: NOTE - 7]
