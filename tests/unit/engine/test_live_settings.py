"""Promises of the files that a scheduler reads again and again: one that is emptied, to be written anew, is not believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.engine.live_settings import LiveSettings
from console.home import Home
from console.making import NewProject, make_project, prepare_home

GOOD = {
    "config/default.yaml": "daemon: {tick_interval: 7}\n",
    "config/guardrails.yaml": "default: hold\nbudgets: {day: {cost: 3}}\n",
    "projects/quant/config/project.yaml": "project: {agents: [dev]}\n",
    "projects/quant/config/guardrails.yaml": "default: deny\n",
    "projects/quant/config/review_protocols/output_review.yaml": "max_rounds: 7\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = prepare_home(Home(tmp_path))
    make_project(home, NewProject(id="quant", agents=("dev",)))
    return home


def in_force(settings: LiveSettings, folder: Path) -> Callable[[], list[object]]:
    def now() -> list[object]:
        settings.refresh()
        project = settings.for_project(folder)
        protocol = settings.protocols.get(folder, "output_review")
        return [settings.current.daemon, settings.guardrails.day, project.agents, project.guardrails, protocol]

    return now


@pytest.mark.parametrize("name", GOOD)
def test_an_emptied_file_leaves_the_last_good_ones_in_force_until_it_is_written(home: Home, name: str) -> None:
    file, folder = home.path / name, home.project_folder("quant")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(GOOD[name])
    settings = LiveSettings(home, {})
    now = in_force(settings, folder)
    before = now()
    assert settings.all_problems == {}
    file.write_text("")
    assert now() == before
    (told,) = settings.all_problems.values()
    assert f"{file}:1: found an empty file; remove it" in told and "stay" in told
    file.write_text(GOOD[name] + "\n")
    assert now() == before
    assert settings.all_problems == {}


def test_a_file_that_is_removed_sets_nothing_any_more(home: Home) -> None:
    settings = LiveSettings(home, {})
    now = in_force(settings, home.project_folder("quant"))
    file = home.config / "guardrails.yaml"
    file.write_text(GOOD["config/guardrails.yaml"])
    before = now()
    file.unlink()
    assert now() != before
    assert settings.all_problems == {}
