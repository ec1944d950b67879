"""Owns what can be asked of all experiences of a project: that the index by which they are found knows each of them."""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.experience_upkeep import index_changed

__all__ = ("catch_up",)


def catch_up(db: Database) -> None:
    """Index what changed since, such as what an older moziplus recorded."""
    while index_changed(db):
        pass
