"""Owns what an agent is told beside the answer to its command: its asks that were settled, and what others said meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from console.cli.diagnostics import complain
from console.records.ask import Answered, AskStatus
from console.text import one_line

if TYPE_CHECKING:
    from console.blackboard.reads.asks import Unheard

__all__ = ("tell",)

_MOST = 2_000
"""Characters of one answer or comment; `blackboard read` has the rest."""


def tell(unheard: Iterable[Unheard]) -> None:
    """Print it on stderr, a line each."""
    for found in unheard:
        for line in _lines(found):
            complain(line, "blackboard")


def _lines(found: Unheard) -> Iterator[str]:
    for ask in found.asks:
        match ask.status:
            case AskStatus.ANSWERED:
                lead = ", the lead" if ask.answered_how == Answered.LEAD else ""
                yield f"ask #{ask.id} was answered by {ask.answered_by}{lead}: {one_line(ask.said, _MOST)}"
            case AskStatus.EXPIRED:
                yield f"nobody answered ask #{ask.id} in time; its default holds: {one_line(ask.said, _MOST)}"
            case _:
                yield f"nobody answers ask #{ask.id} any more: {one_line(ask.answer, _MOST)}"
    for comment in found.comments:
        yield f"{comment.actor} said meanwhile ({comment.comment_type}): {one_line(comment.body, _MOST)}"
