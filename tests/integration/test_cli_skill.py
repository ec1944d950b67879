"""Promises of `moziplus skill`: what agents get and why not, checked before it counts, begun with one command."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program import moziplus
from tests.unit.knowledge.test_skills import write

FIELDS = {
    *("id", "version", "origin", "state", "description", "source", "tags", "roles", "folder", "template", "files"),
    "problems",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "h"
    moziplus("init", str(home))
    moziplus("project", "create", "--id", "quant", "--agents", "dev", home=home)
    return home


def test_list_has_every_skill_with_its_place_and_state(home: Path) -> None:
    write(home / "skills" / "custom", "code_review", meta="version: 2\n")
    (write(home / "skills" / "custom", "broken") / "SKILL.md").write_text("# Broken\n")
    write(home / "projects" / "quant" / "skills", "fees")
    rows = moziplus("skill", "list", "--project", "quant", "--json", home=home).records
    assert {frozenset(row) for row in rows} == {frozenset(FIELDS)}
    assert [(row["id"], row["origin"], row["state"]) for row in rows] == [
        ("fees", "project", "used"),
        ("broken", "custom", "broken"),
        ("code_review", "custom", "used"),
        ("blackboard_operations", "builtin", "used"),
        ("code_review", "builtin", "overridden"),
        ("data_validation", "builtin", "used"),
    ]
    assert "fees" not in [row["id"] for row in moziplus("skill", "list", "--json", home=home).records]
    table = moziplus("skill", "list", home=home).out
    assert "blackboard_operations  1.0.0    builtin  used" in table and "expected front matter" in table


def test_show_gives_a_skill_as_agents_get_it(home: Path) -> None:
    found = moziplus("skill", "show", "blackboard_operations", "--json", home=home).record
    assert set(found) == FIELDS | {"body", "front"} and "### blackboard submit" in found["body"]
    assert "## When to use" in moziplus("skill", "show", "code_review", home=home).out
    (write(home / "skills" / "custom", "broken") / "SKILL.md").write_text("# Broken\n")
    done = moziplus("skill", "show", "broken", home=home)
    assert (done.code, "SKILL.md:1" in done.err) == (2, True)
    assert moziplus("skill", "show", "nothing", home=home).code == 3


def test_check_names_what_is_wrong_and_what_is_advised_by_name_by_folder_and_for_all(
    home: Path, tmp_path: Path
) -> None:
    assert moziplus("skill", "check", home=home).code == 0
    folder = write(tmp_path / "drafts", "fees", body="## Steps\n\nGo.\n")
    done = moziplus("skill", "check", str(folder), home=home)
    assert (done.code, done.out.count("advice: ")) == (0, 3)
    found = moziplus("skill", "check", str(folder), "--json", home=home).record
    assert set(found) == {"id", "folder", "ok", "draft", "problems", "advice"}
    assert (found["ok"], found["problems"], len(found["advice"])) == (True, [], 3)
    (folder / "SKILL.md").write_text("# Fees\n")
    assert moziplus("skill", "check", "./fees", home=home, cwd=tmp_path / "drafts").code == 2
    (write(home / "skills" / "custom", "fees") / "SKILL.md").write_text("# Fees\n")
    assert moziplus("skill", "check", "fees", home=home).code == 2
    assert moziplus("skill", "check", home=home).code == 2
    assert moziplus("skill", "check", "code_review", home=home).code == 0


def test_add_installs_a_folder_or_an_archive_with_its_files(home: Path, tmp_path: Path) -> None:
    made = tmp_path / "repo" / "skills" / "Form Filler"
    (made / "scripts").mkdir(parents=True)
    (made / "SKILL.md").write_text("---\nname: Form Filler\ndescription: Fill forms.\nlicense: MIT\n---\nRun it.\n")
    (made / "scripts" / "fill.sh").write_text("#!/bin/sh\necho filled\n")
    (made / "scripts" / "fill.sh").chmod(0o755)
    first = moziplus("skill", "add", str(tmp_path / "repo"), "--tag", "forms", "--json", home=home).record
    assert (first["id"], first["version"], first["state"], first["tags"]) == ("form-filler", "1.0.0", "used", ["forms"])
    assert first["files"] == ["scripts/fill.sh"]
    assert subprocess.run([f"{first['folder']}/scripts/fill.sh"], capture_output=True, check=True).stdout == b"filled\n"
    archive = shutil.make_archive(str(tmp_path / "form"), "gztar", tmp_path / "repo" / "skills")
    again = moziplus("skill", "add", archive, "--id", "forms", "--project", "quant", "--json", home=home).record
    assert (again["id"], again["origin"], again["files"]) == ("forms", "project", ["scripts/fill.sh"])
    shown = moziplus("skill", "show", "form-filler", home=home)
    assert "license" in shown.out and "scripts/fill.sh" in shown.out
    done = moziplus("skill", "add", str(tmp_path / "nowhere"), home=home)
    assert (done.code, done.err.count("\n")) == (3, 1)


def test_new_begins_a_draft_in_the_home_or_in_a_project_and_overwrites_nothing(home: Path) -> None:
    words = ("--description", "Count fees.", "--role", "developer", "--tag", "税")
    made = moziplus("skill", "new", "fees", *words, "--json", home=home).record
    assert made == {"id": "fees", "folder": str(home / "skills/custom/fees"), "files": ["SKILL.md", "meta.yaml"]}
    assert [row["state"] for row in moziplus("skill", "list", "--json", home=home).records][0] == "draft"
    assert "is a draft" in moziplus("skill", "check", "fees", home=home).out
    assert moziplus("skill", "show", "fees", home=home).code == 2
    assert moziplus("skill", "new", "fees", home=home).code == 4
    assert moziplus("skill", "new", "../x", home=home).code == 2
    assert moziplus("skill", "new", "fees", "--project", "quant", home=home).code == 0
    assert (home / "projects/quant/skills/fees/SKILL.md").is_file()


def test_the_doctor_and_config_check_name_broken_skills_and_prompt_files(home: Path) -> None:
    assert [r["state"] for r in doctor(home)] == ["ok"]
    folder = write(home / "projects" / "quant" / "skills", "fees")
    (folder / "SKILL.md").write_text("# Fees\n")
    (home / "config" / "template_components.yaml").write_text("parts: 3\n")
    lines = doctor(home)
    assert {line["state"] for line in lines} == {"warn"} and len(lines) == 2
    assert any(str(folder / "SKILL.md") in line["means"] for line in lines)
    done = moziplus("config", "check", home=home)
    assert (done.code, "template_components.yaml:1: parts" in done.err) == (2, True)
    assert json.loads(moziplus("config", "check", "--json", home=home).out)["ok"] is False


def doctor(home: Path) -> list[dict[str, str]]:
    return [row for row in moziplus("doctor", "--json", home=home).records if row["check"] == "prompts"]
