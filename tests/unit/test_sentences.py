"""Promises of sentences that are translated where they are shown: ours are Chinese, what was filled in stays as it was."""

from __future__ import annotations

import pytest

from console.errors import UsageError
from console.home import valid_id
from console.sentences import in_chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("nothing needs you", "无需处理"),
        ("no project foo in /a b; see `moziplus project list`", "/a b 里没有项目 foo；见 `moziplus project list`"),
        ("task #3 is pending, not held", "任务 #3 是 待执行，没有挂起"),
        (
            "note: task #3 is held, and its reviews with it; release it first",
            "注意：任务 #3 已挂起，其评审也是；先解除挂起",
        ),
        ("  no tasks", "  没有任务"),
        ("quant: the home is paused", "quant：home 已暂停"),
        ("no tasks\nno runs yet", "没有任务\n还没有运行过"),
        ("the review of task #3 waits for you: no eligible reviewer", "任务 #3 的评审在等你：没有能评审的智能体"),
        ("claude: it was ended by signal SIGTERM", "claude：它被信号 SIGTERM 结束"),
    ],
)
def test_a_sentence_of_ours_is_chinese(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_a_name_that_cannot_be_one_is_shown_as_it_was_typed() -> None:
    for what, chinese in (("project", "项目"), ("agent", "智能体"), ("skill", "技能")):
        with pytest.raises(UsageError) as refused:
            valid_id("项目一", what)
        assert in_chinese(str(refused.value)).startswith(f"'项目一' 不能作{chinese}的编号")


def test_what_was_filled_in_stays_as_it_was_written() -> None:
    for title in ("done", "Rock and roll", "held by {1}", "no", "a\\1", "no #2 is 3", "待执行"):
        assert in_chinese(f"created quant#1 {title}") == f"已建 quant#1 {title}"


def test_what_an_agent_wrote_is_left_alone_where_little_of_it_is_known() -> None:
    for body in ("decided: to go on", "disk and memory low", "the build is red", "note: mind the gap"):
        assert in_chinese(body, ours=False) == body


def test_a_part_that_may_be_missing_is_no_part_of_the_one_before() -> None:
    said = "paused by operator since 2026-11-27T19:08:46.712Z{}; `moziplus resume` goes on"
    assert in_chinese(said.format("")).endswith("自 2026-11-27T19:08:46.712Z 起；`moziplus resume` 恢复")
    assert in_chinese(said.format(": lunch")).endswith("自 2026-11-27T19:08:46.712Z 起: lunch；`moziplus resume` 恢复")
