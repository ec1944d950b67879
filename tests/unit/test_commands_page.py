"""Promises of docs/commands.md: it says of the agents' and the operator's commands what they say of themselves."""

from __future__ import annotations

import pytest

from console.cli.blackboard import COMMANDS
from tests.commands_page import JSON, page
from tests.repository import ROOT

OURS = (
    "moziplus task",
    "moziplus schedule",
    "moziplus review",
    "moziplus session",
    "moziplus skill",
    "moziplus alert",
    "blackboard",
)


def sections(text: str, start: str) -> dict[str, str]:
    """The sections of the commands of one noun, by their headings."""
    found = [part for part in text.split("\n### ") if part.startswith(f"`{start}")]
    return {part.splitlines()[0]: part.split("\n## ")[0].rstrip() for part in found}


@pytest.mark.parametrize("start", OURS)
def test_the_page_is_what_the_commands_say(start: str) -> None:
    stored = sections((ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), start)
    assert stored
    assert stored == sections(page(), start), "write it anew: python -m tests.commands_page > docs/commands.md"


def test_every_command_says_what_its_json_holds() -> None:
    assert set(JSON) == set(COMMANDS)
    for start in OURS[:-1]:
        for heading, text in sections(page(), start).items():
            assert heading.count(" ") == 1 or "JSON" in text, heading
