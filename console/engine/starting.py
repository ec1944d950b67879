"""Owns the start of a session: claim, then lay out its folder, then start its agent, in this order and no other.

The row is committed before anything starts, so nothing runs that the blackboard does not know. Whatever fails between
the claim and the start ends the session at once, with the reason; an agent that never ran spends no attempt.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial

from console.agents.base import introduce
from console.agents.everybody import AllAgents
from console.agents.spec import StartSpec
from console.backends import traits_of
from console.blackboard.reads.briefing import Briefing
from console.blackboard.reads.sessions import get_session, sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes import claims, sessions
from console.blackboard.writes.experiences import count_uses
from console.blackboard.writes.in_place import claim_in_place
from console.blackboard.writes.prompts import record_prompt
from console.blackboard.writes.tasks import hold_task
from console.clock import Clock
from console.crash import crash_point
from console.engine import rate_limits
from console.engine.fitness import Fitness
from console.engine.guarding import may_start
from console.engine.prompting import Known, Occasion, gather, make_place, set_up_place
from console.engine.resuming import conversation_of, lay_out_prompt
from console.engine.run_folder import BOOTSTRAP, RunFolder
from console.engine.watched import Watched
from console.engine.wordings import Wordings
from console.errors import AgentUnfit, MoziError, NotFound, NotStartable
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.agent import Agent
from console.records.session import Session, SessionStatus, StopReason
from console.scheduler.actions import EndSession, StartSeat, StartTask
from console.scheduler.backoff import retry_at
from console.scheduler.caps import tokens_left
from console.scheduler.snapshot import ProjectView
from console.secrets import hidden_names, withheld
from console.spawn import spawn

__all__ = ("Starter",)

_log = logging.getLogger("moziplus.scheduler")
NO_START = "cannot start"
"""Stands for a rule where a task is held because it cannot be started as it stands."""


class Starter:
    """Starts sessions for one life of the scheduler."""

    def __init__(
        self,
        home: Home,
        run: RunFolder,
        agents: AllAgents,
        fitness: Fitness,
        wordings: Wordings,
        clock: Clock,
        notice: Callable[[], None],
    ) -> None:
        """`notice` is called when a start that went on by itself has come to its end."""
        self._home = home
        self._run = run
        self._agents = agents
        self._fitness = fitness
        self._wordings = wordings
        self._clock = clock
        self._notice = notice
        self.under_way: set[asyncio.Task[None]] = set()
        """Starts that go on by themselves."""

    def halt(self) -> None:
        """Give up what goes on for long; it is begun again by whoever is in charge next."""
        self._agents.preparing.end()

    async def start_task(self, project: Watched, action: StartTask) -> None:
        """Claim the task and start its agent, if the guardrails let it. Raises Conflict where the claim is refused."""
        agent = _agent(project, action.agent)
        if not await may_start(project, agent, action.task_id, reviewing=False, clock=self._clock):
            return
        parent = await self._parent(project, agent, action.task_id)
        start = replace(self._new(project, agent, parent), instead_of=action.instead_of)
        crash_point("start.before_claim")
        now, grace = self._clock.now(), _grace(project)
        if action.instead_of is None:
            session = await project.call(claims.claim_task, action.task_id, start, by=SCHEDULER, now=now, grace=grace)
        else:
            why = action.why or ""
            session = await project.call(claim_in_place, action.task_id, start, why, by=SCHEDULER, now=now, grace=grace)
        await self._begin(project, agent, session, parent)

    async def start_seat(self, project: Watched, action: StartSeat) -> None:
        """Claim the review seat and start its reviewer. Raises Conflict where the claim is refused."""
        agent = _agent(project, action.agent)
        if not await may_start(project, agent, action.task_id, reviewing=True, clock=self._clock):
            return
        start = self._new(project, agent)
        crash_point("start_seat.before_claim")
        now, grace = self._clock.now(), _grace(project)
        session = await project.call(claims.claim_seat, action.seat_id, start, by=SCHEDULER, now=now, grace=grace)
        await self._go_on(project, agent, session, None)

    def _new(self, project: Watched, agent: Agent, parent: str | None = None) -> claims.Start:
        assert project.settings is not None
        session = str(uuid.uuid4())
        return claims.Start(
            session=session,
            agent=agent.id,
            backend=agent.backend,
            run_id=self._run.id,
            folder=str(self._run.session_folder(agent.id, session)),
            lease_ms=project.settings.policy.lease * 1000,
            parent_session=parent,
        )

    async def _begin(self, project: Watched, agent: Agent, session: Session, parent: str | None) -> None:
        """Where a worktree is made and set up, that takes its time: it goes on by itself, and so does its project."""
        settings, work = project.settings, self._go_on(project, agent, session, parent)
        if settings is None or settings.workdir is None or not settings.worktrees:
            await work
            return
        task = spawn(work, name=f"start {session.id}")
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        task.add_done_callback(lambda _: self._notice())

    async def _go_on(self, project: Watched, agent: Agent, session: Session, parent: str | None) -> None:
        crash_point("start.after_claim")
        with self._agents.preparing.of(session.id):
            try:
                known = await project.call(gather, session.task_id, seat_id=session.seat_id)
                spec = await self._prepare(project, agent, session, known, parent)
                crash_point("start.before_spawn")
                await self._agents.start(spec)
                crash_point("start.after_spawn")
            except Exception as error:
                if not isinstance(error, MoziError | OSError):
                    _log.exception("session %s could not be started", session.id)
                await self._give_up(project, agent, session, error)

    async def _prepare(
        self, project: Watched, agent: Agent, session: Session, known: Known, parent: str | None
    ) -> StartSpec:
        assert project.settings is not None and session.folder is not None
        place, ready = await make_place(project, session, known.brief, self._clock)
        before = await project.call(conversation_of, session, agent, str(place.cwd))
        spec = self._spec(project, agent, session, known.brief, str(place.cwd), parent)
        if not ready:
            folder, preparing = await asyncio.to_thread(introduce, spec), self._agents.preparing
            given_up = partial(preparing.is_given_up, session.id)
            place = await set_up_place(project, session, place, folder, given_up, self._clock)
        review = known.brief.review
        occasion = Occasion(
            project_folder=project.folder,
            settings=project.settings,
            agent=agent,
            attempt=session.attempt,
            place=place,
            folder=session.folder,
            protocol=None if review is None else project.protocol(review.review.protocol),
            bootstrap=self._run.body,
            bootstrap_file=str(self._run.path / BOOTSTRAP),
        )
        spec, composed = await asyncio.to_thread(lay_out_prompt, spec, known, occasion, self._wordings, before)
        labels = [skill.label for skill in composed.skills]
        await project.call(record_prompt, session.id, skills=labels, by=SCHEDULER, now=self._clock.now())
        used = [one for one in known.experiences if one.experience.id in composed.experiences]
        if used and not spec.conversation:
            await project.call(count_uses, session.id, used, by=SCHEDULER, now=self._clock.now())
            crash_point("uses.after_commit")
        return spec

    async def _parent(self, project: Watched, agent: Agent, task_id: int) -> str | None:
        """The session of the same backend that works on the task's parent now, where a child's runs below it."""
        if not traits_of(agent.backend).nests:
            return None
        above = (await project.call(get_task, task_id)).parent
        if above is None:
            return None
        found = await project.call(sessions_of, above)
        live = (s for s in reversed(found) if s.gone_at is None and s.seat_id is None)
        return next((s.id for s in live if s.backend == agent.backend), None)

    def _spec(
        self, project: Watched, agent: Agent, session: Session, brief: Briefing, cwd: str, parent: str | None
    ) -> StartSpec:
        assert project.settings is not None and session.folder is not None
        policy = project.settings.policy
        return StartSpec(
            home=str(self._home.path),
            project=project.id,
            project_folder=str(project.folder),
            task=session.task_id,
            task_dir=str(project.folder / "artifacts" / str(session.task_id)),
            review=None if brief.review is None else brief.review.review.id,
            seat=session.seat_id,
            agent=agent.id,
            session=session.id,
            fence=session.fence,
            backend=agent.backend,
            command=agent.command,
            env=dict(agent.env),
            env_required=agent.env_required,
            env_pass=policy.agent_env,
            secrets=hidden_names(agent.env_required, withheld(), session.id[:8]),
            prompt_by=str(agent.prompt),
            prompt_file=f"{session.folder}/prompt.md",
            cwd=cwd,
            task_timeout=agent.task_timeout or policy.task_timeout,
            lease=policy.lease,
            gateway_agent=agent.agent,
            model=agent.model,
            thinking=agent.thinking,
            usage=_usage(agent),
            options=_options(agent, project.view(), session.task_id),
            parent_session=parent,
        )

    async def _give_up(self, project: Watched, agent: Agent, session: Session, error: Exception) -> None:
        """Nothing of it runs, or only a runner that is told so by the row: end the session with the reason."""
        _log.warning("%s could not be started on %s#%s: %s", agent.id, project.id, session.task_id, error)
        if not await self._agents.sweep(session):
            return  # its runner lives after all; the next tick sees to it
        assert project.settings is not None
        policy, now, told = project.settings.policy, self._clock.now(), str(error)[:500]
        stopped = (await project.call(get_session, session.id)).stop_reason
        if stopped is not None:
            again = None if stopped == StopReason.ESTOP else retry_at(session, session.attempt, policy, now)
            end = sessions.end_session
            await project.call(end, session.id, status=SessionStatus.CANCELLED, retry_at=again, by=SCHEDULER, now=now)
            return
        action = EndSession(
            project=project.id,
            session=session.id,
            status=SessionStatus.FAILED,
            counted=False,
            failure=f"could not be started: {error}"[:500],
            # Who is not asked again for a while holds nobody up who is.
            retry_at=None if isinstance(error, AgentUnfit) else retry_at(session, session.attempt, policy, now),
        )
        if isinstance(error, AgentUnfit):
            self._fitness.did_not_start(agent, told)
        action = await rate_limits.with_pause(project, session, action, self._clock)
        await project.call(
            sessions.end_session,
            session.id,
            status=action.status,
            failure=action.failure,
            retry_at=action.retry_at,
            by=SCHEDULER,
            now=now,
        )
        if isinstance(error, NotStartable):
            reason = f"{told}; mend it, then `moziplus task release {session.task_id} --project {project.id}`"
            await project.call(hold_task, session.task_id, reason=reason, rule=NO_START, by=SCHEDULER, now=now)
        else:
            await rate_limits.notice(project, session, action, self._clock, ours=True)


def _usage(agent: Agent) -> dict[str, str]:
    """How its output is read: as its settings say, else as all of its backend write."""
    if agent.usage is not None:
        return {name: text for name, text in asdict(agent.usage).items() if text}
    form = traits_of(agent.backend).form
    return {"form": form} if form else {}


def _options(agent: Agent, view: ProjectView, task_id: int) -> dict[str, str]:
    """What else its backend lets it have; a meter is told how much that is in tokens."""
    options = dict(agent.options)
    if "meter" in options and (left := tokens_left(view, task_id, agent.id)) is not None:
        options["tokens_left"] = str(left)
    return options


def _grace(project: Watched) -> int:
    """Seconds in which a verdict can be taken back."""
    return project.settings.policy.review_grace if project.settings is not None else 0


def _agent(project: Watched, agent: str) -> Agent:
    assert project.settings is not None
    for found in project.settings.agents:
        if found.id == agent:
            return found
    raise NotFound(f"{agent} is not an agent of {project.id} any more")
