"""Owns the making of a demo home: the scripted team, its project, and the tasks of the script, through the usual doors."""

from __future__ import annotations

from pathlib import Path

from console.agents.demo.scenes import TAG, Scene, demo_file, scenes
from console.blackboard.connection import open_project
from console.blackboard.writes.schedules import NewSchedule, add_schedule
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import Clock
from console.errors import Conflict
from console.home import Home, write_atomically
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.schedule import ScheduleKind, Template
from console.settings.project import project_file

__all__ = ("PROJECT", "make_demo")

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
    _make_tasks(folder, clock)
    return home


def _make_tasks(folder: Path, clock: Clock) -> None:
    who = Actor(name=OPERATOR, origin=Origin.CLI)
    numbers: dict[str, int] = {}
    db = open_project(folder)
    try:
        for scene in scenes():
            if scene.every is not None:
                add_schedule(db, _schedule(scene, scene.every, clock.now()), by=who, now=clock.now())
                continue
            new = NewTask(
                title=scene.title,
                body=scene.body,
                assignee=scene.assignee,
                role=scene.role,
                needs=scene.needs,
                tags=_tags(scene),
                priority=scene.priority,
                after=tuple(numbers[key] for key in scene.after),
                reviews=scene.reviews,
            )
            numbers[scene.key] = create_task(db, new, by=who, now=clock.now()).id
    finally:
        db.close()


def _schedule(scene: Scene, every: int, now: int) -> NewSchedule:
    template = Template(
        title=scene.title,
        body=scene.body,
        assignee=scene.assignee,
        role=scene.role,
        needs=scene.needs,
        tags=_tags(scene),
        priority=scene.priority,
        reviews=scene.reviews,
    )
    return NewSchedule(name=scene.key, kind=ScheduleKind.INTERVAL, every=every, template=template, next_at=now)


def _tags(scene: Scene) -> tuple[str, ...]:
    return (f"{TAG}{scene.key}", *scene.tags)
