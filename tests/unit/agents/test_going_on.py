"""Promises of how a program is told to go on with its conversation: the lines of the presets, as each program takes them."""

from __future__ import annotations

import pytest

from console.agents.going_on import going_on
from console.agents.presets import presets
from console.backends import PROCESS

ID = "01a220f4-c9fe-7df1"


@pytest.mark.parametrize(
    ("name", "added", "at"),
    [
        ("claude", ("--resume", ID), 1),
        ("codex", ("resume", ID, "-"), -3),
        ("opencode", ("--session", ID), 2),
        ("gemini", ("--resume", ID), 1),
        ("qwen", ("--resume", ID), 1),
        ("pi", ("--session", ID), 1),
    ],
)
def test_each_program_is_told_by_its_own_words(name: str, added: tuple[str, ...], at: int) -> None:
    preset = presets(PROCESS)[name]
    found = going_on(preset.command, preset.usage, ID, by_stdin=True)
    begin = at if at >= 0 else len(found) + at
    assert found[begin : begin + len(added)] == added
    assert (*found[:begin], *found[begin + len(added) :]) == preset.command


def test_what_a_shell_makes_of_its_words_is_left_alone() -> None:
    wrapped = ("sh", "-c", "claude -p; true")
    assert going_on(wrapped, "claude", ID, by_stdin=True) == wrapped


def test_a_prompt_that_is_an_argument_stays_the_last_word() -> None:
    found = going_on(("timeout", "9", "codex", "exec", "--json", "{prompt}"), "codex", ID, by_stdin=False)
    assert found == ("timeout", "9", "codex", "exec", "--json", "resume", ID, "{prompt}")
