"""Promises that keys and commands do the same: a command names its action, and what a key can write a shell can too."""

from __future__ import annotations

import click
import pytest

from console.actions.registry import by_id
from console.cli import alert, ask, review, session, task

MODULES = {"task": task, "review": review, "session": session, "alert": alert, "ask": ask}
CONTROL = {"pause", "pause_project"}
"""`moziplus pause` and `resume`, with --project for one project."""
NEEDS = {"snooze", "wake"}
"""`moziplus needs --snooze WHAT --until SPAN`, and `--wake`."""
ONLY_KEYS = {"tick": "a shell has `moziplus run --max-ticks 1`; every command that writes wakes the scheduler anyway"}


@pytest.mark.parametrize("noun", MODULES)
def test_every_action_that_a_command_names_is_one_of_the_console(noun: str) -> None:
    module = MODULES[noun]
    group = getattr(module, noun)
    assert isinstance(group, click.Group)
    for words, action in module.ACTIONS.items():
        name, *flags = words.split()
        options = {flag for parameter in group.commands[name].params for flag in parameter.opts}
        assert set(flags) <= options, words
        assert action in by_id(), words


def test_everything_that_a_key_writes_can_be_done_from_a_shell() -> None:
    writing = {name for name, action in by_id().items() if action.danger}
    named = {action for module in MODULES.values() for action in module.ACTIONS.values()}
    assert writing - named - CONTROL - NEEDS - set(ONLY_KEYS) == set()
    assert set(ONLY_KEYS) <= writing, "these exceptions are no longer needed"
