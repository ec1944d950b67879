"""Promises of installing a skill: whole or not at all, each version kept, the same again nothing, after a crash too."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from console.errors import ConfigError, Conflict, UsageError
from console.home import Home
from console.knowledge.skills import find, install, new, places
from console.records.skill import Skill
from tests.repository import ROOT
from tests.unit.knowledge.test_skills import BODY, write


def draft(folder: Path, says: str = "Go.", version: str = "1.0.0") -> Path:
    body = BODY.replace("Go.", says)
    return write(folder, "fees", body=body, meta=f"version: {version}\nsource: agent\ndraft: true\n")


def installed(home: Path) -> Skill:
    (mine,) = [skill for skill in find(places(home)) if skill.id == "fees"]
    return mine


def test_a_draft_becomes_a_custom_skill_with_what_its_maker_says_of_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    made = install(home, "fees", draft(tmp_path / "d"), source="distilled from quant#12", tags=("csv",), roles=())
    assert (made.version, made.source, made.tags, made.roles) == ("1.0.0", "distilled from quant#12", ("csv",), ())
    assert installed(home.path) == made and made.folder == str(home.path / "skills" / "custom" / "fees")
    assert "draft" not in (Path(made.folder) / "meta.yaml").read_text()


def test_the_same_again_changes_nothing_and_a_change_is_the_next_version(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    first = install(home, "fees", draft(tmp_path / "a"), source="s")
    folder = Path(first.folder)
    before = (folder.stat().st_ino, (folder / "SKILL.md").stat().st_mtime_ns)
    assert install(home, "fees", draft(tmp_path / "b"), source="s") == first
    assert (folder.stat().st_ino, (folder / "SKILL.md").stat().st_mtime_ns) == before
    second = install(home, "fees", draft(tmp_path / "c", "Go on."), source="s")
    third = install(home, "fees", draft(tmp_path / "e", "Go far.", "3.0"), source="s")
    assert (second.version, third.version) == ("1.1.0", "3.0") and "Go far." in third.body
    kept = folder.parent / ".versions" / "fees"
    assert sorted(p.name for p in kept.iterdir()) == ["1.0.0", "1.1.0"]
    assert "1. Go.\n" in (kept / "1.0.0" / "SKILL.md").read_text()


def test_a_broken_draft_or_a_wrong_name_leaves_everything_as_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    first = install(home, "fees", draft(tmp_path / "a"))
    with pytest.raises(ConfigError, match="How to check"):  # what agents distil has all four sections
        install(home, "fees", write(tmp_path / "b", "fees", body=BODY.partition("## How")[0]), strict=True)
    (tmp_path / "d" / "fees").mkdir(parents=True)
    (tmp_path / "d" / "fees" / "SKILL.md").write_text("# Fees\n")
    with pytest.raises(ConfigError, match="SKILL.md:1: expected front matter"):
        install(home, "fees", tmp_path / "d" / "fees")
    with pytest.raises(UsageError, match="id of any skill"):
        install(home, "../fees", draft(tmp_path / "c"))
    with pytest.raises(Conflict, match="already"):
        new(home.path / "skills" / "custom", "fees", description="x")
    assert installed(home.path) == first


@pytest.mark.parametrize("point", ["skill.written", "skill.between"])
def test_killed_at_any_instant_the_old_or_the_new_is_there_and_the_next_try_ends_it(tmp_path: Path, point: str) -> None:
    home = Home(tmp_path / "h")
    install(home, "fees", draft(tmp_path / "a"))
    newer = draft(tmp_path / "b", "Go on.")
    code = (
        "import sys; from pathlib import Path; from console.home import Home; from console.knowledge.skills import install;"
        " install(Home(Path(sys.argv[1])), 'fees', Path(sys.argv[2]))"
    )
    died = subprocess.run(
        [sys.executable, "-c", code, str(home.path), str(newer)],
        env={**os.environ, "MOZIPLUS_CRASH_AT": point, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert died.returncode == -9
    assert installed(home.path).version == ("1.0.0" if point == "skill.written" else "1.1.0")
    assert install(home, "fees", newer).version == "1.1.0"
    assert Path(installed(home.path).folder).name == "fees"
    assert not [p for p in (home.path / "skills" / "custom").iterdir() if p.name.startswith((".next", ".making"))]


def test_whoever_reads_while_versions_are_installed_always_finds_a_whole_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    install(home, "fees", draft(tmp_path / "0"))
    drafts = [draft(tmp_path / str(n), f"Step {n}.") for n in range(1, 30)]
    done = threading.Event()

    def write_all() -> None:
        for one in drafts:
            install(home, "fees", one)
        done.set()

    writer = threading.Thread(target=write_all)
    writer.start()
    problems: list[str] = []
    looks = 0
    while not done.is_set() or looks < 10:
        assert "fees" in [skill.id for skill in find(places(home.path), problems)]
        looks += 1
    writer.join()
    assert problems == [] and installed(home.path).version == "1.29.0"
