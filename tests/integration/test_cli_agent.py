"""Promises of `moziplus agent`: the team from settings and projects, and a check that says plainly what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import moziplus

FIELDS = {
    *("id", "name", "role", "capabilities", "backend", "command", "prompt", "agent", "model", "thinking"),
    *("env_required", "silence", "nudge", "task_timeout", "usage", "max_parallel", "projects"),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "h"
    moziplus("init", str(home))
    (home / "config" / "default.yaml").write_text(
        "agents:\n"
        "  zhangfei-dev: {name: 张飞, role: developer, backend: command, command: [sh, -c, 'x --api-key=abc123456789']}\n"
        "  lost: {backend: command, command: [no-such-program-here]}\n"
        "  keyed: {backend: command, command: [sh], env_required: [MY_KEY]}\n"
        "  player: {backend: demo}\n"
        "gateway: {url: 'http://127.0.0.1:9'}\n",
        encoding="utf-8",
    )
    moziplus("project", "create", "--id", "quant", "--agents", "zhangfei-dev,pangtong-fujunshi", home=home)
    return home


def test_list_has_the_defined_and_those_that_only_a_project_lists(home: Path) -> None:
    rows = moziplus("agent", "list", "--json", home=home).records
    assert {frozenset(row) for row in rows} == {frozenset(FIELDS)}
    assert {row["id"]: (row["backend"], row["projects"]) for row in rows} == {
        "zhangfei-dev": ("command", ["quant"]),
        "lost": ("command", []),
        "keyed": ("command", []),
        "player": ("demo", []),
        "pangtong-fujunshi": ("gateway", ["quant"]),
    }
    team = moziplus("agent", "list", "--project", "quant", "--json", home=home).records
    assert [row["id"] for row in team] == ["zhangfei-dev", "pangtong-fujunshi"]


def test_show_hides_secrets_in_a_command(home: Path) -> None:
    for arguments in (["--json"], []):
        out = moziplus("agent", "show", "zhangfei-dev", *arguments, home=home).out
        assert "张飞" in out and "abc123456789" not in out
    assert moziplus("agent", "show", "nobody", home=home).code == 3


def test_check_says_what_is_missing_and_how_the_gateway_stands(home: Path) -> None:
    done = moziplus("agent", "check", "--json", home=home)
    found = {row["id"]: row for row in done.records}
    assert done.code == 1
    assert {name: row["ok"] for name, row in found.items()} == {
        "zhangfei-dev": True,
        "lost": False,
        "keyed": False,
        "player": True,
        "pangtong-fujunshi": False,
    }
    assert "no-such-program-here is not found" in found["lost"]["problems"][0]
    assert found["keyed"]["problems"] == ["MY_KEY is not set"]
    assert "no gateway answers at http://127.0.0.1:9; start it" in found["pangtong-fujunshi"]["problems"][0]
    assert found["zhangfei-dev"]["found"].endswith("/sh")


def test_check_of_one_agent_ends_with_0_once_it_can_be_started(home: Path) -> None:
    assert moziplus("agent", "check", "keyed", home=home).code == 1
    assert moziplus("agent", "check", "keyed", home=home, MY_KEY="x").code == 0
    assert moziplus("agent", "check", "pangtong-fujunshi", "--project", "quant", home=home).code == 1
