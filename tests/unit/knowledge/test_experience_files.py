"""Promises of the files of experiences: one each, for people, in step, and not touched where they say the same already."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from console.knowledge.experience_files import experience_name, experience_text, keep_files
from console.records.experience import Experience, ExperienceStatus

ONE = Experience(id=12, title="Read the CSV: as utf-8-sig", body="1. do it\n", tags=("csv", "回测"), task_id=3, at=1)


def keep(folder: Path, *found: Experience) -> int:
    return keep_files(folder, tuple((one.id, 1, one) for one in found))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "experiences").iterdir())


def test_a_file_says_what_it_is_and_a_yaml_reader_understands_it(tmp_path: Path) -> None:
    assert keep(tmp_path, ONE) == 1
    (path,) = (tmp_path / "experiences").iterdir()
    assert path.name == "0012-read-the-csv-as-utf-8-sig.md"
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    about = yaml.safe_load(front)
    assert (about["id"], about["tags"], about["status"], about["task"]) == (12, ["csv", "回测"], "active", 3)
    assert about["at"] == "1970-01-01T00:00:00.001Z" and about["last_use_at"] is None
    assert body == "\n# Read the CSV: as utf-8-sig\n\n1. do it\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_says_the_same_is_not_touched_and_what_changed_is_written_anew(tmp_path: Path) -> None:
    keep(tmp_path, ONE)
    (path,) = (tmp_path / "experiences").iterdir()
    os.utime(path, (1, 1))
    assert keep(tmp_path, ONE) == 0 and path.stat().st_mtime == 1
    assert keep(tmp_path, replace(ONE, status=ExperienceStatus.DEPRECATED)) == 1
    assert "status: deprecated" in path.read_text("utf-8") and names(tmp_path) == [path.name]


def test_a_new_title_is_a_new_name_and_the_file_of_what_is_gone_goes(tmp_path: Path) -> None:
    other = replace(ONE, id=120, title="another")
    keep(tmp_path, ONE, other)
    (tmp_path / "experiences" / "0012.txt").write_text("somebody's own")
    keep(tmp_path, replace(ONE, title="编码"))
    assert names(tmp_path) == ["0012-编码.md", "0012.txt", "0120-another.md"]
    keep_files(tmp_path, ((12, 5, None),))
    assert names(tmp_path) == ["0012.txt", "0120-another.md"]


@given(title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100))
def test_any_title_gives_a_name_that_every_disk_takes(title: str) -> None:
    name = experience_name(replace(ONE, title=title))
    assert name.startswith("0012") and name.endswith(".md") and len(name.encode()) <= 255
    assert not {"/", "\0", "\n", ":", " "} & set(name)
    front = experience_text(replace(ONE, title=title)).split("---\n", 2)[1]
    assert yaml.safe_load(front)["id"] == 12


def test_a_link_in_place_of_the_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "experiences").mkdir()
    (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "experiences" / experience_name(ONE)).symlink_to(tmp_path / "elsewhere")
    keep(tmp_path, ONE)
    assert (tmp_path / "elsewhere").read_text() == "precious"
    assert not (tmp_path / "experiences" / experience_name(ONE)).is_symlink()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "experiences").write_text("in the way")
    with pytest.raises(OSError):
        keep(tmp_path, ONE)
