"""Promises of real agent programs that are started as commands, each as `agent add` defines it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.reads.asks import open_asks
from console.blackboard.reads.notes import comments
from console.blackboard.reads.tasks import get_task
from console.records.session import SessionStatus
from tests.agents.conftest import SLOW, Lab, a_limit_and_then_a_refused_key
from tests.agents.dialects import TURN
from tests.agents.programs import COMMANDS, Program
from tests.homes import eventually

FILLS = ("claude", "opencode")
"""Those that tell how much of its context a call of the model took. Qwen does, and has an agent of its own that takes steps of
the script once a turn has ended."""
TELLS = ("claude", "opencode", "qwen")
"""Those that tell what each call of the model used, so that a cap ends them in the middle."""
EACH = pytest.mark.parametrize("program", COMMANDS, ids=str)
WORK = (
    {"sh": "blackboard read"},
    {"sh": "echo 'the answer is 42' > outputs/answer.md"},
    {"sh": "blackboard output outputs/answer.md"},
    {"sh": "blackboard submit --summary 'it is 42'"},
    {"say": "All done: the answer is 42."},
)
SCORES = " ".join(f"--score {name}=1" for name in ("correctness", "completeness", "clarity"))
APPROVES = ({"sh": "blackboard read"}, {"sh": f"blackboard review --verdict approve {SCORES}"}, {"say": "Approved."})


@EACH
def test_an_author_does_a_task_and_reworks_what_its_reviewer_refused(lab: Lab, program: Program) -> None:
    rework = ({"sh": "blackboard read"}, {"sh": "echo '42, by proof' > outputs/answer.md"}, *WORK[2:])
    refuses = ({"sh": "blackboard review --verdict request_changes --finding 'no ROADMAP'"}, {"say": "Refused."})
    lab.agent("dev", program, *WORK, *rework)
    lab.agent("judge", program, *refuses, *APPROVES, role="reviewer")
    team = lab.opens()
    task = team.task("say what the answer is", reviews=("output_review",))
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    well = [each for each in lab.sessions(task) if each.status == SessionStatus.SUCCEEDED]
    assert [each.agent for each in well] == ["dev", "judge", "dev", "judge"]
    second = next(body for body in lab.asked("dev") if "ROADMAP" in body)
    assert "> outputs/answer.md" in second, "the second round goes on with the conversation of the first"
    first, again = (each for each in well if each.agent == "dev")
    assert first.external_id == again.external_id is not None
    assert (first.tokens, again.tokens) == (TURN * len(WORK), TURN * len(rework))
    said = lab.transcript(first)
    assert "the answer is 42" in " ".join(entry.get("text", "") for entry in said if entry["kind"] == "text")
    assert {"tool_call", "tool_result"} <= {entry["kind"] for entry in said}
    answer = team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs" / "answer.md"
    assert answer.read_text() == "42, by proof\n", "it worked in its own folder"
    assert lab.left() == []


@pytest.mark.parametrize("program", [each for each in COMMANDS if each.preset in TELLS], ids=str)
def test_at_its_cap_it_is_ended_in_the_middle_and_goes_on_where_that_is_raised(
    lab: Lab, program: Program, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    lab.agent("dev", program, WORK[0], {"sh": f"test -e {go} || sleep 300"}, *WORK[1:], cap={"tokens": TURN})
    team = lab.opens()
    task = team.task("say what the answer is", reviews=())
    assert team.run() == 0
    found, first = get_task(team.db(), task.id), lab.first_of(task)
    assert (found.status, found.hold_rule, found.attempts) == ("held", "budget.task", 0), team.account()
    assert TURN <= first.tokens <= 2 * TURN
    go.touch()
    assert team.cli("task", "raise", str(task.id), "--tokens", str(TURN * 20)).returncode == 0
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert lab.sessions(task)[-1].external_id == first.external_id is not None, "in the same conversation"
    assert lab.left() == []


@pytest.mark.parametrize("program", [each for each in COMMANDS if each.preset in FILLS], ids=str)
def test_a_conversation_that_is_nearly_full_hands_over(lab: Lab, program: Program) -> None:
    breaks_off = ({"sh": "echo ROADMAP"}, {"sh": "blackboard release --reason 'not yet'"}, {"say": "Later."})
    lab.agent("dev", program, *breaks_off, {"say": "The PEARS are counted."}, *WORK, context_window=TURN)
    team = lab.opens()
    task = team.task("say what the answer is", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    first, second = lab.sessions(task)
    asked = next(body for body in lab.asked("dev") if "## Hand over" in body)
    assert "ROADMAP" in asked, "in the old conversation"
    begun = next(body for body in lab.asked("dev") if "Your hand-over note" in body)
    assert "PEARS" in begun and "ROADMAP" not in begun, "in a new one"
    assert first.external_id != second.external_id is not None
    assert (first.tokens, second.tokens) == (TURN * 3, TURN * (1 + len(WORK)))


@EACH
def test_a_limit_spends_no_attempt_and_a_key_that_is_refused_is_told_and_not_tried_again(
    lab: Lab, program: Program
) -> None:
    lab.agent("dev", program, {"status": 429, "after": 1, "say": "Rate limit reached. Please try again later."})
    a_limit_and_then_a_refused_key(lab)


@EACH
def test_a_question_is_answered_after_a_kill_and_a_cancel_while_a_tool_runs_leaves_nothing(
    lab: Lab, program: Program
) -> None:
    asks = {"sh": "blackboard ask 'which colour?' --option red --option blue --wait 5m"}
    lab.agent("dev", program, asks, {"sh": "blackboard read; blackboard comment sleeping; sleep 300"})
    team = lab.opens()
    task = team.task(reviews=())
    first = team.start("run")
    eventually(lambda: bool(open_asks(team.db())), account=team.account, patience=SLOW)
    lab.killed(first)
    (ask,) = open_asks(team.db())
    assert team.cli("ask", "answer", str(ask.id), "blue").returncode == 0
    running = team.start("run", "--until-idle")
    eventually(lambda: len(comments(team.db(), task.id)) > 0, account=team.account, patience=SLOW)
    assert any("blue" in body for body in lab.asked("dev")), "the model heard the answer"
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    running.wait(60)  # or who cancels has stopped it, where it was not in charge yet
    eventually(lambda: lab.left() == [], account=team.account)
