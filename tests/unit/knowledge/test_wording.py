"""Promises of the reading of components, templates and souls: whole, from the first place, every problem with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.knowledge.wording import load_wording, read_soul, wording_files
from console.shipped_files import shipped


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "projects" / "quant"
    for place in (tmp_path, folder):
        (place / "config").mkdir(parents=True)
        (place / "prompt_templates").mkdir()
    return folder


def problems(home: Path, project: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_wording(home, project)
    return caught.value.problems


def test_each_file_is_taken_whole_from_the_first_place_that_has_it(tmp_path: Path, project: Path) -> None:
    (tmp_path / "prompt_templates" / "role.md").write_text("the home's")
    (tmp_path / "prompt_templates" / "author.md").write_text("the home's")
    (project / "prompt_templates" / "role.md").write_text("the project's")
    found = load_wording(tmp_path, project)
    assert (found.templates["role.md"].text, found.templates["author.md"].text) == ("the project's", "the home's")
    assert found.templates["workplace.md"].file == str(shipped("config", "prompt_templates", "workplace.md"))
    assert found.file == str(shipped("config", "template_components.yaml"))
    (project / "config" / "template_components.yaml").write_text(
        "parts:\n- {name: task, source: task, cap: 1000}\n- {name: mine, template: mine.md, cap: 500, cut: 1}\n"
    )
    (tmp_path / "prompt_templates" / "mine.md").write_text("mine")
    own = load_wording(tmp_path, project)
    assert [part.name for part in own.components.parts] == ["task", "mine"] and set(own.templates) == {"mine.md"}
    assert load_wording(tmp_path, None) != own


def test_what_is_wrong_is_told_with_its_file_and_line(tmp_path: Path, project: Path) -> None:
    file = project / "config" / "template_components.yaml"
    file.write_text("total: 90000\nparts:\n- name: task\n  source: tsk\n  cap: 1000\n- {name: b, template: b.md}\n")
    assert [p.split(": expected")[0] for p in problems(tmp_path, project)] == [
        f"{file}:4: parts.0.source",
        f"{file}:6: parts.1.cap",
    ]
    file.write_text("parts:\n- {name: task, source: task, cap: 1000}\n- {name: b, template: b.md, cap: 500, cut: 1}\n")
    assert problems(tmp_path, project) == [
        f"{file}:1: parts: expected templates that exist, found b.md, which no place has"
    ]
    (tmp_path / "prompt_templates" / "b.md").write_bytes(b"one\n\xff")
    (found,) = problems(tmp_path, project)
    assert found.startswith(f"{tmp_path / 'prompt_templates' / 'b.md'}:2: expected UTF-8")
    file.write_text("parts: [\n")
    assert "expected YAML" in problems(tmp_path, project)[0]


def test_equal_stamps_mean_an_equal_wording_and_any_change_is_seen(tmp_path: Path, project: Path) -> None:
    before = wording_files(tmp_path, project)
    assert wording_files(tmp_path, project) == before
    (project / "prompt_templates" / "role.md").write_text("new")
    after = wording_files(tmp_path, project)
    (tmp_path / "config" / "template_components.yaml").symlink_to("nowhere")
    assert len({before, after, wording_files(tmp_path, project)}) == 3


def test_an_agents_soul_is_the_projects_else_the_homes_and_a_broken_one_says_why(tmp_path: Path, project: Path) -> None:
    assert (read_soul(tmp_path, project, "dev").text, read_soul(tmp_path, project, "dev").problem) == ("", "")
    for place, says in ((tmp_path, "the home's"), (project, "the project's")):
        (place / "config" / "agents" / "dev").mkdir(parents=True)
        (place / "config" / "agents" / "dev" / "SOUL.md").write_text(says)
        assert read_soul(tmp_path, project, "dev").text == says
    assert read_soul(tmp_path, None, "dev").text == "the home's"
    (project / "config" / "agents" / "dev" / "SOUL.md").write_bytes(b"\xff")
    found = read_soul(tmp_path, project, "dev")
    assert found.text == "" and found.problem.endswith("byte 0xff")
