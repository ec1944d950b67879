"""Owns how a task is written in the operator's editor: its form goes there, and comes back only when it can be read.

What was written is never lost: what cannot be read opens again with what is wrong above it, what is refused is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Target
from console.app.editor import write_in_editor
from console.commands.task_form import blank, form, joined, parted, read, rebased, values_of
from console.errors import MoziError, UsageError
from console.i18n import _
from console.sentences import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            before, after = parted(kept)
            merged, told = rebased(read(before), read(after), read(given))
            text = form(
                merged, tuple(spoken(f"{name} was changed meanwhile: {was} became {is_}") for name, was, is_ in told)
            )
        written = _written(app, text or given)
        if written is not None and read(written) != read(given):
            app.perform(action, target, joined(given, written))
        elif written is not None:
            app.notify(_("Nothing was changed."), markup=False, timeout=3)

    app.errands.fetch(project, lambda db: values_of(db, number), found)


def new_form(app: Console, begun: str) -> str:
    """The form of a new task, begun with what was typed, a title or the form itself; empty where nothing is to be made."""
    title, _line_end, body = begun.partition("\n")
    text = begun if begun.startswith(FORM) else form(blank(title, body.strip()))
    return _written(app, text, plain=True) or ""


def _written(app: Console, text: str, *, plain: bool = False) -> str | None:
    """What comes back and can be read. None where the editor fails, or leaves what cannot be read as it is.

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
        except UsageError as error:
            said = spoken(str(error))
            if after.strip() in ("", text.strip()):
                app.notify(said, severity="error", markup=False, timeout=10)
                return None
            text = f"# {said}\n" + _bare(after)


def _bare(text: str) -> str:
    """Without what was said above it before."""
    lines = text.split("\n")
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "\n".join(lines) + "\n"
