"""Promises of real agent programs that are started as commands, each as `agent add` defines it."""

from __future__ import annotations

import pytest

from console.blackboard.reads.notes import comments
from console.records.session import SessionStatus
from tests.agents.conftest import Lab
from tests.agents.dialects import TURN
from tests.agents.programs import COMMANDS, Program
from tests.homes import eventually

FILLS = ("claude", "opencode")
"""Those that tell how much of its context a call of the model took. Qwen does, and has an agent of its own that takes steps of
the script once a turn has ended."""
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
def test_a_task_is_done_and_its_use_and_words_are_known(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, *WORK)
    team = lab.opens()
    task = team.task("say what the answer is", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (session,) = lab.sessions(task)
    assert session.tokens == TURN * len(WORK)
    said = lab.transcript(session)
    assert "the answer is 42" in " ".join(entry.get("text", "") for entry in said if entry["kind"] == "text")
    assert {"tool_call", "tool_result"} <= {entry["kind"] for entry in said}
    assert lab.left() == []


@EACH
def test_an_author_reworks_what_its_reviewer_refused(lab: Lab, program: Program) -> None:
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
def test_a_limit_spends_no_attempt(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, {"status": 429, "after": 1, "say": "Rate limit reached. Please try again later."})
    team = lab.opens()
    task = team.task(reviews=())
    running = team.start("run")
    eventually(lambda: any(each.ended_at for each in lab.sessions(task)), account=team.account, patience=240)
    running.terminate()
    running.wait(30)
    first = lab.sessions(task)[0]
    assert (first.status, first.counted) == ("failed", 0), (first.failure, team.account())
    assert "limit" in (first.failure or "").lower()


@EACH
def test_a_key_that_is_refused_is_told_and_not_tried_again(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, {"status": 401, "say": "invalid api key"})
    team = lab.opens()
    task = team.task(reviews=())
    running = team.start("run")
    eventually(lambda: "sign-in:dev" in lab.causes(), account=team.account, patience=240)
    running.terminate()
    running.wait(30)
    (session,) = lab.sessions(task)
    assert session.counted == 0, session.failure


@EACH
def test_a_task_that_is_cancelled_while_a_tool_runs_leaves_nothing(lab: Lab, program: Program) -> None:
    lab.agent("dev", program, {"sh": "blackboard read; blackboard comment sleeping; sleep 300"})
    team = lab.opens()
    task = team.task(reviews=())
    running = team.start("run", "--until-idle")
    eventually(lambda: bool(comments(team.db(), task.id)), account=team.account)
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    assert running.wait(60) == 0, team.account()
    assert lab.left() == []
