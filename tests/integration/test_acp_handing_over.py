"""Promises of hand-overs by agents that speak ACP: real programs by the protocol's own library, under real runners."""

from __future__ import annotations

import json
from pathlib import Path

from console.agents.handing_over import ASKED, WITH_NOTE
from console.blackboard.reads.sessions import sessions_of
from tests.integration.test_acp import Makes, kept, makes, transcript

__all__ = ("kept", "makes")


def test_a_conversation_that_is_nearly_full_hands_over_within_one_session(makes: Makes, kept: Path) -> None:
    team = makes("full")
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    first, second = sessions_of(team.db(), task.id)
    said = [str(entry.get("text")) for entry in transcript(team)]
    assert ASKED in said and "The PEARS are counted." in said and WITH_NOTE in said
    whole = (kept / "told").read_text()
    assert "APPLES" in whole and "> The PEARS are counted." in whole
    talks = [len(path.read_text().splitlines()) for path in kept.glob("talk-*")]
    assert sorted(talks) == [1, 2]
    assert first.external_id != second.external_id is not None
    assert (first.cost, second.tokens, second.cost) == (0.5, 1334, 0.25), "the old one cost nothing more"
    shown = json.loads(team.cli("session", "show", first.id, "--json").stdout)
    assert shown["context"] == {"used": 8900, "window": 9000}
    shown = json.loads(team.cli("session", "show", second.id, "--json").stdout)
    assert shown["context"] == {"used": 700, "window": 9000}


def test_who_dies_where_a_note_is_asked_for_is_not_asked_again(makes: Makes, kept: Path) -> None:
    team = makes("deaf")
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert [one.status for one in sessions_of(team.db(), task.id)] == ["failed", "failed", "succeeded"]
    assert "APPLES" in (kept / "told").read_text() and "Your hand-over note" not in (kept / "told").read_text()


def test_who_hands_in_where_a_note_was_asked_for_begins_nothing_new(makes: Makes, kept: Path) -> None:
    team = makes("hasty")
    task = team.task(reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert WITH_NOTE not in [entry.get("text") for entry in transcript(team)]
    (talk,) = kept.glob("talk-*")
    assert len(talk.read_text().splitlines()) == 2
