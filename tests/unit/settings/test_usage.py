"""Promises of an agent's `usage`: a known form or patterns of one's own, for programs whose output is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.home import Home
from console.making import prepare_home
from console.records.agent import UsageForm
from console.settings import load_settings


def usage_of(tmp_path: Path, written: str, backend: str = "backend: command, command: [x]") -> UsageForm | None:
    home = prepare_home(Home(tmp_path))
    (home.config / "default.yaml").write_text(f"agents: {{a: {{{backend}, usage: {written}}}}}\n")
    return load_settings(home, {}).agents["a"].usage


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("none", None),
        ("claude_json", UsageForm(form="claude_json")),
        ("codex_json", UsageForm(form="codex_json")),
        (r"{tokens: 'used ([\d,]+)'}", UsageForm(tokens=r"used ([\d,]+)")),
        (r"{tokens: 't=(\d+)', cost: '\$([\d.]+)'}", UsageForm(tokens=r"t=(\d+)", cost=r"\$([\d.]+)")),
    ],
)
def test_each_form_is_taken(tmp_path: Path, written: str, form: UsageForm | None) -> None:
    assert usage_of(tmp_path, written) == form


@pytest.mark.parametrize(
    "written", ["guess", "{}", "{tokens: '('}", "{tokens: '(a+)+'}", "{time: '1'}", "[claude_json]"]
)
def test_anything_else_says_what_was_expected(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigError, match=r"default\.yaml:1: agents\.a\.usage: expected one of none, claude"):
        usage_of(tmp_path, written)


def test_an_agent_in_a_gateway_has_no_output_to_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"agents\.a\.usage: expected only beside `backend: command`"):
        usage_of(tmp_path, "claude_json", "backend: gateway")
