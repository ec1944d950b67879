"""Promises of the command line's door: what the home's settings call secret is stored by no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.homes import TeamHome, developer

VALUE = "plainvalue-Kd83hfQ02mZp"


@pytest.mark.parametrize(
    "typed",
    [
        ("task", "create", "--project", "quant", "--title", f"use {VALUE}", "--body", VALUE, "--tag", VALUE),
        ("project", "create", "--id", "other", "--name", f"with {VALUE}", "--description", VALUE),
        ("project", "edit", "quant", "--name", f"with {VALUE}"),
        ("schedule", "add", f"each-{VALUE}", "--project", "quant", "--daily", "9:00", "--title", VALUE),
        ("inbox", "send", "--kind", "task.create", "--project", "quant", "--set", f"title={VALUE}"),
        ("pause", "--reason", VALUE),
        ("pause", "--project", "quant", "--reason", VALUE),
        ("estop", "--reason", VALUE),
    ],
)
def test_a_value_that_an_agent_requires_is_stored_by_no_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NEEDED_THERE", VALUE)
    team = TeamHome(tmp_path / "home", {"dev": developer("true", env_required=["NEEDED_THERE"])})
    done = team.cli(*typed)
    team.close()
    assert done.returncode == 0, done
    for file in (file for file in team.home.path.rglob("*") if file.is_file()):
        assert VALUE.encode() not in file.read_bytes(), file
