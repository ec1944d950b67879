"""Promises of work in somebody's place, with real processes: whoever is out is followed, and goes on itself once it is well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.notes import comments
from console.blackboard.reads.sessions import recent_sessions, sessions_of
from console.blackboard.reads.tasks import get_task
from tests.homes import CLOCK, QUICK, SUBMITS, TeamHome, developer, eventually, reviewer

Make = Callable[..., TeamHome]
SAYS_YES = "blackboard review --verdict approve --score quality=0.9"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def limited(mark: Path, seconds: int, then: str = "blackboard submit --summary mine") -> str:
    """A script that its provider refuses once, until a time that it names, and that works from then on."""
    line = json.dumps({"type": "result", "is_error": True, "api_error_status": 429, "result": "limit, resets at AT"})
    return (
        f"if [ -e {mark} ]; then {then}; exit; fi; at=$(($(date +%s) + {seconds})); echo $at > {mark};"
        f" printf '%s\\n' '{line}' | sed s/AT/$at/; exit 1"
    )


def out(said: str) -> str:
    line = json.dumps({"type": "result", "is_error": True, "result": said})
    return f"printf '%s\\n' '{line}'; exit 1"


def who(team: TeamHome, task: Any) -> list[str]:
    return [session.agent for session in sessions_of(team.db(), task.id)]


def test_a_task_of_an_agent_that_is_limited_is_done_by_its_fallback_and_later_ones_by_itself(
    make: Make, tmp_path: Path
) -> None:
    mark = tmp_path / "until"
    claude = developer(limited(mark, 4), usage="claude", fallback=["codex"])
    team = make({"claude": claude, "codex": SUBMITS})
    first = team.task(assignee="claude")
    team.run()
    assert team.status(first) == "done" and who(team, first) == ["claude", "codex"]
    assert [s.counted for s in sessions_of(team.db(), first.id)][0] == 0
    (said,) = [c.body for c in comments(team.db(), first.id) if c.comment_type == "system"]
    assert said.startswith("codex works for claude, which is rate limited until ")
    assert get_task(team.db(), first.id).assignee == "claude"
    eventually(lambda: CLOCK.now() >= int(mark.read_text()) * 1000)
    later = team.task("later", assignee="claude")
    team.run()
    assert who(team, later) == ["claude"]


def test_a_signed_out_reviewer_in_a_sequence_is_followed_by_its_fallback(make: Make) -> None:
    gone = reviewer(out("Not logged in · Please run /login"), usage="claude", fallback=["codex"])
    team = make({"dev": SUBMITS, "gone": gone, "second": developer(SAYS_YES), "codex": developer(SAYS_YES)})
    protocol = {"reviewers": ["gone", "second"], "order": "sequence"}
    (team.home.config / "review_protocols/output_review.yaml").write_text(json.dumps(protocol))
    task = team.task(assignee="dev", reviews=("output_review",))
    team.run()
    assert team.status(task) == "done", team.account()
    assert sorted(who(team, task)) == ["codex", "dev", "gone", "second"]
    assert "codex reviews instead: gone cannot sign in" in [c.body for c in comments(team.db(), task.id)][-1]


def test_an_agent_refused_without_a_time_is_not_probed_by_its_other_tasks(make: Make, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    script = f'echo x >> {tries}; [ "$(wc -l < {tries})" -ge 4 ] || exit 75; blackboard submit --summary ok'
    slow = QUICK | {"retry": {"base": 1, "cap": 2}}
    team = make({"dev": developer(script, max_parallel=1)}, settings=slow)
    tasks = [team.task(str(n)) for n in range(3)]
    team.run()
    assert [team.status(task) for task in tasks] == ["done"] * 3
    began = sorted(s.created_at for s in recent_sessions(team.db(), limit=20))
    assert len(began) == 6, "three refusals, then each task once"
    assert began[1] - began[0] >= 750 and began[2] - began[1] >= 1500 and began[3] - began[2] >= 1500


def test_who_worked_in_anothers_place_never_judges_that_task_nor_does_whose_task_it_is(
    make: Make, tmp_path: Path
) -> None:
    mark, gone = tmp_path / "until", out("Not logged in · Please run /login")
    says_no = "blackboard review --verdict request_changes --finding 'a.txt:1: no' --score quality=0.1"
    slow = f"while [ $(date +%s) -le $(cat {mark}) ]; do sleep 0.2; done; blackboard submit --summary its"
    team = make(
        {
            "claude": developer(limited(mark, 3), usage="claude", fallback=["codex"]),
            "codex": developer(slow),
            "rev": reviewer(gone, usage="claude", fallback=["claude", "codex", "third"]),
            "third": developer(f"if [ -e {tmp_path}/no ]; then {SAYS_YES}; else touch {tmp_path}/no; {says_no}; fi"),
        }
    )
    protocol = {"reviewers": ["rev"]}
    (team.home.config / "review_protocols/output_review.yaml").write_text(json.dumps(protocol))
    task = team.task(assignee="claude", reviews=("output_review",))
    team.run()
    assert team.status(task) == "done", team.account()
    assert who(team, task) == ["claude", "codex", "rev", "third", "claude", "third"], team.account()
