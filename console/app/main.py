"""Owns the start and the end of the console as a program: language, marks, who schedules, the exit code."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

from console.actions.registry import use_keys
from console.app.charge import Charge, Ending, Scheduling
from console.app.keymap import keys_with
from console.app.preferred import preferences
from console.clock import SystemClock
from console.home import Home
from console.i18n import choose_language, use_language
from console.keeping.presence import looking
from console.open_files import raise_limit

__all__ = ("run_console",)


def run_console(
    home: Home, *, read_only: bool = False, demo: bool = False, environ: Mapping[str, str] = os.environ
) -> int:
    """Show the console on `home` until the operator leaves or the terminal vanishes; gives the exit code.

    It schedules the home from a thread of its own, unless it is read-only. Where it was in charge at its end, a
    detached scheduler without a screen goes on, unless the operator wanted none.
    """
    raise_limit()
    wanted = preferences(environ)
    use_language(choose_language(environ, wanted.language))
    if wanted.keymap != "moziplus" or wanted.keys:
        use_keys(keys_with(wanted.keymap, wanted.keys))
    logging.getLogger().addHandler(logging.NullHandler())  # else what is logged too early is printed over the screen
    charge = None if read_only else _charge(home, environ)
    from console.app.app import Console

    app = Console(
        home,
        clock=SystemClock(),
        environ=environ,
        charge=charge,
        read_only=read_only,
        demo=demo,
        wanted=wanted,
    )
    try:
        with looking(home):
            app.run(mouse=wanted.mouse)
    finally:
        app.last_resort.cancel()
        if charge is not None:
            charge.end(Ending.STOP if demo else app.ending)
    return app.return_code or 0


def _charge(home: Home, environ: Mapping[str, str]) -> Charge:
    return Charge(
        lambda: _scheduler(home, environ),
        lambda: _hand_over(home),
        waits=lambda: _somebody_waits(home),
        followed=lambda: _followed(home),
    )


def _scheduler(home: Home, environ: Mapping[str, str]) -> Scheduling:
    """A scheduler that logs to the home's file as a headless one does; behind the first paint, in another thread."""
    from console.engine.host import EmbeddedScheduler
    from console.errors import ConfigError
    from console.logs import set_up_logs
    from console.settings import Logging, load_settings

    try:
        wanted = load_settings(home, environ).logging
    except ConfigError:  # the scheduler tells of it, and goes on with what is shipped
        wanted = Logging()
    set_up_logs(home.logs, wanted, terminal=None)
    return EmbeddedScheduler(home)


def _hand_over(home: Home) -> int:
    from console.engine.hand_over import detach

    return detach(home)


def _somebody_waits(home: Home) -> bool:
    from console.engine.in_charge import somebody_waits

    return somebody_waits(home)


def _followed(home: Home) -> bool:
    from console.engine.hand_over import who_follows

    return who_follows(home) is not None
