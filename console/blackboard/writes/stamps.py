"""Owns what every write leaves on its row: who made it, through which door, in which session, when, and its words.

No text gets onto a blackboard around `stamped` or `clean`: whatever a person, an agent or a program said loses its escapes
and its secrets here, whoever brings it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from console.blackboard.connection import Database
from console.errors import Conflict, NotFound
from console.records.actor import Actor
from console.records.task import Task, TaskStatus, may

STAMP = "actor = :actor, origin = :origin, in_session = :in_session, rev = rev + 1, updated_at = :now"
"""The part of an UPDATE that raises `rev`, by which the change feed knows the write as ours."""


WORD = "last_word_at = CASE WHEN last_word_at > :word + 60000 THEN :word ELSE max(coalesce(last_word_at, 0), :word) END"
"""The part of an UPDATE by which a session has given a word at `:word`; one that lies ahead is from a clock that was wrong."""


PROSE = frozenset(
    (
        "title",
        "body",
        "reason",
        "summary",
        "rebuttal",
        "comment",
        "failure",
        "tail",
        "hold_reason",
        "undo",
        "said",
        "line",
    )
)
"""Parameters that hold what somebody said."""
TREES = frozenset(("answers", "findings", "template", "tags", "needs", "expect"))
"""The same, as JSON."""
_LEAST = 6
"""Characters; a shorter text holds no secret."""


def stamped(by: Actor, now: int, **values: Any) -> dict[str, Any]:
    """The parameters of a statement: `values`, those that are words made clean, and the stamp."""
    stored = {name: _stored(name, value) for name, value in values.items()}
    return {"actor": by.name, "origin": str(by.origin), "in_session": by.session, "now": now, **stored}


def clean(words: str | None) -> str | None:
    """What somebody said, as it may be stored: without secrets, and without what acts on a terminal."""
    if not words or len(words) < _LEAST:
        return words
    from console.redact import redact  # its patterns take as long as a small command, and most writes say nothing

    return redact(words) or "…"


def clean_tree(tree: Any) -> Any:
    """The same for every text in a tree of plain values."""
    if isinstance(tree, str):
        return clean(tree)
    if isinstance(tree, Mapping):
        return {name: clean_tree(value) for name, value in tree.items()}
    return [clean_tree(value) for value in tree] if isinstance(tree, list | tuple) else tree


def _stored(name: str, value: Any) -> Any:
    if name in PROSE and isinstance(value, str):
        return clean(value)
    if name in TREES and isinstance(value, str) and len(value) > _LEAST:
        return json.dumps(clean_tree(json.loads(value)), ensure_ascii=False)
    return value


def as_json(words: Iterable[str]) -> str:
    """A list of words as stored."""
    return json.dumps(list(words), ensure_ascii=False)


def the_task(db: Database, task_id: int) -> Task:
    """The task as it is in this transaction. Raises NotFound."""
    row = db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no task #{task_id}; `moziplus task list` shows them")
    return Task.from_row(row)


def move(db: Database, task: Task, verb: str, to: TaskStatus, by: Actor, now: int, **columns: Any) -> None:
    """Take `task` to the status `to` by `verb`, setting `columns` too; the claim ends where the status leaves `working`.

    Raises Conflict where the table of transitions does not know the way.
    """
    if not may(verb, task.status, to):
        raise Conflict(f"task #{task.id} is {task.status}; {verb.replace('_', ' ')} does not apply to it")
    if task.status == TaskStatus.WORKING:
        columns |= {"session": None, "lease_until": None}
    if to != TaskStatus.HELD and task.status == TaskStatus.HELD:
        columns |= {"held_from": None, "hold_reason": None, "hold_rule": None}
    change(db, task.id, by, now, status=str(to), **columns)


def change(db: Database, task_id: int, by: Actor, now: int, **columns: Any) -> None:
    """Set `columns` of a task, stamped. Column names come from our own code only."""
    parts = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE tasks SET {parts}, {STAMP} WHERE id = :id", stamped(by, now, id=task_id, **columns))
