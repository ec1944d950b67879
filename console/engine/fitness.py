"""Owns what the engine knows of the agents' fitness: a look at where they would be started, and what they showed last.

Waits for nothing: git answers in a thread, and until it has, a place is what it was.
"""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from console.agents.fitness import place_of, unfit
from console.clock import Clock
from console.days import shown_today
from console.engine.watched import Watched
from console.records.agent import Agent
from console.records.ending import Ending
from console.records.fitness import Away, Unfit, UnfitWhy
from console.records.session import Session
from console.scheduler.actions import EndSession
from console.scheduler.snapshot import ProjectView
from console.spawn import spawn

__all__ = ("Fitness", "away_after", "defined", "works_again")

FRESH = 2.0
"""Seconds for which a look at programs and places is believed."""
CLOCKS = 60_000
"""Milliseconds that a moment may lie ahead; one that lies further was told by a clock that was wrong, and holds nobody up."""
TRY_AGAIN, AT_MOST = 15_000, 300_000
"""Milliseconds after which an agent that did not start is tried again: twice as many each time, and the most of them."""
GUESSED = " (it names no time; it is asked again then)"
SIGN_IN_AGAIN = 3600_000
"""Milliseconds after which an agent that could not sign in is tried once more by itself."""


class Fitness:
    """The looks of one life of the scheduler."""

    def __init__(self, clock: Clock, on_change: Callable[[], None]) -> None:
        self._clock = clock
        self._on_change = on_change
        self._agents: dict[tuple[object, ...], tuple[float, Unfit | None]] = {}
        self._places: dict[tuple[Path, bool], tuple[float, Unfit | None]] = {}
        self._looking: dict[tuple[Path, bool], asyncio.Task[None]] = {}
        self._unstarted: dict[str, Away] = {}
        """Agents that did not start when they were tried last; another life of the scheduler tries them anew."""

    async def look(self, projects: Iterable[Watched], *, patience: float) -> None:
        """Look at the places of projects with work whose last look is old; waits at most `patience` seconds for them."""
        for project in projects:
            place = _place(project)
            if place is None or not _has_work(project) or place in self._looking:
                continue
            if self._clock.monotonic() - self._places.get(place, (-FRESH, None))[0] >= FRESH:
                self._looking[place] = spawn(self._look(place), name=f"look at {place[0]}")
        if self._looking:
            await asyncio.wait(set(self._looking.values()), timeout=patience)

    def of(self, project: Watched, view: ProjectView, away: Mapping[str, Away]) -> ProjectView:
        """The view with what keeps its agents from being started; only where there is something to start."""
        now = self._clock.now()
        for session in (present.session for present in view.present):
            if (session.last_word_at or 0) > (session.started_at or now):  # who says a word has started
                self.started(session.agent, session.last_word_at or 0)
        known = {**away, **self._unstarted}
        found = {a.id: gone for a in view.agents if (gone := _away(a, known, now)) is not None}
        place = None
        if view.ready or view.unplaced or view.rounds or any(c.startswith("unfit:") for c in view.open_causes):
            for agent in view.agents:
                if (problem := self._of_agent(agent, project)) is not None:
                    found[agent.id] = problem
            if (at := _place(project)) is not None and at not in self._places:
                view = replace(view, ready=())  # git has never answered yet
            place = self._places[at][1] if at in self._places else None
        unproven = frozenset(a.id for a in view.agents if a.id in self._unstarted)
        return replace(view, unfit=found, place=place, unproven=unproven) if found or place or unproven else view

    def did_not_start(self, agent: Agent | None, said: str) -> None:
        """Its program did not run, by no fault of its task: nobody asks it for a while, longer each time."""
        if agent is None:
            return
        before, now = self._unstarted.get(agent.id), self._clock.now()
        pause = TRY_AGAIN if before is None else min(AT_MOST, 2 * (before.until - before.since))
        self._unstarted[agent.id] = Away(
            agent=agent.id, why=UnfitWhy.UNSTARTED, until=now + pause, said=said, defined=defined(agent), since=now
        )

    def started(self, agent: str, at: int) -> None:
        """It ran at that moment (epoch ms)."""
        if (before := self._unstarted.get(agent)) is not None and before.since <= at:
            del self._unstarted[agent]

    async def _look(self, place: tuple[Path, bool]) -> None:
        before = self._places.get(place, (0.0, None))[1]
        try:
            found = await asyncio.to_thread(place_of, place[0], worktrees=place[1])
            self._places[place] = (self._clock.monotonic(), found)
            if found != before:
                self._on_change()
        finally:
            self._looking.pop(place, None)

    def _of_agent(self, agent: Agent, project: Watched) -> Unfit | None:
        workdir = project.settings.workdir if project.settings is not None else None
        cwd = None if workdir is None else workdir.expanduser()
        key = (agent.backend, agent.command[:1], agent.env, agent.env_required, cwd)
        known = self._agents.get(key)
        if known is None or self._clock.monotonic() - known[0] >= FRESH:
            known = self._agents[key] = (self._clock.monotonic(), unfit(agent, os.environ, cwd=cwd))
        return known[1]


def defined(agent: Agent) -> str:
    """A mark of the agent's definition, as far as its sign-in can depend on it."""
    parts = (agent.command, agent.model, agent.agent, agent.env, agent.env_required)
    return format(zlib.crc32(repr(parts).encode()), "08x")


def away_after(
    session: Session, action: EndSession, ending: Ending | None, agents: Iterable[Agent], now: int
) -> Away | None:
    """What the end of a session shows of its agent for the time to come; None where that is nothing."""
    if ending is None or not (action.signed_out or action.until is not None):
        return None
    agent = next((a for a in agents if a.id == session.agent), None)
    guessed = action.until is not None and ending.limited_until is None
    return Away(
        agent=session.agent,
        why=UnfitWhy.SIGNED_OUT if action.signed_out else UnfitWhy.LIMITED,
        until=now + SIGN_IN_AGAIN if action.until is None else action.until,
        said=(action.failure or "")[:500] + (GUESSED if guessed else ""),
        defined="" if agent is None else defined(agent),
        since=now,
    )


def works_again(action: EndSession, ending: Ending | None) -> bool:
    """Whether the end of a session shows that its agent was let in by its provider."""
    ended = ending is not None and ending.stopped is None and not ending.timed_out and not ending.ours
    return ended and not action.signed_out and action.until is None and ending is not None and not ending.rate_limited


def _away(agent: Agent, away: Mapping[str, Away], now: int) -> Unfit | None:
    found = away.get(agent.id)
    if found is None or found.defined not in ("", defined(agent)) or not found.since - CLOCKS <= now < found.until:
        return None
    if found.why is UnfitWhy.SIGNED_OUT:
        told = f"cannot sign in: {found.said}"
    elif found.why is UnfitWhy.UNSTARTED:
        told = f"could not be started: {found.said}"
    else:
        told = f"is rate limited until {shown_today(found.until, now)}: {found.said}"
    return Unfit(why=found.why, told=told, until=found.until)


def _has_work(project: Watched) -> bool:
    known = project.known
    return known is not None and bool(known.ready or known.rounds or any(c.startswith("unfit:") for c in known.causes))


def _place(project: Watched) -> tuple[Path, bool] | None:
    settings = project.settings
    return None if settings is None or settings.workdir is None else (settings.workdir, settings.worktrees)
