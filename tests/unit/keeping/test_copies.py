"""Promises of the copies' names and of their rotation: the newest of each hour, day and week stays, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console.keeping.copies import kept, listed, named, newest, rotate

HOUR = 3_600_000
DAY = 24 * HOUR
NOON = 1_732_104_000_000  # 2024-11-20T12:00:00Z, a Wednesday


def test_an_hourly_backup_for_a_year_leaves_24_hours_14_days_and_8_weeks() -> None:
    stamps = [NOON - n * HOUR for n in range(365 * 24)]
    stay = kept(stamps, hourly=24, daily=14, weekly=8)
    assert stay >= set(stamps[:24])
    days = sorted((stamp // DAY for stamp in stay), reverse=True)
    assert set(days) >= {NOON // DAY - n for n in range(14)}
    assert 24 + 12 + 5 <= len(stay) <= 24 + 14 + 8
    assert NOON - min(stay) >= 44 * DAY


@given(
    st.lists(st.integers(0, NOON), max_size=60),
    st.integers(1, 5),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_the_newest_always_stays_and_a_second_rotation_removes_nothing(
    stamps: list[int], hourly: int, daily: int, weekly: int
) -> None:
    stay = kept(stamps, hourly=hourly, daily=daily, weekly=weekly)
    assert stay <= set(stamps)
    assert len(stay) <= hourly + daily + weekly
    assert not stamps or max(stamps) in stay
    assert kept(stay, hourly=hourly, daily=daily, weekly=weekly) == stay


def make(folder: Path, at: int, *, safety: bool = False) -> Path:
    path = folder / named("quant", at, safety=safety)
    path.write_bytes(b"copy")
    path.with_suffix(".json").write_text(json.dumps({"project": "quant"}))
    return path


def test_names_tell_project_and_moment_and_strangers_are_left_alone(tmp_path: Path) -> None:
    first, second = make(tmp_path, NOON), make(tmp_path, NOON + 1)
    safety = make(tmp_path, NOON + 2, safety=True)
    for other in ("notes.txt", "quant.db", "quant-20241120T120000-000Z.db.tmp", "x.json"):
        (tmp_path / other).write_text("mine")
    found = listed(tmp_path)
    assert [(c.path, c.at, c.safety) for c in found] == [
        (safety, NOON + 2, True), (second, NOON + 1, False), (first, NOON, False)
    ]  # fmt: skip
    best = newest(found, NOON + HOUR)
    assert best is not None
    assert best.manifest() == {"project": "quant"}
    assert rotate(tmp_path, NOON + HOUR, hourly=1, daily=1, weekly=1) == [first]
    assert not first.with_suffix(".json").exists()
    assert {p.name for p in tmp_path.iterdir()} >= {"notes.txt", "quant.db", "x.json", second.name, safety.name}


def test_what_is_told_of_a_copy_that_is_gone_goes_too(tmp_path: Path) -> None:
    orphan = make(tmp_path, NOON)
    orphan.unlink()
    make(tmp_path, NOON + HOUR)
    rotate(tmp_path, NOON + HOUR, hourly=9, daily=1, weekly=1)
    assert not orphan.with_suffix(".json").exists()


def test_only_a_few_copies_of_what_was_restored_over_are_kept(tmp_path: Path) -> None:
    paths = [make(tmp_path, NOON + n, safety=True) for n in range(8)]
    rotate(tmp_path, NOON + HOUR, hourly=1, daily=1, weekly=1)
    assert [path.exists() for path in paths] == [False] * 3 + [True] * 5
