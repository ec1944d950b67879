"""Promises how the console ends: who schedules afterwards, and what a failure of our own leaves behind."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from textual.app import ScreenStackError

from console.actions.action import Done
from console.actions.registry import actions
from console.app.app import Console
from console.app.charge import Charge, Ending
from console.app.crash_report import write_report
from console.app.messages import ActEnded, WorldChanged
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import FixedClock, until
from tests.repository import ROOT


class Scheduler:
    """Stands for the embedded scheduler: in charge from start to stop."""

    def __init__(self, log: list[str]) -> None:
        self.in_charge = False
        self._log = log

    def start(self) -> None:
        """Take charge."""
        self.in_charge = True
        self._log.append("start")

    def stop(self) -> bool:
        """Let go."""
        self.in_charge = False
        self._log.append("stop")
        return True


def charge_of(log: list[str]) -> Charge:
    """A charge over such a scheduler."""
    return Charge(lambda: Scheduler(log), lambda: log.append("hand over"))


@pytest.mark.parametrize(
    ("how", "then"), [(Ending.HAND_OVER, ["start", "hand over", "stop"]), (Ending.STOP, ["start", "stop"])]
)
async def test_the_scheduler_is_handed_over_before_it_lets_go(
    home: Home, opened: Opener, how: Ending, then: list[str]
) -> None:
    log: list[str] = []
    charge = charge_of(log)
    async with opened(home, charge=charge) as (app, pilot):
        await until(pilot, lambda: charge.in_charge)
        app.leave(how)
    charge.end(app.ending)
    charge.end(app.ending)
    assert log == then


@pytest.mark.parametrize(("ends", "code"), [("", 0), ("resort.cancel(); raise SystemExit(3)", 3)])
def test_an_app_that_does_not_end_is_ended_after_it_handed_over(ends: str, code: int) -> None:
    script = (
        "import threading; from console.app.hang_up import LastResort;"
        "from console.app.hang_up import Grace; grace = Grace(0.2, 60);"
        "resort = LastResort(lambda: print('handed over', flush=True)); resort.start(grace); resort.start(grace);"
        f"{ends or 'threading.Event().wait()'}"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "" if code else "handed over\n")


async def test_q_asks_only_where_this_console_is_in_charge(home: Home, opened: Opener) -> None:
    charge = charge_of([])
    async with opened(home, charge=charge) as (app, pilot):
        await until(pilot, lambda: charge.in_charge)
        await pilot.press("q")
        assert len(app.screen_stack) == 2 and app.return_code is None
        await pilot.press("escape", "q", "down", "enter")
        await until(pilot, lambda: app.return_code == 0)
        assert app.ending == Ending.STOP
    async with opened(home) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app.return_code == 0)


def test_a_console_that_never_started_has_nothing_to_hand_over() -> None:
    log: list[str] = []
    charge_of(log).end(Ending.HAND_OVER)
    assert log == []


def test_a_crash_report_is_private_and_holds_no_values_of_variables(home: Home) -> None:
    secret = "sk-" + "a1B2" * 10
    try:
        raise RuntimeError("boom")
    except RuntimeError as failure:
        path = write_report(home.logs, failure, now=1)
    text = (home.logs / "crash-1.log").read_text()
    assert str(path).endswith("crash-1.log") and "boom" in text and secret not in text
    assert stat.S_IMODE((home.logs / "crash-1.log").stat().st_mode) == 0o600


async def test_a_failure_of_our_own_ends_with_one_line_and_a_report(home: Home) -> None:
    app = Console(home, clock=FixedClock(), environ={}, pace=0.0)

    def fail() -> None:
        hidden = "the value of a variable"
        raise RuntimeError(f"boom {len(hidden)}")

    with pytest.raises(RuntimeError, match="boom"):
        async with app.run_test() as pilot:
            app.call_later(fail)
            await until(pilot, lambda: app.return_code)
    (report,) = home.logs.glob("crash-*.log")
    assert "boom" in report.read_text() and "the value of" not in report.read_text().replace('hidden = "the value', "")
    assert app.return_code == 1


async def test_what_returns_while_the_console_closes_is_no_crash(home: Home, opened: Opener) -> None:
    action = next(one for one in actions() if one.perform is not None)
    async with opened(home) as (app, _):
        world = app.world
        app.leave(Ending.STOP)
    with pytest.raises(ScreenStackError):
        assert app.screen
    app.on_act_ended(ActEnded(action, Done(says="approved")))
    app.on_act_ended(ActEnded(action, None, "refused"))
    app.on_world_changed(WorldChanged(world))
    app.begin(action)
    assert app.return_code == 0
