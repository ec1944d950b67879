"""Owns what a verdict is written with: the composer, filled with the findings of the round, and what was noted on the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Target, what
from console.actions.leading import leading
from console.actions.reviews import VERDICTS
from console.app.kept import keep
from console.app.screens.composer import Composer, Entry
from console.app.threads import thread_page
from console.i18n import _
from widgets.pages import ThreadPage

if TYPE_CHECKING:
    from console.app.app import Console
    from console.blackboard.connection import Database

__all__ = ("compose",)


def compose(app: Console, action: Action, target: Target, written: Callable[[Any], None]) -> None:
    """Open it; what has to be read for it comes a moment later."""
    review, project = target.review, target.project
    assert review is not None
    number, verdict = review.id, VERDICTS[action.id]
    noted = [Entry(text=text, place=str(place), ticked=True) for place, text in app.noted.of(project, number)]
    label = _(action.asks) if action.asks else _(action.title)
    box = Composer(
        app.look,
        f"{label}  {what(target)}",
        required=action.text_required,
        text=app.kept.of(action, target),
        own=noted,
    )

    def read(db: Database) -> tuple[ThreadPage, str]:
        return thread_page(db, project, number), leading(db, number, verdict)

    def found(result: tuple[ThreadPage, str]) -> None:
        page, leads = result
        box.fill(_findings(page), leads, sorted({output.path for output in page.outputs}))

    def sent(text: Any) -> None:
        if text is not None:
            app.noted.keep(project, number, ())  # what is refused is kept as it was written
        written(text)

    box.given_up = lambda text: keep(app, action, target, text)
    app.push_screen(box, sent)
    app.errands.fetch(project, read, found)


def _findings(page: ThreadPage) -> list[Entry]:
    """Those of the newest round in which anybody judged."""
    last = max((given.round for given in page.verdicts if given.undone_at is None), default=0)
    of_last = {given.id for given in page.verdicts if given.round == last}
    return [
        Entry(text=one.text, place=one.place, number=one.number)
        for one in page.findings
        if one.verdict_id in of_last and one.number is not None
    ]
