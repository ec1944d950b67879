"""Owns the question who could do a task and what keeps it from being started, for its page. It writes nothing."""

from __future__ import annotations

import os

from console.blackboard.connection import Database
from console.errors import MoziError
from console.home import Home
from console.records.task import Task, TaskStatus
from widgets.pages import Fits

__all__ = ("who_fits",)


def who_fits(home: Home, db: Database, project: str, task: Task, now: int) -> Fits | None:
    """None where the settings cannot be read; the world says why."""
    from console.actions.forewarn import on_task
    from console.blackboard.reads.likes import likely_of
    from console.scheduler.matching import Team
    from console.settings import load_settings
    from console.settings.project import load_project

    try:
        settings = load_project(load_settings(home, os.environ), home.project_folder(project))
        agents = tuple(agent.label for agent in Team(settings.agents).fitting(task))
        waits = task.status == TaskStatus.PENDING
        keeps = on_task(home, db, settings, task.id, environ=os.environ, now=now) if waits else ()
    except (MoziError, OSError):
        return None
    return Fits(agents=agents, keeps=keeps, likely=likely_of(db, task))
