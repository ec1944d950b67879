"""Owns the effects: one branch for each action that can be decided. Each may be repeated without doing it twice.

A failure of one action is noted and ends there; the blackboard says what came of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import assert_never

from console.agents.everybody import AllAgents
from console.blackboard.reads.home import flags
from console.blackboard.writes import failures, guardrails, notes, rounds, sessions
from console.blackboard.writes.asks import expire_asks
from console.blackboard.writes.lead import end_turn
from console.blackboard.writes.sessions import the_session
from console.clock import Clock
from console.crash import crash_point
from console.engine import scheduled
from console.engine.ending import end
from console.engine.faults import Faults, described, kind_of
from console.engine.home_watch import HomeWatch
from console.engine.learning import Learner
from console.engine.lock_watch import LockWatch
from console.engine.observe import World
from console.engine.plans import apply_plan_of
from console.engine.starting import Starter
from console.engine.watched import Watched
from console.errors import Conflict, MoziError
from console.home import Home
from console.records.actor import SCHEDULER, Actor
from console.records.session import Session
from console.reviews.terms import terms_of
from console.scheduler.actions import (
    Action,
    ApplyPlan,
    Distil,
    DropDistillation,
    EndAlert,
    EndRound,
    EndSession,
    EndTurn,
    ExpireAsks,
    ExpireExperiences,
    FollowFailure,
    HoldTask,
    InstallSkill,
    KeepExperiences,
    Leave,
    Nudge,
    PrepareRound,
    RaiseAlert,
    RunSchedule,
    StartSeat,
    StartTask,
    StopSession,
    WriteReport,
)
from console.spawn import spawn

__all__ = ("Performer",)

_log = logging.getLogger("moziplus.scheduler")


class Performer:
    """The hands of a scheduler in charge."""

    def __init__(
        self,
        home: Home,
        world: World,
        home_watch: HomeWatch,
        agents: AllAgents,
        starter: Starter,
        learner: Learner,
        clock: Clock,
        ends_only: bool = False,
    ) -> None:
        self.leaving = False
        """Draining is complete."""
        self.faults = Faults()
        """What keeps failing."""
        self._home = home
        self._world = world
        self._home_watch = home_watch
        self._agents = agents
        self._starter = starter
        self._learner = learner
        self._clock = clock
        self.locks = LockWatch(home, world, clock, ends_only)
        self._stopping: set[str] = set()

    @property
    def starting(self) -> set[asyncio.Task[None]]:
        """Starts that go on by themselves."""
        return self._starter.under_way

    def halt(self) -> None:
        """Begin nothing long any more; what goes on for long gives up."""
        self._starter.halt()

    async def perform_all(self, actions: Sequence[Action]) -> bool:
        """Perform the actions of one project, one after the other; False where every one failed."""
        failed: dict[str, str] = {}
        failures = 0
        for action in actions:
            try:
                await self.perform(action)
            except Conflict as error:
                _log.info("%s was overtaken: %s", described(action), error)
            except Exception as error:
                failures += 1
                failed[kind_of(action)] = self._noted(action, error)
        self.faults.tried(getattr(actions[0], "project", ""), map(kind_of, actions), failed)
        return failures < len(actions)

    def _noted(self, action: Action, error: Exception) -> str:
        """What the error says; logged where it is new, with the way to it where it is none of ours."""
        said = str(error) or type(error).__name__
        if self.faults.is_news(getattr(action, "project", ""), kind_of(action), said):
            _log.warning(
                "%s failed: %s", described(action), said, exc_info=None if isinstance(error, MoziError) else error
            )
        return said

    async def perform(self, action: Action) -> None:
        """Perform one action. Raises what its command raises; Conflict says that the world moved on meanwhile."""
        match action:
            case StartTask():
                await self._refuse_start(action)
                await self._starter.start_task(self._world.projects[action.project], action)
            case StartSeat():
                await self._refuse_start(action)
                await self._starter.start_seat(self._world.projects[action.project], action)
            case PrepareRound():
                await self._prepare_round(action)
            case EndRound():
                await self._end_round(action)
            case HoldTask():
                await self._hold(action)
            case ApplyPlan():
                await apply_plan_of(self._world.projects[action.project], action.task_id, self._home, self._clock)
            case FollowFailure():
                await self._place(action.project).call(failures.follow_failure, action.task_id, now=self._clock.now())
            case StopSession():
                await self.stop(action)
            case EndSession():
                await self._end(action)
            case Nudge():
                await self._nudge(action)
            case ExpireAsks() | EndTurn():
                await self._settle_asks(action)
            case RaiseAlert():
                await self._raise(action)
            case EndAlert():
                await self._place(action.project).call(notes.end_alert, action.cause, now=self._clock.now())
            case KeepExperiences() | Distil() | InstallSkill() | DropDistillation() | ExpireExperiences():
                await self._learner.perform(self._world.projects[action.project], action)
            case RunSchedule():
                await scheduled.run(self._world.projects[action.project], action, self._clock)
            case WriteReport():
                await scheduled.write_report(self._world.projects[action.project], action, self._clock)
            case Leave():
                self.leaving = True
            case _:
                assert_never(action)

    async def _end(self, action: EndSession) -> None:
        told = (self._home_watch, self._world.fitness)
        await end(self._world.projects[action.project], self._agents, *told, action, self._clock)

    async def _refuse_start(self, action: StartTask | StartSeat) -> None:
        """Just before the claim: this process may have been stopped since it decided, and the home meanwhile."""
        closed = await self._home_watch.publish(flags)
        if closed:
            raise Conflict(f"the home is stopped or paused: {', '.join(closed)}")
        await self.locks.refuse(self._world.projects[action.project], action.task_id)

    async def _hold(self, action: HoldTask) -> None:
        project, now = self._world.projects[action.project], self._clock.now()
        hold = guardrails.hold_over_budget
        await project.call(hold, action.task_id, reason=action.reason, by=SCHEDULER, now=now)

    async def _settle_asks(self, action: ExpireAsks | EndTurn) -> None:
        project, now = self._world.projects[action.project], self._clock.now()
        if isinstance(action, EndTurn):
            await project.call(end_turn, action.ask, action.why, now=now)
        else:
            await project.call(expire_asks, now=now)

    async def _nudge(self, action: Nudge) -> None:
        """Ask it for a word where its backend takes one; that it was due is remembered, so that it is not asked again."""
        project = self._world.projects[action.project]
        await project.call(sessions.nudged, action.session, now=self._clock.now())
        await self._agents.nudge(await project.call(the_session, action.session))

    async def _prepare_round(self, action: PrepareRound) -> None:
        project = self._world.projects[action.project]
        review = next(r.review for r in project.view().rounds if r.review.id == action.review_id)
        assert project.settings is not None
        terms = terms_of(
            project.protocol(review.protocol),
            project.settings.policy,
            seats=len(action.reviewers),
            ladder=action.ladder,
        )
        await project.call(
            rounds.prepare_round,
            action.review_id,
            action.round,
            reviewers=action.reviewers,
            terms=terms,
            by=SCHEDULER,
            now=self._clock.now(),
        )
        crash_point("round.prepared")

    async def _end_round(self, action: EndRound) -> None:
        await self._world.projects[action.project].call(
            rounds.end_round,
            action.review_id,
            action.round,
            seats=action.seats,
            reason=action.reason,
            instead=action.instead,
            heard=action.heard,
            left=action.left,
            by=SCHEDULER,
            now=self._clock.now(),
        )

    async def send(self, session: Session, text: str) -> bool:
        """Say something to a running agent; False where its backend takes no messages."""
        return await self._agents.send(session, text)

    async def stop(self, action: StopSession, by: Actor = SCHEDULER) -> None:
        """Commit the request, then let the stopping go on by itself: it takes seconds, and nothing may wait for it."""
        if action.session in self._stopping:
            return
        project = self._world.projects[action.project]
        crash_point("stop.before_commit")
        ask, now = sessions.request_stop, self._clock.now()
        session = await project.call(ask, action.session, action.reason, failure=action.failure, by=by, now=now)
        crash_point("stop.after_commit")
        if session.gone_at is None:
            self._stopping.add(session.id)
            self._world.stop_asked[session.id] = self._clock.now()
            spawn(self._until_dead(session, action), name=f"stop {session.id}")

    async def _until_dead(self, session: Session, action: StopSession) -> None:
        try:
            if not await self._agents.stop(session, action.reason):
                _log.warning("session %s of %s is not confirmed dead yet; it is tried again", session.id, session.agent)
        finally:
            self._stopping.discard(session.id)
            self._world.notice()

    async def _raise(self, action: RaiseAlert) -> None:
        place = self._place(action.project)
        await place.call(
            notes.observe,
            action.body,
            level=action.level,
            cause=action.cause,
            task_id=action.task_id,
            session=action.session,
            anew=action.anew,
            by=SCHEDULER,
            now=self._clock.now(),
        )
        _log.warning("%s%s", f"{action.project}: " if action.project else "", action.body)

    def _place(self, project: str) -> Watched | HomeWatch:
        return self._world.projects[project] if project else self._home_watch
