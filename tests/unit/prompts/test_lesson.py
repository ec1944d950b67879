"""Promises of the words of a lesson: facts only, in the task's language, within a cap, without secrets or hostile marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.prompts.lesson import BODY_MAX, lesson_words
from console.records.lesson import Lesson, Rework
from console.records.note import Decision
from console.records.review import Submission, Verdict, VerdictGiven
from tests.play import session, task

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def lesson(title: str = "load it", **facts: object) -> Lesson:
    return Lesson(task=task(7, title=title), author="dev", **facts)  # type: ignore[arg-type]


def verdict(*texts: str, comment: str = "") -> VerdictGiven:
    findings = tuple({"text": text} for text in texts)
    return VerdictGiven(
        id=1, review_id=1, round=1, reviewer="rev", verdict=Verdict.REQUEST_CHANGES, findings=findings, comment=comment
    )


def test_nothing_to_tell_is_nothing_to_learn() -> None:
    assert not lesson(summary="done").teaches
    assert lesson(failed=(session(failure="x"),)).teaches


def test_a_comment_alone_is_a_finding_too() -> None:
    rework = Rework(
        asked=(verdict(comment="too long"),), answer=Submission(review_id=1, round=2, agent="dev", summary="cut")
    )
    title, body = lesson_words(lesson(reworks=(rework,)))
    assert title == "load it: too long"
    assert "Round 1, rev asked for changes: too long" in body and "Round 2, dev: cut" in body


def test_answers_to_single_findings_are_told() -> None:
    answer = Submission(review_id=1, round=2, agent="dev", answers=({"finding": 1, "text": "it is right: see line 3"},))
    _, body = lesson_words(lesson(reworks=(Rework(asked=(verdict("wrong"),), answer=answer),)))
    assert "Round 2, dev answered: it is right: see line 3" in body


def test_the_last_summary_is_told_once() -> None:
    answer = Submission(review_id=1, round=2, agent="dev", summary="mended")
    _, body = lesson_words(lesson(summary="mended", reworks=(Rework(asked=(verdict("wrong"),), answer=answer),)))
    assert body.count("mended") == 1


@given(title=TEXT, failure=TEXT, tail=TEXT, text=TEXT, reason=TEXT)
def test_whatever_was_said_the_title_is_one_line_and_both_are_capped(
    title: str, failure: str, tail: str, text: str, reason: str
) -> None:
    told, body = lesson_words(
        lesson(
            title,
            failed=(session(failure=failure, tail=tail * 100),) * 10,
            decisions=(Decision(id=1, title=text, reason=reason * 100, actor="dev"),) * 10,
            reworks=(Rework(asked=(verdict(text, text),), answer=Submission(review_id=1, round=2, agent="a")),) * 10,
        )
    )
    assert told.strip() and "\n" not in told and len(told) <= 200
    assert body.strip() and len(body) <= BODY_MAX
    assert "\x1b" not in told + body and "\x00" not in told + body
