"""Owns the one visual language: the mark and colour role of every state, in Unicode and in ASCII. Draws nothing.

Every mark is one cell wide in every terminal; a colour never carries a meaning alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.records.alert import Level
from console.records.need import NeedKind
from console.records.task import TaskStatus

__all__ = ("ASCII", "UNICODE", "Glyphs", "Mark", "alert_mark", "need_mark", "task_mark")

Mark = tuple[str, str]
"""What is drawn, and its colour role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One set of marks and lines."""

    pending: str
    blocked: str
    held: str
    working: str
    review: str
    needs: str
    asks: str
    done: str
    failed: str
    cancelled: str
    urgent: str
    attention: str
    routine: str
    live: str
    silent: str
    lost: str
    cursor: str
    on: str
    off: str
    more: str
    dot: str
    times: str
    horizontal: str
    vertical: str
    tee_right: str
    tee_left: str
    tee_down: str
    tee_up: str
    corner: str
    fold: str
    to: str
    before: str
    minus: str
    thumb: str


UNICODE = Glyphs(
    pending="○",
    blocked="◌",
    held="‖",
    working="◐",
    review="◆",
    needs="◈",
    asks="?",
    done="✓",
    failed="✗",
    cancelled="–",
    urgent="▲",
    attention="▲",
    routine="·",
    live="▸",
    silent="▹",
    lost="✗",
    cursor="▌",
    on="●",
    off="○",
    more="…",
    dot="·",
    times="×",
    horizontal="─",
    vertical="│",
    tee_right="├",
    tee_left="┤",
    tee_down="┬",
    tee_up="┴",
    corner="└",
    fold="▸",
    to="→",
    before="←",
    minus="−",
    thumb="▐",
)

ASCII = Glyphs(
    pending="o",
    blocked=".",
    held="=",
    working="*",
    review="#",
    needs="!",
    asks="?",
    done="v",
    failed="x",
    cancelled="-",
    urgent="!",
    attention="!",
    routine=".",
    live=">",
    silent="-",
    lost="x",
    cursor=">",
    on="*",
    off="o",
    more="~",
    dot="-",
    times="x",
    horizontal="-",
    vertical="|",
    tee_right="|",
    tee_left="|",
    tee_down="-",
    tee_up="-",
    corner="`",
    fold=">",
    to=">",
    before="<",
    minus="-",
    thumb="#",
)

_TASK = {
    TaskStatus.PENDING: ("pending", "text"),
    TaskStatus.WORKING: ("working", "accent"),
    TaskStatus.REVIEW: ("review", "secondary"),
    TaskStatus.HELD: ("held", "warning"),
    TaskStatus.DONE: ("done", "success"),
    TaskStatus.FAILED: ("failed", "error"),
    TaskStatus.CANCELLED: ("cancelled", "dim"),
}
_ALERT = {
    Level.URGENT: ("urgent", "error"),
    Level.ATTENTION: ("attention", "warning"),
    Level.ROUTINE: ("routine", "success"),
    Level.OPTIONAL: ("routine", "dim"),
}
_NEED = {
    NeedKind.ASK: ("asks", "primary"),
    NeedKind.REVIEW: ("needs", "primary"),
    NeedKind.HELD: ("held", "warning"),
    NeedKind.FAILED: ("failed", "error"),
    NeedKind.BLOCKED: ("blocked", "warning"),
    NeedKind.ALERT: ("urgent", "error"),
}


def task_mark(status: TaskStatus, glyphs: Glyphs, *, blocked: bool = False) -> Mark:
    """The mark of a task; a pending one that waits for a dependency is marked as blocked."""
    if blocked and status == TaskStatus.PENDING:
        return glyphs.blocked, "dim"
    name, role = _TASK[status]
    return getattr(glyphs, name), role


def alert_mark(level: Level, glyphs: Glyphs) -> Mark:
    """The mark of an alert."""
    name, role = _ALERT[level]
    return getattr(glyphs, name), role


def need_mark(kind: NeedKind, glyphs: Glyphs) -> Mark:
    """The mark of something that waits for the operator."""
    name, role = _NEED[kind]
    return getattr(glyphs, name), role
