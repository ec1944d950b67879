"""Promises that a scheduler gets real work done by real agents: every task ends as its agents and reviewers made it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.notes import observations, open_alerts
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.sessions import sessions_of
from console.records.review import ReviewStatus
from tests.homes import QUICK, SUBMITS, TeamHome, developer, reviewer

Make = Callable[..., TeamHome]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def test_tasks_are_done_in_the_order_of_their_dependencies(make: Make) -> None:
    team = make({"dev": SUBMITS})
    first = team.task("first")
    second = team.task("second", after=(first.id,))
    assert team.run() == 0
    assert [team.status(t) for t in (first, second)] == ["done", "done"]
    starts = [sessions_of(team.db(), t.id)[0].created_at for t in (first, second)]
    assert starts[0] < starts[1]


def test_projects_share_the_slots_and_all_get_done(make: Make) -> None:
    team = make({"a": SUBMITS, "b": SUBMITS}, projects=("one", "two", "three"))
    tasks = [(team.task(project=p), p) for p in ("one", "two", "three") for _ in range(3)]
    assert team.run() == 0
    assert {team.status(task, project) for task, project in tasks} == {"done"}


def test_a_failed_attempt_is_repeated_and_the_next_one_sees_why(make: Make) -> None:
    script = (
        'if blackboard read | grep -q "it broke"; then blackboard submit --summary ok; else echo it broke; exit 3; fi'
    )
    team = make({"dev": developer(script)})
    task = team.task()
    assert team.run() == 0
    first, second = sessions_of(team.db(), task.id)
    assert (first.status, first.exit_code, second.status) == ("failed", 3, "succeeded")
    assert team.status(task) == "done"


def test_the_last_failed_attempt_fails_the_task(make: Make) -> None:
    team = make({"dev": developer("exit 1")})
    task = team.task()
    assert team.run() == 0
    assert team.status(task) == "failed"
    assert len(sessions_of(team.db(), task.id)) == 3


def test_a_rate_limited_attempt_does_not_count(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "tries"
    script = f'echo x >> {mark}; [ "$(wc -l < {mark})" -ge 5 ] || exit 75; blackboard submit --summary ok'
    team = make({"dev": developer(script)})
    task = team.task()
    assert team.run() == 0
    assert team.status(task) == "done"
    assert sum(s.counted for s in sessions_of(team.db(), task.id)) == 0


def test_who_is_rate_limited_for_long_waits_longer_each_time_and_the_operator_is_told_until_it_works(
    make: Make, tmp_path: Path
) -> None:
    mark = tmp_path / "tries"
    script = f'echo x >> {mark}; [ "$(wc -l < {mark})" -ge 7 ] || exit 75; blackboard submit --summary ok'
    team = make({"dev": developer(script)})
    task = team.task()
    assert team.run() == 0
    sessions = sessions_of(team.db(), task.id)
    assert [s.status for s in sessions] == ["failed"] * 6 + ["succeeded"]
    pauses = [after.created_at - (before.ended_at or 0) for before, after in itertools.pairwise(sessions)]
    assert all(pause >= 0.75 * min(100 * 2**n, 500) for n, pause in enumerate(pauses)), pauses
    (told,) = [seen for seen in observations(team.db()) if seen.cause is not None]
    assert "dev was refused for now 5 times in a row, the last time on task #1: its provider refused it" in told.body
    assert told.level == "attention" and told.ended_at is not None, "it works again"


def test_an_agent_that_cannot_be_started_is_given_nothing_and_its_task_says_why(make: Make) -> None:
    team = make({"dev": developer("") | {"command": ["no-such-program-anywhere"]}})
    task = team.task()
    assert team.run() == 0
    assert (team.status(task), sessions_of(team.db(), task.id)) == ("pending", ())
    assert "no-such-program-anywhere" in team.cli("task", "explain", str(task.id)).stdout


def test_last_words_stand_in_for_a_submit_that_never_came(make: Make) -> None:
    team = make({"dev": developer("echo the answer is 42")})
    task = team.task()
    assert team.run() == 0
    assert team.status(task) == "review"
    ((review, _),) = list_reviews(team.db())
    assert (review.status, review.escalated_to) == (ReviewStatus.ESCALATED, "operator")
    (kept,) = outputs_of(team.db(), task.id)
    folder = team.home.project_folder("quant") / "artifacts" / str(task.id)
    assert kept.kind == "last_words"
    assert "the answer is 42" in (folder / kept.path).read_text()


def test_an_agent_that_takes_too_long_is_stopped_and_tried_again(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "once"
    script = f"[ -e {mark} ] && exec blackboard submit --summary ok; touch {mark}; sleep 60"
    team = make({"dev": developer(script, task_timeout=1)})
    task = team.task()
    assert team.run() == 0
    first, second = sessions_of(team.db(), task.id)
    assert (first.status, second.status) == ("timed_out", "succeeded")


def test_a_review_goes_round_until_it_is_approved(make: Make) -> None:
    author = 'blackboard read | grep -q "too short" && exec blackboard submit --summary longer --rebuttal agreed; '
    author += "blackboard submit --summary short"
    judge = "if blackboard read | grep -q longer; then blackboard review --verdict approve --score correctness=1"
    judge += " --score completeness=1 --score clarity=1; else blackboard review --verdict request_changes"
    judge += ' --finding "too short"; fi'
    team = make({"dev": developer(author), "judge": reviewer(judge)})
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    ((review, _),) = list_reviews(team.db())
    assert (team.status(task), review.status, review.round) == ("done", ReviewStatus.APPROVED, 2)


def test_what_no_agent_can_review_waits_for_the_operator(make: Make) -> None:
    team = make({"dev": SUBMITS})
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    ((review, _),) = list_reviews(team.db())
    assert (team.status(task), review.status, review.escalated_to) == ("review", ReviewStatus.ESCALATED, "operator")


def test_a_task_for_nobody_is_an_alert_and_does_not_keep_the_scheduler(make: Make) -> None:
    team = make({"dev": SUBMITS})
    team.task(assignee="ghost")
    other = team.task()
    assert team.run() == 0
    assert team.status(other) == "done"
    assert open_alerts(team.db())


def test_what_nobody_can_do_is_told_once_however_much_comes_before_it(make: Make) -> None:
    team = make({"dev": SUBMITS})
    lost = [team.task(priority=4, role="pilot") for _ in range(3)]
    assert team.run() == 0
    for _ in range(12):
        team.task(priority=0)
    assert team.run() == 0
    assert [alert.task_id for alert in observations(team.db())] == [task.id for task in reversed(lost)]
    assert {alert.task_id for alert in open_alerts(team.db())} == {task.id for task in lost}


def test_a_date_is_not_waited_for(make: Make) -> None:
    team = make({"dev": SUBMITS})
    later = team.task(not_before=4_000_000_000_000)
    assert team.run() == 0
    assert team.status(later) == "pending"


def test_more_tasks_than_a_page_for_a_busy_agent_do_not_hide_the_work_of_others(make: Make) -> None:
    team = make({"slow": SUBMITS, "quick": SUBMITS})
    for _ in range(70):
        team.task(assignee="ghost", priority=0)
    last = team.task(assignee="quick", priority=4)
    assert team.run() == 0
    assert team.status(last) == "done"


def test_a_second_author_waits_where_all_work_in_one_folder(make: Make, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    script = "mkdir busy || exit 9; sleep 0.1; rmdir busy; blackboard submit --summary ok"
    team = make({"a": developer(script), "b": developer(script)}, workdir=str(work))
    tasks = [team.task() for _ in range(4)]
    assert team.run() == 0
    assert {team.status(task) for task in tasks} == {"done"}
    assert all(len(sessions_of(team.db(), task.id)) == 1 for task in tasks)


def test_each_life_leaves_its_folder_with_settings_and_journal(make: Make) -> None:
    team = make({"dev": SUBMITS}, settings=QUICK)
    team.task()
    assert team.run() == 0
    (run,) = team.home.runs.iterdir()
    text = (run / "BOOTSTRAP.md").read_text()
    assert text.startswith("---\nrun: ") and "tick_interval" in text
    assert json.loads((run / "state" / "runtime_state.json").read_text())["ticker_running"] is False
    actions = [json.loads(line)["actions"] for line in (run / "state" / "decisions.jsonl").read_text().splitlines()]
    assert [action["do"] for line in actions for action in line] == ["StartTask", "EndSession"]
    ((session,),) = [list(agent.iterdir()) for agent in (run / "agents").iterdir()]
    assert {"prompt.md", "start.json", "blackboard", "exit.json"} <= {p.name for p in session.iterdir()}
