"""Promises of questions that real agents ask: seen at once, answered by another process, whatever was killed in between."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.asks import get_ask, open_asks
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.sessions import sessions_of
from console.records.ask import AskStatus
from tests.forked import run
from tests.homes import TeamHome, developer, eventually

WAITS = developer("printf 'said=%s\\n' \"$(blackboard ask 'A or B?' --option A --option B --wait 2m)\" && "
                  "blackboard submit --summary \"$(blackboard ask 'A or B?' --option A --option B)\"")  # fmt: skip
ENDS_ITS_TURN = developer(
    "answer=$(blackboard ask 'which one?' --end-turn --json);"
    " case $answer in *'\"answered\"'*) blackboard submit --summary done;; *) sleep 60;; esac"
)
JUST_ENDS = developer(
    "if blackboard read | grep -q 'operator, answered'; then blackboard submit --summary done;"
    " else blackboard comment --type question 'which one?'; fi"
)

Makes = Callable[[Mapping[str, Any]], TeamHome]


@pytest.fixture
def makes(tmp_path: Path) -> Iterator[Makes]:
    """Makes a home whose only agent is the one given; its schedulers end with the test."""
    made: list[TeamHome] = []

    def make(agent: Mapping[str, Any]) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", {"dev": agent}))
        return made[-1]

    yield make
    for team in made:
        team.close()


def until_asked(team: TeamHome) -> int:
    """The number of the only open ask."""
    eventually(lambda: bool(open_asks(team.db())), account=team.account)
    return open_asks(team.db())[0].id


def test_a_waiting_agent_is_shown_told_of_and_goes_on_although_the_scheduler_was_killed(makes: Makes) -> None:
    team = makes(WAITS)
    task = team.task()
    first = team.start("run")
    ask = until_asked(team)
    eventually(lambda: [a.cause for a in open_alerts(team.db())] == [f"ask:{ask}"], account=team.account)
    (need,) = [json.loads(line) for line in team.cli("--json", "needs").stdout.splitlines()]
    assert (need["kind"], need["ask"], need["answer"]) == ("ask", ask, f"moziplus ask answer quant#{ask}")
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = team.start("run")
    try:
        done = team.cli("ask", "answer", f"quant#{ask}", "2", "--reason", "it is cheaper")
        assert done.returncode == 0, done.stderr
        eventually(lambda: team.status(task) == "done", account=team.account)
        eventually(lambda: not open_alerts(team.db()), account=team.account)
    finally:
        second.terminate()
        second.wait()
    found = get_ask(team.db(), ask)
    assert (found.status, found.choice, found.answered_by) == (AskStatus.ANSWERED, "B", "operator")
    assert found.heard_at is not None
    (session,) = sessions_of(team.db(), task.id)
    assert "said=operator answers: B: it is cheaper" in Path(session.folder or "", "output.log").read_text("utf-8")


@pytest.mark.parametrize("agent", [ENDS_ITS_TURN, JUST_ENDS], ids=["says so", "just ends"])
def test_a_task_whose_agent_ends_its_turn_with_a_question_goes_on_with_the_answer(
    makes: Makes, agent: Mapping[str, Any]
) -> None:
    team = makes(agent)
    task = team.task()
    team.run()
    ask = until_asked(team)
    assert team.status(task) == "held" and get_ask(team.db(), ask).parked
    explained = team.cli("task", "explain", str(task.id)).stdout
    assert "waits for an answer: which one?" in explained and f"moziplus ask answer quant#{ask}" in explained
    assert team.cli("ask", "answer", str(ask), "this one").returncode == 0
    team.run()
    assert team.status(task) == "done", team.account()
    assert [s.counted for s in sessions_of(team.db(), task.id)] == [0, 0], "a question costs no attempt"


def test_a_question_with_a_default_is_answered_by_it_and_nobody_needs_to_be_in_charge(makes: Makes) -> None:
    team = makes(WAITS)
    team.task()
    said = blackboard(team, "ask", "go on?", "--option", "yes", "--default", "Yes", "--wait", "1s", "--json")
    assert (said.code, said.record["status"], said.record["choice"]) == (0, "expired", "yes"), said.err


def test_a_task_that_is_handed_back_waits_for_its_default_as_long_as_was_said(makes: Makes) -> None:
    team = makes(WAITS)
    team.task()
    for given in (["--wait", "2h"], ["--default", "yes"]):
        assert blackboard(team, "ask", "go on?", "--end-turn", *given).code == 2
    assert blackboard(team, "ask", "go on?", "--end-turn", "--wait", "2h", "--default", "yes").code == 0
    (ask,) = open_asks(team.db())
    assert ask.parked and ask.expires_at == ask.at + 2 * 3600 * 1000


def test_a_wait_that_was_cut_off_goes_on_for_the_same_ask(makes: Makes) -> None:
    team = makes(WAITS)
    team.task()
    said = blackboard(team, "ask", "go on?", "--wait", "1s")
    assert said.code == 5 and "`blackboard ask --again 1` waits on" in said.err
    assert team.cli("ask", "answer", "1", "yes").returncode == 0
    again = blackboard(team, "ask", "--again", "1")
    assert (again.code, again.out.strip()) == (0, "operator answers: yes")


def test_words_for_an_agent_at_work_stand_beside_the_reply_to_its_next_command_once(makes: Makes) -> None:
    team = makes(developer("until test -e go; do sleep 0.05; done; blackboard observe seen; blackboard observe again;"
                           " blackboard submit --summary done"))  # fmt: skip
    task = team.task()
    scheduler = team.start("run", "--until-idle")
    try:
        eventually(lambda: bool(sessions_of(team.db(), task.id)), account=team.account)
        session = sessions_of(team.db(), task.id)[0]
        assert team.cli("task", "comment", str(task.id), "use B instead").returncode == 0
        (team.home.project_folder("quant") / "artifacts" / str(task.id) / "go").touch()
        eventually(lambda: team.status(task) == "done", account=team.account)
    finally:
        with suppress(ProcessLookupError):
            scheduler.terminate()
        scheduler.wait()
    output = Path(session.folder or "", "output.log").read_text("utf-8")
    assert output.count("operator said meanwhile (comment): use B instead") == 1, output


def test_words_for_an_agent_that_waits_are_told_although_its_wait_ends_without_an_answer(makes: Makes) -> None:
    team = makes(developer("blackboard ask 'A or B?' --wait 3s; blackboard ask --again 1 --wait 1s;"
                           " blackboard submit --summary done"))  # fmt: skip
    task = team.task()
    scheduler = team.start("run", "--until-idle")
    try:
        until_asked(team)
        assert team.cli("task", "comment", str(task.id), "use B instead").returncode == 0
        eventually(lambda: team.status(task) == "done", account=team.account)
    finally:
        with suppress(ProcessLookupError):
            scheduler.terminate()
        scheduler.wait()
    (session,) = sessions_of(team.db(), task.id)
    output = Path(session.folder or "", "output.log").read_text("utf-8")
    assert output.count("operator said meanwhile (comment): use B instead") == 1, output


def blackboard(team: TeamHome, *words: str) -> Any:
    """As an agent without a session asks."""
    environ = {**os.environ, "MOZIPLUS_HOME": str(team.home.path), "MOZIPLUS_PROJECT": "quant", "MOZIPLUS_TASK": "1"}
    return run("console.cli.blackboard", words, environ)
