"""Promises of the operator's editor: it opens a file at the line at which one is, each in its own way."""

from __future__ import annotations

from pathlib import Path

from console.app.editor_line import at_line

FILE = Path("/w/a b.md")


def test_each_editor_hears_the_line_as_it_wants_to() -> None:
    assert at_line(["/usr/bin/nvim", "-R"], FILE, 12) == ["/usr/bin/nvim", "-R", "+12", "/w/a b.md"]
    assert at_line(["code", "--wait"], FILE, 12) == ["code", "--wait", "-g", "/w/a b.md:12"]
    assert at_line(["hx"], FILE, 12) == ["hx", "/w/a b.md:12"]


def test_one_that_nobody_knows_gets_the_file_alone() -> None:
    assert at_line(["ours"], FILE, 12) == ["ours", "/w/a b.md"]
    assert at_line(["vim"], FILE, 0) == ["vim", "/w/a b.md"]
