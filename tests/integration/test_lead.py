"""Promises of the lead, by real agents: it answers before the operator does or leaves it to them, whatever was killed."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.asks import get_ask, list_asks, open_asks
from console.blackboard.reads.notes import comments, open_alerts
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import list_tasks
from console.crash import VARIABLE
from console.records.ask import Ask, AskStatus
from console.records.session import Session
from console.records.task import Task
from tests.homes import QUICK, TeamHome, developer, eventually

ASKS = developer("said=$(blackboard ask 'A or B?' --option A --option B --wait 5m) && echo \"said=$said\""
                 " && blackboard submit --summary \"$said\"")  # fmt: skip
ASKS_LEAVE = developer(
    "said=$(blackboard ask 'May I?' --kind approval --wait 5m) && blackboard submit --summary \"$said\""
)
ANSWERS = "blackboard answer 1 2 --reason 'it is cheaper'"
ON_A_SIGN = f'until test -e "$GO"; do sleep 0.05; done; {ANSWERS}'

Makes = Callable[..., TeamHome]


@pytest.fixture
def makes(tmp_path: Path) -> Iterator[Makes]:
    """Makes a home of dev, who asks, and boss, who is asked first and runs `script`; what it starts ends with the test."""
    made: list[TeamHome] = []
    started: list[subprocess.Popen[bytes]] = []

    def make(
        script: str, asks: Mapping[str, Any] = ASKS, *, lead: Mapping[str, Any] | None = None, **project: Any
    ) -> TeamHome:
        settings = QUICK | {"lead": {"agent": "boss", **(lead or {})}}
        boss = developer(script, env={"GO": str(tmp_path / "go")}, role="lead")
        made.append(TeamHome(tmp_path / "home", {"dev": asks, "boss": boss}, settings=settings, **project))
        start = made[-1].start

        def begin(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
            started.append(start(*arguments, **environment))
            return started[-1]

        made[-1].start = begin  # type: ignore[method-assign]
        return made[-1]

    yield make
    for process in started:
        process.terminate()
        process.wait()
    for team in made:
        team.close()


def work(team: TeamHome) -> Task:
    return team.task(assignee="dev")


def asked(team: TeamHome) -> Task:
    """The task by which the lead is asked."""
    return next(task for task in list_tasks(team.db()) if task.ask is not None)


def at_work(team: TeamHome) -> Session:
    """The lead's session, once it has begun."""

    def running() -> bool:
        found = [task for task in list_tasks(team.db()) if task.ask is not None]
        return bool(found) and any(s.started_at for s in sessions_of(team.db(), found[0].id))

    eventually(running, account=team.account)
    return sessions_of(team.db(), asked(team).id)[0]


def the_need(team: TeamHome) -> dict[str, Any]:
    (need,) = [json.loads(line) for line in team.cli("--json", "needs").stdout.splitlines()]
    return dict(need)


def until_it_is_the_operators(team: TeamHome, why: str) -> Ask:
    """It is in need of the operator, by an alert that says why the lead has not answered."""
    eventually(lambda: any(a.cause == "ask:1" for a in open_alerts(team.db())), account=team.account)
    (alert,) = [a for a in open_alerts(team.db()) if a.cause == "ask:1"]
    assert f"(asked before you: boss, who {why}" in alert.body
    assert why in the_need(team)["reason"]
    return get_ask(team.db(), 1)


def test_a_waiting_agent_gets_the_leads_answer_although_the_scheduler_was_killed_in_between(
    makes: Makes, tmp_path: Path
) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    team = makes(ON_A_SIGN, workdir=str(folder))
    task = work(team)
    first = team.start("run")
    session = at_work(team)
    assert the_need(team)["reason"] == "boss is looking at it: A or B?"
    assert not open_alerts(team.db()), "the operator is spared"
    first.send_signal(signal.SIGKILL)
    first.wait()
    (tmp_path / "go").touch()
    team.start("run")
    eventually(lambda: team.status(task) == "done", account=team.account)
    found = get_ask(team.db(), 1)
    assert (found.status, found.choice, found.answer) == (AskStatus.ANSWERED, "B", "it is cheaper")
    assert (found.answered_by, found.answered_how, found.heard_at is not None) == ("boss", "lead", True)
    (asker,) = sessions_of(team.db(), task.id)
    output = Path(asker.folder or "", "output.log").read_text("utf-8")
    assert "said=boss, the lead, answers: B: it is cheaper" in output
    said = [comment.body for comment in comments(team.db(), task.id)]
    assert said == ["boss answers ask #1 in the operator's place: B: it is cheaper"]
    eventually(lambda: team.status(asked(team)) == "done" and not open_alerts(team.db()), account=team.account)
    prompt = Path(session.folder or "", "prompt.md").read_text("utf-8")
    assert "> A or B?" in prompt and "2. B" in prompt and "`blackboard pass 1 --why WHY`" in prompt
    assert "blackboard submit" not in prompt, "it hands in nothing"
    assert not (team.home.project_folder("quant") / "worktrees").exists()


@pytest.mark.parametrize("point", ["ask_lead.before_commit", "lead_answers.before_commit", "end_turn.before_commit"])
def test_a_kill_at_each_instant_of_its_turn_loses_nothing_and_asks_nobody_twice(
    makes: Makes, tmp_path: Path, point: str
) -> None:
    asks = "until said=$(blackboard ask 'A or B?' --option A --option B --wait 5m); do sleep 0.1; done"
    team = makes(f"until {ANSWERS}; do sleep 0.1; done", developer(f'{asks}; blackboard submit --summary "$said"'))
    task, fired = work(team), tmp_path / "fired"
    first = team.start("run", **{VARIABLE: f"{point}:{fired}"})
    eventually(fired.exists, account=team.account)
    if point == "end_turn.before_commit":
        first.wait(60)  # it is the scheduler that ends a turn
        team.start("run")
    eventually(lambda: team.status(task) == "done" and team.status(asked(team)) == "done", account=team.account)
    assert [(a.status, a.choice, a.answered_by) for a in list_asks(team.db())] == [("answered", "B", "boss")]
    assert len([t for t in list_tasks(team.db()) if t.ask is not None]) == 1


def test_what_the_lead_passes_on_is_the_operators_with_its_reason(makes: Makes) -> None:
    team = makes("blackboard pass 1 --why 'the budget is not mine'")
    task = work(team)
    team.start("run")
    until_it_is_the_operators(team, "passes it on: the budget is not mine")
    assert team.cli("ask", "answer", "1", "A").returncode == 0
    eventually(lambda: team.status(task) == "done", account=team.account)
    assert [one.ask for one in list_tasks(team.db())].count(1) == 1, "it is asked once"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "ended without an answer: exit code 3"),
        ("echo I would say A", "ended without an answer"),
        ("blackboard submit --summary A", "handed in without an answer"),
        ("blackboard release --reason 'not now'", "ended without an answer: released: not now"),
    ],
)
def test_a_lead_that_ends_without_an_answer_leaves_it_to_the_operator_at_once(
    makes: Makes, script: str, why: str
) -> None:
    team = makes(script)
    work(team)
    team.start("run")
    until_it_is_the_operators(team, why)
    assert {alert.cause for alert in open_alerts(team.db())} == {"ask:1"}, "nothing else calls"


def test_a_lead_that_takes_too_long_is_stopped_and_the_ask_is_the_operators(makes: Makes) -> None:
    team = makes("sleep 600", lead={"wait": 1})
    work(team)
    team.start("run")
    until_it_is_the_operators(team, "gave no answer within 1 s")
    eventually(lambda: all(s.gone_at for s in sessions_of(team.db(), asked(team).id)), account=team.account)


def test_the_operator_answers_at_any_time_and_the_lead_is_stopped(makes: Makes) -> None:
    team = makes("sleep 600")
    task = work(team)
    team.start("run")
    session = at_work(team)
    assert team.cli("ask", "answer", "1", "A").returncode == 0
    eventually(lambda: team.status(task) == "done", account=team.account)
    eventually(lambda: team.present() == 0, account=team.account)
    assert get_ask(team.db(), 1).answered_by == "operator"
    assert team.status(asked(team)) == "cancelled" and session.seat_id is None


def test_what_the_lead_asks_itself_is_the_operators_and_goes_in_no_circle(makes: Makes) -> None:
    team = makes(f"blackboard ask 'which is cheaper?' --wait 5m && {ANSWERS}")
    task = work(team)
    team.start("run")
    eventually(lambda: len(open_asks(team.db())) == 2, account=team.account)
    eventually(lambda: {a.cause for a in open_alerts(team.db())} == {"ask:2"}, account=team.account)
    assert team.cli("ask", "answer", "2", "B is").returncode == 0
    eventually(lambda: team.status(task) == "done", account=team.account)
    assert [one.ask for one in list_tasks(team.db()) if one.ask is not None] == [1]


def test_leave_is_the_operators_unless_the_lead_may_give_it(makes: Makes) -> None:
    team = makes("blackboard answer 1 once", ASKS_LEAVE)
    work(team)
    team.start("run")
    eventually(lambda: [a.cause for a in open_alerts(team.db())] == ["ask:1"], account=team.account)
    assert all(task.ask is None for task in list_tasks(team.db()))


def test_a_lead_that_may_give_leave_gives_it_once_and_makes_no_rule(makes: Makes) -> None:
    tries = 'blackboard answer 1 always 2>&1; echo "code=$?"; blackboard answer 1 once'
    team = makes(tries, ASKS_LEAVE, lead={"approvals": True})
    task = work(team)
    team.start("run")
    eventually(lambda: team.status(task) == "done", account=team.account)
    found = get_ask(team.db(), 1)
    assert (found.choice, found.answered_how) == ("allow", "lead")
    (session,) = sessions_of(team.db(), asked(team).id)
    output = Path(session.folder or "", "output.log").read_text("utf-8")
    assert "a lead gives leave once" in output and "code=2" in output


def test_the_operator_overrules_what_nobody_has_heard_and_nothing_that_somebody_has(
    makes: Makes, tmp_path: Path
) -> None:
    leaves_it = developer("blackboard comment --type question 'A or B?'; until test -e \"$STOP\"; do sleep 0.05; done;"
                          " blackboard submit --summary done", env={"STOP": str(tmp_path / "stop")})  # fmt: skip
    team = makes("blackboard answer 1 A", leaves_it)
    task = work(team)
    team.start("run")
    eventually(lambda: bool(open_asks(team.db())) or team.status(task) == "done", account=team.account)
    eventually(lambda: get_ask(team.db(), 1).status == AskStatus.ANSWERED, account=team.account)
    assert team.cli("ask", "answer", "1", "B").returncode == 0
    found = get_ask(team.db(), 1)
    assert (found.answer, found.answered_by, found.answered_how) == ("B", "operator", "person")
    said = [comment.body for comment in comments(team.db(), task.id)]
    assert "boss is overruled on ask #1: it said A" in said
    late = team.cli("ask", "answer", "1", "C")
    assert late.returncode == 4 and "was answered by operator: B; that stands" in late.stderr
    (tmp_path / "stop").touch()
    eventually(lambda: team.status(task) == "done", account=team.account)


def test_no_worktree_is_made_for_who_answers(makes: Makes, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    said = ["-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "-q", "--allow-empty", "-m", "begin"]
    subprocess.run(["git", "-C", str(repository), *said], check=True)
    team = makes(f"pwd; {ANSWERS}", workdir=str(repository), worktrees=True)
    task = work(team)
    team.start("run")
    eventually(lambda: team.status(task) == "done", account=team.account)
    made = [one.name for one in (team.home.project_folder("quant") / "worktrees").iterdir()]
    assert made == [str(task.id)], "only whoever asked has one"
    (session,) = sessions_of(team.db(), asked(team).id)
    where = Path(session.folder or "", "output.log").read_text("utf-8").splitlines()[0]
    assert where.endswith(f"/artifacts/{asked(team).id}")
