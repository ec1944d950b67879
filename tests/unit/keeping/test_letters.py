"""Promises of what is told of which alert: urgent each by itself, attention together, the rest in batches, all of it inert."""

from __future__ import annotations

from console.keeping.letters import Letter, Mark, News, letters, marks_after
from console.records.alert import Level, Observation


def alert(number: int, level: Level = Level.URGENT, cause: str | None = "c", body: str = "it broke") -> Observation:
    return Observation(id=number, level=level, cause=cause, body=body, at=number)


def news(*alerts: Observation, place: str = "quant", newest: int = 99) -> News:
    return News(place=place, epoch="e", newest=newest, alerts=alerts)


def levels(found: list[Letter]) -> list[tuple[str, int]]:
    return [(str(letter.level), len(letter.alerts)) for letter in found]


def test_urgent_ones_go_alone_attention_together_and_routine_waits_for_its_batch() -> None:
    low = (Level.ATTENTION, Level.ATTENTION, Level.ROUTINE, Level.OPTIONAL)
    of_all = news(alert(1), alert(2), *(alert(n, level) for n, level in enumerate(low, 3)))
    assert levels(letters([of_all], batch=False)) == [("urgent", 1), ("urgent", 1), ("attention", 2)]
    assert levels(letters([of_all], batch=True))[3:] == [("routine", 1)]
    assert levels(letters([of_all], batch=True, subscribe=("c",)))[3:] == [("routine", 2)]
    assert levels(letters([of_all], batch=True, subscribe=("other",)))[3:] == [("routine", 1)]


def test_a_flood_of_urgent_ones_is_one_letter_and_its_text_stays_short() -> None:
    (letter,) = letters([news(*(alert(n, body="x" * 5000) for n in range(300)))], batch=False)
    assert len(letter.alerts) == 300
    assert "and 290 more" in letter.text
    assert len(letter.text) < 4000


def test_a_mere_remark_is_no_routine_alert_and_the_notifiers_own_alert_is_not_told() -> None:
    assert letters([news(alert(1, Level.ROUTINE, cause=None), alert(2, cause="notify"))], batch=True) == []
    assert len(letters([news(alert(1, cause=None))], batch=False)) == 1


def test_the_text_is_one_line_without_escapes_or_secrets_and_never_looks_like_an_option() -> None:
    body = "--exec=rm\x1b[31m\nsecond\x1b]0;title\x07 line\u202e token sk-ant-api03-" + "A1b2" * 20
    (letter,) = letters([news(alert(1, body=body))], batch=False)
    assert letter.text.startswith("[urgent] quant: --exec=rm second line")
    assert "\n" not in letter.text
    assert "\x1b" not in letter.text
    assert "A1b2A1b2" not in letter.text + str(letter.as_dict())


def test_what_was_told_is_behind_the_mark_and_routine_only_after_its_batch() -> None:
    first = marks_after(None, news(newest=5), batch=False)
    assert first == Mark(epoch="e", told=5, batched=5)
    later = marks_after(first, news(newest=9), batch=False)
    assert later == Mark(epoch="e", told=9, batched=5)
    assert marks_after(later, news(newest=9), batch=True) == Mark(epoch="e", told=9, batched=9)
    restored = News(place="quant", epoch="other", newest=2, alerts=())
    assert marks_after(later, restored, batch=False) == Mark(epoch="other", told=2, batched=2)
