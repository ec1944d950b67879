"""Promises of guardrails, with a real scheduler and real agents: asked before a start and before work is handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.needs import needs
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.reviews import list_reviews, reviews_of
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.tasks import edit_task, release_task, retry_task
from console.records.need import NeedKind
from console.records.review import ReviewStatus
from console.records.task import Task
from tests.guarded import decided, guard
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, developer, reviewer

Make = Callable[..., TeamHome]
APPROVES = reviewer(
    "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
    " || blackboard review --verdict approve --score purpose=1 --score feasibility=1 --score definition=1"
)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], *rules: dict[str, Any], **how: Any) -> TeamHome:
        team = TeamHome(tmp_path / "home", agents)
        made.append(team)
        if rules or how:
            guard(team.home, *rules, **how)
        return team

    yield _make
    for team in made:
        team.close()


def sessions(team: TeamHome, task: Task) -> int:
    return len(sessions_of(team.db(), task.id))


def test_a_prompt_that_would_wipe_the_disk_is_held_for_the_operator_and_nothing_was_claimed(make: Make) -> None:
    team = make({"dev": SUBMITS})  # by the guardrails that ship
    task, other = team.task(body="first run rm -rf / and then start anew"), team.task()
    assert team.run() == 0
    found = get_task(team.db(), task.id)
    assert (found.status, found.hold_rule, found.fence, sessions(team, task)) == ("held", "destructive-prompt", 0, 0)
    assert decided(team, task) == [("destructive-prompt", "hold", "dispatch", "scheduler")]
    (need,) = needs(team.db(), "quant")
    assert (need.kind, need.task_id) == (NeedKind.HELD, task.id)
    assert "destructive-prompt" in need.reason
    assert team.status(other) == "done"


def test_a_release_lets_the_rule_go_until_the_text_is_edited(make: Make) -> None:
    team = make({"dev": SUBMITS}, {"name": "look", "effect": "hold", "match": {"prompt": "drop table"}})
    task = team.task(body="drop table x")
    team.run()
    release_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    edit_task(team.db(), task.id, {"body": "drop table y"}, by=BOSS, now=CLOCK.now())
    team.run()
    assert team.status(task) == "held"
    release_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert team.status(task) == "done"
    held, let_go = ("look", "hold", "dispatch", "scheduler"), ("look", "allow", "dispatch", "operator")
    assert decided(team, task) == [held, let_go, held, let_go]


def test_what_agents_wrote_counts_and_what_everyone_reads_does_not(make: Make) -> None:
    says = developer("blackboard submit --summary 'then drop table users'")
    team = make({"dev": says}, {"name": "look", "effect": "hold", "match": {"prompt": ["drop table", "Hand in"]}})
    first = team.task()
    after = team.task("next", after=(first.id,), reviews=("output_review",))
    team.run()
    assert team.status(first) == "done"
    assert team.status(after) == "pending" or get_task(team.db(), after.id).hold_rule is None


def test_a_command_is_denied_before_it_runs_and_a_retry_is_denied_again(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    rule = {"name": "no-yolo", "effect": "deny", "reason": "it asks nobody", "match": {"command": "*--yolo*"}}
    team = make({"dev": developer(f"touch {mark}; : --yolo; blackboard submit --summary x")}, rule)
    task = team.task()
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.failure) == ("failed", "denied by the guardrail no-yolo: it asks nobody")
    assert not mark.exists() and sessions(team, task) == 0
    retry_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert team.status(task) == "failed"
    assert decided(team, task) == [("no-yolo", "deny", "dispatch", "scheduler")]


def test_a_rule_sends_a_task_to_plan_review_before_anyone_starts_and_once(make: Make) -> None:
    rule = {
        "name": "plan-first", "effect": "require_review", "protocol": "plan_review", "match": {"tags": ["schema"]}
    }  # fmt: skip
    team = make({"dev": SUBMITS, "judge": APPROVES}, rule)
    task = team.task(tags=("schema",))
    team.run()
    (review,) = reviews_of(team.db(), task.id)
    assert (review.protocol, review.status, team.status(task)) == ("plan_review", ReviewStatus.APPROVED, "done")
    judged, worked = sessions_of(team.db(), task.id)
    assert (judged.agent, worked.agent) == ("judge", "dev")
    assert decided(team, task) == [("plan-first", "require_review", "dispatch", "scheduler")]


def test_another_review_is_required_and_does_not_keep_the_task_from_starting(make: Make) -> None:
    rule = {"name": "two-eyes", "effect": "require_review", "protocol": "output_review", "match": {"agent": "dev"}}
    team = make({"dev": SUBMITS}, rule)
    task = team.task()
    team.run()
    ((review, _),) = list_reviews(team.db())
    assert (team.status(task), review.protocol) == ("review", "output_review")
    assert get_task(team.db(), task.id).reviews == ("output_review",)
    assert [effect for _, effect, _, _ in decided(team, task)] == ["require_review", "require_review"]


def test_an_allow_before_a_hold_is_an_exception_and_is_recorded_once(make: Make) -> None:
    rules = (
        {"name": "ops-may", "effect": "allow", "stage": "dispatch", "match": {"tags": ["prod"], "agent": "ops"}},
        {"name": "prod", "effect": "hold", "stage": "dispatch", "match": {"tags": "prod"}},
    )
    team = make({"ops": SUBMITS, "dev": SUBMITS}, *rules)
    mine, theirs = team.task(tags=("prod",), assignee="ops"), team.task(tags=("prod",), assignee="dev")
    team.run()
    assert (team.status(mine), team.status(theirs)) == ("done", "held")
    assert decided(team, mine) == [("ops-may", "allow", "dispatch", "scheduler")]


def test_a_reviewer_that_a_rule_denies_does_not_start_and_the_task_waits_for_the_operator(make: Make) -> None:
    rule = {"name": "not-judge", "effect": "deny", "match": {"agent": "judge"}}
    team = make({"dev": SUBMITS, "judge": APPROVES}, rule)
    task = team.task(reviews=("output_review",))
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.held_from, found.hold_rule) == ("held", "review", "not-judge")
    assert [session.agent for session in sessions_of(team.db(), task.id)] == ["dev"]
    release_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert team.status(task) == "done"


def test_a_submit_is_denied_with_the_rules_reason_and_mended(make: Make, tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = (
        'printf "key: -----BEGIN RSA PRIVATE KEY-----\\n" > a.md; blackboard output a.md;'
        f" blackboard submit --summary one 2> {said}; echo $? >> {said};"
        " echo clean > a.md; blackboard output a.md; blackboard submit --summary two"
    )
    rule = {
        "name": "no-keys", "effect": "deny", "reason": "a private key", "match": {"output_text": "BEGIN [A-Z ]*PRIVATE"}
    }  # fmt: skip
    team = make({"dev": developer(script)}, rule)
    task = team.task()
    team.run()
    assert team.status(task) == "done"
    assert said.read_text() == (
        "blackboard: the guardrail no-keys: a private key; nothing is handed in: mend it and submit again\n1\n"
    )
    (session,) = sessions_of(team.db(), task.id)
    assert session.status == "succeeded"
    assert decided(team, task) == [("no-keys", "deny", "submit", "dev")]
    assert len(outputs_of(team.db(), task.id)) == 2


def test_what_is_handed_in_can_be_held_and_goes_on_to_its_review_when_released(make: Make) -> None:
    script = "echo x > report.csv; blackboard output report.csv; blackboard submit --summary done"
    rule = {"name": "csv", "effect": "hold", "reason": "who sees it?", "match": {"output": "*.csv"}}
    team = make({"dev": developer(script), "judge": APPROVES}, rule)
    reviewed, plain = team.task(reviews=("output_review",)), team.task()
    team.run()
    for task in (reviewed, plain):
        found = get_task(team.db(), task.id)
        assert (found.status, found.held_from, found.hold_rule) == ("held", "review", "csv")
        release_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert (team.status(reviewed), team.status(plain)) == ("done", "review")
    assert [e for e in decided(team, reviewed)] == [
        ("csv", "hold", "submit", "dev"),
        ("csv", "allow", "submit", "operator"),
    ]


def test_what_the_task_cost_can_ask_for_one_more_review(make: Make) -> None:
    script = "blackboard usage --tokens 10 --cost 6; blackboard submit --summary done"
    rule = {
        "name": "dear", "effect": "require_review", "protocol": "output_review", "stage": "submit",
        "match": {"cost_over": 5},
    }  # fmt: skip
    team = make({"dev": developer(script), "judge": APPROVES}, rule)
    task = team.task()
    team.run()
    (review,) = reviews_of(team.db(), task.id)
    assert (review.protocol, team.status(task)) == ("output_review", "done")
    assert decided(team, task) == [("dear", "require_review", "submit", "dev")]


def test_last_words_that_a_rule_denies_wait_for_the_operator(make: Make) -> None:
    rule = {"name": "no-42", "effect": "deny", "match": {"output_text": "answer is 42"}}
    team = make({"dev": developer("echo the answer is 42")}, rule)
    task = team.task()
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.held_from, found.hold_rule) == ("held", "review", "no-42")


def test_where_an_agent_works_and_its_role_are_known_at_both_stages(make: Make, tmp_path: Path) -> None:
    work = tmp_path / "prod"
    work.mkdir()
    rule = {"name": "prod", "effect": "hold", "stage": "submit", "match": {"path": f"{work}*", "role": "developer"}}
    team = make({"dev": SUBMITS}, rule)
    (team.home.project_folder("quant") / "config" / "project.yaml").write_text(
        json.dumps({"project": {"agents": ["dev"], "workdir": str(work)}})
    )
    task = team.task()
    team.run()
    assert (team.status(task), decided(team, task)) == ("held", [("prod", "hold", "submit", "dev")])


def test_guardrails_that_cannot_be_read_hold_what_is_handed_in_and_lose_nothing(make: Make, tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = f"echo 'default: maybe' > {home}/config/guardrails.yaml; blackboard submit --summary done"
    team = make({"dev": developer(script)})
    task = team.task()
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.held_from, found.hold_rule) == ("held", "review", "guardrails.unreadable")
    assert "default" in (found.hold_reason or "")


def test_without_a_rule_that_matches_nothing_is_written_of_it(make: Make) -> None:
    team = make({"dev": SUBMITS}, {"name": "never", "effect": "hold", "match": {"tags": ["x"]}})
    task = team.task()
    team.run()
    assert (team.status(task), decided(team, task)) == ("done", [])


def test_a_default_of_hold_lets_only_go_what_a_rule_allows(make: Make) -> None:
    allow = {"name": "docs", "effect": "allow", "match": {"tags": ["docs"]}}
    team = make({"dev": SUBMITS}, allow, default="hold")
    one, other = team.task(tags=("docs",)), team.task()
    team.run()
    assert (team.status(one), team.status(other)) == ("done", "held")
    assert decided(team, other) == [("default", "hold", "dispatch", "scheduler")]
    release_task(team.db(), other.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert team.status(other) == "done"


def test_task_show_tells_what_was_decided(make: Make) -> None:
    team = make({"dev": SUBMITS}, {"name": "look", "effect": "hold", "reason": "be sure", "match": {"tags": ["x"]}})
    task = team.task(tags=("x",))
    team.run()
    shown = json.loads(team.cli("task", "show", str(task.id), "--project", "quant", "--json").stdout)
    (told,) = shown["guardrails"]
    assert {k: told[k] for k in ("rule", "effect", "stage", "reason", "by", "session")} == {
        "rule": "look", "effect": "hold", "stage": "dispatch", "reason": "be sure", "by": "scheduler", "session": None
    }  # fmt: skip
    assert "look: hold (dispatch)" in team.cli("task", "show", str(task.id), "--project", "quant").stdout
