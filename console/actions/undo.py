"""Owns what takes an act of the console back: which act it was, what came of it, and why where nothing takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.i18n import _

if TYPE_CHECKING:
    from console.actions.action import Act, Action, Done

__all__ = ("Undo", "undo_of")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Undo:
    """One act that was done, and is taken back by its action's own way back."""

    action: Action
    act: Act
    """As it was done: its target is what stood there before."""
    done: Done | None = None
    project: str = ""
    """Whose blackboard was written; empty for the home's."""
    title: str
    """In one line, for the footer."""
    parts: tuple[Undo, ...] = ()
    """Of one act on several things: what takes each of them back."""
    until: int = 0
    """Epoch ms before which nothing starts that would be in its way; 0 where that is not kept."""

    @property
    def why_not(self) -> str:
        """Why it cannot be taken back, as a sentence; empty where it can."""
        return "" if self.action.back is not None else _(self.action.final)

    @property
    def reviews(self) -> frozenset[tuple[str, int]]:
        """(Project, number) of each review that was judged by it."""
        found = frozenset().union(*(part.reviews for part in self.parts))
        review = self.act.target.review
        return found | {(self.project, review.id)} if review is not None and not self.parts else found

    def told(self, now: int) -> str:
        """What it takes back, and as long as nothing can be in its way, for how long."""
        left = -(-(self.until - now) // 1000)
        said = _("undo: {what}").format(what=self.title)
        return said + (" " + _("({left} s)").format(left=left) if left > 0 else "")


def undo_of(action: Action, act: Act, done: Done, project: str) -> Undo | None:
    """What takes this act back, or says why nothing does; None for what changed no state."""
    if action.back is None and not action.final:
        return None
    target = act.target
    number = done.task if target.task is None and target.review is None else None
    if target.task is not None:
        number = target.task.id
    elif target.review is not None:
        number = target.review.task_id
    about = f"#{number}" if number is not None else project
    title = _("{verb} {what}").format(verb=_(action.title), what=about).rstrip()
    return Undo(action=action, act=act, done=done, project=project, title=title, until=done.until)
