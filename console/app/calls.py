"""Owns when the console calls the operator: something needs them that did not a moment ago. It makes no sound itself."""

from __future__ import annotations

from console.i18n import _
from console.sentences import spoken
from widgets.models import NeedRow, World
from widgets.rows import plain, ref

__all__ = ("Calls",)

Key = tuple[object, ...]


class Calls:
    """Remembers what needs the operator, so that each thing calls once, at the moment it comes up."""

    def __init__(self) -> None:
        self._known: frozenset[Key] | None = None

    def news(self, world: World) -> str:
        """What to say of what came up since the last world, in one line; empty where nothing did, and at first."""
        if not world.scheduler.known:
            return ""
        rows = {_key(row): row for row in world.needs if row.need.lead is None}
        fresh = [] if self._known is None else [row for key, row in rows.items() if key not in self._known]
        self._known = frozenset(rows)
        if len(fresh) > 1:
            return _("{n} things need you").format(n=len(fresh))
        return _told(fresh[0]) if fresh else ""


def _key(row: NeedRow) -> Key:
    need = row.need
    return need.kind, need.project, need.task_id, need.ask_id or need.review_id, need.alert_id or need.reason


def _told(row: NeedRow) -> str:
    where = ref(row.need.project, row.need.task_id)
    return "  ".join(part for part in (where, plain(row.need.title), plain(spoken(row.need.reason))) if part)
