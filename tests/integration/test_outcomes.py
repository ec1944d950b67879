"""Promises of what becomes of an agent's end: its own result decides, a refusal waits for its time, nobody is tried in vain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import create_home, open_home
from console.blackboard.reads.home import away
from console.blackboard.reads.notes import open_causes
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.sessions import recent_sessions, sessions_of
from console.blackboard.reads.tasks import get_task
from console.records.session import Session
from tests.homes import SUBMITS, TeamHome, developer

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


def says(exit_code: int, first: str = "", **result: Any) -> str:
    """A script that ends as Claude Code does."""
    line = json.dumps({"type": "result", "subtype": "success", "is_error": True, **result})
    return f"{first}\nprintf '%s\\n' '{line}'\nexit {exit_code}"


def told(team: TeamHome, task: Any) -> list[Session]:
    return list(sessions_of(team.db(), task.id))


def test_an_error_with_exit_0_is_a_failed_attempt_with_its_text(make: Make) -> None:
    team = make({"dev": developer(says(0, result="API Error: 500 it broke"), usage="claude_json")})
    task = team.task()
    team.run()
    assert team.status(task) == "failed"
    assert [(s.counted, s.failure) for s in told(team, task)] == [(1, "API Error: 500 it broke")] * 3
    assert "API Error: 500 it broke" in team.cli("task", "show", str(task.id), "--project", "quant").stdout


def test_an_empty_result_is_no_success(make: Make) -> None:
    team = make({"dev": developer(says(0, is_error=False, result=""), usage="claude_json")})
    task = team.task()
    team.run()
    assert (team.status(task), told(team, task)[0].failure) == ("failed", "it ended without a result")


def test_last_words_are_the_agents_own_and_not_its_data(make: Make) -> None:
    said = says(0, "blackboard read >/dev/null", is_error=False, result="It is 42.\nCheck it.")
    team = make({"dev": developer(said, usage="claude_json")})
    task = team.task()
    team.run()
    (output,) = outputs_of(team.db(), task.id)
    assert (team.home.project_folder("quant") / "artifacts/1" / output.path).read_text() == "It is 42.\nCheck it."
    assert told(team, task)[0].last_line == "Check it."


def test_a_refusal_waits_until_its_time_and_no_longer(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "until"
    refused = (
        f"if [ -e {mark} ]; then blackboard submit --summary ok; exit; fi; at=$(($(date +%s) + 3)); echo $at > {mark}"
    )
    event = """echo '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":'$at'}}'"""
    script = says(1, f"{refused}; {event}", result="You have hit your limit", api_error_status=429)
    slow = {"retry": {"base": 600, "max_attempts": 1}}
    team = make({"dev": developer(script, usage="claude_json")}, settings=slow)
    task, other = team.task(), team.task("other")
    team.run()
    assert (team.status(task), team.status(other)) == ("done", "done")
    first, *later = sorted(recent_sessions(team.db(), limit=9), key=lambda s: s.created_at)
    until = int(mark.read_text()) * 1000
    assert not first.counted and "hit your limit" in (first.failure or "")
    assert len(later) == 2 and until <= later[0].created_at < until + 5_000


def test_a_sign_in_that_failed_is_one_alert_and_no_attempt_until_somebody_says_so(make: Make, tmp_path: Path) -> None:
    key = tmp_path / "key"
    script = says(
        1, f"[ -e {key} ] && blackboard submit --summary ok && exit 0", result="Not logged in · Please run /login"
    )
    team = make({"dev": developer(script, usage="claude_json")})
    tasks = [team.task(str(n)) for n in range(3)]
    team.run()
    assert len(recent_sessions(team.db(), limit=9)) == 1
    with closing(open_home(team.home.state_db)) as db:
        assert {c for c in open_causes(db) if c.startswith("sign-in")} == {"sign-in:dev"}
        assert away(db)["dev"].said.startswith("Not logged in")
    explained = team.cli("task", "explain", "1", "--project", "quant").stdout
    assert "dev cannot sign in: Not logged in" in explained
    key.touch()
    assert "tried again now" in team.cli("agent", "check", "dev").stdout
    team.run()
    assert [team.status(task) for task in tasks] == ["done"] * 3
    with closing(open_home(team.home.state_db)) as db:
        assert not open_causes(db) and not away(db)


def test_an_acknowledged_sign_in_and_a_changed_agent_are_tried_again(make: Make) -> None:
    out = developer(says(1, result="Invalid API key"), usage="claude_json")
    team = make({"dev": out})
    task = team.task()
    team.run()
    number = json.loads(team.cli("alert", "list", "--json").stdout.splitlines()[0])["id"]
    team.cli("alert", "ack", str(number))
    team.run()
    assert len(told(team, task)) == 2
    team.configure({"agents": {"dev": SUBMITS}})
    team.run()
    assert team.status(task) == "done"


def test_an_agent_whose_variable_or_program_is_missing_costs_no_attempt_and_works_once_mended(
    make: Make, tmp_path: Path
) -> None:
    program = tmp_path / "agent"
    lacks = {"role": "developer", "backend": "command", "command": [str(program)]}
    team = make({"keyless": developer("exit 1", env_required=["NO_SUCH_KEY_HERE"]), "lacks": lacks, "two": SUBMITS})
    first = team.task()
    bound = team.task("for lacks", assignee="lacks")
    team.run()
    assert team.status(first) == "done" and told(team, first)[0].agent == "two"
    assert (team.status(bound), told(team, bound), get_task(team.db(), bound.id).attempts) == ("pending", [], 0)
    assert {"unfit:lacks"} <= open_causes(team.db())
    program.write_text("#!/bin/sh\nblackboard submit --summary ok\n")
    program.chmod(0o700)
    team.run()
    assert team.status(bound) == "done" and open_causes(team.db()) == {"unfit:keyless"}


@pytest.mark.parametrize("worktrees", [False, True])
def test_a_place_where_nobody_can_work_costs_no_attempt(make: Make, tmp_path: Path, worktrees: bool) -> None:
    place = tmp_path / "place"
    if worktrees:
        place.mkdir()
    team = make({"dev": SUBMITS}, workdir=str(place), worktrees=worktrees)
    task = team.task()
    team.run()
    assert (team.status(task), told(team, task)) == ("pending", [])
    assert "unfit:workplace" in open_causes(team.db())
    assert ("git repository" if worktrees else "is not there") in team.cli(
        "task", "explain", "1", "--project", "quant"
    ).stdout


def test_a_home_of_the_version_before_knows_who_is_away(tmp_path: Path) -> None:
    create_home(tmp_path / "moziplus.db")
    with closing(open_home(tmp_path / "moziplus.db")) as db:
        for table in ("away", "schema_level"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 1")
    with closing(open_home(tmp_path / "moziplus.db")) as db:
        assert away(db) == {}


def test_a_release_counts_by_the_projects_own_retries(make: Make) -> None:
    few = {"retry": {"base": 0.1, "cap": 0.5, "max_attempts": 2}}
    team = make({"dev": developer("blackboard release --reason 'no data'")}, settings=few)
    task = team.task()
    team.run()
    assert team.status(task) == "failed"
    assert [(s.counted, s.failure) for s in told(team, task)] == [(1, "released: no data")] * 2


def test_a_release_that_hands_over_or_waits_for_a_task_costs_nothing(make: Make) -> None:
    waits = 'if [ "$MOZIPLUS_TASK" = 1 ]; then blackboard release --until 2 --to dev2; else blackboard submit --summary ok; fi'
    team = make({"dev": developer(waits), "dev2": developer("blackboard submit --summary mine")})
    first, second = team.task(), team.task("data", assignee="dev")
    team.run()
    assert (team.status(first), team.status(second)) == ("done", "done"), team.account()
    gave, took = told(team, first)
    assert (gave.agent, gave.status, gave.counted, took.agent, took.attempt) == ("dev", "cancelled", 0, "dev2", 1)
    assert took.created_at >= (told(team, second)[0].ended_at or 0)


def test_the_list_of_sessions_says_what_a_failed_one_failed_of(make: Make) -> None:
    team = make({"dev": developer("echo no model is loaded; exit 3")}, settings={"retry": {"max_attempts": 1}})
    team.task()
    team.run()
    assert "no model is loaded (exit 3)" in team.cli("session", "list", "--all").stdout


def test_a_release_to_somebody_who_cannot_is_refused_and_names_who_could(make: Make) -> None:
    asks = "blackboard release --to two 2>&1; blackboard release --to keyless 2>&1; blackboard release --to three"
    knows = {"capabilities": ["cobol"]}
    team = make(
        {
            "dev": developer(asks, **knows),
            "two": SUBMITS,
            "keyless": SUBMITS | knows | {"env_required": ["NO_SUCH_KEY_HERE"]},
            "three": SUBMITS | knows,
        }
    )
    team.task(assignee="keyless")  # while it waits, the scheduler says who cannot be started
    team.run()
    task = team.task(assignee="dev", needs=("cobol",))
    team.run()
    assert (team.status(task), told(team, task)[-1].agent) == ("done", "three"), team.account()
    said = next(team.home.path.glob("runs/*/agents/dev/*/output.log")).read_text()
    assert "it cannot be handed over: two has not cobol; these can: three" in said
    assert "keyless needs NO_SUCH_KEY_HERE" in said


WELL = says(0, is_error=False, result="All done.")
BASH = "echo '/bin/bash: line 1: blackboard: command not found'"
ZSH = "echo 'zsh:1: command not found: blackboard'"


@pytest.mark.parametrize(
    ("script", "usage", "why"),
    [
        (WELL, "claude", "no call of `blackboard` was seen"),
        (f"blackboard mcp </dev/null; {WELL}", "claude", "no call of `blackboard` was seen"),
        (f"{BASH}; {WELL}", "claude", "did not find `blackboard`"),
        (f"{ZSH}; echo All done.", "none", "did not find `blackboard`"),
    ],
)
def test_who_ends_well_and_never_used_the_blackboard_has_failed_and_says_why(
    make: Make, script: str, usage: str, why: str
) -> None:
    team = make({"dev": developer(script, usage=usage)}, settings={"retry": {"max_attempts": 1}})
    task = team.task()
    team.run()
    (session,) = told(team, task)
    assert (team.status(task), session.counted, outputs_of(team.db(), task.id)) == ("failed", 1, ())
    assert why in (session.failure or "")
    assert why in team.cli("task", "explain", str(task.id), "--project", "quant").stdout


READ = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read", "arguments": {}}})
BY_TOOL = f"mkfifo said; {{ printf '%s\\n' '{READ}'; read -r line <said; }} | blackboard mcp >said"


@pytest.mark.parametrize(
    ("script", "usage"),
    [
        (f"blackboard read >/dev/null; {WELL}", "claude"),
        (f"{BY_TOOL}; {WELL}", "claude"),
        (f"{BASH}; blackboard read >/dev/null; {WELL}", "claude"),
        ("echo The answer is 42.", "none"),
    ],
    ids=["it-read", "it-read-by-a-tool", "it-found-it-later", "a-plain-program"],
)
def test_last_words_go_to_review_of_who_used_the_blackboard_and_of_a_plain_program(
    make: Make, script: str, usage: str
) -> None:
    team = make({"dev": developer(script, usage=usage)})
    task = team.task()
    team.run()
    assert team.status(task) == "review"
