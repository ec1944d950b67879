"""Owns one act on all that is marked: it is done to each, and told as one.

What is refused is told with its reason, and keeps nothing else from being done; an undo takes the whole of it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.actions.action import Act, Action, Done, Target, Undo, what
from console.app.messages import ActEnded
from console.i18n import _, ngettext
from console.sentences import spoken
from console.text import one_line

__all__ = ("LISTED", "listed", "parts_of", "together")

UNDO = "undo"
LISTED = 4
"""Names of each kind in a question, and in what is told of those that were refused; the rest is counted."""


def parts_of(action: Action, act: Act) -> tuple[Act, ...]:
    """The single acts of one that is about several; none where it is about one."""
    if action.id != UNDO:  # whose target alone is what was done; any other's only says what could be taken back
        return tuple(replace(act, target=each) for each in act.target.marked)
    undo = act.target.undo
    return tuple(replace(act, target=Target(undo=part)) for part in undo.parts) if undo is not None else ()


def together(action: Action, act: Act, ended: Sequence[ActEnded]) -> ActEnded:
    """What came of them all, as of one."""
    done = [each.done for each in ended if each.done is not None]
    refused = [f"{_name(each)}: {spoken(each.refused)}" for each in ended if each.done is None]
    if not done:
        return ActEnded(action, None, listed(refused), act=act)
    n, verb = len(done), _(action.title)
    says = ngettext("{verb}: {n} of {all} is done.", "{verb}: {n} of {all} are done.", n)
    notes = [listed(refused)] if refused else []
    notes += [note for one in done for note in one.notes][:LISTED]
    return ActEnded(
        action,
        Done(
            says=says.format(verb=verb, n=n, all=len(ended)),
            undo=_undo(action, act, [one.undo for one in done if one.undo is not None]),
            notes=tuple(notes),
        ),
        act=act,
    )


def _undo(action: Action, act: Act, undos: Sequence[Undo]) -> Undo | None:
    if not undos or action.id == UNDO:
        return None
    verb = _(action.title)
    title = ngettext("{verb}, {n}", "{verb}, all {n}", len(undos)).format(verb=verb, n=len(undos))
    until = min(each.until for each in undos)
    return Undo(action=action, act=act, title=title, parts=tuple(undos), until=until)


def _name(ended: ActEnded) -> str:
    target = Target() if ended.act is None else ended.act.target
    return what(target) or (target.undo.title if target.undo is not None else "")


def listed(names: Sequence[str], most: int = LISTED) -> str:
    """One a line; of many the first, and how many more there are."""
    lines = [one_line(name, 100) for name in names[:most]]
    if (more := len(names) - most) > 0:
        lines.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    return "\n".join(lines)
