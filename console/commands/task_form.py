"""Owns a task as a text that a person edits: front matter and body, what is wrong with it, and what it asks to be changed.

It makes requests of the other commands and adds no rule to theirs; what changed meanwhile is taken along, or refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.blackboard.connection import Database, write
from console.commands.context import Context
from console.commands.new_task import CreateTask, create
from console.commands.tasks import AssignTask, EditTask, assign, edit
from console.commands.text import Line, Prose
from console.days import shown
from console.errors import Conflict, UsageError
from console.records.budget import Limit
from console.records.task import DEFAULT_REVIEWS, OnFailure, Task
from console.scalars import Plain

__all__ = (
    "EditByForm",
    "blank",
    "create_by_form",
    "edit_by_form",
    "form",
    "joined",
    "parted",
    "read",
    "rebased",
    "values_of",
)

Values = Mapping[str, Any]
"""A task by the words of its form: texts, whole numbers, and tuples of them."""
_GIVEN_OUT = "\x00"
"""Between a form as it came back and as it was given out; no text of a person has it."""
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_EASY = re.compile(r"(?!null$)[^\W\d_][^\n:#\[\]{},&*!|>'\"%@`]*")
_ROLE = re.compile(r"^(agent:[ \t]*)(@[^\s#]+)", re.MULTILINE)
_NUMBERS = re.compile(r"^(?:depends|parent):.*", re.MULTILINE)
_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')[ \t]*(?:#.*)?$"""
_WORDS = re.compile(rf"^((?:title|undo):[ \t]+)(?![|>]|{_QUOTED})(\S.*)", re.MULTILINE)
"""What stands there as people write it (`@dev`, `#3`, `Mend #12: the fees`); YAML wants quotes, or sees a comment."""
_UNITS: dict[str, Callable[[str], float]] = {"tokens": int, "cost": float, "seconds": int, "sessions": int}
_HINTS = {
    "priority": "0 is most urgent, 4 least",
    "agent": "an agent, @role, or nothing for anybody",
    "depends": "tasks that must be done first",
    "cap": "such as tokens=500000, cost=2",
    "deadline": "such as 2d, fri 17:00, 2026-12-01 18:00",
    "on_failure": "ask, cancel or undo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditByForm:
    """What was changed in the form of a task: the text as it was given out, and as it came back."""

    task: int
    before: str
    after: str


def values_of(db: Database, task_id: int) -> Values:
    """A task as its form has it. Raises NotFound."""
    from console.blackboard.reads.tasks import dependencies, get_task
    from console.blackboard.reads.usage import cap_of

    task, cap = get_task(db, task_id), cap_of(db, task_id)
    return {
        "title": task.title,
        "priority": task.priority,
        "agent": task.assignee or (f"@{task.role}" if task.role else ""),
        "tags": task.tags,
        "depends": tuple(needed.id for needed in dependencies(db, task_id)),
        "cap": tuple(f"{unit}={_amount(most)}" for unit in _UNITS if (most := getattr(cap, unit)) is not None),
        "deadline": "" if task.deadline is None else shown(task.deadline),
        "not_before": "" if task.not_before is None else shown(task.not_before),
        "parent": task.parent,
        "needs": task.needs,
        "reviews": task.reviews,
        "expect": task.expect,
        "on_failure": str(task.on_failure),
        "undo": task.undo or "",
        "body": task.body,
    }


def blank(title: str = "", body: str = "") -> Values:
    """A task that there is not yet."""
    usual = Task(id=1, title=title)
    return {
        "title": title,
        "priority": usual.priority,
        **dict.fromkeys(("agent", "deadline", "not_before", "undo"), ""),
        **dict.fromkeys(("tags", "depends", "cap", "needs", "expect"), ()),
        "parent": None,
        "reviews": DEFAULT_REVIEWS,
        "on_failure": str(usual.on_failure),
        "body": body,
    }


def form(values: Values, notes: tuple[str, ...] = ()) -> str:
    """The text; `notes` stand above it and are no part of it."""
    lines = [f"# {note}" for note in notes]
    lines.append("---")
    for name in _ORDER:
        said = values[name] if name == "agent" else _said(values[name])
        hint = f"  # {_HINTS[name]}" if name in _HINTS else ""
        lines.append(f"{name}:{' ' if said else ''}{said}{hint}")
    return "\n".join([*lines, "---", values["body"]]) + "\n"


def read(text: str) -> Values:
    """What a text says. Raises UsageError, with the line, for what is no such form or no such value."""
    from console.settings.yaml_file import Problem, parse

    text = text.replace("\r\n", "\n")
    fences = [found.span() for found in _FENCE.finditer(text)][:2]
    if len(fences) < 2:
        raise UsageError("the form lost a line of three dashes: one stands before `title:`, one before the text")
    (_begin, top), (bottom, end) = fences
    try:
        document = parse("\n" * text.count("\n", 0, top) + _as_yaml(text[top:bottom]), "form")
    except Problem as problem:
        raise UsageError(f"line {str(problem).partition(':')[2]}") from None
    found = {**blank(), "body": text[end:].strip()}
    for name, given in document.values.items():
        if name not in _READ:
            raise UsageError(
                f"line {_line(document.where((name,)))}: there is no field {name[:40]!r}: {', '.join(_ORDER)}"
            )
        try:
            found[name] = _READ[name](given)
        except (ValueError, TypeError):
            where = _line(document.where((name,)))
            raise UsageError(f"line {where}: {name}: this is nothing that it can be: {str(given)[:60]!r}") from None
    if not found["title"]:
        raise UsageError("title: it has none")
    return found


def joined(before: str, after: str) -> str:
    """The form as it was given out, and as it came back, in one text."""
    return f"{after}{_GIVEN_OUT}{before}"


def parted(text: str) -> tuple[str, str]:
    """These two again."""
    after, _mark, before = text.partition(_GIVEN_OUT)
    return before, after


def rebased(before: Values, after: Values, now: Values) -> tuple[Values, tuple[tuple[str, str, str], ...]]:
    """What was changed, on a task as it is now; and of each field that somebody else changed differently what it was and is."""
    merged = {name: after[name] if after[name] != before[name] else now[name] for name in now}
    return merged, tuple(
        (name, _said(before[name]) or "-", _said(now[name]) or "-")
        for name in _changed(before, after)
        if now[name] not in (before[name], after[name])
    )


def edit_by_form(context: Context, asked: EditByForm) -> Task:
    """Make all the changes, or none. Raises UsageError, and Conflict where somebody changed the same field meanwhile."""
    before, after = read(asked.before), read(asked.after)
    with write(context.db, durable=True):
        now = read(form(values_of(context.db, asked.task)))
        merged, told = rebased(before, after, now)
        for name, was, became in told:
            raise Conflict(f"{name} was changed meanwhile: {was} became {became}")
        changed = _changed(now, merged)
        if not changed:
            raise UsageError("nothing to change: name at least one field of the task")
        if {"agent", "needs"} & set(changed):
            who = Line(merged["agent"]) or None
            assign(context, AssignTask(task=asked.task, assignee=who, needs=merged["needs"]))
        fields = {name: _ASKED[name](merged[name]) for name in changed if name in _ASKED}
        further = tuple(n for n in merged["depends"] if n not in now["depends"])
        no_more = tuple(n for n in now["depends"] if n not in merged["depends"])
        if fields or further or no_more:
            edit(context, EditTask(task=asked.task, **fields, after=further, not_after=no_more))
    from console.blackboard.reads.tasks import get_task

    return get_task(context.db, asked.task)


def create_by_form(context: Context, text: str, *, draft: bool = False) -> Task:
    """Make a task of what a form says; a draft is held until somebody lets it go."""
    values = read(text)
    usual = blank()
    fields = {name: _ASKED[name](values[name]) for name in _ASKED if values[name] != usual[name]}
    asked = CreateTask(
        **{"title": Line(values["title"]), **fields},
        assignee=Line(values["agent"]) or None,
        needs=values["needs"],
        after=values["depends"],
        draft=draft,
    )
    return create(context, asked)


def _changed(before: Values, after: Values) -> list[str]:
    return [name for name in before if after[name] != before[name]]


def _line(where: str) -> str:
    return where.rpartition(":")[2]


def _said(value: Any) -> str:
    """A value as YAML, in one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_said, value))}]"
    if value in (None, ""):
        return ""
    text = str(value)
    easy = isinstance(value, int) or (_EASY.fullmatch(text) and text == text.strip())
    return text if easy else json.dumps(text, ensure_ascii=False)


def _as_yaml(front: str) -> str:
    """What people wrote, so that a parser takes it as they meant it; each line stays where it is."""
    front = _NUMBERS.sub(lambda found: re.sub(r"#(?=\d)", "", found[0]), _ROLE.sub(r'\1"\2"', front))
    return _WORDS.sub(lambda found: found[1] + json.dumps(found[2].strip(), ensure_ascii=False), front)


def _text(given: Any) -> str:
    if isinstance(given, dict | list):
        raise TypeError
    return "" if given is None or (isinstance(given, Plain) and given.value is None) else str(given)


def _number(given: Any) -> int:
    return int(_text(given).lstrip("#Pp"))


def _texts(given: Any) -> tuple[str, ...]:
    """A list, or one line with commas."""
    parts = map(_text, given) if isinstance(given, list) else _text(given).split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _amounts(given: Any) -> tuple[str, ...]:
    """`tokens=5`, or `tokens: 5`."""
    pairs = [f"{unit}={_text(most)}" for unit, most in given.items()] if isinstance(given, dict) else _texts(given)
    return tuple(f"{unit}={_amount(most)}" for unit, most in _limits(pairs).items())


def _amount(most: float) -> str:
    return str(int(most)) if most == int(most) else repr(most)


def _limits(pairs: Any) -> dict[str, Any]:
    split = [(unit.strip(), most) for unit, _sign, most in (pair.partition("=") for pair in pairs)]
    if any(unit not in _UNITS for unit, _most in split):
        raise ValueError
    return {unit: _UNITS[unit](most.strip().replace("_", "")) for unit, most in split}


_READ: Mapping[str, Callable[[Any], Any]] = {
    "title": lambda given: " ".join(_text(given).split()),
    "priority": _number,
    "agent": _text,
    "tags": _texts,
    "depends": lambda given: tuple(_number(part) for part in _texts(given)),
    "cap": _amounts,
    "deadline": _text,
    "not_before": _text,
    "parent": lambda given: _number(given) if _text(given) else None,
    "needs": _texts,
    "reviews": _texts,
    "expect": _texts,
    "on_failure": lambda given: str(OnFailure(_text(given) or "ask")),
    "undo": _text,
}
_ORDER = tuple(_READ)
"""The fields, in the order of the form."""
_ASKED: Mapping[str, Callable[[Any], Any]] = {
    "title": Line,
    "body": Prose,
    "priority": int,
    "deadline": lambda said: said or None,
    "not_before": lambda said: said or None,
    "parent": lambda number: number,
    "tags": tuple,
    "reviews": tuple,
    "expect": tuple,
    "on_failure": OnFailure,
    "undo": Prose,
    "cap": lambda pairs: Limit(**_limits(pairs)),
}
"""What a request has of each, as it wants it."""
