"""Promises of `moziplus alert`: what wants attention in projects and home is listed worst first and can be acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.writes.notes import observe
from console.records.actor import SCHEDULER
from console.records.alert import Level
from tests.agent import Desk
from tests.program import Done, moziplus

FIELDS = {
    *(
        "project",
        "id",
        "level",
        "cause",
        "body",
        "open",
        "task",
        "session",
        "by",
        "at",
        "acked_at",
        "acked_by",
        "ended_at",
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With an alert of the project and one of the home."""
    desk = Desk(tmp_path)
    desk("observe", "disk is [red]slow[/red]", "--level", "attention", "--cause", "slow", MOZIPLUS_AGENT="dev")
    desk("observe", "disk is slow", "--level", "attention", "--cause", "slow")
    desk("observe", "by the way")
    state = open_home(desk.home.state_db)
    observe(state, "the gateway is down", level=Level.URGENT, cause="gateway", by=SCHEDULER, now=desk.now())
    state.close()
    return desk


def alert(desk: Desk, *words: str) -> Done:
    return moziplus("alert", *words, home=desk.home.path)


def test_alerts_are_listed_worst_first_each_cause_once(desk: Desk) -> None:
    rows = alert(desk, "list", "--json").records
    assert [(row["project"], row["level"], row["cause"]) for row in rows] == [
        (None, "urgent", "gateway"),
        ("quant", "attention", "slow"),
    ]
    assert all(set(row) == FIELDS for row in rows)
    assert [row["cause"] for row in alert(desk, "list", "--project", "quant", "--json").records] == ["slow"]
    assert len(alert(desk, "list", "--all", "--json").records) == 3
    assert "disk is [red]slow[/red]" in alert(desk, "list").out


def test_alerts_of_a_project_and_of_the_home_are_acknowledged(desk: Desk) -> None:
    (mine, homes) = alert(desk, "ack", "quant#1", "1", "--json").records
    assert (mine["project"], mine["acked_by"], homes["project"]) == ("quant", "operator", None)
    assert alert(desk, "list", "--json").records == []
    assert alert(desk, "ack", "quant#1").code == 0
    assert alert(desk, "ack", "99").code == 3
    assert alert(desk, "ack", "#1").code == 2
    assert "nothing wants attention" in alert(desk, "list").out
