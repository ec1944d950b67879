"""Owns the line of a shell that does what an action does: shown beside what can be done, and kept of what was done."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.actions.action import Action, Target

if TYPE_CHECKING:
    from console.actions.action import Undo

__all__ = ("line_of",)

Words = tuple[str, ...]


def _task(target: Target) -> str:
    number = target.task.id if target.task is not None else target.review.task_id if target.review is not None else None
    return "N" if number is None else f"{target.project}#{number}"


def _of_task(verb: str, flag: str = "") -> Callable[[Target, str], Words]:
    """A command on the task; the text stands behind `flag`, or as it is where that is `-`."""

    def words(target: Target, text: str) -> Words:
        said = () if not flag or not text else ((text,) if flag == "-" else (flag, text))
        return ("task", verb, _task(target), *said)

    return words


def _of_review(*verb: str, flag: str = "--comment") -> Callable[[Target, str], Words]:
    def words(target: Target, text: str) -> Words:
        number = str(target.review.id) if target.review is not None else "N"
        return ("review", *verb, number, "--project", target.project or "P", *((flag, text) if text else ()))

    return words


def _undo(target: Target, text: str) -> Words:
    """The line that takes the newest act back; of several, and of what nothing takes back, there is none."""
    if (point := target.undo) is None:
        return ("review", "reopen", "N", "--project", "P", "--undo")
    back = None if point.parts or point.why_not else _BACK.get(point.action.id)
    return () if back is None else back(point.act.target, point)


def _back_to(verb: str) -> Callable[[Target, Undo], Words]:
    return lambda before, undo: _of_task(verb)(before, "")


def _back_review(before: Target, undo: Undo) -> Words:
    return (*_of_review("reopen")(before, ""), "--undo")


def _back_new_task(before: Target, undo: Undo) -> Words:
    return ("task", "cancel", f"{undo.project}#{undo.done.before if undo.done is not None else 'N'}")


def _back_assign(before: Target, undo: Undo) -> Words:
    task = before.task
    return _assign(before, "" if task is None else task.assignee or (f"@{task.role}" if task.role else ""))


def _back_pause(before: Target, undo: Undo) -> Words:
    return ("pause",) if before.home_paused else ("resume",)


def _back_pause_project(before: Target, undo: Undo) -> Words:
    return ("pause" if before.project_paused else "resume", "--project", before.project)


_BACK: dict[str, Callable[[Target, Undo], Words]] = {
    **dict.fromkeys(("approve", "request_changes", "reject"), _back_review),
    "new_task": _back_new_task,
    "assign": _back_assign,
    "retry": _back_to("cancel"),
    "hold": _back_to("release"),
    "release": _back_to("hold"),
    "cancel": _back_to("retry"),
    "pause": _back_pause,
    "pause_project": _back_pause_project,
}
"""By the id of the action that is taken back; a cap has no line that knows what it was."""


def _answer(target: Target, text: str) -> Words:
    option, _line_end, why = text.partition("\n")
    number = str(target.ask.id) if target.ask is not None else "N"
    reason = ("--reason", why) if why and option else ()
    return ("ask", "answer", number, "--project", target.project or "P", *filter(None, (option or why,)), *reason)


def _new_task(target: Target, text: str) -> Words:
    title, _line_end, body = text.partition("\n")
    return (
        *("task", "create", "--project", target.project or "P", "--title", title or "T"),
        *(("--body", body.strip()) if body.strip() else ()),
    )


def _comment(target: Target, text: str) -> Words:
    if target.review is not None:
        return ("review", "comment", str(target.review.id), text or "TEXT", "--project", target.project or "P")
    return ("task", "comment", _task(target), text or "TEXT")


def _assign(target: Target, text: str) -> Words:
    return ("task", "assign", _task(target), *(("--assignee", text) if text else ("--anyone",)))


def _session(verb: str) -> Callable[[Target, str], Words]:
    def words(target: Target, text: str) -> Words:
        which = target.session.id if target.session is not None else "SESSION"
        return ("session", verb, which, *((text or "TEXT",) if verb == "send" else ()))

    return words


def _acknowledge(target: Target, text: str) -> Words:
    number = str(target.alert.id) if target.alert is not None else "N"
    return ("alert", "ack", f"{target.alert_project}#{number}" if target.alert_project else number)


def _pause(target: Target, text: str) -> Words:
    return ("resume",) if target.home_paused or target.home_stopped else ("pause",)


def _pause_project(target: Target, text: str) -> Words:
    verb = "resume" if target.project_paused else "pause"
    return (verb, "--project", target.project or "P", *(("--reason", text) if text and verb == "pause" else ()))


def _snooze(target: Target, text: str) -> Words:
    need = target.need
    named = (
        "WHAT" if need is None else need.project or "home" if need.task_id is None else f"{need.project}#{need.task_id}"
    )
    return ("needs", "--snooze", named, *(("--until", text) if text else ()))


def _wake(target: Target, text: str) -> Words:
    return ("needs", "--wake")


_LINES: dict[str, Callable[[Target, str], Words]] = {
    "answer": _answer,
    "approve": _of_review("approve"),
    "request_changes": _of_review("request-changes"),
    "reject": _of_review("reject"),
    "escalate": _of_review("escalate", flag="--to"),
    "reopen": _of_review("reopen", flag="--reason"),
    "undo": _undo,
    "new_task": _new_task,
    "edit_task": _of_task("edit"),
    "assign": _assign,
    "comment": _comment,
    "retry": _of_task("retry"),
    "hold": _of_task("hold", "--reason"),
    "raise_cap": _of_task("raise"),
    "release": _of_task("release"),
    "cancel": _of_task("cancel", "--reason"),
    "merge": _of_task("merge"),
    "discard": _of_task("discard"),
    "stop_session": _session("stop"),
    "send": _session("send"),
    "acknowledge": _acknowledge,
    "snooze": _snooze,
    "wake": _wake,
    "pause": _pause,
    "pause_project": _pause_project,
}
"""By the id of the action; a test holds that each is a command that there is, with these options."""


def line_of(action: Action, target: Target, text: str = "") -> str:
    """The line, as a shell takes it; empty for what only moves the screen. A capital word stands for what is not known yet."""
    line = _LINES[action.id](target, text) if action.id in _LINES else ()
    return shlex.join(("moziplus", *line)) if line else ""
