"""Owns how the options of a command say what a new task is. What is wrong with the task the command says, not this."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from console.cli.reference import referenced
from console.cli.words import line, lines
from console.commands.new_task import CreateTask
from console.commands.text import Prose
from console.errors import UsageError
from console.records.budget import Limit
from console.records.task import OnFailure

__all__ = ("asked_for", "caps", "numbers", "protocols")

_UNITS: dict[str, Callable[[str], float]] = {"tokens": int, "cost": float, "seconds": int, "sessions": int}


def asked_for(
    *,
    title: str,
    project: str,
    body: str | None = None,
    assignee: str | None = None,
    needs: Iterable[str] = (),
    priority: int = 2,
    deadline: str | None = None,
    not_before: str | None = None,
    after: Iterable[str] = (),
    parent: int | None = None,
    tags: Iterable[str] = (),
    protocol: Iterable[str] = (),
    no_review: bool = False,
    expect: Iterable[str] = (),
    on_failure: str | None = None,
    undo: str | None = None,
    key: str | None = None,
    cap: Iterable[str] = (),
) -> CreateTask:
    """The request; options as `moziplus task create` has them, `project` is whose tasks `after` names."""
    return CreateTask(
        title=line(title),
        body=lines(body),
        assignee=line(assignee) if assignee else None,
        needs=tuple(map(line, needs)),
        tags=tuple(map(line, tags)),
        priority=priority,
        deadline=deadline or None,
        not_before=not_before or None,
        after=numbers(after, project),
        parent=parent,
        reviews=protocols(tuple(protocol), no_review),
        expect=tuple(map(line, expect)),
        on_failure=OnFailure(on_failure or OnFailure.ASK),
        undo=Prose() if undo is None else lines(undo),
        key=key,
        cap=caps(cap),
    )


def caps(given: Iterable[str]) -> Limit:
    """What `--cap UNIT=N` says, each unit once. Raises UsageError."""
    values: dict[str, Any] = {}
    for text in given:
        unit, _, amount = text.partition("=")
        number = _UNITS.get(unit)
        try:
            if number is None or unit in values:
                raise ValueError
            values[unit] = number(amount)
        except ValueError as error:
            known = ", ".join(f"{name}=N" for name in _UNITS)
            raise UsageError(f"--cap: expected one of {known}, each once, found {text!r}") from error
    return Limit(**values)


def numbers(given: Iterable[str], project: str) -> tuple[int, ...]:
    """The tasks of `project` that options name; commas part them, too. Raises UsageError."""
    return tuple(referenced(one, project)[1] for text in given for one in text.split(","))


def protocols(given: tuple[str, ...], no_review: bool) -> bool | tuple[str, ...]:
    """What --review and --no-review say. Raises UsageError where both are given."""
    if no_review and given:
        raise UsageError("--review and --no-review exclude each other")
    return given or not no_review
