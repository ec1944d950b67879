"""Owns what an agent is told and where it works: the workplace is made, the prompt put together from the briefing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from console.blackboard.reads.briefing import Briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.engine.run_folder import RunFolder
from console.engine.watched import Watched
from console.home import Home, make_private_folder
from console.records.agent import Agent
from console.records.session import Session

__all__ = ("Place", "Prompting")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent works."""

    cwd: Path


class Prompting:
    """Makes workplaces and prompts for one life of the scheduler."""

    def __init__(self, home: Home, run: RunFolder) -> None:
        self._home = home
        self._run = run

    async def workplace(self, project: Watched, session: Session, brief: Briefing) -> Place:
        """The folder that the session works in, made where it is not there. Raises MoziError where it cannot be had."""
        return await asyncio.to_thread(_place, project, session)

    def text(self, project: Watched, agent: Agent, session: Session, brief: Briefing, place: Place) -> str:
        """The prompt exactly as the agent gets it."""
        return f"{self._run.body}\n\n{briefing_text(brief)}\n"


def _place(project: Watched, session: Session) -> Place:
    task_dir = project.folder / "artifacts" / str(session.task_id)
    for part in (".", "outputs", "reviews", "archive", "data"):
        make_private_folder(task_dir / part)
    assert project.settings is not None
    return Place(cwd=project.settings.workdir or task_dir)
