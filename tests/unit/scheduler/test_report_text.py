"""Promises of console/scheduler/report_text.py: a report is whole, short where there is much, inert, and in both languages."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from console.records.need import Need, NeedKind
from console.records.project import Tally
from console.records.report import DayReport, Spent, TaskLine
from console.records.task import TaskStatus
from console.scheduler.report_text import notice, report_text
from tests.play import NOW, SECOND

DAY = date(2023, 11, 14)
HOUR = 3600 * SECOND


def report(**more: Any) -> DayReport:
    usual = {"project": "quant", "since": NOW - 24 * HOUR, "until": NOW, "tally": Tally()}
    return DayReport(**{**usual, **more})


def text(one: DayReport, language: str = "en") -> str:
    return report_text(one, DAY, language=language, zone=UTC)


def test_a_day_on_which_nothing_happened_says_so() -> None:
    found = text(report())
    assert found.startswith("# Daily report of quant, 2023-11-14\n\nFrom 2023-11-13 22:13 to 2023-11-14 22:13.\n")
    assert "0 done, 0 failed, 0 waiting for you, 0 overdue; 0 sessions, 0 tokens, 0.00 USD." in found
    assert found.count("\nNothing.\n") == 5
    assert found.endswith("\n") and not found.endswith("\n\n")


def test_everything_has_its_section() -> None:
    counts = dict.fromkeys(TaskStatus, 0) | {TaskStatus.PENDING: 3, TaskStatus.HELD: 1}
    found = text(
        report(
            done=(TaskLine(id=1, title="a", note="dev"),),
            failed=(TaskLine(id=2, title="b", note="exit 3"),),
            lost_attempts=2,
            spent=(Spent(agent="dev", sessions=3, tokens=1_234_567, cost=12.345), Spent(agent="rev", sessions=1)),
            needs=(Need(kind=NeedKind.HELD, project="quant", task_id=4, title="d", reason="no-rm", since=1),),
            overdue=(TaskLine(id=5, title="e", deadline=NOW - HOUR),),
            tally=Tally(counts=counts),
            blocked=2,
            experiences=("f",),
            skills=("csv@1.0.0",),
        )
    )
    assert [line for line in found.splitlines() if line.startswith(("-", "|", "3"))] == [
        "- \\#1 a: dev",
        "- \\#2 b: exit 3",
        "| agent | sessions | tokens | USD |",
        "|---|---:|---:|---:|",
        "| dev | 3 | 1,234,567 | 12.35 |",
        "| rev | 1 | 0 | 0.00 |",
        "- held \\#4 d: no-rm",
        "- 2023-11-14 21:13 \\#5 e",
        "3 pending (2 of them blocked), 0 at work, 0 in review, 1 held.",
        "- experience: f",
        "- skill: csv@1.0.0",
    ]


def test_a_long_list_is_cut_and_counted() -> None:
    found = text(report(done=tuple(TaskLine(id=n, title="t") for n in range(1, 81))))
    assert "\\#50 t\n- and 30 more\n" in found and "\\#51" not in found
    assert "80 done" in found


def test_a_hostile_title_stands_in_one_line_without_effect() -> None:
    evil = "# x\n## Done\n- [a](http://b) `c` <d> |e| \x1b[2J\u202ef &lt; $g$ ~~h~~ !i"
    found = text(report(done=(TaskLine(id=1, title=evil, note=evil),), experiences=(evil,), skills=(evil,)))
    assert found.count("## Done\n") == 1
    assert "\x1b" not in found and "\u202e" not in found
    inert = r"\# x \#\# Done - \[a\](http://b) \`c\` \<d\> \|e\| f \&lt; \$g\$ \~\~h\~\~ \!i"
    assert found.count(inert) == 4


def test_it_is_written_in_chinese_where_that_is_wanted() -> None:
    found = text(report(done=(TaskLine(id=1, title="量化", note="dev"),)), "zh")
    assert found.startswith("# quant 日报，2023-11-14\n\n2023-11-13 22:13 至 2023-11-14 22:13。\n")
    for title in ("完成", "失败", "成本", "等待你处理", "已逾期", "未完成", "经验与技能"):
        assert f"\n## {title}\n" in found
    assert "- \\#1 量化: dev" in found
    assert not any(word in found for word in ("Daily", "Nothing", "pending", "tokens"))


def test_the_notice_is_one_line_that_says_where_it_is() -> None:
    told = notice(report(), DAY, "artifacts/3/outputs/report-2023-11-14.md", language="en")
    assert told == (
        "Daily report 2023-11-14: 0 done, 0 failed, 0 waiting for you, 0 overdue; 0 sessions, 0 tokens, 0.00 USD;"
        " artifacts/3/outputs/report-2023-11-14.md"
    )
