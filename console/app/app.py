"""Owns the Textual application: its life, what it knows of the world, and the way from an action to its end.

It acts through commands in another thread and never touches storage; the scheduler in this process is somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from typing import Any, ClassVar

from textual import events
from textual.app import App, ScreenStackError
from textual.binding import BindingType

from console.actions.action import Act, Action, Target, name_of
from console.actions.registry import by_id
from console.app.boards import Boards
from console.app.calls import Calls
from console.app.charge import Charge, Ending
from console.app.dressing import dress, say_problems
from console.app.driver import ConsoleDriver
from console.app.errands import Errands, Fetched
from console.app.feed import Feed
from console.app.hang_up import ASKED, GONE, LastResort, TerminalWatch
from console.app.history import History
from console.app.in_sight import in_sight
from console.app.kept import Kept
from console.app.messages import ActEnded, WorldChanged
from console.app.noted import Noted
from console.app.preferences import Preferences, is_quiet
from console.app.redressing import wishes_of
from console.app.returning import come_back, leave_word
from console.app.screens.base import ConsoleScreen
from console.app.screens.shown import FIRST, MODES
from console.app.seen import Seen
from console.app.shares import Shares
from console.app.standing import look_of
from console.app.stopping import AgentsStopped
from console.app.terminal import Terminal
from console.app.typed_ahead import TypedAhead
from console.app.undos import Undos
from console.clock import Clock
from console.home import Home
from console.i18n import _
from console.sentences import spoken
from console.shipped_files import shipped
from console.text import one_line, safe
from widgets.marks import ASCII, UNICODE
from widgets.models import World
from widgets.painted import Look

__all__ = ("Console",)

SHEETS = ("base", "overview", "pages")


class Console(App[int], inherit_bindings=False):
    """The operator's console."""

    TITLE = "moziplus"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS_PATH = [shipped("styles", f"{sheet}.tcss") for sheet in SHEETS]
    MODES = MODES
    DEFAULT_MODE = FIRST

    def __init__(
        self,
        home: Home,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        charge: Charge | None = None,
        read_only: bool = False,
        demo: bool = False,
        wanted: Preferences | None = None,
        pace: float = 1.0,
        write: Callable[[str], object] | None = None,
    ) -> None:
        """`write` takes what goes to the terminal besides the screen; the terminal itself where it is left out."""
        self.wanted = wanted or Preferences()
        super().__init__(driver_class=ConsoleDriver)
        self.home, self.clock, self.environ = home, clock, environ
        self.read_only, self.demo, self.charge = read_only, demo, charge
        self.world = World(reading=True)
        self.undos, self.typed_ahead = Undos(), TypedAhead(lambda: self.screen)
        self.kept, self.noted, self.history, self.boards = Kept(), Noted(), History(), Boards()
        self.shares = Shares()
        self.seen, self.laid_out = Seen(home, writes=not read_only), ExitStack()
        self.under_way: list[str] = []
        """Slow acts that were begun and have not ended."""
        self.ending = Ending.STOP if demo else Ending.HAND_OVER
        self.last_resort = LastResort(
            lambda: self.charge.end(self.ending) if self.charge is not None else None, self._give_back
        )
        self.look = Look(now=clock.now(), reading=True, glyphs=ASCII if self.wanted.ascii_marks else UNICODE)
        self.feed = Feed(home, self.post_message, clock=clock, environ=environ, pace=pace, wishes=wishes_of(self))
        self.errands = Errands(home, self.post_message)
        self.terminal, self._calls = Terminal(environ, self.wanted.bell), Calls()
        self._write = write or self._to_terminal
        self.last_mode, self._ticks, self.own_themes = FIRST, 0, dress(self, environ)

    # -- life

    def on_mount(self) -> None:
        """Start what runs beside the screen, and listen for the end."""
        self.call_after_refresh(self.feed.start)
        self.call_after_refresh(self.errands.start)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(say_problems, self)
        come_back(self)
        if isinstance(driver := self._driver, ConsoleDriver):
            self._loop_of_end = asyncio.get_running_loop()
            TerminalWatch(driver.gone, driver.descriptors, self._ended_from_outside).start()
        if self.charge is not None:
            self.call_after_refresh(self.charge.start)

    def on_unmount(self) -> None:
        """Stop what runs beside the screen."""
        leave_word(self)
        self.feed.close()
        self.errands.close()
        self.laid_out.close()

    def _give_back(self) -> None:
        if isinstance(self._driver, ConsoleDriver):
            self._driver.give_back()

    def _ended_from_outside(self, gone: bool) -> None:
        """In the watch's thread: the loop is asked to end the app, but it may be unable to."""
        self.last_resort.start(GONE if gone else ASKED)
        with suppress(RuntimeError):  # it ended meanwhile
            self._loop_of_end.call_soon_threadsafe(self.leave, self.ending)

    def leave(self, how: Ending) -> None:
        """End; `how` says what becomes of scheduling."""
        self.ending = how
        if not self.is_headless:
            self.last_resort.start()
        self.exit(0)

    def _fatal_error(self) -> None:
        """A failure of our own: the report goes to a private file, without the values of variables; one line is shown."""
        from console.app.crash_report import write_report

        where = write_report(self.home.logs, self._exception, now=self.clock.now())
        self.bell()
        line = _("moziplus stopped on an error of its own. Agents go on. The report is in {path}").format(path=where)
        self._exit_renderables.append(line)
        self._close_messages_no_wait()

    # -- the world

    @property
    def shown(self) -> ConsoleScreen | None:
        """The view that is shown; None under a dialog, and while the app ends: what returns then meets no view at all."""
        try:
            screen = self.screen
        except ScreenStackError:
            return None
        return screen if isinstance(screen, ConsoleScreen) else None

    def on_world_changed(self, message: WorldChanged) -> None:
        """Show what the blackboards say now."""
        self.world = message.world
        self.look = look_of(self.world, self.clock.now(), self.look.glyphs)
        if (view := in_sight(self)) is not None:
            view.present(self.world, self.look)
        if (news := self._calls.news(self.world)) and not is_quiet(self.wanted, self.clock.now()):
            self._write(self.terminal.call(news))
        if message.problem:
            self.notify(spoken(message.problem), title=_("Config"), severity="warning", markup=False)

    def on_fetched(self, message: Fetched) -> None:
        """A page was read for whoever asked."""
        if message.refused:
            self.notify(spoken(message.refused), severity="error", markup=False)
        else:
            message.hand_over()

    def select(self, project: str) -> None:
        """Show the board of a project."""
        if project != self.world.board.project:
            self.feed.select(project, self.boards.of(project))

    def copy(self, text: str) -> None:
        """Put `text` on the clipboard of whoever looks, without anything that would act where it is pasted."""
        sequence, whole = self.terminal.copy(text := safe(text))
        self._write(sequence)
        says = _("Copied: {text}") if whole else _("Copied as much as terminals take: {text}")
        self.notify(says.format(text=one_line(text, 40)), markup=False, timeout=2)

    def _to_terminal(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def go(self, number: int) -> None:
        """Show a view; its place and cursor are as they were."""
        mode = str(number)
        if mode in self.MODES and mode != self.current_mode:
            self.last_mode = self.current_mode
            self.switch_mode(mode)

    def _tick(self) -> None:
        """Once a second: ages. Panes only every fifth time, for most of their ages are minutes."""
        self._ticks += 1
        if self.charge is not None and self.charge.problem:
            self.notify(spoken(self.charge.problem), title=_("Scheduler"), severity="error", markup=False, timeout=30)
            self.charge.problem = ""
        self.look = look_of(self.world, self.clock.now(), self.look.glyphs)
        if (screen := in_sight(self)) is not None and screen.is_mounted:
            screen.tick(self.look, all_panes=self._ticks % 5 == 0)

    # -- actions

    async def on_event(self, event: events.Event) -> None:
        """As ever, but for keys that come too early."""
        if not self.typed_ahead.holds(event):
            await super().on_event(event)

    def push_screen(self, screen: Any, callback: Any = None, *how: Any, **named: Any) -> Any:
        """As ever; a box of ours hands its answer over by itself."""
        if hasattr(screen, "then"):
            screen.then, callback = callback, None
        return super().push_screen(screen, callback, *how, **named)

    def begin(self, action: Action, target: Target | None = None) -> None:
        """Do an action on what is under the cursor: say why not, ask what must be asked, then perform it."""
        if target is None:
            screen = self.shown
            target = screen.full_target() if screen is not None else Target()
        if action.perform is None:
            from console.app.doing import do

            return do(self, action, target)
        if action.id == "undo" and self.undos.waits():
            return None
        why_not = action.why_disabled(target) if action.offered(target) else _("Not here.")
        if why_not is not None and not (action.bulk and target.marked):  # of what is marked, each has its own
            return self._refuse(action, target, why_not)
        from console.app.asking import ask

        return ask(self, action, target)

    def _refuse(self, action: Action, target: Target, why_not: str) -> None:
        """Where a text would be typed next, nothing of it may act. What cannot be taken back is passed over next."""
        if action.id == "undo":
            self.undos.drop(self.undos.newest)
        kept = self.kept.of(action, target)
        if not action.asks and not kept:
            self.notify(why_not, markup=False, timeout=3)
            return
        from console.app.asking import refuse

        refuse(self, f"{why_not}\n{kept}".rstrip())

    def perform(self, action: Action, target: Target, text: str = "") -> None:
        """Hand an action over to the thread that writes; of one that takes long the footer says that it goes on."""
        what = name_of(action, target)
        if action.slow and what in self.under_way:
            self.notify(_("It goes on already: {what}").format(what=what), markup=False, timeout=3)
            return
        self.errands.perform(action, Act(target=target, text=text, now=self.clock.now()))
        self.undos.begins(action, target)
        if action.slow:
            self.under_way.append(what)
            self._hint()

    def on_act_ended(self, message: ActEnded) -> None:
        """Say what came of it, and show it at once. Of a slow one it is said for longer: nobody waits for it."""
        slow = message.action.slow and message.act is not None
        if slow and message.act is not None:
            self.under_way.remove(name_of(message.action, message.act.target))
        for _n in range(self.undos.ended(message)):
            self.begin(by_id()["undo"], Target(undo=self.undos.newest))
        self._hint()
        says = spoken(message.refused)
        if message.act is not None:
            says = self.kept.after(message.action, message.act, says if message.done is None else "")
        if message.done is None:
            self.notify(says, severity="error", markup=False, timeout=30 if slow else None)
            return
        if (shown := self.shown) is not None:
            shown.acted(message.action, Target() if message.act is None else message.act.target)
        self.feed.nudge()
        self.notify(message.done.says, markup=False, timeout=30 if slow else 4)
        for note in message.done.notes:
            self.notify(spoken(note), severity="warning", markup=False, timeout=10)
        self._hint()

    def on_agents_stopped(self, message: AgentsStopped) -> None:
        """Say who ended the agents that an act stopped, or that nobody did."""
        self.notify(message.says, severity="warning" if message.whole else "error", markup=False, timeout=30)

    def _hint(self) -> None:
        if (shown := self.shown) is not None:
            shown.hint()
