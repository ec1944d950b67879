"""Owns the making of a demo home: the scripted team, its project, and the tasks of the script, through the usual doors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from console.agents.demo.scenes import TAG, Scene, demo_file, scenes
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import list_tasks
from console.clock import Clock
from console.commands import schedules
from console.commands.caps import RaiseCap, raise_cap
from console.commands.context import Context, team_of
from console.commands.new_task import CreateTask, create
from console.commands.schedules import AddSchedule
from console.commands.text import Line, Prose
from console.errors import Conflict
from console.home import Home, write_atomically
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.guardrail import TASK_BUDGET
from console.records.task import TaskStatus
from console.settings.project import project_file

__all__ = ("PROJECT", "make_demo", "raise_caps")

PROJECT = "demo"


def make_demo(path: Path, clock: Clock, *, pace: float | None = None) -> Home:
    """Make `path` a home with the demo project and its tasks. Raises Conflict where something is there already."""
    if path.exists() and any(path.iterdir()):
        raise Conflict(f"{path} is not empty, and the demo wants a fresh home; name another folder")
    home = Home(path)
    prepare_home(home, clock)
    write_atomically(home.config / "default.yaml", demo_file("home.yaml").read_text(encoding="utf-8"))
    write_atomically(home.config / "guardrails.yaml", demo_file("guardrails.yaml").read_text(encoding="utf-8"))
    folder = make_project(home, NewProject(id=PROJECT), clock)
    settings = demo_file("project.yaml").read_text(encoding="utf-8")
    if pace is not None:
        settings = settings.replace("demo_pace: 1.0", f"demo_pace: {pace:g}")
    write_atomically(project_file(folder), settings)
    _make_tasks(home, folder, clock)
    return home


def raise_caps(home: Home, clock: Clock) -> bool:
    """Give each task that is held at its cap as much again, as the operator does; whether there was one."""
    db = open_project(home.project_folder(PROJECT))
    try:
        context = Context(db, Actor(name=OPERATOR, origin=Origin.CLI), clock.now(), team_of(home, PROJECT))
        held = [task for task in list_tasks(db, status=TaskStatus.HELD) if task.hold_rule == TASK_BUDGET]
        for task in held:
            raise_cap(context, RaiseCap(task=task.id))
    finally:
        db.close()
    return bool(held)


def _make_tasks(home: Home, folder: Path, clock: Clock) -> None:
    numbers: dict[str, int] = {}
    team = team_of(home, PROJECT)
    team = team._replace(settings=cache(team.settings))
    db = open_project(folder)
    try:
        for scene in scenes():
            context = Context(db, Actor(name=OPERATOR, origin=Origin.CLI), clock.now(), team)
            new = _task(scene, numbers)
            if scene.every is None:
                numbers[scene.key] = create(context, new).id
            else:
                again = AddSchedule(name=Line(scene.key), makes=new, every=scene.every, start=context.now)
                schedules.add(context, again)
    finally:
        db.close()


def _task(scene: Scene, numbers: Mapping[str, int]) -> CreateTask:
    who = f"@{scene.role}" if scene.role else scene.assignee
    return CreateTask(
        title=Line(scene.title),
        body=Prose(scene.body),
        assignee=Line(who) if who else None,
        needs=scene.needs,
        tags=(f"{TAG}{scene.key}", *scene.tags),
        priority=scene.priority,
        after=tuple(numbers[key] for key in scene.after),
        reviews=scene.reviews,
    )
