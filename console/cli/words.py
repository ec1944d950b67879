"""Owns the words that come in by a command line: read from stdin where `-` stands, made safe and free of secrets.

Whatever an agent or a person says passes here before it is stored.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from console.commands.text import Line, Prose, Reason
from console.errors import UsageError
from console.text import as_meant, bare, decoded

__all__ = ("free_of_secrets", "given", "line", "lines", "reason")

STDIN_MAX = 2_000_000
"""Characters that are looked at; the blackboard's own limits are far lower."""


def lines(text: str | None) -> Prose:
    """`text`, of any number of lines, ready to be stored; `-` is read from stdin. None is the empty text."""
    return Prose(given(text))


def line(text: str) -> Line:
    """`text` as one line, whole: what is too long is refused by the blackboard, not cut."""
    return Line(given(text))


def reason(text: str | None) -> Reason:
    """`text` as one line that may be cut: why something is asked for."""
    return Reason(given(text))


def given(text: str | None) -> str:
    """`text` as it was said, with whatever it holds; `-` is read from stdin. Never store it as it is."""
    _learn()
    if text == "-":
        bare = getattr(sys.stdin, "buffer", None)
        text = sys.stdin.read(STDIN_MAX + 1) if bare is None else decoded(bare.read(4 * STDIN_MAX))
    elif text is not None:
        text = as_meant(text)
    if text is None:
        return ""
    if len(text) > STDIN_MAX:
        raise UsageError(
            f"the text has more than {STDIN_MAX} characters; put it into a file and record that as an output"
        )
    return text


def _learn() -> None:
    """What the home's settings say to be secret is hidden, too; where no command of `moziplus` runs, the session says it."""
    click = sys.modules.get("click")
    context = None if click is None else click.get_current_context(silent=True)
    know: Callable[[], None] | None = getattr(getattr(context, "obj", None), "know_secrets", None)
    if know is not None:
        know()


def free_of_secrets(text: str) -> str:
    """As `lines`; text in which something would act on a terminal is left as it is, for who refuses that."""
    return str(lines(text)) if bare(text) == text else text
