"""Promises of the command line in Chinese: help and tables where the shell asks for it, and the same JSON as ever."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.forked import run
from tests.program import moziplus
from tests.repository import ROOT


def moziplus_in(home: Path, environ: dict[str, str]) -> Callable[..., str]:
    """What a command prints in a shell with these variables."""
    variables: dict[str, Any] = dict(environ)
    return lambda *words: moziplus(*words, home=home, **variables).out


def test_a_shell_that_speaks_chinese_reads_chinese(tmp_path: Path) -> None:
    home = tmp_path / "h"
    moziplus("init", str(home))
    moziplus("project", "create", "--id", "quant", "--agents", "dev", home=home)
    moziplus("task", "create", "--project", "quant", "--title", "x", home=home)
    for environ in ({"MOZIPLUS_LANGUAGE": "zh"}, {"LC_ALL": "zh_CN.UTF-8"}, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}):
        here = moziplus_in(home, environ)
        assert "命令：" in here("--help")
        assert "用法：moziplus task create" in here("task", "create", "--help")
        assert "状态" in here("task", "list").splitlines()[0]
    chinese = moziplus("task", "list", "--json", home=home, MOZIPLUS_LANGUAGE="zh").out
    assert chinese == moziplus("task", "list", "--json", home=home, MOZIPLUS_LANGUAGE="en").out
    assert "Commands:" in moziplus("--help", home=home, MOZIPLUS_LANGUAGE="en", LC_ALL="zh_CN.UTF-8").out


def test_a_page_of_help_keeps_names_and_values_as_they_are() -> None:
    shown = moziplus("schedule", "add", "--help", MOZIPLUS_LANGUAGE="zh").out
    for kept in ("--weekdays [DAYS]", "[once|skip]", "mon-fri", "moziplus schedule add"):
        assert kept in shown
    shown = re.sub(r"JSON: .*?(?=\n\n)", "", shown, flags=re.DOTALL)  # what it says to programs
    left = [line for line in shown.splitlines() if re.search(r"\b(?:the|its|what|with)\b", line)]
    assert left == []


def blackboard(*words: str, **environ: str) -> str:
    """What the agents' tool says, on both its streams."""
    done = run("console.cli.blackboard", words, {**os.environ, "PYTHONPATH": str(ROOT), **environ})
    return done.out + done.err


def test_errors_and_acknowledgements_are_chinese_and_programs_read_what_they_did(tmp_path: Path) -> None:
    home = tmp_path / "h"
    speaks = moziplus_in(home, {"MOZIPLUS_LANGUAGE": "zh"})
    assert "现在是 home 了" in speaks("init", str(home))
    created = moziplus("project", "create", "--id", "quant", "--agents", "dev", home=home, MOZIPLUS_LANGUAGE="zh")
    assert "已建项目 quant" in created.out
    assert "没有配置定义 dev" in created.err
    assert "已建 quant#1 done" in speaks("task", "create", "--project", "quant", "--title", "done")
    shown = speaks("task", "show", "1")
    assert shown.startswith("quant#1 done\n  状态         待执行\n")
    for words in (("task", "explain", "1"), ("status",), ("doctor",), ("review", "list"), ("task", "list")):
        assert re.search("[\u4e00-\u9fff]", speaks(*words)), words
        assert not re.search("[\u4e00-\u9fff]", speaks(*words, "--json")), words


def test_a_command_line_that_is_wrong_is_told_so_in_chinese(tmp_path: Path) -> None:
    home = tmp_path / "h"
    moziplus("init", str(home))
    moziplus("project", "create", "--id", "quant", "--agents", "dev", home=home)
    for words, code, says in (
        (("task", "show", "9"), 3, "没有任务 #9；`moziplus task list` 列出它们"),
        (("task", "show"), 2, "缺少参数 'N'；见 `moziplus task show --help`"),
        (("task", "list", "--limit", "x"), 2, "'--limit' 的值不对：'x' 不是整数；见 `moziplus task list --help`"),
        (("task", "frob"), 2, "没有命令 'frob'；见 `moziplus task --help`"),
    ):
        done = moziplus(*words, home=home, MOZIPLUS_LANGUAGE="zh")
        assert (done.code, done.err) == (code, f"moziplus: {says}\n")


def test_an_agent_that_speaks_chinese_is_told_in_chinese(tmp_path: Path) -> None:
    moziplus("init", str(tmp_path / "h"))
    environ = {"MOZIPLUS_LANGUAGE": "zh", "MOZIPLUS_HOME": str(tmp_path / "h")}
    assert blackboard("claim", **environ) == "blackboard: 指明谁认领：--agent A（项目的智能体）\n"
    assert "提交工作，并结束会话。" in blackboard("submit", "--help", **environ)
    assert "缺少参数：--summary" in blackboard("submit", **environ)
