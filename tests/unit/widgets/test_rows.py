"""Promises that every row fills its width exactly, whatever is in it, and that hostile text stays inert."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.records.alert import Level, Observation
from console.records.ask import Ask
from console.records.need import Need, NeedKind
from console.records.review import Review, ReviewStatus
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus
from widgets.ages import age, clock, span
from widgets.cells import clip, cut, fit, line_width, right, width
from widgets.marks import ASCII, UNICODE, task_mark
from widgets.models import AlertRow, NeedRow, ProjectRow, ReviewRow, SessionRow
from widgets.painted import Look
from widgets.rows import alert_lines, card_line, need_lines, project_lines, review_lines
from widgets.sessions import session_line, session_lines
from widgets.wrapping import wrap

NOW = 1_795_183_320_000
LOOK = Look(now=NOW)
HOSTILE = "\x1b]0;forged\x07[bold red]龙\u202e‏\x9b2J\nnew line 👨‍👩‍👧‍👦" * 5

texts = st.text(alphabet=st.sampled_from("ab 任务é…[]/\\\x1b\x07\n\t\u202e"), max_size=60)
widths = st.integers(min_value=30, max_value=200)


def session(title: str, status: SessionStatus = SessionStatus.RUNNING) -> SessionRow:
    """A session row that shows `title` everywhere."""
    made = Session(id="1", task_id=3, agent=title or "a", backend="command", status=status, fence=1, last_line=title)
    return SessionRow(project="quant", session=replace(made, started_at=NOW - 5000, last_word_at=NOW), agent=title)


@given(texts, widths)
def test_every_row_is_as_wide_as_its_pane_or_less(title: str, cells: int) -> None:
    task = Task(id=7, title=title)
    review = Review(id=1, task_id=7, protocol="p", status=ReviewStatus.ESCALATED, confidence=0.58)
    need = Need(kind=NeedKind.REVIEW, project="quant", task_id=7, title=title, reason=title, since=NOW)
    alert = Observation(id=1, level=Level.URGENT, body=title, at=NOW)
    lines = [
        *project_lines(ProjectRow(id="quant", name=title, needs=3), cells, LOOK),
        *project_lines(ProjectRow(id="quant", name=title, set_aside=title), cells, LOOK),
        *need_lines(NeedRow(need=need, round="3/3", confidence=0.58), cells, LOOK),
        *alert_lines(AlertRow(project="quant", alert=alert), cells, LOOK),
        *review_lines(ReviewRow(project="quant", review=review, task=task), cells, LOOK),
        *session_lines(session(title), cells, LOOK),
        card_line(task, cells, LOOK, ("3/3", True)),
    ]
    assert [line for line in lines if line_width(line) > cells] == []
    shown = "".join(text for line in lines for text, _role in line)
    assert not set(shown) & set("\x1b\x07\n\t\u202e\x9b")


def test_hostile_text_is_shown_as_plain_text() -> None:
    (line,) = need_lines(
        NeedRow(need=Need(kind=NeedKind.FAILED, project="p", title=HOSTILE, reason="", since=NOW)), 200, LOOK
    )
    shown = "".join(text for text, _role in line)
    assert "[bold red]龙" in shown and "forged" not in shown


@pytest.mark.parametrize("status", list(SessionStatus))
def test_every_session_status_has_a_mark(status: SessionStatus) -> None:
    first, _second = session_lines(session("x", status), 60, LOOK)
    assert first[0][0].strip()
    assert first[-2][0].startswith(" "), "what it works on does not run into its state"


def test_a_session_that_asks_shows_its_question_in_place_of_its_last_word() -> None:
    ask = Ask(id=1, task_id=3, body="A or B?", about={})
    first, second = session_lines(replace(session("x"), ask=ask), 60, LOOK)
    assert first[0] == ("? ", "primary")
    assert "A or B?" in second[1][0]
    (line,) = session_line(replace(session("x"), ask=ask), 60, LOOK)
    assert "A or B?" in "".join(text for text, _role in line)


def test_a_silent_session_keeps_its_last_words() -> None:
    row = session("reading fills.parquet")
    quiet = replace(row.session, last_word_at=NOW - 180_000, nudged_at=NOW - 60_000)
    _first, second = session_lines(replace(row, session=quiet), 90, LOOK)
    assert "no word for 3m, nudged" in second[1][0] and "reading fills.parquet" in second[1][0]


def test_a_failure_stands_before_the_last_words_and_does_not_say_them_twice() -> None:
    row = session("connection refused")
    gone = replace(row.session, status=SessionStatus.FAILED, ended_at=NOW, gone_at=NOW)
    for failure, shown in (
        ("ended with exit code 2", "ended with exit code 2  · connection refused"),
        ("exit code 2: connection refused", "exit code 2: connection refused"),
    ):
        _first, second = session_lines(replace(row, session=replace(gone, failure=failure)), 90, LOOK)
        assert second[1][0].rstrip() == shown


@pytest.mark.parametrize(("tasks", "shown"), [(999, "999"), (9_999, "9999"), (50_000, "50k"), (1_250_000, "1M")])
def test_a_count_of_a_project_is_never_cut(tasks: int, shown: str) -> None:
    row = ProjectRow(id="quant", counts=((TaskStatus.PENDING, tasks), (TaskStatus.WORKING, 1)), needs=tasks)
    (line,) = project_lines(row, 60, LOOK)
    drawn = "".join(text for text, _role in line)
    assert "…" not in drawn and f" {shown}  1 " in drawn, drawn


def test_only_an_urgent_alert_is_called_urgent() -> None:
    for level, kind in ((Level.URGENT, "urgent"), (Level.ATTENTION, "alert")):
        need = Need(kind=NeedKind.ALERT, project="p", title="x", reason="unfit", since=NOW, level=level)
        (line,) = need_lines(NeedRow(need=need), 100, LOOK)
        assert line[1][0].strip() == kind


@pytest.mark.parametrize(("status", "role"), [(SessionStatus.CANCELLED, "dim"), (SessionStatus.FAILED, "error")])
def test_a_session_that_was_stopped_is_no_failure(status: SessionStatus, role: str) -> None:
    row = session("x", status)
    first, _second = session_lines(replace(row, session=replace(row.session, ended_at=NOW, gone_at=NOW)), 60, LOOK)
    assert first[0][1] == role


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_mark_is_one_cell_wide(glyphs: object) -> None:
    assert [mark for name in type(glyphs).__slots__ if width(mark := getattr(glyphs, name)) != 1] == []  # type: ignore[attr-defined]


def test_a_task_that_waits_for_another_is_marked_as_blocked_only_while_pending() -> None:
    assert task_mark(TaskStatus.PENDING, UNICODE, blocked=True)[0] == "◌"
    assert task_mark(TaskStatus.DONE, UNICODE, blocked=True)[0] == "✓"


def test_ages_have_one_number_and_one_letter() -> None:
    shown = [span(ms) for ms in (-5, 0, 8_000, 59_999, 240_000, 7_200_000, 259_200_000)]
    assert shown == ["0s", "0s", "8s", "59s", "4m", "2h", "3d"]
    assert [clock(0, ms) for ms in (9_000, 372_000, 3_840_000, 90_000_000)] == ["9s", "6m12", "1h04", "1d01"]
    assert age(None, 5) == ""


@given(texts, st.integers(min_value=1, max_value=40))
def test_text_is_measured_in_cells(text: str, cells: int) -> None:
    plain = text.replace("\n", " ").replace("\t", " ").replace("\x1b", "").replace("\x07", "").replace("\u202e", "")
    assert width(cut(plain, cells)) <= cells
    assert width(fit(plain, cells)) == cells
    assert width(right(plain, cells)) == cells
    assert line_width(clip(((plain, "text"), (plain, "dim")), cells)) == cells
    assert all(width(line) <= max(cells, 2) for line in wrap(plain, cells))
