"""Promises of the known programs over ACP: each definition is one that the settings take."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.agents.acp.presets import ACP_PRESETS
from console.agents.presets import ACP, Preset, preset_notes, presets
from console.home import Home
from console.making import prepare_home
from console.settings import load_settings
from console.settings.yaml_edit import set_values


@pytest.mark.parametrize("preset", ACP_PRESETS, ids=lambda preset: preset.name)
def test_the_settings_take_each_with_a_model(tmp_path: Path, preset: Preset) -> None:
    home = prepare_home(Home(tmp_path))
    file = home.config / "default.yaml"
    fields = preset.fields(role="developer", model="m-1")
    file.write_text(set_values(file.read_text(), "agents", {"a": fields}, "f"))
    agent = load_settings(home, {}).agents["a"]
    assert (agent.backend, agent.command, agent.model) == (ACP, preset.command, "m-1")
    assert dict(agent.env) == preset.env and not list(preset_notes(agent))


def test_a_program_is_offered_by_its_command_where_no_protocol_is_named() -> None:
    assert presets()["opencode"].backend != ACP
    assert list(presets(ACP)) == [preset.name for preset in ACP_PRESETS]
