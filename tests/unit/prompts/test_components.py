"""Promises of the components: the shipped ones are right, and everything that is wrong with others is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from console.errors import ConfigError
from console.prompts.components import SOURCES, components_from

TASK = {"name": "task", "source": "task", "cap": 40_000}


def where(path: tuple[str, ...]) -> str:
    return "f.yaml:1"


def wrong(values: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        components_from(values, where)
    return caught.value.problems


def test_a_part_has_its_own_words_and_the_rest_is_as_usual() -> None:
    found = components_from(
        {"parts": [TASK, {"name": "mine", "template": "mine.md", "cap": 500, "cut": 3, "for": ["plan"]}]}, where
    )
    task, mine = found.parts
    assert (task.audiences, task.cut, found.total) == (frozenset({"all"}), None, 90_000)
    assert mine.holds(frozenset({"all", "author", "plan"}), frozenset()) and mine.cut == 3
    assert not mine.holds(frozenset({"all", "reviewer"}), frozenset())


def test_a_part_comes_only_when_everything_that_it_asks_holds() -> None:
    asks = {"name": "more", "template": "a.md", "cap": 500, "when": ["retry", "tag:csv"]}
    part = components_from({"parts": [TASK, asks]}, where).parts[1]
    everybody = frozenset({"all", "author"})
    assert part.holds(everybody, frozenset({"retry", "tag:csv", "command"}))
    assert not part.holds(everybody, frozenset({"retry"}))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    problems = wrong(
        {
            "totl": 1,
            "total": 5,
            "parts": [
                "role",
                {"name": "A b", "cap": 5, "colour": "red"},
                {
                    "name": "x",
                    "template": "../x.md",
                    "source": "weather",
                    "cap": True,
                    "cut": 0,
                    "for": "everyone",
                    "when": "soon",
                },
                {"name": "x", "template": "x.md", "cap": 500},
            ],
        }
    )
    for said in ("totl", "total: expected a whole", "parts.0: expected a mapping", "parts.1.name", "parts.1.colour"):
        assert any(said in problem for problem in problems), said
    for said in (
        "parts.1: expected either",
        "parts.1.cap",
        "parts.2: expected either",
        "parts.2.template",
        "parts.2.source",
    ):
        assert any(said in problem for problem in problems), said
    for said in ("parts.2.cap", "parts.2.cut", "parts.2.for", "parts.2.when", "parts.3.name: expected each name once"):
        assert any(said in problem for problem in problems), said
    assert all(problem.startswith("f.yaml:1: ") for problem in problems)


@pytest.mark.parametrize("parts", [None, [], "task", [TASK] * 61])
def test_a_file_without_parts_is_refused(parts: Any) -> None:
    assert wrong({"parts": parts}) == ["f.yaml:1: parts: expected a list of 1 to 60 parts"]


@pytest.mark.parametrize("change", [{"cut": 1}, {"for": "author"}, {"when": "retry"}, {"source": "comments"}])
def test_nobody_is_sent_to_work_without_the_whole_task(change: dict[str, Any]) -> None:
    (problem,) = wrong({"parts": [TASK | change]})
    assert "source: task" in problem


def test_parts_that_are_never_cut_must_fit_the_total() -> None:
    (author, *_) = wrong(
        {"total": 50_000, "parts": [TASK, {"name": "b", "template": "b.md", "cap": 12_000, "for": "author"}]}
    )
    assert "at most 50000" in author and "for an author" in author


def test_every_source_has_a_text() -> None:
    from console.prompts.compose import _TEXTS

    assert set(_TEXTS) == set(SOURCES)
