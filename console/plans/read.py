"""Owns the way from what a YAML file says to a Plan, or to every reason at once why it is none.

It reads no file and knows no project: whether a project can do the plan is `fit`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from console.errors import UsageError
from console.plans.fields import Fields, Place, Report, kind_of
from console.plans.graph import circles
from console.plans.plan import Plan, Planned
from console.records.budget import Usage
from console.records.output import expected_path
from console.records.task import DEFAULT_REVIEWS, OnFailure
from console.scalars import value_of
from console.when import moment

__all__ = ("KEYS", "TASKS_MAX", "read_plan")

TASKS_MAX = 100
GOAL_MAX = 2_000
TITLE_MAX = 200
BODY_MAX = 20_000
UNDO_MAX = 20_000
KEYS = (
    *("key", "title", "body", "after", "priority", "assignee", "role", "needs", "tags", "reviews", "expect"),
    *("on_failure", "undo", "deadline", "estimate"),
)
"""What a task of a plan may say."""
_MOST = 10**12


def read_plan(values: Mapping[str, Any], place: Place, now: int) -> tuple[Plan, list[str]]:
    """The plan as far as it can be understood, and every problem in one line; with problems it must not be used.

    `place` gives file and line of a path. Relative deadlines count from `now` (epoch ms).
    """
    report = Report(place)
    top = Fields(values, (), report)
    top.only(("goal", "tasks"))
    goal = top.text("goal", GOAL_MAX, needed=True)
    listed = values.get("tasks")
    if not isinstance(listed, list) or not listed:
        top.wrong("tasks", "a list of tasks", kind_of(listed) if listed else "none")
        listed = []
    if len(listed) > TASKS_MAX:
        top.wrong("tasks", f"at most {TASKS_MAX} tasks", str(len(listed)))
    tasks = tuple(_task(entry, n, report, now) for n, entry in enumerate(listed[:TASKS_MAX]))
    _check_keys(tasks, report)
    return Plan(goal=goal, tasks=tasks), report.problems


def _task(entry: object, n: int, report: Report, now: int) -> Planned:
    path = ("tasks", str(n))
    if not isinstance(entry, dict):
        report.add(path, "a task, as in `- key: fetch`", kind_of(entry))
        return Planned(key="", title="")
    fields = Fields(entry, path, report)
    fields.only(KEYS)
    assignee, role = _who(fields)
    on_failure = OnFailure(fields.choice("on_failure", [str(way) for way in OnFailure], OnFailure.ASK))
    undo = fields.text("undo", UNDO_MAX)
    if on_failure == OnFailure.UNDO and not undo:
        fields.wrong("undo", "what undoes the task, because on_failure is undo", "nothing")
    return Planned(
        key=fields.key("key"),
        title=fields.text("title", TITLE_MAX, needed=True, single=True),
        body=fields.text("body", BODY_MAX),
        after=fields.words("after", TASKS_MAX),
        priority=fields.whole("priority", 2, 4),
        assignee=assignee,
        role=role,
        needs=fields.words("needs"),
        tags=fields.words("tags"),
        reviews=_reviews(entry, fields),
        expect=_expect(fields),
        on_failure=on_failure,
        undo=undo or None,
        deadline=_deadline(fields, now),
        estimate=_estimate(entry, path, report),
    )


def _who(fields: Fields) -> tuple[str | None, str | None]:
    """(agent, role); `assignee: "@developer"` is a role, as elsewhere."""
    assignee, role = fields.text("assignee", 80, single=True), fields.text("role", 80, single=True).removeprefix("@")
    if assignee.startswith("@"):
        assignee, named = "", assignee[1:]
        if role and role != named:
            fields.wrong("role", "one of assignee and role", "both")
        role = role or named
    if assignee and role:
        fields.wrong("role", "one of assignee and role", "both")
    return assignee or None, role or None


def _reviews(entry: Mapping[str, Any], fields: Fields) -> tuple[str, ...]:
    """`false` for none, a list of protocols; the usual one where the plan says nothing, or `true`."""
    value = value_of(entry.get("reviews"))
    if value is None or value is True:
        return DEFAULT_REVIEWS
    return () if value is False else fields.words("reviews", 10)


def _expect(fields: Fields) -> tuple[str, ...]:
    found = []
    for text in fields.words("expect"):
        try:
            found.append(expected_path(text))
        except UsageError as error:
            fields.wrong("expect", "paths of files below outputs/", f"{text!r}: {error}")
    return tuple(dict.fromkeys(found))


def _deadline(fields: Fields, now: int) -> int | None:
    text = fields.text("deadline", 40, single=True)
    if not text:
        return None
    try:
        return moment(text, now, last_of_day=True)
    except UsageError as error:
        fields.wrong("deadline", "a moment", str(error))
        return None


def _estimate(entry: Mapping[str, Any], path: tuple[str, ...], report: Report) -> Usage:
    value = value_of(entry.get("estimate"))
    if value is None:
        return Usage()
    if not isinstance(value, dict):
        report.add((*path, "estimate"), "tokens, cost, sessions", kind_of(value))
        return Usage()
    fields = Fields(value, (*path, "estimate"), report)
    fields.only(("tokens", "cost", "sessions"))
    return Usage(
        tokens=fields.whole("tokens", 0, _MOST),
        cost=fields.number("cost", 1e9),
        sessions=fields.whole("sessions", 0, 100_000),
    )


def _check_keys(tasks: tuple[Planned, ...], report: Report) -> None:
    """Each key once; `after` names keys of this plan, and nothing waits for itself over any number of steps."""
    counted = Counter(task.key for task in tasks if task.key)
    for n, task in enumerate(tasks):
        if counted[task.key] > 1:
            report.add(("tasks", str(n), "key"), "each key once", f"`{task.key}` {counted[task.key]} times")
        for other in task.after:
            if other not in counted:
                known = ", ".join(list(counted)[:20]) or "none"
                report.add(("tasks", str(n), "after"), f"keys of this plan ({known})", f"`{other}`")
    for circle in circles({task.key: task.after for task in tasks if task.key}):
        n = next(i for i, task in enumerate(tasks) if task.key == circle[0])
        report.add(("tasks", str(n), "after"), "tasks that do not wait for each other in a circle", " → ".join(circle))
