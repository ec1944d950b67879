"""Promises that what the system refused is told with its place, also where it named none."""

from __future__ import annotations

import ast

from console.errors import said_of
from tests.repository import product


def test_an_error_without_a_file_is_told_with_the_place_that_was_meant() -> None:
    assert said_of(OSError(28, "No space left on device"), "/here/x") == "/here/x: No space left on device"
    assert said_of(OSError(13, "Permission denied", "/a"), "/here/x") == "/a: Permission denied"


def test_no_sentence_is_made_of_a_file_name_that_may_be_none() -> None:
    """`FileNotFoundError` of a program that was to be started names it always."""
    bare = [
        f"{source.path}:{part.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.FormattedValue)
        and isinstance(part.value, ast.Attribute)
        and part.value.attr == "filename"
    ]
    assert [place for place in bare if not place.startswith(("console/git/run.py", "console/cli/diagnostics.py"))] == []
