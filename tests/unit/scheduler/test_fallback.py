"""Promises of `fallback`: who is out is followed by whom it names, for as long as it is out, and nobody by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.records.ending import Ending, Life
from console.records.fitness import Unfit, UnfitWhy
from console.records.link import Link
from console.records.policy import Policy
from console.reviews.protocol import Protocol
from console.scheduler.actions import EndSession, StartTask
from console.scheduler.explain import explain
from console.scheduler.why import Why
from tests.play import NOW, SECOND, Play, agent, present, review, seat, session, task, view, waiting

LIMITED = Unfit(why=UnfitWhy.LIMITED, told="is rate limited until 13:00: limit", until=NOW + 3600 * SECOND)
SOON = replace(LIMITED, until=NOW + 60 * SECOND)
OUT = Unfit(why=UnfitWhy.SIGNED_OUT, told="cannot sign in: Not logged in", until=NOW + 3600 * SECOND)
GONE = Unfit(why=UnfitWhy.COMMAND, told="has no program `claude`")
CLAUDE = replace(agent("claude"), fallback=("codex", "pi"))
CODEX, PI, OTHER = agent("codex"), agent("pi"), agent("other")
TEAM = (CLAUDE, OTHER, CODEX, PI)
IT = task(1, assignee="claude")


def play(unfit: dict[str, Unfit], *, team: Any = TEAM, tasks: Any = (IT,), **more: Any) -> Play:
    return Play(view(ready=tasks, agents=team, **more)).project(unfit=unfit)


def starts(one: Play) -> list[tuple[str, str | None]]:
    return [(a.agent, a.instead_of) for a in one.decides() if isinstance(a, StartTask)]


def test_the_first_fallback_works_for_whoever_is_out_whatever_the_cause() -> None:
    assert starts(play({})) == [("claude", None)]
    for unfit in (LIMITED, OUT, GONE):
        (start,) = (a for a in play({"claude": unfit}).decides() if isinstance(a, StartTask))
        assert (start.agent, start.instead_of, start.why) == ("codex", "claude", unfit.told)
    assert starts(play({"claude": LIMITED, "codex": GONE})) == [("pi", "claude")]
    assert starts(play({"claude": LIMITED, "codex": GONE, "pi": GONE})) == []


def test_one_without_room_is_passed_over_and_one_that_is_merely_busy_is_not_replaced() -> None:
    busy = (present(session(agent="codex", task_id=9)),)
    assert starts(play({"claude": LIMITED}, present=busy)) == [("pi", "claude")]
    assert starts(play({}, present=(present(session(agent="claude", task_id=9)),))) == []
    both = (task(1, assignee="claude"), task(2, assignee="claude"), task(3, assignee="claude"))
    assert starts(play({"claude": LIMITED}, tasks=both)) == [("codex", "claude"), ("pi", "claude")]


def test_a_fallback_meets_what_the_task_asks_for_and_is_of_the_project() -> None:
    able = replace(CODEX, capabilities=("python",))
    claude = replace(CLAUDE, capabilities=("python",))
    needs = task(1, assignee="claude", needs=("python",))
    assert starts(play({"claude": LIMITED}, team=(claude, PI, able), tasks=(needs,))) == [("codex", "claude")]
    assert starts(play({"claude": LIMITED}, team=(claude, PI), tasks=(needs,))) == []
    tester = task(1, assignee="claude", role="developer")
    assert starts(play({"claude": LIMITED}, team=(CLAUDE, agent("codex", "tester")), tasks=(tester,))) == []
    assert starts(play({"claude": LIMITED}, team=(CLAUDE, OTHER))) == []
    assert starts(play({"claude": LIMITED}, tasks=(task(1),))) == [("other", None)]  # nobody in particular was asked


def test_a_fallback_is_followed_by_its_own() -> None:
    team = (replace(CLAUDE, fallback=("codex",)), replace(CODEX, fallback=("pi",)), PI)
    assert starts(play({"claude": LIMITED, "codex": OUT}, team=team)) == [("pi", "claude")]


def test_two_may_stand_in_for_each_other_and_wait_where_both_are_out() -> None:
    team = (replace(CLAUDE, fallback=("codex",)), replace(CODEX, fallback=("claude",)))
    assert starts(play({"claude": LIMITED}, team=team)) == [("codex", "claude")]
    assert starts(play({"codex": OUT}, team=team, tasks=(task(1, assignee="codex"),))) == [("claude", "codex")]
    assert starts(play({"claude": LIMITED, "codex": OUT}, team=team)) == []


def test_a_link_that_is_broken_counts_and_one_on_its_way_does_not() -> None:
    team = (replace(CLAUDE, backend="gateway"), CODEX)
    takes_over = [("codex", "claude")]
    kinds = {"down": takes_over, "struggling": takes_over, "connecting": [], "restarting": []}
    for kind, expected in kinds.items():
        link = Link(name="gateway", up=False, kind=kind, why=f"the gateway is {kind}")
        assert starts(play({}, team=team).home(links={"gateway": link})) == expected


def test_explain_says_who_works_for_whom_and_whom_it_waits_for() -> None:
    def told(one: Play) -> tuple[Why, str]:
        found = explain(one.view(), one.snapshot, IT, (), one.now)
        return found.why, found.sentence

    assert told(play({"claude": LIMITED})) == (
        Why.NEXT,
        "task #1 is ready: codex works for claude, which is rate limited until 13:00: limit",
    )
    busy = (present(session(agent="codex", task_id=9)), present(session("s2", agent="pi", task_id=8)))
    assert told(play({"claude": LIMITED}, present=busy)) == (
        Why.UNFIT,
        "task #1 is ready, but claude is rate limited until 13:00: limit; codex, pi may work for it and cannot now",
    )


def test_explain_says_whose_limit_a_task_waits_for() -> None:
    alone = task(1, assignee="claude", retry_at=LIMITED.until)
    one = play({"claude": LIMITED}, team=(CLAUDE,), tasks=())
    found = explain(one.view(), one.snapshot, alone, (), one.now)
    assert found.why == Why.BACKING_OFF
    assert found.sentence == "task #1 waits: claude is rate limited until 13:00: limit; no attempt was spent"


def ended(**more: Any) -> EndSession:
    ending = Ending(exit_code=1, rate_limited=True, limited_until=NOW + 5_000, failure="resets soon")
    gone = present(session(agent="claude"), life=Life.DEAD, ending=ending)
    return next(a for a in Play(view(present=(gone,), **more)).decides() if isinstance(a, EndSession))


def test_a_refused_task_waits_for_nobody_where_somebody_may_take_it() -> None:
    alone = replace(CLAUDE, role="solo")
    assert ended(agents=(alone, replace(CODEX, role="b"))).retry_at is None
    assert ended(agents=(replace(alone, fallback=()), replace(CODEX, role="b"))).retry_at == NOW + 5_000


REV = replace(agent("rev", "reviewer"), fallback=("codex",))
IN_SEQUENCE = {"output_review": Protocol(name="output_review", reviewers=("rev", "other"))}


def test_a_seat_whose_agent_is_out_goes_to_its_fallback_and_never_to_the_author() -> None:
    def asked(unfit: Unfit, author: str = "dev") -> Any:
        one = waiting(review(author=author, in_sequence=True), seat(1, "rev"), seat(2, "other"))
        world = view(agents=(CODEX, OTHER, REV), rounds=(one,), protocols=IN_SEQUENCE, unfit={"rev": unfit})
        return [a for a in Play(world).decides() if hasattr(a, "instead")]

    for unfit in (OUT, LIMITED):
        (end,) = asked(unfit)
        assert (end.seats, end.instead, end.heard, end.reason) == ((1,), ("codex",), False, f"rev {unfit.told}")
    assert asked(OUT, author="codex") == []
    assert asked(SOON) == []  # a few minutes: it keeps its seat


def test_the_policy_of_slots_holds_for_who_works_in_anothers_place() -> None:
    one = Play(view(ready=(IT,), agents=TEAM), policy=Policy(max_global_agents=1)).project(unfit={"claude": LIMITED})
    assert starts(one.project(present=(present(session(agent="other", task_id=9)),))) == []
