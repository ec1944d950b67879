"""Promises of agents that cannot be started: another of the role is taken, nothing is spent, and whoever asks is told why."""

from __future__ import annotations

from typing import Any

from console.engine.deadlines import next_deadline
from console.records.ending import Ending, Life
from console.records.fitness import Unfit, UnfitWhy
from console.records.session import SessionStatus
from console.scheduler.actions import EndAlert, EndSession, RaiseAlert, StartTask
from console.scheduler.explain import explain
from console.scheduler.why import Why
from tests.play import NOW, Play, agent, present, review, seat, task, view, waiting

NO_KEY = Unfit(why=UnfitWhy.ENVIRONMENT, told="needs API_KEY in the environment of the scheduler; it is not set")
NO_FOLDER = Unfit(why=UnfitWhy.WORKPLACE, told="the workdir /gone is not there; mount it or mend project.yaml")
LATER = Unfit(why=UnfitWhy.LIMITED, told="is refused by its provider until 15:00: limit", until=NOW + 60_000)
OUT = Unfit(why=UnfitWhy.SIGNED_OUT, told="cannot sign in: Not logged in", until=NOW + 3_600_000)
DEV, TWO = agent("dev"), agent("two")
IT = task(1)


def play(unfit: dict[str, Unfit], **more: Any) -> Play:
    return Play(view(ready=(IT,), agents=(DEV, TWO), **more), **{}).project(unfit=unfit)


def starts(one: Play) -> list[str]:
    return [a.agent for a in one.decides() if isinstance(a, StartTask)]


def told(one: Play) -> tuple[Why, str, str]:
    found = explain(one.view(), one.snapshot, IT, (), one.now)
    return found.why, found.sentence, found.advice


def test_another_one_of_the_role_is_taken() -> None:
    for unfit in (NO_KEY, LATER, OUT):
        assert starts(play({})) == ["dev"]
        assert starts(play({"dev": unfit})) == ["two"]
        assert starts(play({"dev": unfit, "two": unfit})) == []


def test_explain_says_of_each_what_it_lacks_and_what_mends_it() -> None:
    why, sentence, advice = told(play({"dev": NO_KEY, "two": OUT}))
    assert why == Why.UNFIT
    assert "dev needs API_KEY in the environment" in sentence and "two cannot sign in: Not logged in" in sentence
    assert "moziplus agent check dev" in advice and "no attempt" in advice.lower()
    assert "it starts by itself then" in told(play({"dev": LATER, "two": LATER}))[2]
    assert told(play({"dev": NO_KEY}))[0] == Why.NEXT


def test_nobody_starts_where_nobody_can_work_and_reviewers_go_on() -> None:
    lost = play({}).project(place=NO_FOLDER)
    assert starts(lost) == []
    assert told(lost)[:2] == (Why.UNFIT, f"task #1 is ready, but {NO_FOLDER.told}")
    due = view(rounds=(waiting(review(), seat()),), agents=(agent("rev", "reviewer"),), place=NO_FOLDER)
    assert [type(a).__name__ for a in Play(due).decides()] == ["StartSeat"]


def test_what_somebody_must_mend_is_told_once_and_ends_when_it_is_mended() -> None:
    def alerts(one: Play) -> list[Any]:
        return [a for a in one.decides() if isinstance(a, RaiseAlert | EndAlert)]

    (alert,) = alerts(play({"dev": NO_KEY}))
    assert alert.cause == "unfit:dev" and alert.body.startswith("dev needs API_KEY")
    assert alerts(play({"dev": NO_KEY}, open_causes=frozenset({"unfit:dev"}))) == []
    assert alerts(play({}, open_causes=frozenset({"unfit:dev"}))) == [EndAlert(project="p", cause="unfit:dev")]
    assert [a.cause for a in alerts(play({}).project(place=NO_FOLDER))] == ["unfit:workplace"]
    assert alerts(play({"dev": LATER, "two": LATER})) == []  # ends by itself
    assert alerts(play({"idle": NO_KEY})) == []


def test_an_agent_that_cannot_sign_in_is_one_alert_of_the_home() -> None:
    one = play({"dev": OUT, "two": OUT}).home(signed_out={"dev": "Not logged in"})
    (alert,) = [a for a in one.decides() if isinstance(a, RaiseAlert)]
    assert (alert.project, alert.cause) == ("", "sign-in:dev") and "dev cannot sign in: Not logged in" in alert.body
    one.home(home_causes=frozenset({"sign-in:dev"})).then()
    one.home(signed_out={}).then(EndAlert(project="", cause="sign-in:dev"))


def test_it_is_looked_at_again_by_itself_and_tried_when_its_time_has_come() -> None:
    assert next_deadline(play({"dev": NO_KEY}).snapshot, NOW) == NOW + 5_000
    assert next_deadline(play({"dev": LATER}).snapshot, NOW) == NOW + 60_000


def ended(ending: Ending, **more: Any) -> EndSession:
    one = Play(view(present=(present(life=Life.DEAD, ending=ending),), **more))
    return next(a for a in one.decides() if isinstance(a, EndSession))


def test_a_refusal_that_names_its_time_is_no_attempt_and_waits_until_then() -> None:
    refused = Ending(exit_code=1, rate_limited=True, limited_until=NOW + 5_000, failure="resets soon")
    found = ended(refused, agents=(DEV,))
    assert (found.status, found.counted, found.retry_at, found.until) == (
        SessionStatus.FAILED,
        False,
        NOW + 5_000,
        NOW + 5_000,
    )
    assert ended(refused, agents=(DEV, TWO)).retry_at is None  # the other one may take it at once
    assert ended(refused, agents=(DEV, TWO), unfit={"two": NO_KEY}).retry_at == NOW + 5_000


def test_a_sign_in_that_failed_is_no_attempt() -> None:
    found = ended(Ending(exit_code=1, signed_out=True, failure="Not logged in"))
    assert (found.counted, found.retry_at, found.signed_out, found.failure) == (False, None, True, "Not logged in")


def test_an_error_of_its_own_is_a_failed_attempt_whatever_its_exit_code() -> None:
    found = ended(Ending(exit_code=0, failed=True, failure="API Error: 500"))
    assert (found.status, found.counted, found.failure) == (SessionStatus.FAILED, True, "API Error: 500")


def test_the_last_line_of_a_failed_agent_stands_for_its_failure() -> None:
    words = "Traceback:\nModuleNotFoundError: No module named 'vnpy'\n\n}\n"
    assert ended(Ending(exit_code=3, tail=words)).failure == "ModuleNotFoundError: No module named 'vnpy' (exit 3)"
    assert ended(Ending(exit_code=None, signal=11, tail="core dumped")).failure == "core dumped (signal 11)"
    assert ended(Ending(exit_code=3, tail="\n{\n}\n")).failure == "exit code 3"
