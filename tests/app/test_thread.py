"""Promises of the review thread: findings as the CLI numbers them, answers under them, and nothing less than it prints."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from console.app.app import Console
from console.app.threads import thread_page
from console.blackboard.connection import open_project
from console.blackboard.writes.verdicts import operator_verdict, undo_verdict
from console.home import Home
from console.i18n import use_language
from console.records.review import Verdict
from tests.app.conftest import Opener
from tests.app.debated import DEBATE
from tests.app.sample import BY, NOW
from tests.app.world import settle
from tests.program import moziplus
from widgets.pages import ThreadPage
from widgets.painted import Look
from widgets.thread import thread_paragraphs

Same = Callable[[Console], bool]


def page_of(home: Home) -> ThreadPage:
    """The thread as the console reads it."""
    db = open_project(home.project_folder("quant"))
    try:
        return thread_page(db, "quant", DEBATE)
    finally:
        db.close()


def lines_of(page: ThreadPage) -> list[str]:
    """The thread as it reads before it is wrapped."""
    return ["".join(text for text, _role in spans) for _indent, spans in thread_paragraphs(page, Look(now=NOW))]


def taken_back(home: Home) -> None:
    """The operator asked for changes, and took that back."""
    db = open_project(home.project_folder("quant"))
    found = [{"text": "Not so fast."}]
    operator_verdict(
        db, DEBATE, verdict=Verdict.REQUEST_CHANGES, comment="mine", findings=found, by=BY, now=NOW - 60_000
    )
    undo_verdict(db, DEBATE, by=BY, now=NOW - 50_000)
    db.close()


def test_numbers_and_answers_are_those_of_the_command_line(debated: Home) -> None:
    taken_back(debated)
    (record,) = moziplus("review", "show", str(DEBATE), "--project", "quant", "--json", home=debated.path).records
    told = [finding for given in record["verdicts"] for finding in given["findings"]]
    shown = page_of(debated).findings
    assert [(row.number, row.text, row.answer or None) for row in shown] == [
        (finding.get("number"), finding["text"], finding.get("answer")) for finding in told
    ]
    assert [row.number for row in shown] == [1, 2, 3, None]


def test_an_answer_stands_under_its_finding_with_who_gave_it(debated: Home) -> None:
    lines = lines_of(page_of(debated))
    at = next(n for n, line in enumerate(lines) if line.startswith("  1. Window 2019-2021"))
    assert lines[at + 1 : at + 4] == [
        "     样本要覆盖 2020-03。",
        "     outputs/report.md:3",
        "     zhangfei-dev  answers  补上了 2020-03：两个窗口低于 1.3，结论已改。",
    ]
    assert lines.index("  answers findings 1, 2, 3 of round 1") < at


def test_a_failed_gate_the_quorum_and_who_is_asked_can_be_read(debated: Home) -> None:
    lines = lines_of(page_of(debated))
    assert "simayi-challenger  requests changes  method .45 below 0.50  data .8  0.62  7h" in lines
    assert "passes with 2 of 2, confidence from 0.70, method from 0.50, in a debate" in lines
    assert {"asked zhaoyun-data", "then you", "time left 1h"} <= set(lines)
    assert "zhaoyun-data  to whom it went  waits" in lines


def test_the_console_shows_no_less_than_the_command_line(debated: Home) -> None:
    (record,) = moziplus("review", "show", str(DEBATE), "--project", "quant", "--json", home=debated.path).records
    said = "\n".join(lines_of(page_of(debated)))
    wanted = [record["title"], record["protocol"], record["status"], record["reason"], record["author"]]
    wanted += [record["escalated_to"], f"round {record['round']} of {record['max_rounds']}", f"review {record['id']}"]
    wanted += [entry["summary"] for entry in record["submissions"]]
    wanted += [seat["reviewer"] for seat in record["seats"]]
    assert [each for each in wanted if each not in said] == []


def test_a_finding_of_a_verdict_that_was_taken_back_is_shown_without_a_number(debated: Home) -> None:
    taken_back(debated)
    lines = lines_of(page_of(debated))
    at = next(n for n, line in enumerate(lines) if line.startswith("operator  requests changes, taken back"))
    assert "  - Not so fast." in lines[at:]


def test_an_answer_to_a_finding_that_is_gone_is_not_lost(debated: Home) -> None:
    page = page_of(debated)
    of_guanyu = next(given.id for given in page.verdicts if given.reviewer == "guanyu-dev" and given.round == 1)
    page = replace(page, findings=tuple(row for row in page.findings if row.verdict_id != of_guanyu))
    lines = lines_of(page)
    assert any(line.startswith("  to 3, which does not count any more: Table 3") for line in lines)
    assert "  answers findings 1, 2 of round 1" in lines


async def test_hostile_text_in_findings_and_answers_is_inert(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        await pilot.press("G")
        shown = app.export_screenshot()
        assert shown.count("[bold&#160;red]red[/]&#160;end") == 2
        assert "forged" not in shown and "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_debate_reads_like_a_conversation(debated: Home, opened: Opener, picture: Same, language: str) -> None:
    use_language(language)
    async with opened(debated, size=(120, 40)) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        assert picture(app)


async def test_a_debate_can_be_read_on_a_small_terminal(debated: Home, opened: Opener, picture: Same) -> None:
    async with opened(debated, size=(80, 24)) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        await pilot.press("G")
        assert picture(app)


def test_answers_from_a_bare_shell_that_are_none_are_left_out(debated: Home) -> None:
    answers = '["odd", {"finding": 1}, {"finding": "two", "text": "no number"}, {"finding": 1, "text": "this is one"}]'
    with closing(sqlite3.connect(debated.project_folder("quant") / "blackboard.db")) as db, db:
        assert db.execute("UPDATE submissions SET answers = ? WHERE round = 2", (answers,)).rowcount
    lines = lines_of(page_of(debated))
    assert "  answers finding 1 of round 1" in lines
    assert any(line.endswith("answers  this is one") for line in lines)
