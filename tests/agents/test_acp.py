"""Promises of real agent programs over the Agent Client Protocol, each as `agent add --acp` defines it."""

from __future__ import annotations

import signal
import subprocess

import pytest

from console.blackboard.reads.asks import get_ask, list_asks, open_asks
from console.records.ask import AskKind, AskStatus
from tests.agents.conftest import Lab
from tests.agents.dialects import TURN
from tests.agents.programs import ACP, Program
from tests.homes import TeamHome, eventually

EACH = pytest.mark.parametrize("program", ACP, ids=str)
WRITES = (
    {"sh": "blackboard read"},
    {"sh": "touch outputs/made.md"},
    {"sh": "blackboard submit --summary 'it is made'"},
    {"say": "All done."},
)


def until_asked(team: TeamHome, kind: AskKind = AskKind.APPROVAL, word: str = "touch") -> int:
    """The number of the ask that speaks of `word`; leave for anything else is given once.

    A program that does not say which command it would run (gemini) asks for each, whatever the rules allow.
    """
    found: list[int] = []

    def asked() -> bool:
        for ask in open_asks(team.db()):
            if ask.kind == kind and word in ask.body:
                found.append(ask.id)
            else:
                assert team.cli("ask", "answer", str(ask.id), "once").returncode == 0
        return bool(found)

    eventually(asked, account=team.account, patience=120)
    return found[0]


def answered_to_the_end(team: TeamHome, running: subprocess.Popen[bytes]) -> None:
    """Leave for whatever else it asks, until nothing is left to do."""

    def ended() -> bool:
        for ask in open_asks(team.db()):
            team.cli("ask", "answer", str(ask.id), "once")
        return running.poll() is not None

    eventually(ended, account=team.account, patience=120)
    assert running.returncode == 0, team.account()


def by_rule(team: TeamHome) -> list[str]:
    """The rules that answered asks."""
    return sorted({ask.rule for ask in list_asks(team.db()) if ask.rule is not None})


@EACH
def test_leave_is_given_by_another_process_and_the_task_is_done(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, *WRITES)
    team = lab.opens()
    task = team.task("make it", reviews=())
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    assert program.preset == "gemini" or by_rule(team) == ["blackboard"], "its blackboard calls need nobody"
    assert team.cli("ask", "answer", str(number), "once").returncode == 0
    answered_to_the_end(team, running)
    assert team.status(task) == "done", team.account()
    assert (team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs" / "made.md").exists()
    (session,) = lab.sessions(task)
    assert {"ask", "tool_call", "text"} <= {entry["kind"] for entry in lab.transcript(session)}
    assert lab.left() == []


@EACH
def test_leave_that_is_refused_is_not_taken_also_after_the_scheduler_was_killed(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, *WRITES)
    team = lab.opens(retry={"max_attempts": 1})
    task = team.task("make it", reviews=())
    first = team.start("run")
    number = until_asked(team)
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    assert team.cli("ask", "answer", str(number), "reject", "--reason", "not now").returncode == 0
    answered_to_the_end(team, team.start("run", "--until-idle"))
    assert not (team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs" / "made.md").exists()
    assert get_ask(team.db(), number).status == AskStatus.ANSWERED
    assert lab.left() == []


@EACH
def test_a_task_that_is_cancelled_while_leave_is_open_leaves_nothing(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, *WRITES)
    team = lab.opens()
    task = team.task("make it", reviews=())
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    assert running.wait(60) == 0, team.account()
    assert get_ask(team.db(), number).status == AskStatus.CLOSED
    assert lab.left() == []


@EACH
def test_a_question_is_answered_after_the_scheduler_was_killed(lab: Lab, program: Program) -> None:
    asks = {"sh": "blackboard ask 'which colour?' --option red --option blue --wait 5m"}
    lab.agent("dev", program, {"sh": "blackboard read"}, asks, *WRITES[2:])
    team = lab.opens()
    task = team.task("choose", reviews=())
    first = team.start("run")
    number = until_asked(team, AskKind.QUESTION, "colour")
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    assert team.cli("ask", "answer", str(number), "blue").returncode == 0
    answered_to_the_end(team, team.start("run", "--until-idle"))
    assert team.status(task) == "done", team.account()
    assert any("blue" in body for body in lab.asked("dev")), "the model heard the answer"


@pytest.mark.parametrize("program", [each for each in ACP if each.preset == "opencode"], ids=str)
def test_a_conversation_that_is_nearly_full_hands_over(lab: Lab, program: Program) -> None:
    breaks_off = ({"sh": "blackboard release --reason 'not yet'"}, {"say": "Later."}, {"say": "The PEARS are counted."})
    lab.agent(
        "dev", program, *breaks_off, {"sh": "blackboard submit --summary done"}, {"say": "Done."}, context_window=TURN
    )
    team = lab.opens()
    task = team.task("make it", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    first, second = lab.sessions(task)
    asked = next(body for body in lab.asked("dev") if "## Hand over" in body)
    assert "blackboard release --reason" in asked, "in the old conversation"
    begun = next(body for body in lab.asked("dev") if "Your hand-over note" in body)
    assert "PEARS" in begun and "## Hand over" not in begun, "in a new one"
    assert first.external_id != second.external_id is not None
