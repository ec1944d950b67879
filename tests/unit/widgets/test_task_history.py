"""Promises of a task's history: whatever its blackboard tells of a task is said in words, in both languages."""

from __future__ import annotations

import pytest

from console.blackboard.feed import PROJECT, Told
from console.i18n import use_language
from console.records.ask import AskStatus
from console.records.event import Event
from console.records.experience import ExperienceStatus
from console.records.learning import DistillationStatus
from console.records.review import ReviewStatus, SeatStatus, Verdict
from console.records.session import SessionStatus
from console.records.task import TaskStatus
from console.records.task_history import TaskHistory
from widgets.painted import Look
from widgets.task_history import history_paragraphs

QUIET = {("session", "word"), ("session", "usage"), ("session", "gone"), ("task", "fence"), ("worktree", "kept")}
"""What no history has."""
STATUSES = {
    "ask": AskStatus,
    "distillation": DistillationStatus,
    "experience": ExperienceStatus,
    "review": ReviewStatus,
    "seat": SeatStatus,
    "session": SessionStatus,
    "task": TaskStatus,
}
OF_TASKS = [
    told for told in PROJECT if told.task != "NULL" and (told.entity, told.kind) not in QUIET and not told.kind_is
]


def said(entity: str, kind: str, new: str) -> str:
    event = Event(seq=1, at=0, actor="dev", origin="agent", kind=kind, entity=entity, id="1", old=new, new=new)
    history = TaskHistory(events=(event,), left_out=0, stretches=(), used=None)  # type: ignore[arg-type]
    _indent, spans = history_paragraphs(history, {}, "quant", Look())[-1]
    return "".join(text for text, _role in spans)


@pytest.mark.parametrize("told", OF_TASKS, ids=lambda told: f"{told.entity}-{told.kind}")
def test_every_event_of_a_task_has_words(told: Told) -> None:
    words = said(told.entity, told.kind, "X")
    assert f"{told.entity} {told.kind} X" not in words


@pytest.mark.parametrize("entity", STATUSES)
def test_every_status_is_said_in_chinese(entity: str) -> None:
    use_language("zh")
    try:
        raw = [str(status) for status in STATUSES[entity] if str(status) in said(entity, "status", str(status))]
    finally:
        use_language("en")
    assert raw == []


def test_every_verdict_is_said_in_chinese() -> None:
    use_language("zh")
    try:
        assert [str(one) for one in Verdict if str(one) in said("verdict", "created", str(one))] == []
    finally:
        use_language("en")
