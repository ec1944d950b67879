"""Promises of `moziplus stats`: a line a day over all projects, JSON too, and a project by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.days import LOCAL, day_of
from tests.agent import Desk
from tests.program import moziplus


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_each_day_has_its_numbers_today_last(desk: Desk) -> None:
    desk.task()
    home, today = desk.home.path, str(day_of(desk.now(), LOCAL))
    done = moziplus("stats", "--days", "3", "--json", home=home)
    assert done.code == 0 and len(done.records) == 3
    assert set(done.records[0]) == {"day", "cost", "tokens", "done", "queued_minutes", "waited_minutes", "known"}
    assert (done.records[-1]["day"], done.records[-1]["done"]) == (today, 0)
    text = moziplus("stats", "--project", "quant", home=home).out
    assert len(text.splitlines()) == 15 and today in text.splitlines()[-1]
    assert moziplus("stats", "--project", "nobody", home=home).code == 3
