"""Promises of what is typed before the console is there."""

from __future__ import annotations

from textual import events

from console.app.app import Console
from console.home import Home
from tests.app.world import FixedClock, until


async def test_an_enter_from_before_the_terminal_was_ours_is_one(home: Home) -> None:
    """Typed while the shell still had the terminal, it comes as a line feed."""
    app = Console(home, clock=FixedClock(), environ={"HOME": str(home.path / "nobody")}, pace=0.0)
    keys = [events.Key(key, None if len(key) > 1 else key) for key in (":", *"board", "ctrl+j")]
    app.typed_ahead._waiting += keys
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.current_mode == "2", "the board")
