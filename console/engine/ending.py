"""Owns the end of a session: sweeping what its process left, then settling it on the blackboard.

Nothing is released before the death of everything that the session started is confirmed.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from console.agents.base import SessionFolder
from console.agents.everybody import AllAgents
from console.agents.forms.resuming import is_name
from console.artifacts import Kept, write_output
from console.blackboard.reads.sessions import get_session, sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes import outputs, sessions, submissions
from console.blackboard.writes.away import back, note_away
from console.blackboard.writes.held_ends import end_and_hold
from console.blackboard.writes.parked_asks import park_all
from console.clock import Clock
from console.crash import crash_point
from console.engine import rate_limits
from console.engine.fitness import Fitness, away_after, works_again
from console.engine.guarding import decision_at_end
from console.engine.home_watch import HomeWatch
from console.engine.watched import Watched
from console.errors import UsageError
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.budget import Usage
from console.records.ending import Ending
from console.records.session import Session, SessionStatus
from console.scheduler.actions import EndSession
from console.text import one_line

__all__ = ("end",)

_log = logging.getLogger("moziplus.scheduler")

LAST_WORDS = 64_000
"""Bytes of output that are kept where an agent ended well without a submit."""


async def end(
    project: Watched, agents: AllAgents, home: HomeWatch, fitness: Fitness, action: EndSession, clock: Clock
) -> None:
    """Settle the session of `action`. Does nothing where a runner was faster, or where something of it still lives."""
    session = await project.call(get_session, action.session)
    if session.gone_at is not None:
        return
    if session.status == SessionStatus.STARTING:
        # The runner asks for `running` the same way: exactly one of both gets it.
        lost = await project.call(sessions.mark_lost_if_starting, session.id, now=clock.now())
        if not lost:
            return
    crash_point("end.before_sweep")
    if not await agents.sweep(session):
        return
    crash_point("end.before_commit")
    ending = agents.ending(session)
    if ending is not None and (ending.tokens or ending.cost):
        used = Usage(tokens=ending.tokens, cost=ending.cost)
        await project.call(sessions.set_usage, session.id, used, now=clock.now())
        crash_point("end.after_usage")
    if ending is not None and is_name(ending.conversation):
        await project.call(sessions.note_conversation, session.id, ending.conversation, now=clock.now())
    if _ended_well_without_submit(session, action) and not await _waits_for_answers(project, session, clock):
        await _keep_last_words(project, session, ending, clock)
    action = await rate_limits.with_pause(project, session, action, clock)
    await _write(project, session, action, ending, clock)
    crash_point("end.after_commit")
    await _note_fitness(project, home, fitness, session, action, ending, clock)
    await rate_limits.notice(project, session, action, clock, ours=ending is not None and ending.ours)


async def _write(project: Watched, session: Session, action: EndSession, ending: Ending | None, clock: Clock) -> None:
    """The end on the blackboard; where somebody ended it past us, its task waits for the operator."""
    tail = ending.tail if ending is not None and action.status != SessionStatus.SUCCEEDED else None
    if action.hold:
        why = action.failure or ""
        reason = f"{why}; `moziplus task release {session.task_id} --project {project.id}` lets it begin anew"
        await project.call(end_and_hold, session.id, failure=why, tail=tail, reason=reason, now=clock.now())
        return
    await project.call(
        sessions.end_session,
        session.id,
        status=action.status,
        counted=action.counted,
        failure=action.failure,
        tail=tail,
        exit_code=ending.exit_code if ending is not None else None,
        retry_at=action.retry_at,
        exhausted=action.exhausted,
        by=SCHEDULER,
        now=clock.now(),
    )


async def _note_fitness(
    project: Watched,
    home: HomeWatch,
    fitness: Fitness,
    session: Session,
    action: EndSession,
    ending: Ending | None,
    clock: Clock,
) -> None:
    """Remember of its agent what holds for all its work: refused until a time, not signed in, not started, or it works."""
    agents = () if project.settings is None else project.settings.agents
    if ending is not None and ending.unstarted:
        agent = next((a for a in agents if a.id == session.agent), None)
        fitness.did_not_start(agent, one_line(action.failure or "", 500))
    elif ending is not None and not ending.ours:
        fitness.started(session.agent, clock.now())
    if (gone := away_after(session, action, ending, agents, clock.now())) is not None:
        await home.call(note_away, gone)
    elif session.agent in home.away and works_again(action, ending):
        await home.call(back, session.agent)


def _ended_well_without_submit(session: Session, action: EndSession) -> bool:
    return session.ended_at is None and session.seat_id is None and action.status == SessionStatus.SUCCEEDED


async def _waits_for_answers(project: Watched, session: Session, clock: Clock) -> bool:
    """Whether it ended its turn with a question: then the task waits for the answer, and nothing is handed in."""
    agent = Actor(name=session.agent, origin=Origin.SCHEDULER, session=session.id)
    return await project.call(park_all, session.id, by=agent, now=clock.now())


async def _keep_last_words(project: Watched, session: Session, ending: Ending | None, clock: Clock) -> None:
    """What it said last becomes an output, and stands in for the submission; whoever should answer an ask has not."""
    if (await project.call(get_task, session.task_id)).ask is not None:
        return
    tail = ending.tail if ending is not None else ""
    folder = project.folder / "artifacts" / str(session.task_id)
    number = len(await project.call(sessions_of, session.task_id, limit=1000))
    summary = f"(no submit) {tail.strip()[-2000:]}" if tail.strip() else "(no submit, and it said nothing)"
    words = ending.words if ending is not None else ""
    try:
        kept = await asyncio.to_thread(_save, session, words, tail, folder, number)
    except (OSError, UsageError) as error:  # the words themselves are in the summary below
        _log.warning("the last words of %s cannot be kept: %s", session.id, error)
        kept = None
        summary += f"\n\n(These words could not be kept as a file: {one_line(str(error))})"
    if kept is not None:
        await project.call(
            outputs.record_output,
            session.task_id,
            path=kept.path,
            kind="last_words",
            sha256=kept.sha256,
            size=kept.size,
            by=Actor(name=session.agent, origin=Origin.SCHEDULER, session=session.id),
            now=clock.now(),
        )
    decision, hand_in = await decision_at_end(project, session), submissions.end_without_submit
    await project.call(hand_in, session.id, summary=summary, decision=decision, by=SCHEDULER, now=clock.now())
    crash_point("end_without_submit.after_commit")


def _save(session: Session, own: str, tail: str, task_folder: Path, number: int) -> Kept | None:
    """Keep its own words, else the end of its output, with its task; None where it said nothing. Raises OSError, UsageError."""
    words = (own or tail).encode()
    if not own and session.folder is not None:
        try:
            folder = SessionFolder(session.folder)
            words = folder.last(folder.output, LAST_WORDS)
        except OSError:  # an agent may have put anything there, and the tail is in exit.json
            pass
    if not words.strip():
        return None
    return write_output(task_folder, f"last_words-{number}.md", words)
