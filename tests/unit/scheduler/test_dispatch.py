"""Promises of console/scheduler/dispatch.py, slots.py, matching.py, gates.py and policies: what starts, and with whom."""

from __future__ import annotations

from typing import Any

import pytest

from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import ReviewStatus, SeatKind, SeatStatus
from console.records.task import TaskStatus
from console.scheduler.actions import Leave, PrepareRound, StartSeat, StartTask
from console.scheduler.policies import ORDERS, in_order
from console.scheduler.snapshot import ProjectView
from tests.play import DOWN, NOW, SECOND, UP, Play, agent, present, review, seat, session, task, view, waiting

DEV, TWO, REV = agent("dev"), agent("two"), agent("rev", "reviewer")
WIDE = Policy(max_per_agent=9)


def start(number: int, who: str = "dev", project: str = "p") -> StartTask:
    return StartTask(project=project, task_id=number, agent=who)


def started(play: Play) -> list[tuple[str, int]]:
    return [(a.project, a.task_id) for a in play.decides() if isinstance(a, StartTask)]


def ready(*tasks: Any, **more: Any) -> ProjectView:
    return view(ready=tasks, **more)


def test_the_most_urgent_task_comes_first_and_the_older_of_equals() -> None:
    Play(ready(task(1, priority=2), task(2, priority=0), task(3, priority=0))).then(start(2))


def test_fifo_takes_them_as_they_came() -> None:
    Play(ready(task(1, priority=2), task(2, priority=0), policy=Policy(order="fifo"))).then(start(1))


def test_orders_are_total_and_by_name() -> None:
    assert set(ORDERS) == {"priority", "fifo", "deadline", "dynamic"}
    tasks = (task(3, priority=1), task(1, priority=2), task(2, priority=1))
    assert [t.id for t in in_order(tasks, "priority")] == [2, 3, 1]
    assert [t.id for t in in_order(tasks, "fifo")] == [1, 2, 3]


def test_projects_take_turns() -> None:
    many = tuple(task(n) for n in range(1, 9))
    views = [view(name, ready=many, policy=WIDE, agents=(agent(name),)) for name in ("a", "b", "c")]
    play = Play(*views, policy=Policy(max_global_agents=7))
    assert started(play) == [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("c", 2), ("a", 3)]


def test_a_project_without_work_gives_its_turn_away() -> None:
    idle = view("a")
    busy = view("b", ready=(task(1), task(2)), policy=WIDE)
    assert started(Play(idle, busy)) == [("b", 1), ("b", 2)]


def test_the_home_has_a_limit_and_sessions_that_are_not_gone_count() -> None:
    tasks = tuple(task(n) for n in range(2, 9))
    lingering = present(ended_at=NOW, status="succeeded", task_status="done")
    play = Play(ready(*tasks, policy=WIDE, present=(lingering,)), policy=Policy(max_global_agents=3))
    play.then(start(2), start(3))
    play.project(present=(lingering, lingering, lingering)).then()


def test_a_project_may_have_a_cap_of_its_own() -> None:
    capped = Policy(max_project_agents=2, max_per_agent=9)
    assert len(started(Play(ready(task(1), task(2), task(3), policy=capped)))) == 2


def test_an_agent_counts_across_projects() -> None:
    elsewhere = view("q", present=(present(session(agent="dev")),))
    Play(ready(task(2)), elsewhere).then()
    both = [view(name, ready=(task(1),)) for name in ("a", "b")]
    Play(*both).then(start(1, project="a"))


def test_an_agent_may_have_a_limit_of_its_own() -> None:
    wide = agent("dev", max_parallel=2)
    assert len(started(Play(ready(task(1), task(2), task(3), agents=(wide,))))) == 2
    Play(ready(task(1), agents=(agent("dev", max_parallel=0),))).then()


def test_the_assignee_and_nobody_else() -> None:
    Play(ready(task(1, assignee="two"), agents=(DEV, TWO))).then(start(1, "two"))
    busy = present(session(agent="two"), task_id=9)
    Play(ready(task(1, assignee="two"), agents=(DEV, TWO), present=(busy,))).then()


def test_a_role_and_all_capabilities() -> None:
    python, both = agent("py", capabilities=("python",)), agent("both", capabilities=("python", "gpu"))
    team = (REV, python, both)
    Play(ready(task(1, role="reviewer"), agents=team)).then(start(1, "rev"))
    Play(ready(task(1, needs=("gpu", "python")), agents=team)).then(start(1, "both"))


def test_the_preferred_agent_first_but_not_only() -> None:
    Play(ready(task(1, preferred="two"), agents=(DEV, TWO))).then(start(1, "two"))
    busy = present(session(agent="two"), task_id=9)
    Play(ready(task(1, preferred="two"), agents=(DEV, TWO), present=(busy,))).then(start(1, "dev"))


def test_the_least_busy_else_the_first_in_config() -> None:
    busy = present(session(agent="dev"), task_id=9)
    Play(ready(task(1), task(2), agents=(DEV, TWO), policy=WIDE, present=(busy,))).then(
        start(1, "two"), start(2, "dev")
    )


def test_a_task_that_nobody_free_can_do_does_not_hold_up_the_next() -> None:
    busy = present(session(agent="two"), task_id=9)
    tasks = (task(1, assignee="two", priority=0), task(2))
    Play(ready(*tasks, agents=(DEV, TWO), present=(busy,))).then(start(2))


def test_gateway_agents_start_only_while_the_gateway_is_up() -> None:
    far = agent("far", backend="gateway")
    play = Play(ready(task(1), task(2), agents=(far, DEV)), links=DOWN).then(start(1, "dev"))
    play.home(links=UP).then(start(1, "far"), start(2, "dev"))


def test_an_external_agent_claims_for_itself() -> None:
    Play(ready(task(1, assignee="out"), agents=(agent("out", backend="external"),))).then()


@pytest.mark.parametrize("home", [{"paused": True}, {"estopped": True}, {"paused": True, "draining": True}])
def test_nothing_starts_while_the_home_is_closed(home: dict[str, Any]) -> None:
    assert [a for a in Play(ready(task(1)), **home).decides() if not isinstance(a, Leave)] == []


@pytest.mark.parametrize("state", [{"paused_at": NOW}, {"archived": True}])
def test_nothing_starts_in_a_closed_project_and_others_go_on(state: dict[str, Any]) -> None:
    closed = ready(task(1), state=ProjectState(project="p", epoch="e", **state))
    Play(closed, view("q", ready=(task(7),))).then(start(7, project="q"))


@pytest.mark.parametrize(
    "held_back",
    [
        {"blocked_by": 1},
        {"not_before": NOW + 1},
        {"retry_at": NOW + 1},
        {"status": TaskStatus.HELD, "held_from": TaskStatus.PENDING},
        {"status": TaskStatus.REVIEW},
    ],
)
def test_a_page_that_grew_old_starts_nothing_that_a_claim_would_refuse(held_back: dict[str, Any]) -> None:
    Play(ready(task(1, **held_back))).then()


def test_nothing_starts_before_the_last_session_is_confirmed_gone_or_under_a_plan_review() -> None:
    leftover = present(task_status="pending", stop_reason="cancel", stop_asked_at=NOW)
    Play(ready(task(1), policy=WIDE, present=(leftover,))).then()
    for status in (ReviewStatus.OPEN, ReviewStatus.ESCALATED, ReviewStatus.CHANGES_REQUESTED):
        Play(ready(task(1), plans={1: status})).then()


def test_a_due_review_goes_before_tasks() -> None:
    due = waiting(review(), seat())
    play = Play(ready(task(2), agents=(DEV, REV), rounds=(due,)), policy=Policy(max_global_agents=1))
    play.then(StartSeat(project="p", seat_id=1, task_id=1, agent="rev"))


def test_in_a_sequence_only_the_seat_whose_turn_it_is_starts() -> None:
    team, sequence = (DEV, REV, agent("lead", "lead")), review(in_sequence=True)
    both = waiting(sequence, seat(1, "rev"), seat(2, "lead"))
    first = StartSeat(project="p", seat_id=1, task_id=1, agent="rev")
    Play(view(agents=team, rounds=(both,))).then(first)
    spoken = waiting(sequence, seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead"))
    second = StartSeat(project="p", seat_id=2, task_id=1, agent="lead")
    Play(view(agents=team, rounds=(spoken,))).then(second)
    both = waiting(review(), seat(1, "rev"), seat(2, "lead"))
    Play(view(agents=team, rounds=(both,))).then(first, second)


def test_whom_a_round_went_to_starts_and_a_slot_is_kept_for_it() -> None:
    up = review(status=ReviewStatus.ESCALATED, escalated_to="lead")
    asked = waiting(up, seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead", kind=SeatKind.ESCALATION))
    team = (DEV, REV, agent("lead", "lead"))
    Play(view(agents=team, rounds=(asked,))).then(StartSeat(project="p", seat_id=2, task_id=1, agent="lead"))
    busy = present(session(agent="lead"), task_id=9)
    full = ready(task(2), agents=team, rounds=(asked,), present=(busy,))
    Play(full, policy=Policy(max_global_agents=2)).then()


def test_while_a_review_is_due_one_slot_is_kept_for_it() -> None:
    tasks = tuple(task(n) for n in range(2, 6))
    unprepared = ready(*tasks, agents=(DEV, REV), rounds=(waiting(),), policy=WIDE)
    prepare = PrepareRound(project="p", review_id=1, round=1, reviewers=("rev",))
    Play(unprepared, policy=Policy(max_global_agents=2)).then(prepare, start(2))
    Play(unprepared, policy=Policy(max_global_agents=1)).then(prepare, start(2))


def test_the_slot_is_kept_for_a_busy_reviewer_too_but_not_beside_a_review_at_work() -> None:
    due = waiting(review(), seat())
    busy = present(session(agent="rev"), task_id=9)
    full = ready(task(2), agents=(DEV, REV), rounds=(due,), present=(busy,))
    Play(full, policy=Policy(max_global_agents=2)).then()
    at_work = present(session(agent="rev", seat_id=5), seat=seat(5, status=SeatStatus.WORKING, fence=1))
    reviewing = ready(task(2), agents=(DEV, REV), rounds=(due,), present=(at_work,))
    Play(reviewing, policy=Policy(max_global_agents=2)).then(start(2))


@pytest.mark.parametrize("reviewer", [agent("rev", backend="gateway"), agent("rev", backend="external")])
def test_no_slot_is_kept_for_a_reviewer_that_cannot_come(reviewer: Any) -> None:
    due = waiting(review(), seat())
    far = ready(task(2), agents=(DEV, reviewer), rounds=(due,))
    Play(far, policy=Policy(max_global_agents=2), links=DOWN).then(start(2))
    far_back = ready(task(2), agents=(DEV, REV), rounds=(waiting(review(), seat(retry_at=NOW + SECOND)),))
    Play(far_back, policy=Policy(max_global_agents=2)).then(start(2))


def test_draining_starts_nothing_and_leaves_when_nobody_is_left() -> None:
    play = Play(ready(task(2), present=(present(),)), draining=True).then()
    play.project(present=()).then(Leave())


def test_authors_take_turns_in_one_folder_while_reviewers_go_on() -> None:
    shared = {"agents": (DEV, TWO, REV), "one_author": True}
    Play(ready(task(1), task(2), **shared)).then(start(1))
    work = present(session("s1", 3, agent="two"))
    Play(ready(task(1), present=(work,), **shared)).then()
    read = present(session("s1", 3, agent="rev", seat_id=7), seat=seat(7, "rev", status=SeatStatus.WORKING))
    assert started(Play(ready(task(1), present=(read,), **shared))) == [("p", 1)]


def test_a_reviewer_takes_only_work_that_asks_for_it() -> None:
    team = {"agents": (REV, DEV), "policy": WIDE}
    Play(ready(task(1), task(2, role="reviewer"), task(3, assignee="rev"), **team)).then(
        start(1), start(2, "rev"), start(3, "rev")
    )
    assert started(Play(ready(task(1), agents=(REV,)))) == []
