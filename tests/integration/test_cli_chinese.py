"""Promises of the command line in Chinese: help and tables where the shell asks for it, and the same JSON as ever."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.pofile import read_po

from console.cli.main import COMMANDS
from console.cli.main import moziplus as program
from console.cli.told import without_json
from tests.app.catalog import PO, compiled
from tests.program import moziplus
from tests.repository import ROOT

CLI = PO.with_name("cli.po")
IN_FLIGHT = 25
"""Commands and options that may wait for their translation; what is below it is told by the failure."""


def commands(group: click.Group, context: click.Context) -> Iterator[click.Command]:
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield found
        if isinstance(found, click.Group):
            yield from commands(found, click.Context(found, info_name=name, parent=context))


def wanted() -> set[str]:
    """What help says first of each command, of each option, and in each list of commands."""
    texts = {entry.help for entry in COMMANDS.values()}
    for one in (program, *commands(program, click.Context(program))):
        texts.add(without_json(inspect.cleandoc(one.help or "").split("\n\n")[0]))
        texts |= {param.help for param in one.params if isinstance(param, click.Option) and param.help}
    return {text for text in texts if text}


def titles() -> set[str]:
    files = (ROOT / "console" / "cli").rglob("*.py")
    return {title for file in files for title in re.findall(r'Column\("([A-Z ]+)"', file.read_text("utf-8"))}


def translated() -> dict[str, str]:
    with CLI.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="zh_CN") if message.id}


def test_help_and_tables_are_translated() -> None:
    known = translated()
    left = sorted(text for text in wanted() | titles() if not known.get(text))
    assert len(left) <= IN_FLIGHT, left
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in known.values())


def test_the_compiled_catalog_is_in_step() -> None:
    with CLI.open("rb") as file:
        assert CLI.with_suffix(".mo").read_bytes() == compiled(read_po(file, locale="zh_CN"))


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
    for kept in ("--weekdays [DAYS]", "[once|skip]", "schedule list", "moziplus schedule add"):
        assert kept in shown
    left = [line for line in shown.splitlines() if re.search(r"\b(?:the|its|what|with)\b", line)]
    assert left == []
