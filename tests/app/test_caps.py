"""Promises of the key that raises a cap."""

from __future__ import annotations

from console.actions.registry import by_id
from console.blackboard.connection import open_project
from console.blackboard.reads.usage import cap_of
from console.blackboard.writes.caps import raise_cap
from console.home import Home
from console.records.budget import Limit
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import settle, stand_on, until

ROUTER = 7


async def test_plus_raises_a_cap_before_it_is_reached_and_stands_in_the_footer_only_at_it(
    home: Home, opened: Opener
) -> None:
    db = open_project(home.project_folder("quant"))
    raise_cap(db, ROUTER, Limit(tokens=1000), reason="it is so", by=BY, now=NOW)
    async with opened(home) as (app, pilot):
        stand_on(app, ROUTER)
        await settle(app, pilot)
        assert app.shown is not None
        assert not by_id()["raise_cap"].hint_where(app.shown.full_target())
        await pilot.press("+")
        await until(pilot, lambda: cap_of(db, ROUTER) == Limit(tokens=2000))
    db.close()
