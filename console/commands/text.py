"""Owns the texts of a request: what is a Line or a Prose is clean, without secrets and in one form since it was made.

Where the words came from (an argument, a key, a message, stdin) is the door's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from console.errors import UsageError
from console.redact import redact
from console.text import safe, same_name

__all__ = ("Line", "Prose", "Reason", "names")

REASON_MAX = 500
NAME_MAX = 80


class Prose(str):
    """What somebody said, of any number of lines: nothing acts on a terminal, no secret of a known form is in it.

    Whoever stores it as YAML or by msgspec takes `str(it)`: both refuse what is more than a plain string.
    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        """Clean `text`; what is clean already costs nothing."""
        return text if type(text) is cls else super().__new__(cls, cls._cleaned(text))

    @classmethod
    def known_clean(cls, text: str) -> Self:
        """Take `text` as it is: whoever calls has cleaned it, as the inbox does when it takes a line."""
        return super().__new__(cls, text)

    @staticmethod
    def _cleaned(text: str) -> str:
        return safe(redact(text)).strip()


class Line(Prose):
    """The same in one line, whole: one that is too long is refused where it is stored, not cut. Names compare by it."""

    __slots__ = ()

    @staticmethod
    def _cleaned(text: str) -> str:
        return same_name(" ".join(safe(redact(text)).split()))


class Reason(Line):
    """Why something is asked for: a line that is cut where it is too long, for it stands in lists."""

    __slots__ = ()

    @staticmethod
    def _cleaned(text: str) -> str:
        return Line._cleaned(text)[:REASON_MAX]


def names(given: Iterable[str], what: str) -> tuple[str, ...]:
    """Tags or capabilities: each once, in order; commas part them, too. Raises UsageError for an empty or a long one."""
    found = [Line(name) for text in given for name in text.split(",")]
    wrong = next((name for name in found if not name or len(name) > NAME_MAX), None)
    if wrong is not None:
        raise UsageError(f"{wrong[:40]!r} cannot be a {what}: it has 1 to {NAME_MAX} characters")
    return tuple(dict.fromkeys(map(str, found)))
