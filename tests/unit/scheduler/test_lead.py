"""Promises of console/scheduler/lead.py: the operator is spared as long as the lead may answer; nobody keeps it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.records.agent import Agent
from console.records.ask import Ask
from console.records.budget import Budgets, Limit, Usage
from console.records.fitness import Unfit, UnfitWhy
from console.records.lead import Turn
from console.records.need import Need, NeedKind
from console.records.policy import Policy
from console.records.task import TaskStatus
from console.scheduler.actions import EndTurn, RaiseAlert, StartTask
from console.scheduler.snapshot import ProjectView
from tests.play import NOW, Play, agent, present, session, task, view

TEAM = (agent("dev"), agent("boss", "lead"))
POLICY = Policy(lead="boss", lead_wait=60)
ASKED = task(7, created_by="ask:5", assignee="boss", priority=0)
START = StartTask(project="p", task_id=7, agent="boss")


def turn(**more: Any) -> Turn:
    usual: dict[str, Any] = {"ask": 5, "task_id": 7, "agent": "boss", "status": TaskStatus.PENDING}
    return Turn(**{**usual, "asked_at": NOW, "open": True, **more})


def asked(*, team: tuple[Agent, ...] = TEAM, policy: Policy = POLICY, **more: Any) -> ProjectView:
    """dev waits for an answer that boss is to give."""
    return view(policy=policy, agents=team, **{"ready": (ASKED,), "turns": (turn(),), "present": (present(),), **more})


def ends(why: str) -> EndTurn:
    return EndTurn(project="p", ask=5, why=why)


def starts(play: Play) -> list[StartTask]:
    return [action for action in play.decides() if isinstance(action, StartTask)]


def test_the_lead_is_started_although_whoever_asks_has_the_only_folder_and_before_other_work() -> None:
    assert starts(Play(asked(one_author=True, ready=(task(3), ASKED)))) == [START]
    assert starts(Play(asked(ready=(task(3, priority=0, assignee="boss"), ASKED)))) == [START]
    nowhere = Unfit(why=UnfitWhy.WORKPLACE, told="the workdir is not there")
    assert starts(Play(asked(place=nowhere, ready=(task(3), ASKED)))) == [START]


def test_who_answers_keeps_no_author_out_of_the_only_folder() -> None:
    answers = replace(present(session("s2", 7, agent="boss")), for_operator=True)
    works = turn(status=TaskStatus.WORKING)
    world = asked(one_author=True, ready=(task(3, assignee="dev"),), turns=(works,), present=(answers,))
    assert starts(Play(world)) == [StartTask(project="p", task_id=3, agent="dev")]


def all_wait(**more: Any) -> ProjectView:
    """Every slot is held by an agent that waits for an answer of the lead."""
    waits = (present(), present(session("s2", 2)))
    asks = tuple(Ask(id=5 + n, task_id=p.session.task_id, session=p.session.id, body="A?", about={})
                 for n, p in enumerate(waits))  # fmt: skip
    return asked(**{"present": waits, "asks": asks, **more})


def test_the_lead_has_a_slot_where_all_are_held_by_those_who_wait_for_it() -> None:
    full = Policy(lead="boss", lead_wait=60, max_global_agents=2, max_project_agents=2)
    world = all_wait(policy=full, ready=(task(3, assignee="boss"), ASKED))
    assert starts(Play(world, policy=full)) == [START], "and other work has none"
    assert starts(Play(all_wait(policy=full, asks=()), policy=full)) == [], "who works on keeps its slot"
    answering = replace(present(session("s3", 9, agent="boss")), for_operator=True)
    busy = all_wait(policy=full)
    busy = replace(busy, present=(*busy.present, answering, replace(answering, session=session("s4", 10))))
    assert starts(Play(busy, policy=full)) == [], "for each that waits one"


def test_nobody_answers_in_the_place_of_a_lead_that_is_out() -> None:
    team = (agent("dev"), agent("boss", "lead", fallback=("dev",)))
    out = {"boss": Unfit(why=UnfitWhy.SIGNED_OUT, told="is not signed in")}
    play = Play(asked(team=team, unfit=out, present=()))
    assert starts(play) == []
    assert ends("is not signed in") in play.decides()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (TaskStatus.DONE, "handed in without an answer"),
        (TaskStatus.CANCELLED, "was stopped"),
        (TaskStatus.HELD, "may not be asked: too dear"),
        (TaskStatus.FAILED, "may not be asked: too dear"),
    ],
)
def test_an_end_that_is_no_answer_makes_it_the_operators(how: TaskStatus, why: str) -> None:
    Play(asked(ready=(), turns=(turn(status=how, said="too dear"),))).then(ends(why))


@pytest.mark.parametrize("how", [TaskStatus.PENDING, TaskStatus.HELD, TaskStatus.FAILED])
def test_it_is_asked_once(how: TaskStatus) -> None:
    Play(asked(ready=(), turns=(turn(status=how, tried=True),))).then(ends("ended without an answer"))
    Play(asked(ready=(), turns=(turn(status=how, tried=True, said="exit code 3"),))).then(
        ends("ended without an answer: exit code 3")
    )


@pytest.mark.parametrize("how", [TaskStatus.PENDING, TaskStatus.WORKING])
def test_the_operator_is_spared_until_the_wait_is_over_and_not_longer(how: TaskStatus) -> None:
    busy = present(session("s2", 8, agent="boss"))
    play = Play(asked(ready=(), turns=(turn(status=how),), present=(busy,)))
    play.after(59).then().after(1).then(ends("gave no answer within 60 s"))


@pytest.mark.parametrize(
    ("home", "why"),
    [
        ({"estopped": True}, "cannot be started: the home is e-stopped"),
        ({"paused": True}, "cannot be started: the home is paused"),
        ({"enough_disk": False}, "cannot be started: the disk is nearly full"),
    ],
)
def test_a_home_that_starts_nothing_leaves_it_to_the_operator(home: dict[str, Any], why: str) -> None:
    assert ends(why) in Play(asked(), **home).decides()


def test_a_home_that_only_drains_does_not_for_another_scheduler_follows() -> None:
    Play(asked(), draining=True).then()


def test_a_lead_that_left_or_is_one_no_more_leaves_it_to_the_operator() -> None:
    for world in (asked(team=(agent("dev"),)), asked(policy=Policy())):
        assert ends("is not the lead any more") in Play(world).decides()


def test_a_budget_that_is_used_up_leaves_it_to_the_operator() -> None:
    spent = asked(budgets=Budgets(project=Limit(sessions=1)), used=Usage(sessions=1))
    (ended,) = [action for action in Play(spent).decides() if isinstance(action, EndTurn)]
    assert ended.why.startswith("cannot be started: ") and "session" in ended.why


def test_an_ask_that_is_settled_ends_the_turn_of_who_looks_at_it() -> None:
    Play(asked(ready=(), turns=(turn(status=TaskStatus.WORKING, open=False),))).then(ends(""))


def test_what_is_the_operators_already_stays_so() -> None:
    Play(asked(ready=(), turns=(turn(status=TaskStatus.CANCELLED, why="was stopped"),))).after(999_999).decides()
    passed = Play(asked(ready=(), present=(), turns=(turn(status=TaskStatus.DONE, why="passes it on: no"),)))
    passed.after(999).then()


def test_the_operator_is_not_called_while_the_lead_looks_at_it_and_is_when_it_does_no_more() -> None:
    need = Need(kind=NeedKind.ASK, project="p", task_id=1, ask_id=5, agent="dev", title="t", reason="A?", since=NOW)
    at_work = asked(ready=(), turns=(turn(status=TaskStatus.WORKING),), needs=(replace(need, lead="boss"),))
    play = Play(at_work).then()
    play.project(turns=(turn(status=TaskStatus.DONE, why="passes it on: no"),), needs=(need,))
    assert [a.cause for a in play.decides() if isinstance(a, RaiseAlert)] == ["ask:5"]
