"""Promises of the thread that reads and writes for the screens: one page that cannot be read stops no other."""

from __future__ import annotations

from console.blackboard.connection import Database
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import until


async def test_a_page_that_cannot_be_read_says_so_and_the_others_go_on(home: Home, opened: Opener) -> None:
    def broken(db: Database) -> int:
        raise ValueError("no number")

    found: list[str] = []
    async with opened(home) as (app, pilot):
        app.errands.fetch("quant", broken, found.append)
        app.errands.fetch("quant", lambda db: db.path.name, found.append)
        await until(pilot, lambda: found)
        assert [notice.message for notice in app._notifications] == ["ValueError: no number"]
    assert found == ["blackboard.db"]
