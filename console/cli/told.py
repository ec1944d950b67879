"""Owns the language of the command line's help and tables: catalog `cli`, English msgids, loaded where Chinese is asked for.

What a program reads (JSON, names of commands and options) is never translated.
"""

from __future__ import annotations

import gettext
import inspect
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import click

from console.i18n import choose_language
from console.shipped_files import shipped

__all__ = ("help_in_words", "speaks_chinese", "told", "without_json")

_JSON = re.compile(r"\s*(?:\bJSON(?:, one a line)?:|\bJSON adds).*", re.DOTALL)
"""The end of a paragraph that is for programs."""
_FRAME = {
    "Usage: ": "用法：",
    "\nOptions:": "\n选项：",
    "\nCommands:": "\n命令：",
    "[required]": "[必填]",
    "[default: ": "[默认：",
    "Show this message and exit.": "显示本说明并退出。",
}


def speaks_chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether MOZIPLUS_LANGUAGE, else LC_ALL, LC_MESSAGES or LANG, asks for Chinese."""
    return choose_language(environ, environ.get("MOZIPLUS_LANGUAGE")) == "zh"


def told(text: str) -> str:
    """`text` in the language of this shell; English where it is not translated."""
    return _catalog()(text) if text and speaks_chinese() else text


def without_json(paragraph: str) -> str:
    """A paragraph of help without what it says of its JSON, in one line: the msgid."""
    return " ".join(_JSON.sub("", paragraph).split())


@cache
def _catalog() -> Callable[[str], str]:
    return gettext.translation("cli", shipped("config", "translations"), ["zh_CN"], fallback=True).gettext


def help_in_words(command: click.Command, render: Callable[[], str]) -> str:
    """What `render` says of a command, in the language of this shell."""
    if not speaks_chinese():
        return render()
    with _translated(command):
        text = render()
    for english, chinese in _FRAME.items():
        text = text.replace(english, chinese)
    return text


@contextmanager
def _translated(command: click.Command) -> Iterator[None]:
    """While it lasts, the command and its options say their help in Chinese."""
    options = [param for param in command.params if isinstance(param, click.Option)]
    before = command.help, [option.help for option in options]
    command.help = "\n\n".join(map(_paragraph, inspect.cleandoc(command.help or "").split("\n\n")))
    for option in options:
        option.help = told(option.help or "") or None
    try:
        yield
    finally:
        command.help = before[0]
        for option, text in zip(options, before[1], strict=True):
            option.help = text


def _paragraph(paragraph: str) -> str:
    """With its beginning in Chinese; what it says of JSON stays."""
    head = without_json(paragraph)
    rest = " ".join(paragraph.split())[len(head) :]
    return f"{told(head)}{rest}"
