"""Promises that a scheduler brings rounds of every kind to their end, with real agents: order, debate, gate, ladder, plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import reviews_of, thread
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from tests.homes import SUBMITS, TeamHome, developer, reviewer

Make = Callable[..., TeamHome]

SAFE = "--score correctness=0.9 --score completeness=0.9 --score safety=0.9"
ASKS = "blackboard review --verdict request_changes --finding"
APPROVES = "blackboard review --verdict approve"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **protocols: dict[str, Any]) -> TeamHome:
        team = TeamHome(tmp_path / "home", agents)
        made.append(team)
        folder = team.home.config / "review_protocols"
        folder.mkdir(exist_ok=True)
        for name, protocol in protocols.items():
            (folder / f"{name}.yaml").write_text(json.dumps(protocol))
        return team

    yield _make
    for team in made:
        team.close()


def test_author_and_reviewer_answer_each_other_until_they_agree(make: Make) -> None:
    author = (
        "if blackboard read | grep -q 'This is a debate'; then"
        " blackboard submit --summary bare && exit 9;"
        " blackboard submit --summary again --answer 1='table 3' --answer 2='it is sure';"
        " else blackboard submit --summary first; fi"
    )
    judge = (
        "if blackboard read | grep -q 'answered: table 3'; then"
        f" {APPROVES} --score evidence=1 --score method=1 --score conclusion=1;"
        f" else {ASKS} 'outputs/a.md:3: no source' --finding 'too sure'; fi"
    )
    team = make({"dev": developer(author), "one": reviewer(judge), "two": reviewer(judge)})
    task = team.task(reviews=("analysis_review",))
    assert team.run() == 0
    (review,) = reviews_of(team.db(), task.id)
    assert (team.status(task), review.status, review.round, review.max_rounds) == ("done", "approved", 2, 5)
    found = thread(team.db(), review.id)
    assert len({seat.reviewer for seat in found.seats}) == 1, "the same reviewer goes on with it"
    assert [dict(a)["text"] for a in found.submissions[1].answers] == ["table 3", "it is sure"]


def test_the_lead_speaks_after_the_reviewer_and_an_unsafe_thing_is_never_approved(make: Make) -> None:
    judge = (
        'if [ "$(blackboard read | grep -c "below its gate")" -gt 1 ]; then'
        f" {APPROVES} {SAFE}; else {APPROVES} {SAFE} --score safety=0.5; fi"
    )
    lead = f"blackboard read | grep -q 'rev: approve' && {APPROVES} {SAFE}"
    team = make({"dev": SUBMITS, "rev": reviewer(judge), "lead": developer(lead, role="lead")})
    task = team.task(reviews=("final_review",))
    assert team.run() == 0
    (review,) = reviews_of(team.db(), task.id)
    given = [(v.round, v.reviewer, v.verdict) for v in thread(team.db(), review.id).verdicts]
    assert given == [(1, "rev", "request_changes"), (2, "rev", "approve"), (2, "lead", "approve")]
    assert team.status(task) == "done"


def test_what_nobody_settles_goes_up_the_ladder_and_ends_with_the_operator(make: Make) -> None:
    abstains = "blackboard review --verdict abstain --comment pass"
    team = make(
        {
            "dev": SUBMITS,
            "rev": reviewer(abstains),
            "boss": developer(abstains, role="boss"),
            "chief": developer(f"{APPROVES} --score quality=0.9", role="chief"),
        },
        decided={"escalate_to": ["@boss", "chief"]},
        stuck={"escalate_to": "boss"},
    )
    decided, stuck = (team.task(reviews=(name,)) for name in ("decided", "stuck"))
    assert team.run() == 0
    (first,), (second,) = (reviews_of(team.db(), task.id) for task in (decided, stuck))
    assert (team.status(decided), first.reason) == ("done", "approved by chief")
    assert (second.status, second.escalated_to) == ("escalated", "operator")
    assert [(n.review_id, n.reason) for n in needs(team.db(), "quant")] == [
        (second.id, "every reviewer abstained; boss abstained")
    ]


def test_a_reviewer_that_says_nothing_is_stopped_when_the_time_is_over_and_the_others_count(make: Make) -> None:
    team = make(
        {"dev": SUBMITS, "rev": reviewer(f"{APPROVES} --score quality=0.9"), "mute": reviewer("sleep 500")},
        hasty={"reviewers": ["rev", "mute"], "round_timeout": 10},
    )
    task = team.task(reviews=("hasty",))
    assert team.run() == 0
    (review,) = reviews_of(team.db(), task.id)
    assert (team.status(task), review.reason) == ("done", "approved by rev; no verdict of mute in 10 s")
    (silent,) = (s for s in sessions_of(team.db(), task.id) if s.agent == "mute")
    assert silent.status == "cancelled" and silent.gone_at is not None


def test_a_plan_is_judged_before_anybody_works_on_the_task(make: Make) -> None:
    plan = "--score purpose=0.9 --score feasibility=0.9 --score definition=0.9"
    lead = f"if blackboard read | grep -q 'good plan'; then {APPROVES} {plan}; else {ASKS} 'say how much'; fi"
    team = make({"dev": SUBMITS, "lead": developer(lead, role="lead")})
    good, bad = (team.task(title, reviews=("plan_review",), role="developer") for title in ("good plan", "sell"))
    assert team.run() == 0
    assert (team.status(good), team.status(bad)) == ("done", "pending")
    judged, worked = sessions_of(team.db(), good.id)
    assert (judged.agent, worked.agent) == ("lead", "dev") and worked.created_at >= (judged.ended_at or 0)
    assert [s.agent for s in sessions_of(team.db(), bad.id)] == ["lead"]
    assert [n.task_id for n in needs(team.db(), "quant")] == [bad.id]
    said = team.cli("task", "explain", str(bad.id), "--project", "quant")
    assert "asks for changes of the task's own text" in said.stdout
    assert team.cli("task", "edit", str(bad.id), "--project", "quant", "--title", "good plan, really").returncode == 0
    assert team.run() == 0
    assert team.status(bad) == "done"


def test_a_final_review_begins_when_the_children_are_done(make: Make) -> None:
    lead = f"blackboard read | grep -q 'Its parts' && {APPROVES} {SAFE}"
    team = make({"dev": SUBMITS, "lead": developer(lead, role="lead")})
    whole = team.task("the whole", reviews=("final_review",), priority=0, role="developer")
    part = team.task("a part", parent=whole.id, reviews=("plan_review",), role="nobody")
    assert team.run() == 0
    (review,) = reviews_of(team.db(), whole.id)
    assert (team.status(whole), review.status, thread(team.db(), review.id).seats) == ("review", "open", ())
    shown = team.cli("review", "show", str(review.id), "--project", "quant").stdout
    assert f"begins when its children are done or cancelled: #{part.id}" in shown
    assert team.cli("task", "cancel", str(part.id), "--project", "quant").returncode == 0
    assert team.run() == 0
    assert (team.status(whole), get_task(team.db(), part.id).status) == ("done", "cancelled")
