"""Owns the look at the world: every project and the home's own flags, as one Snapshot.

A project that does not answer in time is left out until it does, one that cannot be read is set aside with an alert;
neither is ever waited for by the others.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterable

from console.agents.everybody import AllAgents
from console.blackboard.migrate import Copied
from console.clock import Clock
from console.commands.acting import laws_in
from console.commands.judging_again import judge_again
from console.days import LOCAL
from console.engine.few_at_once import few_at_once
from console.engine.fitness import Fitness
from console.engine.home_watch import HomeWatch
from console.engine.in_charge import last_beat
from console.engine.live_settings import LiveSettings
from console.engine.strangers import Strangers
from console.engine.time_jumps import Timekeeper
from console.engine.trouble import Trouble, named
from console.engine.watched import PAGE, Watched
from console.engine.watching import Watching
from console.errors import MoziError
from console.home import Home
from console.open_files import most_databases
from console.quiet import Quiet
from console.records.session import Session
from console.registry import folders
from console.scheduler.snapshot import Snapshot
from console.spawn import spawn

__all__ = ("ONCE", "Trouble", "World")

PATIENCE, ONCE = 0.25, 10.0
"""Seconds that a look waits for the slowest project; of who looks but once, and has no next look for what came late."""

_log = logging.getLogger("moziplus.scheduler")


class World:
    """The projects of a home and its flags, with what they looked like last."""

    def __init__(
        self,
        home: Home,
        settings: LiveSettings,
        agents: AllAgents,
        home_watch: HomeWatch,
        clock: Clock,
        on_answer: Callable[[], None] = lambda: None,
        keep: Copied | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`keep` as in `Door`: None where this one is not in charge, and only reads."""
        self.time = Timekeeper(home.clock_file, clock, keep=keep is not None)
        self.projects: dict[str, Watched] = {}
        self.set_aside: dict[str, Trouble] = {}
        self.looked_at: frozenset[str] = frozenset()
        """The projects that the last snapshot shows in full."""
        self.seen_at = 0
        """Epoch ms of the last look."""
        self.draining = False
        self.stop_asked: dict[str, int] = {}
        """Session → epoch ms when this scheduler last set about stopping it."""
        self._home, self._settings, self._agents = home, settings, agents
        self._home_watch, self._clock, self._on_answer = home_watch, clock, on_answer
        self._served, self._rescan, self._patience = 0, True, patience
        self.fitness = Fitness(clock, on_answer)
        self._watching = Watching(clock, lambda: settings.current.daemon.tick_interval)
        self.replaced: dict[str, str] = {}
        """Project → what happened to its blackboard while it was open; who raises the alert takes it away."""
        self.home_trouble: str | None = None
        """Why the home's own database cannot be read; nothing is started then, for a pause or an e-stop may be in force."""
        self._keep, self._quiet, self._strangers = keep, Quiet(_log), Strangers(home)
        self._given = (agents, settings.protocols, clock, self.time, keep, 0 if keep is None else last_beat(home))
        self._at_once = most_databases(0.5)
        self._slots, self._making_room = asyncio.Semaphore(self._at_once), asyncio.Lock()

    def time_moved(self) -> bool:
        """Whether the time of day jumped; then everything is read anew, and every wait begins anew."""
        if not self.time.look():
            return False
        self._watching.moved()
        self.stop_asked.clear()
        self._rescan, back = True, self.time.settle()
        for project in self.projects.values():
            project.time_moved(back=back)
        return True

    async def look(self) -> Snapshot:
        """See what there is now. Never raises for one project's sake, never waits longer than its patience for any.

        What was seen belongs to `seen_at`, which is told by the same clock: one that is set meanwhile is looked at again.
        """
        while True:
            found, self.seen_at = await self._look(), self._clock.now()
            if not self.time_moved():
                return found

    async def _look(self) -> Snapshot:
        if self._settings.refresh():
            self.look_at_all()
            self._agents.reconfigure(self._settings.current)
        if self._rescan:
            await self._meet()
        self.time_moved()
        home = spawn(self._look_at_home(), name="look at the home")
        late = await few_at_once(self._begin, [p for p in self.projects.values() if self._may_look(p)])
        await asyncio.wait({home, *late}, timeout=self._patience)
        await self.fitness.look(self.projects.values(), patience=self._patience)
        return self._snapshot()

    async def changed(self, ids: Iterable[str] | None = None) -> bool:
        """Whether anything was written since the last look, in these projects (else anywhere) or in the home; cheap.

        What was is looked at in the next tick, and only that.
        """
        if ids is None and folders(self._home).keys() != self.projects.keys():
            self._rescan = True
            return True
        wanted = self.projects if ids is None else [i for i in ids if i in self.projects]
        ready = [p for i in wanted if not (p := self.projects[i]).busy and i not in self.set_aside]
        for project in ready:
            project.stale = project.stale or self._settings.moved(project.folder)
        asked = [spawn(p.glance(), name=f"glance at {p.id}") for p in ready]
        asked.append(spawn(self._home_watch.changed(), name="glance at the home"))
        done, late = await asyncio.wait(asked, timeout=self._patience)
        return bool(late) or any(task.exception() is not None or task.result() for task in done)

    def look_at_all(self) -> None:
        """Files changed: trust nothing that was read."""
        self._rescan = True
        for project in self.projects.values():
            project.stale = True

    def session_ended(self, session: str) -> None:
        """The process of a session has ended: read what it left on its blackboard before judging it."""
        for project in self.projects.values():
            if project.known and any(o.session.id == session for o in project.known.occupied):
                project.stale = True

    def notice(self) -> None:
        """Something that was under way came to its end: look soon."""
        self._on_answer()

    def served(self, project: str) -> None:
        """The project got a slot: the others come first now."""
        self._served += 1
        self.projects[project].last_start = self._served
        self.projects[project].page = PAGE

    def retry_soon(self, project: str) -> None:
        """Something moved in the folder of a project that is set aside."""
        if project in self.set_aside:
            self.set_aside[project].next_try = 0.0

    def turn_page(self, project: str) -> bool:
        """Read more ready tasks of the project next time; False where there are no more, or enough were read."""
        return self.projects[project].turn_page()

    def sessions(self) -> list[Session]:
        """Every session whose slot is not free, as last read."""
        return [o.session for p in self.projects.values() if p.known for o in p.known.occupied]

    @property
    def newer(self) -> list[str]:
        """The projects in whose blackboard a newer moziplus has been, that this one may still use."""
        return [project.id for project in self.projects.values() if project.door.newer]

    def due_at(self) -> int | None:
        """Epoch ms when something falls due by the clock alone."""
        found = [p.known.due_at for p in self.projects.values() if p.known and p.known.due_at is not None]
        return min(found, default=None)

    def next_try(self) -> float | None:
        """When the next project that is set aside is tried, on the monotonic clock."""
        return min((trouble.next_try for trouble in self.set_aside.values()), default=None)

    async def close(self) -> None:
        """Let go of every project."""
        await asyncio.gather(*(p.close() for p in self.projects.values()), return_exceptions=True)

    async def _meet(self) -> None:
        """Take new projects in and let go of those that are no longer there."""
        self._rescan = False
        found = folders(self._home)
        for gone in [i for i in self.projects if i not in found and not self.projects[i].busy]:
            watched = self.projects.pop(gone)
            self._settings.forget(watched.folder)
            self.set_aside.pop(gone, None)
            await watched.close()
        for name, folder in found.items():
            if name not in self.projects:
                self.projects[name] = Watched(folder, *self._given)

    def _may_look(self, project: Watched) -> bool:
        if project.busy:
            return False
        trouble = self.set_aside.get(project.id)
        return project.needs_look(self._clock.now()) if trouble is None else self._clock.monotonic() >= trouble.next_try

    def _begin(self, project: Watched) -> asyncio.Task[None]:
        task = spawn(self._look_at(project), name=f"look at {project.id}")
        project.under_way = task
        began = self._clock.monotonic()

        def answered(_: object) -> None:
            if self._clock.monotonic() - began > self._patience:
                self._on_answer()

        task.add_done_callback(answered)
        return task

    async def _look_at_home(self) -> None:
        try:
            await self._home_watch.look()
        except (MoziError, OSError) as error:
            self.home_trouble = str(error)
            self._quiet.say("the home's database cannot be read, so nothing is started", str(error))
        else:
            self.home_trouble = None
            self._quiet.over("the home's database cannot be read, so nothing is started")

    async def _look_at(self, project: Watched) -> None:
        try:
            async with self._slots:
                await self._make_room(project)
                before, settings = project.settings, self._settings.for_project(project.folder)
                await project.look(settings)
            if project.unsure and self._keep is not None:
                await self._stop_strangers(project)
            if before is not settings and self._keep is not None:
                laws = laws_in(settings, settings.guardrails.acts)
                await project.call(judge_again, laws, now=self._clock.now())
            await project.shrink()
        except Exception as error:
            await self._put_aside(project, error)
        else:
            self.set_aside.pop(project.id, None)
            self._quiet.over(f"{project.id} is set aside")

    async def _make_room(self, wanting: Watched) -> None:
        """Close what was wanted longest ago where too many blackboards are open."""
        async with self._making_room:
            others = [p for p in self.projects.values() if p.door.is_open and p is not wanting]
            free = sorted((p for p in others if not p.busy), key=lambda p: p.door.used_at)
            for project in free[: max(0, len(others) + 1 - self._at_once)]:
                await project.rest()

    async def _stop_strangers(self, project: Watched) -> None:
        """Before anything starts under a blackboard that is perhaps another one, whoever began under the other is stopped."""
        known = () if project.known is None else (o.session.id for o in project.known.occupied)
        stopped = await self._strangers.stop(project.id, known, again=project.replaced is not None)
        why, project.unsure, project.replaced = project.replaced, False, None
        if stopped and why is None:
            why = f"{project.id}: agents were at work that its blackboard does not know"
        if why is not None:
            self.replaced[project.id] = f"{why}; stopped: {', '.join(stopped) or 'nobody was at work'}"

    async def _put_aside(self, project: Watched, error: Exception) -> None:
        before = self.set_aside.get(project.id)
        await project.close()
        self.set_aside[project.id] = trouble = Trouble.after(
            before, await named(project.id, error), self._clock.monotonic()
        )
        self._rescan = True  # perhaps it was moved away
        self._quiet.say(f"{project.id} is set aside", str(trouble.error))

    def _snapshot(self) -> Snapshot:
        views, full = [], set()
        known = (p for p in self.projects.values() if p.known is not None and p.settings is not None)
        for project in sorted(known, key=lambda p: (p.last_start, p.id)):
            if project.busy or project.id in self.set_aside:
                views.append(project.only_its_slots())
            else:
                views.append(self.fitness.of(project, project.view(self.stop_asked), self._home_watch.away))
                full.add(project.id)
        self.looked_at = frozenset(full)
        self._agents.need({agent.backend for view in views for agent in view.agents})
        home, free = self._home_watch, shutil.disk_usage(self._home.path).free
        return Snapshot(
            projects=tuple(views),
            paused="pause" in home.flags or self.home_trouble is not None,
            estopped="estop" in home.flags,
            draining=self.draining,
            links=self._agents.links(),
            enough_disk=free >= self._settings.current.daemon.free_disk_floor_bytes,
            home_causes=frozenset(home.alerts),
            signed_out=home.signed_out,
            zone=LOCAL,
            watching_since=self._watching.since(closed=bool(home.flags)),
            day=self._settings.guardrails.day,
        )
