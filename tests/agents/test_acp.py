"""Promises of real agent programs over the Agent Client Protocol, each as `agent add --acp` defines it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from console.blackboard.reads.asks import get_ask, list_asks, open_asks
from console.records.ask import AskKind, AskStatus
from tests.agents.conftest import SLOW, Lab, a_limit_and_then_a_refused_key
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


GOES_ON = ("claude", "opencode", "qwen")
"""Those that load a conversation again."""
TRIES_LONG = ("opencode",)
"""Those that try for minutes before they tell of a limit, and cannot be told not to."""
COUNTS = ("claude", "gemini", "qwen")
"""Those that tell all the tokens that they used."""
SCORES = " ".join(f"--score {name}=1" for name in ("correctness", "completeness", "clarity"))
REFUSES_ONCE = (
    f"if test -e MARK; then blackboard review --verdict approve {SCORES};"
    " else touch MARK; blackboard review --verdict request_changes --finding 'no ROADMAP'; fi"
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

    eventually(asked, account=team.account, patience=SLOW)
    return found[0]


def answered_to_the_end(team: TeamHome, running: subprocess.Popen[bytes]) -> None:
    """Leave for whatever else it asks, until nothing is left to do."""

    def ended() -> bool:
        for ask in open_asks(team.db()):
            team.cli("ask", "answer", str(ask.id), "once")
        return running.poll() is not None

    eventually(ended, account=team.account, patience=SLOW)
    assert running.returncode == 0, team.account()


def by_rule(team: TeamHome) -> list[str]:
    """The rules that answered asks."""
    return sorted({ask.rule for ask in list_asks(team.db()) if ask.rule is not None})


@EACH
def test_leave_is_given_by_another_process_and_the_second_round_goes_on(
    lab: Lab, program: Program, tmp_path: Path
) -> None:
    rework = ({"sh": "blackboard read"}, {"sh": "blackboard submit --summary 'by proof'"}, {"say": "Done again."})
    lab.agent("dev", program, *WRITES, *rework, *rework)  # some ask for a turn of their own between two rounds
    lab.scripted("judge", REFUSES_ONCE.replace("MARK", str(tmp_path / "refused")), role="reviewer")
    team = lab.opens()
    task = team.task("make it", reviews=("output_review",))
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    assert program.preset == "gemini" or by_rule(team) == ["blackboard"], "its blackboard calls need nobody"
    assert team.cli("ask", "answer", str(number), "once").returncode == 0
    answered_to_the_end(team, running)
    assert team.status(task) == "done", team.account()
    assert (team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs" / "made.md").exists()
    first, second = (each for each in lab.sessions(task) if each.agent == "dev")
    assert {"ask", "tool_call", "text"} <= {entry["kind"] for entry in lab.transcript(first)}
    if program.preset in GOES_ON:
        asked = next(body for body in lab.asked("dev") if "ROADMAP" in body)
        assert "touch outputs/made.md" in asked, "the second round goes on with the conversation of the first"
        assert first.external_id == second.external_id is not None
    if program.preset in COUNTS:
        assert first.tokens == TURN * len(WRITES)
    assert lab.left() == []


@EACH
def test_leave_that_is_refused_is_not_taken_also_after_the_scheduler_was_killed(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, *WRITES)
    team = lab.opens(retry={"max_attempts": 1})
    task = team.task("make it", reviews=())
    first = team.start("run")
    number = until_asked(team)
    lab.killed(first)
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
def test_a_question_is_answered_after_a_kill_and_a_cancel_while_a_tool_runs_leaves_nothing(
    lab: Lab, program: Program
) -> None:
    asks = {"sh": "blackboard ask 'which colour?' --option red --option blue --wait 5m"}
    lab.agent("dev", program, asks, {"sh": "touch outputs/made.md; sleep 300"})
    team = lab.opens()
    task = team.task("choose", reviews=())
    first = team.start("run")
    number = until_asked(team, AskKind.QUESTION, "colour")
    lab.killed(first)
    assert team.cli("ask", "answer", str(number), "blue").returncode == 0
    running = team.start("run", "--until-idle")
    assert team.cli("ask", "answer", str(until_asked(team)), "once").returncode == 0
    assert any("blue" in body for body in lab.asked("dev")), "the model heard the answer"
    made = team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs" / "made.md"
    eventually(made.exists, account=team.account, patience=SLOW)
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    running.wait(60)  # or who cancels has stopped it, where it was not in charge yet
    eventually(lambda: lab.left() == [], account=team.account)


@pytest.mark.parametrize("program", [each for each in ACP if each.preset not in TRIES_LONG], ids=str)
def test_a_limit_spends_no_attempt_and_a_key_that_is_refused_is_told_and_not_tried_again(
    lab: Lab, program: Program
) -> None:
    lab.agent("dev", program, {"status": 429, "after": 1, "say": "Rate limit reached. Please try again later."})
    a_limit_and_then_a_refused_key(lab)


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
