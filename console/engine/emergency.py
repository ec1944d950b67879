"""Owns the emergency stop: the flags, a moment for whoever is in charge, then every runner by its lock, and the count.

It needs no database, no settings and no scheduler, and says that something is stopped only where nothing of it was found.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from console.backends import traits_of
from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.project import pause_project
from console.blackboard.writes.sessions import request_stop
from console.clock import Clock
from console.engine.bounded import Slow, bounded
from console.engine.in_charge import Holder, InCharge, holder, take
from console.engine.settling import settle
from console.engine.strays import at_work, of_project, stop_for_certain
from console.errors import MoziError, NotFound
from console.home import Home
from console.keeping.home_database import make_home_database
from console.keeping.living import living, project_of
from console.records.actor import Actor
from console.records.session import Session, StopReason
from console.registry import folders

__all__ = ("COURTESY", "Stopped", "hangs", "stop_everything")

COURTESY = 3.0
"""Seconds that whoever is in charge has for stopping its agents itself, and that a flag may take to be written."""
PATIENCE = 40.0
"""Seconds, from the beginning, in which whoever is in charge, or this process, settles what the blackboards say."""
WRITTEN = 10.0
"""Seconds that whoever is in charge has for writing down what this process has stopped."""
_BUSY_MS = 1000
_PAUSE = 0.1


@dataclass(slots=True)
class Stopped:
    """What came of it."""

    flagged: bool = False
    """Nothing new is started: the flag is written where it is looked for."""
    stopped: list[str] = field(default_factory=list)
    """Sessions that ran and do not any more."""
    alive: list[str] = field(default_factory=list)
    """Sessions of which something runs, or may: one elsewhere, whose end nobody could see to."""
    problems: list[str] = field(default_factory=list)
    """Why it is not a whole stop, each in a line that says what to do."""
    notes: list[str] = field(default_factory=list)
    """What else should be known; the stop is whole without."""


def stop_everything(
    home: Home, project: str | None, reason: str | None, *, by: Actor, clock: Clock, environ: Mapping[str, str]
) -> Stopped:
    """Stop all agents of `home`, or of `project`, for certain. Raises NotFound for a project that there is no sign of."""
    return _Emergency(home, project, reason, by, clock, environ).run()


def hangs(who: Holder | None) -> bool:
    """Whether whoever is in charge is a process that was stopped (SIGSTOP): it hears nothing before it goes on."""
    import psutil

    if who is None:
        return False
    with suppress(psutil.Error, OSError):
        return psutil.Process(who.pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    return False


class _Emergency:
    def __init__(
        self,
        home: Home,
        project: str | None,
        reason: str | None,
        by: Actor,
        clock: Clock,
        environ: Mapping[str, str],
    ) -> None:
        self._home, self._project, self._reason = home, project, reason
        self._by, self._clock, self._environ = by, clock, environ
        self._found = Stopped()
        self._began = time.monotonic()
        self._projects: dict[str, Path] = {}

    def run(self) -> Stopped:
        found = self._found
        self._list_projects()
        before, before_elsewhere = self._at_work(), self._elsewhere()
        self._refuse_unknown(before)
        self._raise_flags()
        if self._project is not None or not found.flagged:
            self._ask_each(StopReason.OPERATOR)
        held = self._take_charge()
        who = None if held is not None else self._holder()
        if who is not None and not hangs(who):
            self._wait_for(who)
        if self._project is None and found.flagged:
            self._ask_each(StopReason.ESTOP)
        stop_for_certain(self._home, self._at_work(), StopReason.ESTOP)
        self._settle(held, who)
        left = self._at_work()
        if left:  # somebody started one meanwhile
            left = stop_for_certain(self._home, left, StopReason.ESTOP, patience=COURTESY) and self._at_work()
        elsewhere = self._elsewhere()
        found.alive = [*left, *(s.id for s in elsewhere)]
        ran = [*before, *(s.id for s in before_elsewhere)]
        found.stopped = [session for session in ran if session not in found.alive]
        self._say_what_is_left(left, elsewhere, who)
        return found

    def _list_projects(self) -> None:
        try:
            self._projects = folders(self._home)
        except OSError as error:
            self._found.notes.append(f"the projects cannot be listed: {error}")

    def _refuse_unknown(self, before: Mapping[str, Path]) -> None:
        project = self._project
        known = project is None or project in self._projects or self._home.project_folder(project).is_dir() or before
        if not known:
            raise NotFound(f"there is no project {str(project)[:60]!r}; `moziplus project list` shows them")

    def _at_work(self) -> dict[str, Path]:
        found = at_work(self._home)
        if self._project is None:
            return found
        return of_project(found, self._project, [session.id for _, session in self._rows()])

    def _rows(self) -> list[tuple[str, Session]]:
        """(project, session) that may still run, as far as the blackboards can be read; no external ones."""
        found: list[tuple[str, Session]] = []
        for name, folder in self._wanted().items():
            with suppress(MoziError, OSError), closing(open_project(folder, read_only=True, busy_ms=_BUSY_MS)) as db:
                found += [(name, s) for s in present_sessions(db) if not traits_of(s.backend).claims]
        return found

    def _elsewhere(self) -> list[Session]:
        return [session for _, session in self._rows() if traits_of(session.backend).elsewhere]

    def _wanted(self) -> dict[str, Path]:
        return {n: f for n, f in self._projects.items() if self._project in (None, n)}

    # -- nothing new

    def _raise_flags(self) -> None:
        """The home's flag, or the project's pause. Where the home's cannot be written, each project is paused instead."""
        found, what = self._found, self._project or "the home"
        try:
            seen = bounded(self._raise_flag, COURTESY)
        except (MoziError, OSError, Slow) as error:
            found.problems.append(
                f"the stop of {what} could not be written, so that new work may start: {_said(error)}"
            )
            self._pause_each()
            return
        found.flagged = seen
        if not seen:
            found.problems.append(
                "state/moziplus.db was missing and was made anew: a scheduler that is in charge does not see the stop in it,"
                " and may start new work; start it anew"
            )
            self._pause_each()

    def _raise_flag(self) -> bool:
        """Whether whoever is in charge looks where it is written."""
        now = self._clock.now()
        if self._project is not None:
            folder = self._home.project_folder(self._project)
            with closing(open_project(folder, busy_ms=_BUSY_MS)) as db:
                pause_project(db, reason=self._reason or "e-stop", by=self._by, now=now)
            return True
        made = not self._home.state_db.exists()
        make_home_database(self._home, now=now)
        with closing(open_home(self._home.state_db, busy_ms=_BUSY_MS)) as db:
            set_flag(db, "estop", reason=self._reason, by=self._by, now=now)
        return not made or self._holder() is None

    def _pause_each(self) -> None:
        if self._project is not None:
            return
        paused = []
        for name, folder in self._projects.items():
            try:
                bounded(partial(self._pause, folder), COURTESY)
                paused.append(name)
            except (MoziError, OSError, Slow) as error:
                self._found.problems.append(f"{name} could not be paused either: {_said(error)}")
        if paused:
            listed = ", ".join(paused)
            self._found.notes.append(f"paused instead: {listed}; `moziplus resume --project P` lets each go on")

    def _pause(self, folder: Path) -> None:
        with closing(open_project(folder, busy_ms=_BUSY_MS)) as db:
            pause_project(db, reason=self._reason or "e-stop", by=self._by, now=self._clock.now())

    # -- whoever is in charge

    def _take_charge(self) -> InCharge | None:
        try:
            return take(self._home, mode="estop", clock=self._clock)
        except OSError:
            return None  # a full disk takes no name of ours; the locks are asked all the same

    def _holder(self) -> Holder | None:
        try:
            return holder(self._home)
        except OSError:
            return None

    def _wait_for(self, who: Holder) -> None:
        """It is in charge: let it stop its agents itself, for a moment."""
        until = time.monotonic() + COURTESY
        while time.monotonic() < until and (self._locked() or self._rows()):
            time.sleep(_PAUSE)

    def _locked(self) -> bool:
        return any(self._project in (None, project_of(folder)) for folder in living(self._home))

    def _ask_each(self, reason: StopReason) -> None:
        """Every session is asked on its row, too: a runner that is just being started begins no agent then.

        One that runs elsewhere is not asked because of a flag: whoever is in charge sees that, and would take it as asked.
        """
        for name, folder in self._wanted().items():
            try:
                bounded(partial(self._ask, folder, reason), COURTESY)
            except (MoziError, OSError, Slow) as error:
                self._found.notes.append(f"the blackboard of {name} could not be told: {_said(error)}")

    def _ask(self, folder: Path, reason: StopReason) -> None:
        with closing(open_project(folder, busy_ms=_BUSY_MS)) as db:
            for session in present_sessions(db):
                traits = traits_of(session.backend)
                spared = traits.claims or (traits.elsewhere and reason == StopReason.ESTOP)
                if session.stop_reason is None and not spared:
                    request_stop(db, session.id, reason, by=self._by, now=self._clock.now())

    def _settle(self, held: InCharge | None, who: Holder | None) -> None:
        """The rows of what was stopped end, and what runs elsewhere is aborted: here, or by whoever is in charge."""
        if held is not None:
            try:
                bounded(partial(self._settle_here, held), self._time_left() + COURTESY)
            except Exception as error:  # wrong settings, a lost database, a full disk: none of them runs an agent
                self._found.notes.append(f"the next scheduler settles what was stopped: {_said(error)}")
            finally:
                held.release()
            return
        written = time.monotonic() + WRITTEN
        while who is not None and not hangs(who) and (rows := self._rows()) and self._time_left() > COURTESY:
            if time.monotonic() > written and not any(traits_of(session.backend).elsewhere for _, session in rows):
                return  # its process is gone; that nobody writes it down is for the doctor
            time.sleep(_PAUSE)

    def _settle_here(self, held: InCharge) -> None:
        patience = self._time_left()
        asyncio.run(settle(self._home, held, self._project, self._clock, self._environ, patience=patience))

    def _time_left(self) -> float:
        return max(COURTESY, self._began + PATIENCE - time.monotonic())

    def _say_what_is_left(self, left: Mapping[str, Path], elsewhere: list[Session], who: Holder | None) -> None:
        problems = self._found.problems
        if left:
            problems.append(f"{len(left)} session(s) still live: {', '.join(left)}; see `moziplus session list`")
        for backend in dict.fromkeys(s.backend for s in elsewhere):
            theirs = [s.id for s in elsewhere if s.backend == backend]
            problems.append(
                f"{len(theirs)} session(s) run in a {backend}, and nobody in charge aborted them: {', '.join(theirs)};"
                " stop them there, or start `moziplus run`"
            )
        if hangs(who) and who is not None:
            self._found.notes.append(f"the {who} is stopped and was not waited for; end it with `kill -9 {who.pid}`")
        elif problems and who is not None and not self._found.flagged:
            problems.append(f"the {who} is in charge; `kill {who.pid}` ends it, so that it starts nothing new")


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
