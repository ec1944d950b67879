"""Owns the language of the command line's help: a command and its options, said in Chinese where this shell asks for it.

What a program reads (JSON, names of commands and options) is never translated.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from console.cli.in_words import in_words, speaks_chinese

__all__ = ("help_in_words", "without_json")

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


def without_json(paragraph: str) -> str:
    """A paragraph of help without what it says of its JSON, in one line: the msgid."""
    return " ".join(_JSON.sub("", paragraph).split())


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
        option.help = in_words(option.help or "") or None
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
    return f"{in_words(head)}{rest}"
