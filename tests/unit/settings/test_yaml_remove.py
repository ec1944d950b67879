"""Promises of an item that is taken out of a list of a YAML file: all else stays as it stands, its comments too."""

from __future__ import annotations

import pytest

from console.errors import UsageError
from console.settings.yaml_edit import remove

ITEM = "{name: gone, effect: allow, match: {command: make}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"acts:\n  - {ITEM}\n", "acts: []\n"),
        (f"a: 1\nacts:\n  - {ITEM}  # why\n  - {{name: b}}\nz: 2\n", "a: 1\nacts:\n  - {name: b}\nz: 2\n"),
        (f"acts:\n  - {{name: b}}  # kept\n  - {ITEM}", "acts:\n  - {name: b}  # kept\n"),
        (
            "acts:\n  # first\n  - name: b\n    effect: deny\n  - name: gone\n    match:\n      command: make\n# end\nz: 2\n",
            "acts:\n  # first\n  - name: b\n    effect: deny\n# end\nz: 2\n",
        ),
        (f"acts: [{ITEM}, {{name: b}}]\n", "acts: [{name: b}]\n"),
        (f"acts: [{{name: b}}, {ITEM}]\nz: 2\n", "acts: [{name: b}]\nz: 2\n"),
        ("acts: [{name: b}]\n", "acts: [{name: b}]\n"),
        ("z: 2\n", "z: 2\n"),
    ],
)
def test_only_that_item_goes(before: str, after: str) -> None:
    assert remove(before, "acts", "gone", "f") == after


def test_what_has_no_such_form_is_left_to_the_hand() -> None:
    with pytest.raises(UsageError):
        remove("acts: [a, b]\n", "acts", "gone", "f")
    with pytest.raises(UsageError):
        remove("x: &it [{name: gone}, {name: b}]\nacts: *it\n", "acts", "gone", "f")
