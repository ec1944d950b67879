"""Promises of console/cli/synonyms.py: a word that other tools have leads to a command that is there, in one line."""

from __future__ import annotations

import re

import click
import pytest

from console.cli.main import moziplus as program
from console.cli.synonyms import OPTIONS, WORDS
from tests.program import moziplus
from tests.repository import ROOT
from tests.test_house_rules import tree_of

COMMANDS = set(tree_of("moziplus", "console.cli.main"))
LEADS = {(group, word, lead) for group, words in WORDS.items() for word, lead in words.items()}


def test_every_command_that_a_word_leads_to_is_there() -> None:
    for group, word, lead in sorted(LEADS):
        for named in re.findall(r"`moziplus ((?:[a-z][a-z-]* ?)+)", lead):
            words = named.split()
            assert words, (group, word)
            assert any(" ".join(["moziplus", *words[:n]]) in COMMANDS for n in range(1, len(words) + 1)), (
                group,
                word,
                named,
            )


def test_every_place_of_the_table_is_there() -> None:
    assert [group for group in WORDS if group and f"moziplus {group}" not in COMMANDS] == []
    assert [path for path in OPTIONS if path and f"moziplus {path}" not in COMMANDS] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("task delete 3", "did you mean `moziplus task cancel N`"),
        ("task approve 3", "did you mean `moziplus review approve N`?"),
        ("task start 3", "no command 'start'; the scheduler starts it: `moziplus run`; `moziplus task explain N`"),
        ("config set x", "no command 'set'; edit the file that `moziplus config path` names"),
        ("task done 3", "`moziplus review approve N`"),
        ("task close 3", "`moziplus review approve N`"),
        ("task run 3", "`moziplus run`"),
        ("agent new dev", "`moziplus agent add claude|codex|…`"),
        ("agent create dev", "`moziplus agent check`"),
        ("project delete q", "`moziplus project archive P`"),
        ("project remove q", "`moziplus project archive P`"),
        ("status --watch", "`moziplus events --follow`"),
        ("tasks", "`moziplus task`"),
        ("task shwo 3", "`moziplus task show`"),
        ("task create --name x", "--title T"),
        ("task list --projct q", "--project"),
        ("start", "`moziplus run`"),
        ("xyzzy", "no command 'xyzzy'; see `moziplus --help`"),
    ],
)
def test_a_word_of_another_tool_says_what_to_type_and_ends_with_2(words: str, said: str) -> None:
    done = moziplus(*words.split())
    assert (done.code, said in done.err, done.err.count("\n"), done.out) == (2, True, 1, ""), done.err


def test_nothing_is_loaded_for_it_before_a_mistake() -> None:
    with click.Context(program) as context:
        assert program.get_command(context, "xyzzy") is None


def test_whoever_asks_for_an_update_is_told_what_the_readme_says() -> None:
    said = (ROOT / "README.md").read_text("utf-8")
    assert all(command in said for command in re.findall(r"`([^`]+)`", WORDS[""]["update"]))
