"""Owns what an agent is told and where it works: its workplace is made, its prompt put together from the briefing."""

from __future__ import annotations

import asyncio

from console.agents.templates import prompt_templates
from console.agents.workplace import Place, make_workplace
from console.blackboard.reads.briefing import Briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.blackboard.writes.tasks import set_workplace
from console.clock import Clock
from console.engine.run_folder import RunFolder
from console.engine.watched import Watched
from console.home import Home
from console.prompts.first import Facts, first_prompt
from console.records.actor import SCHEDULER
from console.records.agent import Agent, Backend
from console.records.session import Session

__all__ = ("Prompting",)


class Prompting:
    """Makes workplaces and prompts for one life of the scheduler."""

    def __init__(self, home: Home, run: RunFolder, clock: Clock) -> None:
        self._home = home
        self._run = run
        self._clock = clock

    async def workplace(self, project: Watched, session: Session, brief: Briefing) -> Place:
        """The folder that the session works in, made where it is not there; a new worktree is noted on the task.

        Raises MoziError where it cannot be had.
        """
        settings = project.settings
        assert settings is not None
        place = await asyncio.to_thread(
            make_workplace,
            project.id,
            project.folder,
            brief.task,
            reviewer=session.seat_id is not None,
            workdir=settings.workdir,
            worktrees=settings.worktrees,
        )
        if place.worktree is not None and session.seat_id is None:
            await project.call(
                set_workplace,
                session.task_id,
                folder=str(place.worktree.folder),
                branch=place.worktree.branch,
                by=SCHEDULER,
                now=self._clock.now(),
            )
        return place

    def text(self, project: Watched, agent: Agent, session: Session, brief: Briefing, place: Place) -> str:
        """The prompt exactly as the agent gets it. Raises UsageError where a template cannot be read."""
        settings = project.settings
        assert settings is not None
        rubric = brief.review.review.rubric if brief.review is not None else None
        timeout = agent.task_timeout or settings.policy.task_timeout
        facts = Facts(
            agent=agent.label,
            role=agent.role,
            project=project.id,
            project_name=settings.name,
            description=settings.description,
            context=settings.context,
            bootstrap=self._run.body,
            task=session.task_id,
            briefing=briefing_text(brief),
            attempt=session.attempt,
            reviewer=session.seat_id is not None,
            rubric=rubric or {},
            cwd=str(place.cwd),
            task_dir=str(place.task_dir),
            worktree=str(place.worktree.folder) if place.worktree is not None else "",
            branch=place.worktree.branch if place.worktree is not None else "",
            minutes=-(-timeout // 60),
            # Nothing of ours is on a gateway agent's PATH.
            blackboard=f"{session.folder}/blackboard" if agent.backend == Backend.GATEWAY else "blackboard",
        )
        return first_prompt(facts, prompt_templates(self._home.path, project.folder)).text
