"""Promises what holds of every action: one registry feeds keys, help, menus and the reference, and nothing is left out."""

from __future__ import annotations

from console.actions.action import Context, Target
from console.actions.registry import actions, named, offered, on_key
from console.app.doing import DOES
from tests.app.keys_page import PAGE, page

FORBIDDEN = {
    "ctrl+a",
    "ctrl+b",
    "ctrl+c",
    "ctrl+q",
    "ctrl+s",
    "ctrl+z",
    "ctrl+space",
    "ctrl+i",
    "ctrl+m",
    "ctrl+h",
    "~",
}


def test_the_key_reference_is_the_registry() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.app.keys_page"


def test_every_action_that_does_not_write_is_done_by_the_app() -> None:
    assert {action.id for action in actions() if action.perform is None} == set(DOES)


def test_what_writes_is_dangerous_and_read_only_does_not_know_it() -> None:
    assert [action.id for action in actions() if (action.perform is not None) != action.danger] == []
    assert [action.id for action in actions(read_only=True) if action.perform is not None] == []


def test_no_key_is_bound_that_terminals_and_habits_need() -> None:
    assert FORBIDDEN & set(on_key()) == set()


def test_actions_that_share_a_key_differ_in_what_they_are_for() -> None:
    for key, found in on_key().items():
        contexts = [action.contexts for action in found]
        assert len(found) == 1 or not set.intersection(*map(set, contexts)), key


def test_nothing_that_ends_work_is_on_a_bare_small_letter() -> None:
    ending = {"cancel", "stop_session", "reject", "pause"}
    assert [a.id for a in actions() if a.id in ending for key in a.keys if len(key) == 1 and key.islower()] == []


def test_a_beginning_that_only_one_action_has_names_it() -> None:
    assert named("appr") is not None and named("appr") is named("approve")
    assert named("re") is None
    assert named("") is None
    assert named("next-need") is named("next_need")


def test_an_action_is_offered_only_for_what_is_under_the_cursor() -> None:
    ids = {action.id for action in offered(Target(contexts=frozenset({Context.ANY, Context.LIST})))}
    assert "approve" not in ids and "down" in ids
