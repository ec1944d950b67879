"""Owns what `status=review cost>2 agent~zhang` means of tasks: the fields that can be asked for, and their SQL.

Pairs stand beside plain words, `and` between them may be there or not; all of it has to hold. What is no condition (`x=1`,
where there is no field `x`) is a word, unless the door that asks wants to be told.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from console.days import written
from console.errors import UsageError
from console.records.task import TaskStatus
from console.when import span

__all__ = ("EVERY", "FIELDS", "HOW", "STATES", "WHO", "Conditions", "conditions", "state_sql")


HOW = "as in `status=review cost>2 agent~zhang age>3d`; fields: {fields}"
_COMPARED = {"!=": "<>", "<=": "<=", ">=": ">=", "=": "=", "<": "<", ">": ">"}
_PAIR = re.compile(
    r"(?P<field>[a-z]+)\s*(?P<operator>!=|<=|>=|==|!~|=|<|>|~)\s*(?P<value>\"[^\"]*\"|[^\s\"]+)|(?P<word>\"[^\"]*\"|\S+)",
    re.IGNORECASE,
)
WHO = "coalesce((SELECT agent FROM sessions s WHERE s.id = t.session), t.assignee, '')"
_STATES = {
    "ready": "(t.status = 'pending' AND t.blocked_by = 0)",
    "blocked": "(t.status = 'pending' AND t.blocked_by > 0)",
}
"""Words for a status that are no status of their own."""
STATES = (*TaskStatus, *_STATES)
"""What `status` can be."""
_USED = "(SELECT coalesce(sum({what}), 0) FROM sessions s WHERE s.task_id = t.id)"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked of a task."""

    sql: str
    kind: str
    """words: = is the whole, ~ a part; list: the same of each item; number; span: seconds until :now, or from it; day."""


FIELDS: Mapping[str, Field] = {
    "status": Field("t.status", "status"),
    "agent": Field(WHO, "agent"),
    "role": Field("coalesce(t.role, '')", "words"),
    "tag": Field("t.tags", "list"),
    "needs": Field("t.needs", "list"),
    "title": Field("t.title", "words"),
    "body": Field("t.body", "words"),
    "kind": Field("t.kind", "words"),
    "id": Field("t.id", "number"),
    "parent": Field("coalesce(t.parent, 0)", "number"),
    "priority": Field("t.priority", "number"),
    "attempts": Field("t.attempts", "number"),
    "sessions": Field("(SELECT count(*) FROM sessions s WHERE s.task_id = t.id)", "number"),
    "tokens": Field(_USED.format(what="s.tokens"), "number"),
    "cost": Field(_USED.format(what="s.cost"), "number"),
    "age": Field("(:now - t.created_at) / 1000", "span"),
    "idle": Field("(:now - t.updated_at) / 1000", "span"),
    "due": Field("(t.deadline - :now) / 1000", "span"),
    "created": Field("t.created_at", "day"),
    "updated": Field("t.updated_at", "day"),
}
"""By the word that a person writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What was asked for."""

    sql: tuple[str, ...] = ()
    """Each has to hold of `tasks t`."""
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    words: str = ""
    """What is left: words to be looked for."""


EVERY = Conditions()
"""No condition: every task."""


def conditions(text: str, now: int, agents: Mapping[str, str] | None = None, *, strict: bool = False) -> Conditions:
    """What `text` asks of tasks at `now` (epoch ms); `agents` are ids and what people call them.

    Raises UsageError with `strict` for a field that there is none of; for a value that a field cannot have only then, too:
    else these are words.
    """
    sql, values, words = list[str](), Values(), list[str]()
    for n, found in enumerate(_PAIR.finditer(text)):
        name = (found["field"] or "").casefold()
        if found["word"] is not None or (name not in FIELDS and not strict):
            word = found.group().strip('"')
            if word.casefold() != "and":
                words.append(word or found.group())
            continue
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1)
            raise UsageError(f"there is no field {name[:40]!r}{f'; did you mean {near[0]}?' if near else ''}: {_how()}")
        try:
            operator, value = found["operator"].replace("==", "="), found["value"].strip('"')
            wanted = _condition(FIELDS[name], operator, value, f"c{n}", values, agents or {})
        except ValueError as error:
            if strict:
                raise UsageError(f"{found.group()[:60]}: {error}") from None
            words.append(found.group())
            continue
        sql.append(wanted)
    if sql:
        values["now"] = now
    return Conditions(sql=tuple(sql), values=values, words=" ".join(words))


def state_sql(state: str) -> str:
    """That a task is in one of the states."""
    return _STATES.get(state, f"t.status = '{state}'")


def _how() -> str:
    return HOW.format(fields=", ".join(FIELDS))


Values = dict[str, "str | int | float"]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One field, what it is compared with, and where values of the SQL are put."""

    what: Field
    exactly: bool
    value: str
    name: str
    values: Values
    agents: Mapping[str, str]

    def sql(self) -> str:
        """What has to hold. Raises ValueError that says what the field takes."""
        return {"status": self._status, "words": self._words, "agent": self._agent, "list": self._item}[
            self.what.kind
        ]()

    def _status(self) -> str:
        if self.exactly and self.value not in STATES:
            raise ValueError(f"a status is one of {', '.join(STATES)}")
        hits = [state for state in STATES if (state == self.value if self.exactly else self.value in state)]
        return " OR ".join(map(state_sql, hits)) or "0"

    def _words(self) -> str:
        return self._compared(self.what.sql)

    def _agent(self) -> str:
        """By id or by what people call them."""
        labels = {agent: label.casefold() for agent, label in self.agents.items()}
        called = [a for a, label in labels.items() if (label == self.value if self.exactly else self.value in label)]
        self.values[f"{self.name}_called"] = json.dumps(called)
        by_name = f"{self.what.sql} IN (SELECT value FROM json_each(:{self.name}_called))"
        return f"({self._words()} OR {by_name})"

    def _item(self) -> str:
        return f"EXISTS (SELECT 1 FROM json_each({self.what.sql}) WHERE {self._compared('value')})"

    def _compared(self, said: str) -> str:
        self.values[self.name] = self.value
        return f"casefold({said}) = :{self.name}" if self.exactly else f"instr(casefold({said}), :{self.name})"


def _condition(what: Field, operator: str, value: str, name: str, values: Values, agents: Mapping[str, str]) -> str:
    """The SQL of one pair, whose values are put among `values`. Raises ValueError that says what the field takes."""
    if what.kind in _NUMBERS:
        if operator not in _COMPARED:
            raise ValueError("this field takes =, !=, <, <=, > and >=")
        values[name] = _NUMBERS[what.kind](value)
        return f"{what.sql} {_COMPARED[operator]} :{name}"
    if operator not in ("=", "!=", "~", "!~"):
        raise ValueError("this field takes =, !=, ~ and !~")
    parts = [part for part in value.casefold().split(",") if part]
    if not parts:
        raise ValueError("a word is missing behind it")
    each = [_Pair(what, "~" not in operator, part, f"{name}_{n}", values, agents).sql() for n, part in enumerate(parts)]
    found = f"({' OR '.join(each)})"
    return f"NOT {found}" if operator.startswith("!") else found


def _number(text: str) -> float:
    try:
        found = float(text.lstrip("Pp#$"))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ValueError("this field takes a number")
    return found


def _seconds(text: str) -> int:
    try:
        return span(text)
    except UsageError as error:
        raise ValueError(str(error)) from None


def _day(text: str) -> int:
    try:
        return written(text)
    except ValueError:
        raise ValueError("this field takes a day, as in 2026-11-28") from None


_NUMBERS: Mapping[str, Callable[[str], float]] = {"number": _number, "span": _seconds, "day": _day}
