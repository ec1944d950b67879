"""Promises of reviewers who say nothing, with real schedulers and reviewers: the next one is asked, the operator last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import reviews_of, thread
from console.blackboard.reads.sessions import sessions_of
from tests.homes import QUICK, SUBMITS, TeamHome, reviewer

Make = Callable[..., TeamHome]
ABSTAINS = reviewer("blackboard review --verdict abstain --comment pass")
APPROVES = reviewer(
    "blackboard review --verdict approve --score correctness=0.9 --score completeness=0.9 --score clarity=0.9"
)
BROKEN = reviewer("echo no model; exit 3")
TWICE: dict[str, Any] = {**QUICK, "retry": {"base": 0.1, "cap": 0.2, "max_attempts": 2}}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", {"dev": SUBMITS, **agents}, settings=TWICE, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def seats(team: TeamHome, task: Any) -> dict[str, str]:
    (review,) = reviews_of(team.db(), task.id)
    return {s.reviewer: str(s.status) for s in thread(team.db(), review.id).seats}


def test_one_abstains_one_fails_and_the_third_approves(make: Make) -> None:
    team = make({"rev": ABSTAINS, "rev2": BROKEN, "rev3": APPROVES})
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert seats(team, task) == {"rev": "given", "rev2": "vacant", "rev3": "given"}
    asked = [s.agent for s in sessions_of(team.db(), task.id) if s.seat_id is not None]
    assert asked == ["rev", "rev2", "rev2", "rev3"]


def test_only_when_all_were_asked_the_operator_is(make: Make) -> None:
    team = make({"rev": BROKEN, "rev2": ABSTAINS})
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    assert seats(team, task) == {"rev": "vacant", "rev2": "given"}
    (need,) = needs(team.db(), "quant")
    assert need.reason == "rev2 abstained; no reviewer is left"


def test_who_cannot_be_started_is_passed_over_and_named(make: Make) -> None:
    nowhere = {**APPROVES, "command": ["/nowhere/at-all"]}
    team = make({"rev": nowhere, "rev2": ABSTAINS})
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    assert seats(team, task) == {"rev2": "given"}
    (need,) = (n for n in needs(team.db(), "quant") if n.task_id == task.id)
    assert str(need.reason).startswith(
        "rev2 abstained; no other reviewer can be asked; rev cannot be run: its command /nowhere"
    )
