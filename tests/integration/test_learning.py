"""Promises that a team learns: experiences of failed attempts become files, prompts and one skill, whoever dies on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.experiences import list_experiences, uses_of
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task, list_tasks
from console.blackboard.writes.experiences import record_experience
from console.blackboard.writes.tasks import cancel_task
from console.knowledge.skills import find, places
from console.records.task import Task, TaskKind
from tests.homes import BOSS, CLOCK, QUICK, TeamHome, developer, reviewer

Make = Callable[..., TeamHome]

STUMBLES = """
if blackboard read | grep -q "Earlier attempts"; then blackboard submit --summary "read it as utf-8-sig"
else echo "UnicodeDecodeError: byte 0xff"; exit 3; fi
"""
"""Fails at its first attempt at each task."""

SKILL = """---
name: read_csv
description: When a CSV of a broker is read.
---
# Read a CSV

## When to use
Always.
## Steps
1. Read it as utf-8-sig.
## Inputs and outputs
A file; a table.
## How to check
No byte is lost.
"""

DISTILS = f"""
mkdir -p "$MOZIPLUS_TASK_DIR/outputs/skill" && cd "$MOZIPLUS_TASK_DIR/outputs/skill"
cat > SKILL.md <<'END'
{SKILL}END
printf 'version: "1.0"\\ntags: [broker]\\nroles: ["*"]\\n' > meta.yaml
blackboard output SKILL.md && blackboard output meta.yaml && blackboard submit --summary "a skill"
"""

APPROVES = "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(lead: str = DISTILS, judge: str = APPROVES, threshold: int = 3, **how: Any) -> TeamHome:
        agents = {
            "dev": developer(STUMBLES),
            "boss": developer(lead) | {"role": "lead"},
            "judge": reviewer(judge),
        }
        settings = {**QUICK, "experience": {"distill_threshold": threshold}}
        made.append(TeamHome(tmp_path / "home", agents, settings=settings, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def tasks(team: TeamHome, count: int = 5) -> list[Task]:
    """Tasks of one tag, at each of which the first attempt fails."""
    return [team.task(f"Load file {n}", tags=("csv",), assignee="dev") for n in range(count)]


def seeded(team: TeamHome, count: int) -> None:
    """As if so many had been learnt before."""
    for n in range(count):
        record_experience(team.db(), title=f"Load file {n}", body="b", tags=("csv",), by=BOSS, now=CLOCK.now())


def distillations(team: TeamHome) -> list[Task]:
    return [task for task in list_tasks(team.db()) if task.kind == TaskKind.DISTIL]


def learnt(team: TeamHome) -> dict[str, int]:
    """How many experiences have each status."""
    found: dict[str, int] = {}
    for one in list_experiences(team.db(), every=True):
        found[str(one.status)] = found.get(str(one.status), 0) + 1
    return found


def test_five_failed_attempts_become_five_experiences_one_task_and_one_skill(make: Make) -> None:
    team = make(threshold=5)
    work = tasks(team)
    assert team.run() == 0
    assert {team.status(task) for task in work} == {"done"}
    assert learnt(team) == {"distilled": 5}
    (distil,) = distillations(team)
    assert (distil.status, distil.role, distil.applied_at is not None) == ("done", "lead", True)
    (skill,) = [s for s in find(places(team.home.path)) if s.origin == "custom"]
    assert (skill.label, skill.tags, skill.roles) == ("read_csv@1.0", ("csv", "broker"), ())
    numbers = ", ".join(str(e.id) for e in reversed(list_experiences(team.db())))
    assert skill.source == f"distilled from experiences {numbers} of quant (task quant#{distil.id})"
    files = sorted((team.home.project_folder("quant") / "experiences").iterdir())
    assert len(files) == 5 and all("status: distilled" in path.read_text() for path in files)
    assert team.run() == 0
    assert learnt(team) == {"distilled": 5} and len(distillations(team)) == 1


def test_the_next_task_of_the_tag_is_told_what_was_learnt_and_the_use_is_counted(make: Make) -> None:
    team = make()
    tasks(team, 2)
    assert team.run() == 0
    after = team.task("Load another", tags=("csv",), assignee="dev")
    assert team.run() == 0
    first = sessions_of(team.db(), after.id)[0]
    used = uses_of(team.db(), first.id)
    assert [reason for _, reason in used] == ["same tags: csv", "same tags: csv"]
    assert first.folder is not None
    prompt = (Path(first.folder) / "prompt.md").read_text()
    assert "Load file 0: " in prompt and "same tags: csv" in prompt and "read it as utf-8-sig" in prompt
    by_number = {found.id: found for found in list_experiences(team.db())}
    for number, _ in used:
        attempts = [s for t in list_tasks(team.db()) for s in sessions_of(team.db(), t.id)]
        told = sum(number in [n for n, _ in uses_of(team.db(), s.id)] for s in attempts)
        assert by_number[number].uses == told > 0


def test_a_skill_that_does_not_pass_is_told_and_the_operator_decides(make: Make) -> None:
    team = make(DISTILS.replace("## How to check", "## Otherwise"))
    seeded(team, 3)
    assert team.run() == 0
    (distil,) = distillations(team)
    assert team.status(distil) == "review"
    (review,) = [
        found for found, task in list_reviews(team.db()) if task.id == distil.id and found.status == "escalated"
    ]
    assert review.escalated_to == "operator" and "How to check" in (review.reason or "")
    (alert,) = [found for found in open_alerts(team.db()) if found.cause == f"skill:{distil.id}"]
    assert "How to check" in alert.body
    assert learnt(team) == {"active": 3}
    assert [s for s in find(places(team.home.path)) if s.origin == "custom"] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name: blackboard_operations", "another name"),
        ("name: ../../escape", "cannot be the id of any skill"),
        ("title: none", "cannot be the id of any skill"),
    ],
)
def test_a_skill_takes_no_place_that_is_not_its_own(make: Make, wrong: str, told: str) -> None:
    team = make(DISTILS.replace("name: read_csv", wrong))
    seeded(team, 3)
    assert team.run() == 0
    (distil,) = distillations(team)
    assert team.status(distil) == "review"
    (alert,) = [found for found in open_alerts(team.db()) if found.cause == f"skill:{distil.id}"]
    assert told in alert.body


def test_what_was_reviewed_is_installed_not_what_was_made_of_it_since(make: Make) -> None:
    adds = 'echo "## Steps" >> "$MOZIPLUS_TASK_DIR/outputs/skill/SKILL.md"; '
    team = make(judge=adds + APPROVES)
    seeded(team, 3)
    assert team.run() == 0
    (skill,) = [s for s in find(places(team.home.path)) if s.origin == "custom"]
    (distil,) = distillations(team)
    now = team.home.project_folder("quant") / "artifacts" / str(distil.id) / "outputs" / "skill" / "SKILL.md"
    assert (skill.body.count("## Steps"), now.read_text().count("## Steps")) == (1, 2)


def test_a_cancelled_distillation_is_dropped_and_makes_no_other(make: Make) -> None:
    team = make("exit 1")
    seeded(team, 3)
    assert team.run() == 0
    (distil,) = distillations(team)
    assert team.status(distil) == "failed"
    cancel_task(team.db(), distil.id, by=BOSS, now=CLOCK.now())
    assert team.run() == 0
    assert len(distillations(team)) == 1
    assert [row[0] for row in team.db().execute("SELECT status FROM distillations")] == ["dropped"]
    assert learnt(team) == {"active": 3}


@pytest.mark.parametrize(
    "point",
    [
        "draw_experience.before_commit", "experiences.written", "distil.before_commit", "distil.after_commit",
        "install.before_write", "skill.written", "install.before_commit", "distilled.before_commit",
    ],
)  # fmt: skip
def test_a_kill_at_any_point_of_learning_repeats_harmlessly(make: Make, tmp_path: Path, point: str) -> None:
    team = make()
    seeded(team, 2)
    work = tasks(team, 1)
    scheduler = team.start("run", "--until-idle", MOZIPLUS_CRASH_AT=f"{point}:{tmp_path / 'died'}")
    code = scheduler.wait(120)
    assert (tmp_path / "died").exists(), "the point was never reached"
    assert code in (0, -9), "0 where an agent's own command died, not the scheduler"
    assert team.run() == 0
    assert {team.status(task) for task in work} == {"done"}
    assert [get_task(team.db(), d.id).status for d in distillations(team)] == ["done"]
    assert learnt(team) == {"distilled": 3}
    assert [s.label for s in find(places(team.home.path)) if s.origin == "custom"] == ["read_csv@1.0"]


@pytest.mark.parametrize("point", ["uses.before_commit", "uses.after_commit"])
def test_a_kill_around_the_count_of_a_use_counts_each_session_that_was_told_once(
    make: Make, tmp_path: Path, point: str
) -> None:
    team = make(threshold=9)
    seeded(team, 2)
    (work,) = tasks(team, 1)
    scheduler = team.start("run", "--until-idle", MOZIPLUS_CRASH_AT=f"{point}:{tmp_path / 'died'}")
    assert scheduler.wait(120) == -9
    assert team.run() == 0
    assert team.status(work) == "done"
    uses = [len(uses_of(team.db(), session.id)) for session in sessions_of(team.db(), work.id)]
    assert uses[0] == (2 if point == "uses.after_commit" else 0) and set(uses[1:]) == {2}
    counted = sum(number > 0 for number in uses)
    assert [found.uses for found in list_experiences(team.db()) if found.source == "hand"] == [counted] * 2


def test_a_kill_while_a_bad_skill_is_refused_tells_it_once(make: Make, tmp_path: Path) -> None:
    team = make(DISTILS.replace("## How to check", "## Otherwise"))
    seeded(team, 3)
    point = f"refuse_skill.before_commit:{tmp_path / 'died'}"
    assert team.start("run", "--until-idle", MOZIPLUS_CRASH_AT=point).wait(120) == -9
    (distil,) = distillations(team)
    assert team.status(distil) == "done"
    assert team.run() == 0
    assert team.status(distil) == "review"
    told = sorted(found.cause or "" for found in open_alerts(team.db()))
    ((again,),) = team.db().execute("SELECT id FROM reviews WHERE settled_at IS NULL").fetchall()
    assert told == [f"review:{again}", f"skill:{distil.id}"], "the task waits for the operator, and once it is said why"


def test_old_experiences_are_deprecated_by_a_tick(make: Make) -> None:
    team = make()
    long_ago = CLOCK.now() - 31 * 24 * 3600 * 1000
    record_experience(team.db(), title="old", body="b", by=BOSS, now=long_ago)
    record_experience(team.db(), title="new", body="b", by=BOSS, now=CLOCK.now())
    assert team.run() == 0
    assert learnt(team) == {"deprecated": 1, "active": 1}
    (old,) = (team.home.project_folder("quant") / "experiences").glob("0001-*.md")
    assert "status: deprecated" in old.read_text()


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(make: Make) -> None:
    team = make()
    (team.home.project_folder("quant") / "experiences").rmdir()
    (team.home.project_folder("quant") / "experiences").write_text("in the way")
    record_experience(team.db(), title="one", body="b", by=BOSS, now=CLOCK.now())
    work = team.task(assignee="dev")
    assert team.run() == 0
    assert team.status(work) == "done"
    (alert,) = [found for found in open_alerts(team.db()) if found.cause == "experience-files"]
    assert "moziplus experience export --project quant" in alert.body
    assert team.cli("experience", "export").returncode == 2
    (team.home.project_folder("quant") / "experiences").unlink()
    assert team.cli("experience", "export").returncode == 0
    assert [found for found in open_alerts(team.db()) if found.cause == "experience-files"] == []
    assert len(list((team.home.project_folder("quant") / "experiences").iterdir())) == 2
