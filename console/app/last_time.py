"""Owns what a console remembers of a home between two lives of it: the view, the project, the board's filter, its panes, lines.

It is a convenience: what cannot be read or written is forgotten without a word, and nothing else depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from console.home import Home, write_atomically
from console.records.board import Arrangement, Group, Order

__all__ = ("LastTime",)

_SIZE = 65_536
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """How it stood when a console of this home ended."""

    view: str = ""
    """By its name, as in the list of views."""
    project: str = ""
    filter: str = ""
    """The words and conditions of the board."""
    boards: Mapping[str, Arrangement] = field(default_factory=dict)
    """Of each project how the cards of its board lie."""
    panes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of each view, at each width, the percents of its panes where they were moved."""
    lines: tuple[str, ...] = ()
    """Of the command line, the newest first."""

    @classmethod
    def of(cls, home: Home) -> LastTime:
        """What is written; nothing where it is not what we write."""
        try:
            with open(home.state / "console.json", encoding="utf-8") as file:
                found: Any = json.loads(file.read(_SIZE))
            words = {name: str(found.get(name, ""))[:_LONGEST] for name in ("view", "project", "filter")}
            boards = {str(name): _arrangement(lies) for name, lies in found.get("boards", {}).items()}
            panes = {str(key): tuple(int(part) for part in parts) for key, parts in found.get("panes", {}).items()}
            lines = tuple(str(line)[:_LONGEST] for line in found.get("lines", ()))
        except (OSError, ValueError, AttributeError, TypeError):
            return cls()
        return cls(**words, boards=boards, panes=panes, lines=lines)

    def keep(self, home: Home) -> None:
        """For the next one."""
        with suppress(OSError):
            write_atomically(home.state / "console.json", json.dumps(asdict(self), ensure_ascii=False) + "\n")


def _arrangement(lies: Any) -> Arrangement:
    """Raises ValueError or AttributeError for what we do not write."""
    return Arrangement(order=Order(lies.get("order")), group=Group(lies.get("group")))
