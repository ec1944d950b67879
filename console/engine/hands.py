"""Owns how a life of the scheduler is put together: every part that it holds while it is in charge, each made once.

Decides nothing and performs nothing; who holds the parts is `life`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console.agents.base import Agents, Around, LocalAgents
from console.agents.everybody import AllAgents
from console.clock import Clock
from console.engine.chores import Chores
from console.engine.home_here import HomeHere
from console.engine.home_watch import HomeWatch
from console.engine.in_charge import InCharge
from console.engine.inbox import InboxWatch
from console.engine.learning import Learner
from console.engine.live_settings import LiveSettings
from console.engine.lock_watch import LockWatch
from console.engine.observe import World
from console.engine.perform import Performer
from console.engine.publish import Publisher
from console.engine.requests import Requests
from console.engine.run_folder import RunFolder
from console.engine.starting import Starter
from console.engine.wakes import Wakes
from console.engine.watch import FolderWatch
from console.home import Home
from console.keeping.backup import keep_older
from console.keeping.presence import somebody_looks

__all__ = ("Hands", "MakeAgents", "put_together")

MakeAgents = Callable[[Callable[[str], None]], Agents]
"""Makes the agents of this machine; what it is given wants to hear of every session that ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a life is put together from."""

    home_path: Path
    here: HomeHere
    settings: LiveSettings
    home_watch: HomeWatch
    world: World
    performer: Performer
    requests: Requests
    run: RunFolder
    publisher: Publisher
    agents: AllAgents
    inbox: InboxWatch | None
    """None where this life may only end sessions."""
    chores: Chores | None
    """The same."""
    watch: FolderWatch

    @property
    def locks(self) -> LockWatch:
        """What is done about locks that do not fit the rows."""
        return self.performer.locks


async def put_together(
    home: Home,
    held: InCharge,
    wakes: Wakes,
    clock: Clock,
    environ: Mapping[str, str],
    *,
    ends_only: bool = False,
    local: MakeAgents = LocalAgents,
) -> Hands:
    """All parts of a life; `ends_only` leaves out what begins things. Raises ConfigError where the settings are wrong."""
    settings = LiveSettings(home, environ)
    here, keep = HomeHere(home, held), partial(keep_older, home, clock)
    home_watch = await HomeWatch.open(home, in_charge=keep)

    def ended(session: str) -> None:
        world.session_ended(session)
        wakes.tell("exit")

    agents = AllAgents(
        local(ended),
        Around(lambda: settings.current, environ, clock, ended, wakes.tell, lambda: _heard(home, world), home.path),
    )
    run = RunFolder.make(home, held.holder, settings.current.raw)
    world = World(home, settings, agents, home_watch, clock, on_answer=lambda: wakes.tell("answered"), keep=keep)

    starter = Starter(home, run, agents, world.fitness, settings.wordings, clock, world.notice)
    performer = Performer(home, world, home_watch, agents, starter, Learner(home, clock), clock, ends_only)
    inbox = None if ends_only else InboxWatch(home, settings, world, wakes, clock, here)
    return Hands(
        home_path=home.path,
        here=here,
        settings=settings,
        home_watch=home_watch,
        world=world,
        performer=performer,
        requests=Requests(home_watch, world, performer, clock, held.holder.since),
        run=run,
        publisher=Publisher(home, held, run, home_watch, settings, clock, agents, here, inbox),
        agents=agents,
        inbox=inbox,
        chores=None if ends_only else Chores(home, wakes),
        watch=FolderWatch(home, world, wakes, inbox),
    )


def _heard(home: Home, world: World) -> bool:
    """Whether a person, or a rule on what agents do, is there to answer what is asked."""
    known = [project.settings for project in world.projects.values()]
    return somebody_looks(home) or any(one is not None and (one.acts or one.guardrails.acts) for one in known)
