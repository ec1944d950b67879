"""Owns the answer of `task prompt`: whose session it is about, and the prompt that would be sent to it now.

The prompt itself comes from the function that a start uses. Nothing is claimed, made or written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.agents.workplace import planned_workplace
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.reviews import get_review, get_seat, reviews_of, thread
from console.blackboard.reads.tasks import get_task
from console.cli.options import Here
from console.engine.in_charge import holder
from console.engine.prompting import Known, Occasion, gather, prompt_for
from console.engine.protocols import Protocols
from console.engine.run_folder import BOOTSTRAP, bootstrap_template, read_bootstrap
from console.engine.wordings import Wordings
from console.errors import Conflict, NotFound, UsageError
from console.records.review import Seat, SeatStatus
from console.records.task import Task
from console.scheduler.matching import Team

if TYPE_CHECKING:
    from pathlib import Path

    from console.blackboard.connection import Database
    from console.prompts.compose import Composed
    from console.records.agent import Agent
    from console.reviews.protocol import Protocol
    from console.settings import ProjectSettings

__all__ = ("prompt_now",)

FOLDER = "<the session's folder>"
"""Stands for what is made at the start; a gateway agent finds its `blackboard` there."""


def prompt_now(
    here: Here, project: str, task_id: int, *, agent: str | None, review: int | None, seat: int | None
) -> tuple[Agent, Composed]:
    """(who gets it, the prompt). Raises NotFound, Conflict where nobody fits or is seated, UsageError for a foreign seat."""
    settings, folder = here.project_settings(project), here.project_folder(project)
    with here.blackboard(project, read_only=True) as db:
        task = get_task(db, task_id)
        found = None if seat is None and review is None else _seat(db, task_id, agent, review, seat)
        known = gather(db, task_id, seat_id=None if found is None else found.id)
    member = _member(settings, found.reviewer) if found else _author(settings, task, agent)
    body, file = _bootstrap(here)
    occasion = Occasion(
        project_folder=folder,
        settings=settings,
        agent=member,
        attempt=1 + (task.attempts if found is None else found.attempts),
        place=planned_workplace(
            project,
            folder,
            task,
            reviewer=found is not None or task.ask is not None,
            workdir=settings.workdir,
            worktrees=settings.worktrees,
        ),
        folder=FOLDER,
        protocol=_protocol(here, folder, known),
        bootstrap=body,
        bootstrap_file=file,
    )
    return member, prompt_for(known, occasion, Wordings(here.home))


def _seat(db: Database, task_id: int, agent: str | None, review: int | None, seat: int | None) -> Seat:
    """The seat that is meant: the one named, else the agent's, else the first that waits in the review's round."""
    if seat is not None:
        found = get_seat(db, seat)
        if get_review(db, found.review_id).task_id != task_id:
            raise UsageError(f"review seat {seat} judges another task than #{task_id}")
        if agent not in (None, found.reviewer):
            raise UsageError(f"review seat {seat} is {found.reviewer}'s, not {agent}'s")
        return found
    if review not in [one.id for one in reviews_of(db, task_id)]:
        raise NotFound(f"task #{task_id} has no review {review}; `moziplus task show {task_id}` lists them")
    assert review is not None
    at = thread(db, review)
    seats = [one for one in at.seats if one.round == at.review.round and agent in (None, one.reviewer)]
    if not seats:
        whose = f"{agent} has no seat" if agent else "nobody has a seat"
        raise Conflict(
            f"{whose} in round {at.review.round} of review {review}; the scheduler gives them at its next tick"
        )
    return next((one for one in seats if one.status == SeatStatus.WAITING), seats[0])


def _author(settings: ProjectSettings, task: Task, agent: str | None) -> Agent:
    """The agent named, else whom the scheduler would take if all were free."""
    if agent is not None:
        return _member(settings, agent)
    team = Team(settings.agents)
    fitting = [one for one in team.fitting(task) if team.reachable(one)]
    if not fitting:
        raise Conflict(
            f"nobody in {settings.id} can do #{task.id}: `moziplus task explain {task.id}`, or say --agent A"
        )
    return min(fitting, key=lambda one: one.id != task.preferred)


def _member(settings: ProjectSettings, agent: str) -> Agent:
    found = Team(settings.agents).member(agent)
    if found is None:
        known = ", ".join(one.id for one in settings.agents) or "none"
        raise NotFound(f"{agent[:60]!r} is no agent of {settings.id}; known: {known}")
    return found


def _protocol(here: Here, folder: Path, known: Known) -> Protocol | None:
    review = known.brief.review
    return None if review is None else Protocols(here.home).get(folder, review.review.protocol)


def _bootstrap(here: Here) -> tuple[str, str]:
    """The body of the run in charge, else of the one that would begin now; and the file that says it."""
    if holder(here.home) is not None:
        with here.state(read_only=True) as db:
            run = (scheduler_status(db) or {}).get("run")
        path = here.home.runs / str(run)
        if run and (path / BOOTSTRAP).is_file():
            return read_bootstrap(path)[1], str(path / BOOTSTRAP)
    return bootstrap_template(here.home)
