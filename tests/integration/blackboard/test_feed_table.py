"""The change feed's triggers are those of one table, and no table that people and agents change is silent."""

from __future__ import annotations

import sqlite3

from console.blackboard.feed import PROJECT
from tests.boards import Board

SILENT = {
    "project": "it is made with its database",
    "worktrees": "made when work begins, which is told",
    "leave": "the answer that makes it is told",
    "events": "the feed itself",
}
"""Tables whose new rows are told by nobody, and why."""


def _triggers(db: sqlite3.Connection) -> set[str]:
    found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%INSERT INTO events%'")
    return {name for (name,) in found}


def test_what_writes_to_the_feed_is_what_its_table_declares(board: Board) -> None:
    declared = [f"{told.table}_told_{told.kind}" for told in PROJECT]
    assert len(set(declared)) == len(declared), "two rows of the table would lay one trigger"
    assert _triggers(board.db) == set(declared)


def test_a_new_row_of_whatever_says_who_wrote_it_is_told(board: Board) -> None:
    tables = [name for (name,) in board.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    named = {
        table for table in tables if any(row[1] == "actor" for row in board.db.execute(f"PRAGMA table_info({table})"))
    }
    told = {told.table for told in PROJECT if not told.of and not told.deleted}
    assert named - told == set(SILENT)
