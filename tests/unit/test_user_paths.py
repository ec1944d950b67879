"""Promises of console/user_paths.py: `~` and an editor with blanks or quotes mean what they mean in a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import UsageError
from console.user_paths import editor_command, expanded, user_path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "My Tools" / "the editor"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ("{p}", []),
        ("{p} --wait", ["--wait"]),
        ("'{p}' --wait", ["--wait"]),
        ('"{p}" -n "two words"', ["-n", "two words"]),
        ("  {p}  ", []),
    ],
)
def test_an_editor_whose_path_has_blanks_is_found_with_and_without_quotes(
    program: Path, form: str, more: list[str]
) -> None:
    command = form.format(p=program)
    assert editor_command({"EDITOR": command}) == [str(program), *more]
    assert editor_command({"VISUAL": command, "EDITOR": "false"}) == [str(program), *more]


def test_an_editor_in_the_operators_home_and_one_on_the_path_are_found(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(program.parent))
    (program.parent / "ed").symlink_to(program)
    assert editor_command({"EDITOR": "~/ed -w"}) == [f"{program.parent}/ed", "-w"]
    assert editor_command({"EDITOR": "ed -w", "PATH": str(program.parent)})[1:] == ["-w"]


@pytest.mark.parametrize(
    ("command", "said"),
    [("'no end", "quotes that do not close"), ("nowhere --wait", "nowhere is not found; set EDITOR")],
)
def test_an_editor_that_cannot_be_started_says_what_to_do(command: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        editor_command({"EDITOR": command, "PATH": "/usr/bin:/bin"})


def test_a_tilde_is_the_home_of_its_user_and_an_unknown_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/me")
    assert user_path("~/src") == Path("/me/src")
    assert (expanded("a~b"), expanded("/x/~")) == ("a~b", "/x/~")
    with pytest.raises(UsageError, match="~nobody-here is no user's home on this machine"):
        expanded("~nobody-here/x")
