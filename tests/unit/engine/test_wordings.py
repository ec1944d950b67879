"""Promises of the wording while a scheduler runs: files that change hold at once, and what is wrong stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.wordings import Wordings
from console.home import Home
from tests.unit.knowledge.test_skills import write


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path).create()
    for project in ("quant", "news"):
        (home.projects / project / "config").mkdir(parents=True)
    return home


def test_a_change_holds_at_once_and_a_wrong_file_leaves_the_last_good_one_in_force(home: Home) -> None:
    wordings, project = Wordings(home), home.projects / "quant"
    (home.path / "prompt_templates" / "role.md").write_text("first")
    assert wordings.wording(project).templates["role.md"].text == "first"
    (home.path / "prompt_templates" / "role.md").write_text("second one")
    good = wordings.wording(project)
    assert good.templates["role.md"].text == "second one" and wordings.problems == {}
    (home.config / "template_components.yaml").write_text("parts: [\n")
    assert wordings.wording(project) is good
    ((cause, body),) = wordings.problems.items()
    assert (
        cause == "config:prompts:"
        and "template_components.yaml:" in body
        and body.endswith("last good ones stay in force")
    )
    (home.config / "template_components.yaml").unlink()
    wordings.look_again([project])
    assert wordings.problems == {}


def test_one_wrong_file_of_the_home_is_one_alert_for_all_projects(home: Home) -> None:
    wordings = Wordings(home)
    (home.config / "template_components.yaml").write_text("parts: 3\n")
    (write(home.path / "skills" / "custom", "fees") / "SKILL.md").write_text("# Fees\n")
    for project in ("quant", "news"):
        assert wordings.wording(home.projects / project).templates  # the shipped one
        assert len(wordings.skills(home.projects / project)) == 3
    assert sorted(wordings.problems) == ["config:prompts:", "config:skills:"]
    assert "shipped ones are in force" in wordings.problems["config:prompts:"]


def test_a_projects_own_mistakes_are_its_own_and_go_when_mended_or_gone(home: Home) -> None:
    wordings, project = Wordings(home), home.projects / "quant"
    folder = write(project / "skills", "fees")
    (folder / "SKILL.md").write_text("# Fees\n")
    (project / "config" / "template_components.yaml").write_text("parts: 3\n")
    (project / "config" / "agents" / "dev").mkdir(parents=True)
    (project / "config" / "agents" / "dev" / "SOUL.md").mkdir()
    wordings.wording(project), wordings.skills(project), wordings.soul(project, "dev")
    assert sorted(wordings.problems) == ["config:prompts:quant", "config:skills:quant", "config:soul:quant:dev"]
    assert wordings.soul(project, "dev").text == ""
    (folder / "SKILL.md").write_text("---\ndescription: Fees\n---\n")
    (project / "config" / "template_components.yaml").unlink()
    wordings.look_again([project])
    assert sorted(wordings.problems) == ["config:soul:quant:dev"]
    wordings.look_again([home.projects / "news"])
    assert wordings.problems == {}
