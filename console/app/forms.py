"""Owns how a task is written in the operator's editor: its form goes there, and comes back only when it can be read.

What was written is never lost: what cannot be read opens again with what is wrong above it, what is refused is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Target
from console.app.editor import write_in_editor
from console.app.kept import keep
from console.commands.task_form import blank, form, joined, parted, read, rebased, values_of
from console.errors import MoziError, UsageError
from console.i18n import _
from console.sentences import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from console.app.app import Console

__all__ = ("edit", "new_form")

FORM = "---\n"
"""Begins a form."""


def edit(app: Console, action: Action, target: Target) -> None:
    """Write on a task as it is now, on which what was kept of an edit that was refused is put again."""
    task, project = target.task, target.project
    assert task is not None
    number = task.id

    def found(now: Mapping[str, Any]) -> None:
        given, text = form(now), ""
        if kept := app.kept.of(action, target):
            text = _again(kept, given)
        written = _written(app, text or given, lambda left: keep(app, action, target, joined(given, left)))
        if written is not None and read(written) != read(given):
            app.perform(action, target, joined(given, written))
        elif written is not None:
            app.notify(_("Nothing was changed."), markup=False, timeout=3)

    app.errands.fetch(project, lambda db: values_of(db, number), found)


def _again(kept: str, given: str) -> str:
    """What was kept, on the task as it is now; as it was left where it could not be read."""
    before, after = parted(kept)
    try:
        merged, told = rebased(read(before), read(after), read(given))
    except UsageError:
        return after
    said = tuple(spoken(f"{name} was changed meanwhile: {was} became {is_}") for name, was, is_ in told)
    return form(merged, said)


def new_form(app: Console, begun: str) -> str:
    """The form of a new task, begun with what was typed, a title or the form itself; empty where nothing is to be made.

    One that was left as it could not be read is given all the same: it is refused with what is wrong, and kept.
    """
    left: list[str] = []
    title, _line_end, body = begun.partition("\n")
    text = begun if begun.startswith(FORM) else form(blank(title, body.strip()))
    return _written(app, text, left.append, plain=True) or "".join(left)


def _written(app: Console, text: str, left: Callable[[str], object], *, plain: bool = False) -> str | None:
    """What comes back and can be read. None where the editor fails, or leaves what cannot be read as it is: `left` has that.

    Of what may be `plain`, without any line of dashes, the first line is the title.
    """
    while True:
        try:
            after = write_in_editor(app, text)
        except MoziError as error:
            app.notify(spoken(str(error)), severity="error", markup=False)
            return None
        if plain and after and f"\n{FORM}" not in f"\n{after}\n":
            title, _line_end, body = after.partition("\n")
            after = form(blank(title, body.strip()))
        try:
            read(after)
            return _bare(after).strip()
        except UsageError:
            said = _what_is_wrong(after)
            if after.strip() in ("", text.strip()):
                app.notify(said, severity="error", markup=False, timeout=10)
                if after.strip():
                    left(_bare(after).strip())
                return None
            text = f"# {said}\n" + _bare(after)


def _what_is_wrong(text: str) -> str:
    """By the lines of the text as it opens again, below one that says this."""
    try:
        read("#\n" + _bare(text))
    except UsageError as error:
        return spoken(str(error))
    return ""


def _bare(text: str) -> str:
    """Without what was said above it before."""
    lines = text.split("\n")
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "\n".join(lines) + "\n"
