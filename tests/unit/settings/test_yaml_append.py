"""Promises of a mapping that is added to a YAML file: it comes last, on lines of its own, and all else stays as it stands."""

from __future__ import annotations

import pytest

from console.settings.yaml_edit import set_values
from console.settings.yaml_file import parse

NEW = {"role": "dev", "command": ["x", "{prompt}", "Bash(y:*)"], "env": {"A": "1"}}
LINES = '  new:\n    role: dev\n    command: [x, "{prompt}", Bash(y:*)]\n    env: {A: "1"}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"agents:\n{LINES}"),
        ("# only words\n", f"# only words\nagents:\n{LINES}"),
        ("retry: {base: 5}\n", f"retry: {{base: 5}}\n\nagents:\n{LINES}"),
        ("agents:  # the team\nretry: {base: 5}\n", f"agents:  # the team\n{LINES}retry: {{base: 5}}\n"),
        ("agents: {}  # the team\nretry: {base: 5}\n", f"agents:   # the team\n{LINES}retry: {{base: 5}}\n"),
        (
            "agents:\n  # who leads\n  lead: {role: lead}  # of all\n\n# more\nretry: {base: 5}\n",
            f"agents:\n  # who leads\n  lead: {{role: lead}}  # of all\n{LINES}\n# more\nretry: {{base: 5}}\n",
        ),
        (
            "agents:\n  lead:\n    role: lead\n    command: [a]  # it\nretry: {base: 5}",
            f"agents:\n  lead:\n    role: lead\n    command: [a]  # it\n{LINES}retry: {{base: 5}}",
        ),
    ],
)
def test_it_comes_last_and_comments_stay(before: str, after: str) -> None:
    assert set_values(before, "agents", {"new": NEW}, "f") == after


def test_in_braces_it_stands_in_braces() -> None:
    after = set_values("agents: {lead: {role: lead}}\n", "agents", {"new": NEW}, "f")
    found = parse(after, "f").values["agents"]
    assert list(found) == ["new", "lead"] and after.count("\n") == 1
    assert found["new"]["command"] == NEW["command"]
