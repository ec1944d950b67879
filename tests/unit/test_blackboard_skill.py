"""Promises of the skill `blackboard_operations`: it names every command and flag of `blackboard`, and no other."""

from __future__ import annotations

import re

import pytest

from console.cli.blackboard import COMMANDS, parser_of
from console.errors import UsageError
from console.records.alert import Level
from console.records.note import CommentType
from console.records.review import Verdict
from console.shipped_files import shipped

TEXT = shipped("config", "skills", "blackboard_operations", "SKILL.md").read_text(encoding="utf-8")
COMING = {
    *(("submit", "--answer"), ("read", "--diff"), ("read", "--rounds")),
    *(("create", "--expect"), ("create", "--on-failure"), ("create", "--undo")),
}
"""Flags that are described already; what is built beside this brings them."""
FLAG = re.compile(r"--[a-z][a-z-]*")
SHARED = {"--home", "--project", "--task", "--review", "--seat", "--agent", "--session", "--fence", "--json", "--help"}


def section(name: str) -> str:
    """What is said of one command."""
    found = re.search(rf"^### blackboard {name}\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None, f"blackboard {name} has no section"
    return found[1]


def flags_of(name: str) -> set[str]:
    return {flag for action in parser_of(name)._actions for flag in action.option_strings if flag.startswith("--")}


def own(name: str) -> set[str]:
    """The flags that only this command has, or has for itself."""
    parser = parser_of(name)
    dest = {flag: action.dest for action in parser._actions for flag in action.option_strings}
    return {flag for flag in flags_of(name) if flag not in SHARED or dest[flag] == "protocol"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_section_with_every_flag_of_its_own_and_no_other(name: str) -> None:
    said = set(FLAG.findall(section(name)))
    assert own(name) - said == set()
    coming = {flag for command, flag in COMING if command == name}
    assert said - flags_of(name) - coming == set()


def test_every_flag_in_the_whole_text_exists_and_every_shared_one_is_explained() -> None:
    every = {flag for name in COMMANDS for flag in flags_of(name)} | {flag for _, flag in COMING}
    assert set(FLAG.findall(TEXT)) - every == set()
    assert SHARED - set(FLAG.findall(TEXT)) == set()


def test_no_command_is_named_that_does_not_exist() -> None:
    named = set(re.findall(r"(?<![\w/])blackboard ([a-z]+)(?= |`|\n)", "\n".join(re.findall(r"`[^`]+`", TEXT))))
    assert named <= set(COMMANDS)


def test_every_word_that_a_flag_takes_is_named() -> None:
    for word in (*Verdict, *Level):
        assert f"{word}" in TEXT
    for kind in set(CommentType) - {CommentType.SYSTEM}:
        assert f"`{kind}`" in section("comment")
    for code in range(6):
        assert f"| {code} |" in TEXT


@pytest.mark.parametrize(
    "line",
    [
        found
        for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
        for found in re.findall(r"^blackboard (?:.*\\\n)*.*$", block, re.MULTILINE)
    ],
)
def test_the_examples_are_calls_that_the_command_takes(line: str) -> None:
    import shlex

    words = shlex.split(line.partition("<<")[0].replace("\\\n", " "))
    try:
        parser_of(words[1]).parse_args(words[2:])
    except UsageError as error:
        pytest.fail(f"{line}: {error}")
