"""Promises of `moziplus schedule`: what comes again is asked for in words, shown, removed; what makes no sense is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.api.shape import plain
from console.cli.schedule_views import schedule_record
from console.records.schedule import Schedule, ScheduleKind
from tests.agent import Desk
from tests.program import Done, moziplus

FIELDS = set(plain(schedule_record("p", Schedule(id=1, name="s", kind=ScheduleKind.DAILY, next_at=0))))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def schedule(desk: Desk, *words: str, LANG: str = "C") -> Done:  # noqa: N803 - the variable's own name
    return moziplus("schedule", *words, home=desk.home.path, LANG=LANG)


def test_work_that_comes_again_is_made_as_it_was_asked_for(desk: Desk) -> None:
    parent = desk.task("the whole")
    made = schedule(
        desk, "add", "nightly", "--project", "quant", "--daily", "2:30", "--title", "backtest {date}", "--body", "all of it",
        "--assignee", "dev", "--needs", "python", "--priority", "1", "--deadline", "4h", "--parent", str(parent), "--tag", "a",
        "--expect", "outputs/a.md", "--review", "plan_review", "--misfire", "skip", "--overlap", "queue", "--json",
    ).record  # fmt: skip
    assert set(made) == FIELDS | {"notes"}
    assert (made["kind"], made["at_time"], made["every_seconds"], made["when"]) == (
        "daily",
        "02:30",
        None,
        "daily at 02:30",
    )
    assert (made["misfire"], made["overlap"], made["enabled"], made["runs"]) == ("skip", "queue", True, 0)
    assert made["next_at"].endswith("T02:30:00.000Z")
    assert made["task"] == {
        "title": "backtest {date}", "body": "all of it", "assignee": "dev", "role": None, "needs": ["python"], "tags": ["a"],
        "priority": 1, "reviews": ["plan_review"], "parent": parent, "expect": ["outputs/a.md"], "due_in_seconds": 14_400,
    }  # fmt: skip
    assert made.pop("notes") == ["nobody is in charge: it waits until `moziplus` or `moziplus run` starts a scheduler"]
    assert schedule(desk, "list", "--json").records == [made]
    assert "backtest {date}" in schedule(desk, "list", "--project", "quant").out


def test_intraday_is_taken_for_interval_and_written_back_as_that(desk: Desk) -> None:
    made = schedule(desk, "add", "often", "--every", "4h", "--kind", "intraday", "--no-review", "--json").record
    assert (made["kind"], made["every_seconds"], made["task"]["title"], made["task"]["reviews"]) == (
        "interval", 14_400, "often", [],
    )  # fmt: skip
    assert "intraday" not in schedule(desk, "list", "--json").out


def test_a_start_is_the_first_run(desk: Desk) -> None:
    made = schedule(desk, "add", "a", "--every", "4h", "--start", "2099-01-01T08:00", "--json").record
    assert made["next_at"] == "2099-01-01T08:00:00.000Z"
    made = schedule(desk, "add", "b", "--daily", "08:00", "--start", "2099-01-01T08:00", "--json").record
    assert made["next_at"] == "2099-01-01T08:00:00.000Z"
    made = schedule(desk, "add", "c", "--daily", "08:00", "--start", "2099-01-01T08:01", "--json").record
    assert made["next_at"] == "2099-01-02T08:00:00.000Z"


def test_a_report_is_in_the_language_of_the_shell_that_asks_for_it(desk: Desk) -> None:
    made = schedule(desk, "add", "r", "--daily", "18:00", "--report", "--json", LANG="zh_CN.UTF-8").record
    assert (made["report"], made["language"], made["task"]["title"]) == (True, "zh", "日报 {date}")
    made = schedule(desk, "add", "s", "--daily", "18:00", "--report", "--language", "en", "--json", LANG="zh_CN").record
    assert (made["language"], made["task"]["title"], made["task"]["reviews"]) == ("en", "Daily report {date}", [])


def test_the_tags_of_a_report_are_those_that_a_task_may_have(desk: Desk) -> None:
    made = schedule(desk, "add", "r", "--daily", "18:00", "--report", "--tag", "b,a", "--tag", " é ", "--json").record
    assert made["task"]["tags"] == ["b", "a", "é"]
    refused = schedule(desk, "add", "s", "--daily", "18:00", "--report", "--tag", " ")
    assert refused.code == 2 and "cannot be a tag" in refused.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("x", "one of --daily HH:MM, --every"),
        ("x --daily 18:00 --every 4h", "one of --daily HH:MM, --every"),
        ("x --daily 25:00", "no time of day"),
        ("x --every soon", "no span of time"),
        ("x --every 0h", "no span of time"),
        ("x --every 4h --kind daily", "does not go with --every"),
        ("1 --every 4h", "cannot be a name"),
        ("x --every 4h --assignee ghost", "no agent 'ghost'"),
        ("x --every 4h --review nonsense", "no review protocol"),
        ("x --every 4h --expect ../a", "cannot be an expected output"),
        ("x --every 4h --expect /a", "cannot be an expected output"),
        ("x --every 4h --language zh", "for a --report"),
        ("x --every 4h --report --assignee dev", "leave out --assignee"),
        ("x --every 4h --report --review plan_review", "leave out --review"),
        ("x --every 4h --deadline tomorrow", "no span of time"),
    ],
)
def test_what_makes_no_sense_is_refused_and_makes_nothing(desk: Desk, words: str, says: str) -> None:
    done = schedule(desk, "add", *words.split())
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert schedule(desk, "list", "--json").records == []


def test_by_name_or_number_it_is_switched_off_and_on_and_removed(desk: Desk) -> None:
    first = schedule(desk, "add", "a", "--every", "4h", "--json").record
    assert schedule(desk, "add", "a", "--every", "4h").code == 4
    assert schedule(desk, "disable", "a", "--json").record["enabled"] is False
    assert "disabled" in schedule(desk, "list").out
    again = schedule(desk, "enable", str(first["id"]), "--json").record
    assert (again["enabled"], again["next_at"]) == (True, first["next_at"])
    assert schedule(desk, "remove", "a", "--json").record["id"] == first["id"]
    for command in ("remove", "enable", "disable"):
        done = schedule(desk, command, "a")
        assert (done.code, "schedule list" in done.err) == (3, True)
    assert "schedule add" in schedule(desk, "list").out


def test_a_hostile_title_is_inert_in_the_list(desk: Desk) -> None:
    schedule(desk, "add", "a", "--every", "4h", "--title", "\x1b[2Jx\u202ey")
    listed = schedule(desk, "list").out
    assert "\x1b" not in listed and "\u202e" not in listed


def test_status_names_the_policy_and_explain_the_place(desk: Desk) -> None:
    (desk.home.config / "default.yaml").write_text(
        '{"daemon": {"policy": "auto"}, "agents": {"dev": {"backend": "command", "command": ["true"]}}}'
    )
    desk.task("a", priority=2)
    late = desk.task("b", deadline=4_000_000_000_000)
    status = moziplus("status", "--json", home=desk.home.path).record
    assert (status["policy"], status["projects"]["quant"]["policy"]) == ("auto", "deadline")
    found = moziplus("task", "explain", "1", "--json", home=desk.home.path).record
    assert (found["policy"], found["position"], found["of"]) == ("deadline", 2, 2)
    assert [one["task"] for one in found["ahead"]] == [late]
    assert "chosen by auto: 1 of 2 open tasks have a deadline" in found["place"]
    assert found["place"] in moziplus("task", "explain", "1", home=desk.home.path).out


def test_a_calendar_is_asked_for_by_cron_by_weekdays_in_a_zone_and_without_days(desk: Desk) -> None:
    made = schedule(desk, "add", "a", "--cron", "30 9 * * 1-5", "--json").record
    assert (made["kind"], made["cron"], made["when"]) == ("cron", "30 9 * * 1-5", "at 30 9 * * 1-5")
    words = ("--daily", "9：30", "--weekdays", "--zone", "Asia/Shanghai", "--except", "2099-10-01..2099-10-07")
    made = schedule(desk, "add", "b", *words, "--start", "2099-10-01", "--json").record
    assert (made["cron"], made["zone"], len(made["except"])) == ("30 9 * * 1-5", "Asia/Shanghai", 7)
    assert made["when"] == "at 30 9 * * 1-5 in Asia/Shanghai, not on 2099-10-01 and 6 other day(s)"
    assert made["next_at"] == "2099-10-08T01:30:00.000Z"
    made = schedule(desk, "add", "c", "--daily", "18:00", "--weekdays", "周六,周日", "--json").record
    assert made["cron"] == "0 18 * * 0,6"
    for name in ("a", "b"):
        schedule(desk, "disable", name)
        assert schedule(desk, "enable", name, "--json").record["enabled"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cron", "* * *"), "is no cron expression"),
        (("--cron", "0 9 * * *", "--weekdays"), "leave out --weekdays"),
        (("--every", "4h", "--zone", "UTC"), "go with --daily and --cron"),
        (("--daily", "9:00", "--zone", "Mars/Base"), "is no time zone"),
        (("--daily", "9:00", "--weekdays", "noday"), "are no weekdays"),
        (("--daily", "9:00", "--except", "soon"), "is no day"),
        (("--cron", "0 9 * * *", "--kind", "interval"), "--kind interval does not go with --cron"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_one_line(desk: Desk, words: tuple[str, ...], said: str) -> None:
    done = schedule(desk, "add", "x", *words)
    assert (done.code, said in done.err, done.err.count("\n")) == (2, True, 1)


def test_a_name_in_another_encoding_than_the_shells_finds_what_it_means(desk: Desk) -> None:
    schedule(desk, "add", "日报", "--daily", "18:00", "--report")
    foreign = os.fsdecode("日报".encode("gbk"))  # as an argument arrives whose bytes are no UTF-8
    assert schedule(desk, "disable", foreign, "--json").record["name"] == "日报"
    assert (gone := schedule(desk, "remove", foreign)).code == 0, gone.err
