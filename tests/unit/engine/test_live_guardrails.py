"""Promises of guardrails while a scheduler runs: a change counts at once, a mistake changes nothing and is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.live_settings import LiveSettings
from console.errors import ConfigError
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.guardrail import Effect


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = prepare_home(Home(tmp_path))
    make_project(home, NewProject(id="quant", agents=("dev",)))
    return home


def test_a_change_in_the_home_counts_for_every_project_without_its_own(home: Home) -> None:
    settings, quant = LiveSettings(home, {}), home.project_folder("quant")
    before = settings.for_project(quant)
    assert settings.for_project(quant) is before
    assert not settings.refresh() and not settings.moved(quant)
    (home.config / "guardrails.yaml").write_text("default: hold\nbudgets: {day: {cost: 3}}\n")
    assert settings.refresh() and not settings.refresh()
    after = settings.for_project(quant)
    assert (after.guardrails.default, settings.guardrails.day.cost) == (Effect.HOLD, 3)
    assert after is not before and settings.for_project(quant) is after
    (quant / "config" / "guardrails.yaml").write_text("default: allow\n")
    assert settings.moved(quant)
    assert settings.for_project(quant).guardrails.default == Effect.ALLOW
    assert not settings.moved(quant)


def test_with_a_mistake_the_last_good_ones_stay_in_force_and_an_alert_says_so(home: Home) -> None:
    settings, quant = LiveSettings(home, {}), home.project_folder("quant")
    file = quant / "config" / "guardrails.yaml"
    file.write_text("default: hold\n")
    assert settings.for_project(quant).guardrails.default == Effect.HOLD
    file.write_text("default: maybe\n")
    assert settings.for_project(quant).guardrails.default == Effect.HOLD
    (told,) = [text for cause, text in settings.all_problems.items() if cause == "config:quant:guardrails"]
    assert f"{file}:1: default: expected one of allow, hold, deny" in told and "stay in force" in told
    file.write_text("default: deny\n")
    assert settings.for_project(quant).guardrails.default == Effect.DENY
    assert settings.all_problems == {}


def test_a_mistake_of_the_home_is_one_alert(home: Home) -> None:
    settings, quant = LiveSettings(home, {}), home.project_folder("quant")
    settings.for_project(quant)
    (home.config / "guardrails.yaml").write_text("rules: 3\n")
    settings.refresh()
    settings.for_project(quant)
    assert list(settings.all_problems) == ["config:guardrails"]


def test_without_good_ones_a_project_is_set_aside_until_they_are_mended(home: Home) -> None:
    quant = home.project_folder("quant")
    file = quant / "config" / "guardrails.yaml"
    file.write_text("default: maybe\n")
    settings = LiveSettings(home, {})
    with pytest.raises(ConfigError):
        settings.for_project(quant)
    assert "nothing starts" in settings.all_problems["config:quant:guardrails"]
    file.write_text("default: allow\n")
    assert settings.for_project(quant).guardrails.default == Effect.ALLOW
    assert settings.all_problems == {}
