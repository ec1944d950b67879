"""Promises of console/when.py: people write moments as they say them, in two languages, and nothing else is taken for one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import UsageError
from console.when import moment, span

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 25, 14, 30, tzinfo=SHANGHAI)


def at(text: str, *, last: bool = False, now: datetime = WEDNESDAY) -> str:
    found = moment(text, int(now.timestamp() * 1000), last_of_day=last, zone=now.tzinfo or UTC)
    return datetime.fromtimestamp(found // 1000, now.tzinfo).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("18:00", "2026-11-25 18:00"),
        ("9:00", "2026-11-26 09:00"),
        ("１８：００", "2026-11-25 18:00"),
        ("tomorrow 9:00", "2026-11-26 09:00"),
        ("9:00 tomorrow", "2026-11-26 09:00"),
        ("Tomorrow at 9am", "2026-11-26 09:00"),
        ("day after tomorrow 10:00", "2026-11-27 10:00"),
        ("tonight 8:30", "2026-11-25 20:30"),
        ("tonight", "2026-11-25 20:00"),
        ("半小时后", "2026-11-25 15:00"),
        ("9pm", "2026-11-25 21:00"),
        ("12am", "2026-11-26 00:00"),
        ("fri 17:00", "2026-11-27 17:00"),
        ("Friday", "2026-11-27 00:00"),
        ("wed 15:00", "2026-11-25 15:00"),
        ("wed 9:00", "2026-12-02 09:00"),
        ("next monday 9:00", "2026-11-30 09:00"),
        ("next friday", "2026-12-04 00:00"),
        ("明天 18:00", "2026-11-26 18:00"),
        ("明天１８：００", "2026-11-26 18:00"),
        ("明天下午三点半", "2026-11-26 15:30"),
        ("明早9点", "2026-11-26 09:00"),
        ("今晚8点", "2026-11-25 20:00"),
        ("后天", "2026-11-27 00:00"),
        ("大后天 9点", "2026-11-28 09:00"),
        ("下周一 9点", "2026-11-30 09:00"),
        ("下周三九点", "2026-12-02 09:00"),
        ("下星期二九点一刻", "2026-12-01 09:15"),
        ("下下周二", "2026-12-08 00:00"),
        ("周五", "2026-11-27 00:00"),
        ("星期天 10:00", "2026-11-29 10:00"),
        ("11月30日 18:00", "2026-11-30 18:00"),
        ("1月2日9点", "2027-01-02 09:00"),
        ("2027年1月2日", "2027-01-02 00:00"),
        ("2月29日", "2028-02-29 00:00"),
        ("in 2h", "2026-11-25 16:30"),
        ("in 2 hours", "2026-11-25 16:30"),
        ("2d", "2026-11-27 14:30"),
        ("＋４ｈ", "2026-11-25 18:30"),
        ("两小时后", "2026-11-25 16:30"),
        ("三天后", "2026-11-28 14:30"),
        ("十分钟后", "2026-11-25 14:40"),
        ("2026-11-30 18:00", "2026-11-30 18:00"),
        ("2026-11-30T10:00Z", "2026-11-30 18:00"),
    ],
)
def test_a_moment_is_understood_as_it_is_said(text: str, meant: str, shanghai: None) -> None:
    assert at(text) == meant


@pytest.fixture
def shanghai() -> Iterator[None]:
    """An ISO time without a zone is this machine's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("text", ["tomorrow", "明天", "thu", "周四", "11月26日", "２０２６－１１－２６"])
def test_a_day_alone_ends_with_its_last_moment_where_that_is_asked_for(text: str, shanghai: None) -> None:
    assert at(text, last=True) == "2026-11-26 23:59"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "18",
        "soon",
        "25:00",
        "24:00",
        "9:60",
        "13pm",
        "tomorrow foo",
        "foo 9:00",
        "周",
        "明",
        "上午",
        "2026-13-01",
    ]
    + ["2月30日", "5日", "next week", "now", "0:0:0:0", "9点点", "周八"],
)
def test_what_is_no_moment_is_refused_with_what_may_be_written(text: str) -> None:
    with pytest.raises(UsageError, match="is no moment: write 18:00, tomorrow 9:00"):
        at(text)


@given(st.text(alphabet=st.sampled_from("0123456789:- 点半周一三下明天后今晚nextmondayfrih+月日年时刻分"), max_size=12))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        at(text)


def test_a_time_that_the_clocks_leave_out_is_the_first_after_the_gap_and_one_that_comes_twice_its_first() -> None:
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    assert at("tomorrow 2:30", now=spring) == "2026-03-29 03:00"
    autumn = int(datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN).timestamp() * 1000)
    found = datetime.fromtimestamp(moment("tomorrow 2:30", autumn, zone=BERLIN) / 1000, UTC)
    assert (found.hour, found.minute) == (0, 30)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("４ｈ", 14_400), ("2 days", 172_800), ("两周", 1_209_600)]
)
def test_a_span_is_understood(text: str, seconds: int) -> None:
    assert span(text.replace("两", "2")) == seconds
