"""Owns sessions as they are shown: with what they ask, and how full their conversations are."""

from __future__ import annotations

from collections.abc import Iterable

from console.agents.handing_over import fill_of
from console.api.session import Session
from console.blackboard.connection import Database
from console.blackboard.reads.asks import open_by_session
from console.records.session import Session as SessionRecord

__all__ = ("shown_sessions",)


def shown_sessions(project: str, db: Database, found: Iterable[SessionRecord]) -> list[Session]:
    """Each in the order given."""
    asks = open_by_session(db)
    return [Session.of(project, one, asks.get(one.id, ()), fill=fill_of(one.folder, one.external_id)) for one in found]
