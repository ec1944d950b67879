"""Owns what follows from asks by the clock alone: those whose time is over take their stated default."""

from __future__ import annotations

from collections.abc import Iterator

from console.records.ask import BY_COMMENT, HEARD_HERE
from console.scheduler.actions import ExpireAsks
from console.scheduler.snapshot import ProjectView

__all__ = ("asks", "standing", "waiting")


def asks(view: ProjectView, now: int) -> Iterator[ExpireAsks]:
    """One action where any is due."""
    if any(ask.expires_at is not None and ask.expires_at <= now for ask in view.asks):
        yield ExpireAsks(project=view.id)


def waiting(view: ProjectView) -> frozenset[str]:
    """Sessions that wait for a person: they owe nobody a word meanwhile."""
    return frozenset(
        ask.session for ask in view.asks if ask.session is not None and not ask.parked and ask.source != BY_COMMENT
    )


def standing(view: ProjectView) -> frozenset[str]:
    """Those of them that cannot go on before the answer: their run time stands."""
    return frozenset(a.session for a in view.asks if a.session is not None and a.source not in HEARD_HERE)
