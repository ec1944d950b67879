"""Promises of conversations that are nearly full: a note is asked for, and the next one begins with it, within one session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.agents.handing_over import ASKED, NO_NOTE, WITH_NOTE
from console.records.session import Session
from tests.homes import QUICK, TeamHome
from tests.integration.test_resuming import SUBMITS, Makes, kept, makes, sessions, talks, told

__all__ = ("kept", "makes")

FULL, ROOMY = 170_000, 50_000
NOTE = "note The PEARS are counted: 12. Next: the plums."


def full(lines: list[str], used: list[int], *, window: int = 200_000, **fields: Any) -> dict[str, Any]:
    """The fields of an agent that tells how full its context is."""
    env = {"TALK": json.dumps(lines), "TALK_USED": json.dumps(used)} | ({"TALK_WINDOW": str(window)} if window else {})
    return {"env": env, **fields}


def done(team: TeamHome, **fields: Any) -> list[Session]:
    """The sessions of a task that its agent has done."""
    task = team.task(body="Count the APPLES.", **{"reviews": (), **fields})
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    return sessions(team, task.id, "dev")


def file(session: Session, name: str) -> str:
    assert session.folder is not None
    return (Path(session.folder) / name).read_text()


def test_a_conversation_that_is_nearly_full_hands_over_and_all_of_it_is_one_session(makes: Makes, kept: Path) -> None:
    lines = ["exit 3", f"{NOTE} token=sk-aaaaaaaaaaaaaaaaaaaaaaaa", "exit 3", SUBMITS]
    team = makes(fields=full(lines, [FULL, FULL + 900, ROOMY, ROOMY]), dev=[])
    first, second, third = done(team)
    old, new = talks(kept, "dev")
    assert (len(old), len(new)) == (2, 2)
    assert "hand-over note" in old[1] and "APPLES" not in old[1]
    assert "APPLES" in new[0] and "> The PEARS are counted: 12." in new[0] and "sk-aaaa" not in new[0]
    assert "APPLES" not in new[1], "what follows goes on with the new one"
    assert [one.attempt for one in (first, second, third)] == [1, 2, 3]
    assert first.external_id != second.external_id == third.external_id
    costs = [one.cost for one in (first, second, third)]
    assert costs == pytest.approx([0.01, 0.02, 0.01]), "two conversations in the second one, each counted once"
    assert second.tokens == FULL + 900 + ROOMY
    for said in (ASKED, "The PEARS are counted", WITH_NOTE):
        assert said in told(second)
    assert file(second, "hand_over.md").startswith("The PEARS") and "sk-aaaa" not in file(second, "hand_over.md")
    shown = json.loads(team.cli("session", "show", second.id, "--json").stdout)
    assert shown["context"] == {"used": ROOMY, "window": 200_000} and shown["resumes"] is None
    assert "170,000 of 200,000 tokens (85 %)" in team.cli("session", "show", first.id).stdout


@pytest.mark.parametrize("line", ["exit 3", "note  ", "full"])
def test_where_no_note_is_to_be_had_it_begins_anew_without_and_says_so(makes: Makes, kept: Path, line: str) -> None:
    team = makes(fields=full(["exit 3", line, SUBMITS], [FULL, FULL, ROOMY]), dev=[])
    first, second = done(team)
    old, new = talks(kept, "dev")
    assert (len(old), len(new)) == (2, 1)
    assert "APPLES" in new[0] and "Your hand-over note" not in new[0]
    assert NO_NOTE in told(second) and (second.attempt, second.counted) == (2, 0)


@pytest.mark.parametrize(
    ("window", "fields"),
    [(0, {}), (200_000, {"hand_over": "never"}), (200_000, {"hand_over": "90%"}), (400_000, {})],
)
def test_it_goes_on_where_that_is_not_known_or_wanted_or_there_is_room(
    makes: Makes, kept: Path, window: int, fields: dict[str, Any]
) -> None:
    team = makes(fields=full(["exit 3", SUBMITS], [FULL, FULL], window=window, **fields), dev=[])
    done(team)
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2 and "hand-over note" not in talk[1]


def test_settings_may_say_what_the_program_does_not(makes: Makes, kept: Path) -> None:
    fields = full(["exit 3", NOTE, SUBMITS], [FULL, FULL, ROOMY], window=0, context_window=200_000)
    done(makes(fields=fields, dev=[]))
    assert [len(talk) for talk in talks(kept, "dev")] == [2, 1]


def test_who_hands_in_where_a_note_was_asked_for_has_nothing_left_to_do(makes: Makes, kept: Path) -> None:
    team = makes(fields=full(["exit 3", SUBMITS], [FULL, FULL]), dev=[])
    done(team)
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2 and "hand-over note" in talk[1]


def test_who_is_refused_by_its_provider_is_asked_for_its_note_again(makes: Makes, kept: Path) -> None:
    team = makes(fields=full(["exit 3", "limited", NOTE, SUBMITS], [FULL, FULL, FULL, ROOMY]), dev=[])
    _, refused, last = done(team)
    assert (refused.counted, last.attempt) == (0, 2)
    assert [len(talk) for talk in talks(kept, "dev")] == [3, 1]
    assert "PEARS" in talks(kept, "dev")[1][0]


def test_a_reviewer_hands_over_what_it_knows_of_the_rounds(makes: Makes, kept: Path) -> None:
    changes = "blackboard review --verdict request_changes --finding 'a.txt:1: it says THIRTEEN'"
    approves = "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
    both = {"dev": [SUBMITS, SUBMITS], "rev": [changes, NOTE, approves]}
    team = makes(**both)
    agents = {
        name: {
            "role": "reviewer" if name == "rev" else "developer",
            "backend": "command",
            "command": [str(kept.parent / "bin" / "claude"), "-p"],
            "prompt": "stdin",
            "usage": "claude",
            **full(lines, [FULL, FULL, ROOMY] if name == "rev" else [ROOMY, ROOMY]),
        }
        for name, lines in both.items()
    }
    team.configure({**QUICK, "agents": agents})
    done(team, reviews=("output_review",))
    assert [len(talk) for talk in talks(kept, "dev")] == [2]
    old, new = talks(kept, "rev")
    assert (len(old), len(new)) == (2, 1)
    assert "round 2" in new[0] and "PEARS" in new[0] and "THIRTEEN" in new[0], "the whole, with the rounds before"
