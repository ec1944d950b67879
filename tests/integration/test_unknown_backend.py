"""Promises of a session that only a newer moziplus can run: it is shown as it is, and breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.sessions import mark_running
from console.records.actor import SCHEDULER
from tests.homes import CLOCK, SUBMITS, TeamHome

THEIRS = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS, "far": SUBMITS}, settings={"daemon": {"tick_interval": 1}})
    yield made
    made.close()


def test_it_goes_on_and_so_does_all_other_work(team: TeamHome, tmp_path: Path) -> None:
    theirs, ours = team.task("theirs"), team.task("ours")
    start = Start(session=THEIRS, agent="far", backend="telepathy", folder=str(tmp_path / "nowhere"))
    session = claim_task(team.db(), theirs.id, start, by=SCHEDULER, now=CLOCK.now() - 3_600_000)
    assert mark_running(team.db(), session.id, now=CLOCK.now() - 3_600_000)
    team.run(max_ticks=6)
    assert (team.status(theirs), team.status(ours)) == ("working", "done"), team.account()
    assert get_session(team.db(), THEIRS).ended_at is None, "nobody here can say that it ended"
    (shown,) = (json.loads(line) for line in team.cli("session", "list", "--json").stdout.splitlines())
    assert (shown["id"], shown["backend"]) == (THEIRS, "telepathy")
    for look in (("status",), ("task", "show", str(theirs.id), "--project", "quant"), ("session", "show", THEIRS)):
        assert team.cli(*look).returncode == 0
