"""Owns how the lines of a file are coloured by its language: the tokens of Pygments as roles of the palette.

Call it on a thread that may take its time; what has no known language is plain text.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from widgets.cells import Line, Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

__all__ = ("coloured", "coloured_as", "is_loaded")

LONGEST = 200_000
"""Characters up to which a text is coloured."""
_ROLES = (
    ("Token.Comment", "dim"),
    ("Token.Keyword", "secondary"),
    ("Token.Literal.String", "success"),
    ("Token.Literal.Number", "accent"),
    ("Token.Name.Function", "key"),
    ("Token.Name.Class", "key"),
    ("Token.Name.Decorator", "key"),
    ("Token.Name.Tag", "key"),
    ("Token.Generic.Heading", "strong"),
    ("Token.Generic.Subheading", "strong"),
    ("Token.Generic.Strong", "strong"),
    ("Token.Generic.Inserted", "success"),
    ("Token.Generic.Deleted", "error"),
    ("Token.Punctuation", "dim"),
)
"""The first that a token's name begins with is its role; others are text."""


def is_loaded() -> bool:
    """What colours is there: at its first use it takes some tenths of a second."""
    return "pygments.lexers" in sys.modules


def coloured(path: str, lines: Sequence[str]) -> tuple[Line, ...]:
    """Each line in spans, by the language that the name of the file stands for."""
    return _coloured(None if sum(map(len, lines)) > LONGEST else _lexer(path.rsplit("/", 1)[-1]), lines)


def coloured_as(language: str, lines: Sequence[str]) -> tuple[Line, ...]:
    """The same, by the name of a language."""
    return _coloured(_lexer_of(language), lines)


def _coloured(lexer: Lexer | None, lines: Sequence[str]) -> tuple[Line, ...]:
    if lexer is None:
        return tuple(((line, "text"),) for line in lines)
    found: list[list[Span]] = [[]]
    for token, text in lexer.get_tokens("\n".join(lines)):
        role = _role(str(token))
        for n, part in enumerate(text.split("\n")):
            if n:
                found.append([])
            if part:
                found[-1].append((part, role))
    found += [[] for _ in range(len(lines) - len(found))]
    return tuple(tuple(spans) for spans in found[: len(lines)])


@lru_cache(64)
def _lexer(path: str) -> Lexer | None:
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(64)
def _lexer_of(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(1024)
def _role(token: str) -> str:
    return next((role for start, role in _ROLES if token.startswith(start)), "text")
