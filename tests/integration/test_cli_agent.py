"""Promises of `moziplus agent`: the team from settings and projects, and a check that says plainly what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.program import moziplus

FIELDS = {
    *("id", "name", "role", "capabilities", "backend", "command", "prompt", "agent", "model", "thinking"),
    *(
        "env",
        "env_required",
        "silence",
        "nudge",
        "task_timeout",
        "usage",
        "max_parallel",
        "cap",
        "fallback",
        "projects",
    ),
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


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """A PATH on which there is a claude."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "claude").write_text("#!/bin/sh\n")
    (folder / "claude").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_add_writes_a_definition_that_can_be_used_and_leaves_the_rest_as_it_is(home: Path, programs: str) -> None:
    file = home / "config" / "default.yaml"
    before = "# the team\nagents:\n  lead: {backend: demo}  # leads\n\n# how often\nretry: {base: 5}\n"
    file.write_text(before, encoding="utf-8")
    done = moziplus(
        "agent", "add", "claude", "--id", "zhao", "--role", "tester", "--model", "m", home=home, PATH=programs
    )
    assert done.code == 0 and f"wrote agent zhao into {file}" in done.out and "/login" in done.out
    after = file.read_text("utf-8")
    head, new, rest = after.partition("  zhao:\n")
    assert head + rest[rest.index("\n# how") :] == before and new and "[claude, -p, " in rest
    shown = moziplus("agent", "show", "zhao", "--json", home=home).record
    assert (shown["role"], shown["usage"], shown["prompt"]) == ("tester", {"form": "claude"}, "stdin")
    assert shown["command"][-2:] == ["--model", "m"]
    assert moziplus("agent", "check", "zhao", home=home, PATH=programs).code == 0


def test_add_refuses_what_is_there_what_is_not_and_what_it_does_not_know(home: Path, programs: str) -> None:
    before = (home / "config" / "default.yaml").read_text("utf-8")
    for arguments, code, says in (
        (["claude", "--id", "lost"], 4, "there is an agent lost already"),
        (["vibe"], 3, "vibe is not found on PATH"),
        (["cobol"], 3, "knows claude, codex, opencode"),
        (["vibe", "--model", "m"], 2, "takes no model"),
        (["claude", "--id", "No Id"], 2, "agents.No Id"),
    ):
        done = moziplus("agent", "add", *arguments, home=home, PATH=programs)
        assert (done.code, says in done.err) == (code, True), done.err
    assert (home / "config" / "default.yaml").read_text("utf-8") == before
    anyway = moziplus("agent", "add", "vibe", "--anyway", "--json", home=home, PATH=programs)
    assert (anyway.code, anyway.record["found"], anyway.record["definition"]["usage"]) == (0, None, "vibe")


def test_check_says_what_a_known_program_is_missing(home: Path, programs: str) -> None:
    (home / "config" / "default.yaml").write_text(
        "agents: {c: {backend: command, command: [claude, -p], env: {X_TOKEN: abc123456789}}}\n"
    )
    found = moziplus("agent", "check", "c", "--json", home=home, PATH=programs).record
    assert found["ok"] and "lacks --output-format" in " ".join(found["notes"])
    assert "X_TOKEN in its env is written down" in found["notes"][0]
    assert "abc123456789" not in moziplus("agent", "show", "c", "--json", home=home).out
