"""Promises of the known agent programs: each definition is one that the settings take, and the documentation has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.agents.forms import FORMS
from console.agents.presets import PRESETS, Preset, preset_notes, presets
from console.agents.spec import arguments
from console.home import Home
from console.making import prepare_home
from console.settings import load_settings
from console.settings.yaml_edit import set_values
from tests.presets_page import PAGE, section
from tests.unit.agents.test_spec import SPEC


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: f"{preset.name}-{preset.backend}")
def test_the_settings_take_each_and_nothing_of_it_is_doubtful(tmp_path: Path, preset: Preset) -> None:
    home = prepare_home(Home(tmp_path))
    file = home.config / "default.yaml"
    fields = preset.fields(role="developer", model="m-1" if preset.model else None)
    file.write_text(set_values(file.read_text(), "agents", {"a": fields}, "f"))
    agent = load_settings(home, {}).agents["a"]
    assert agent.command == tuple(fields["command"]) and agent.backend == preset.backend
    assert not list(preset_notes(agent))
    assert preset.usage in {*FORMS, ""}
    filled = arguments(replace(SPEC, command=agent.command, prompt_by=str(agent.prompt)), "the whole prompt")
    assert not any("{" in part for part in filled)
    assert ("the whole prompt" in filled) == (agent.prompt == "argument")
    assert not preset.model or "m-1" in " ".join(filled)


def test_what_a_command_lacks_is_said_with_what_follows_from_it(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path))
    (home.config / "default.yaml").write_text(
        "agents:\n  g: {backend: command, command: [/programs/gemini, --output-format=json]}\n"
        "  x: {backend: command, command: [x]}\n"
    )
    team = load_settings(home, {}).agents
    assert [note.partition(":")[0] for note in preset_notes(team["g"])] == ["its command lacks --approval-mode"]
    assert not list(preset_notes(team["x"]))


def test_each_name_has_one_way_where_none_is_asked_for() -> None:
    assert list(presets()) == list(dict.fromkeys(preset.name for preset in PRESETS))
    assert len({(preset.name, preset.backend) for preset in PRESETS}) == len(PRESETS)


def test_the_documentation_has_each_as_it_is() -> None:
    assert section() in PAGE.read_text("utf-8"), "renew it: python -m tests.presets_page"
