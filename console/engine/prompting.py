"""Owns what an agent is told and where it works: its workplace is made, its prompt put together from what is known.

One function makes the prompt, for a start and for whoever asks what would be sent; it writes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.agents.base import SessionFolder
from console.agents.workplace import Place, looked_into, make_workplace, set_up_workplace
from console.backends import traits_of
from console.blackboard.connection import Database
from console.blackboard.reads.briefing import Briefing, briefing
from console.blackboard.reads.briefing_since import ended, since
from console.blackboard.reads.briefing_text import briefing_parts
from console.blackboard.reads.conversations import Conversation
from console.blackboard.reads.experiences import experiences_for
from console.blackboard.reads.worktrees import worktree_row
from console.blackboard.writes.worktrees import note_ready, set_worktree
from console.clock import Clock
from console.crash import crash_point
from console.engine.watched import Watched
from console.engine.wordings import Wordings
from console.prompts.compose import Composed, compose
from console.prompts.facts import Facts
from console.records.actor import SCHEDULER
from console.records.agent import Agent
from console.records.experience import Attached
from console.records.session import Session
from console.reviews.protocol import Protocol
from console.settings import ProjectSettings
from console.settings.project import project_file

__all__ = ("Known", "Occasion", "as_json", "gather", "make_place", "prompt_for", "record", "set_up_place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the blackboard knows for one session."""

    brief: Briefing
    experiences: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One session that starts, or might."""

    project_folder: Path
    settings: ProjectSettings
    agent: Agent
    attempt: int
    place: Place
    folder: str
    """The session's; a gateway agent finds its `blackboard` there."""
    before: Conversation | None = None
    """The conversation that it goes on with; it is told only what is new then."""
    protocol: Protocol | None = None
    """Of the review to give."""
    bootstrap: str
    """The body of the run's BOOTSTRAP.md."""
    bootstrap_file: str


def gather(db: Database, task_id: int, *, seat_id: int | None = None) -> Known:
    """What the blackboard knows for a session on a task, or on a review seat of it. Raises NotFound."""
    brief = briefing(db, task_id, seat_id=seat_id)
    return Known(brief=brief, experiences=experiences_for(db, brief.task))


def prompt_for(known: Known, occasion: Occasion, wordings: Wordings) -> Composed:
    """The prompt exactly as the agent gets it. Reads files, writes none."""
    agent, settings, place, before = occasion.agent, occasion.settings, occasion.place, occasion.before
    brief = known.brief if before is None else since(known.brief, before)
    folder = occasion.project_folder
    soul = wordings.soul(folder, agent.id)
    timeout = agent.task_timeout or settings.policy.task_timeout
    facts = Facts(
        agent_id=agent.id,
        agent=agent.label,
        role=agent.role,
        backend=agent.backend,
        project=settings.id,
        project_name=settings.name,
        description=settings.description,
        context=settings.context,
        soul=soul.text,
        bootstrap=occasion.bootstrap,
        files={
            "soul": (soul.file,) if soul.file else (),
            "run": (occasion.bootstrap_file,),
            "project": (str(project_file(folder)),),
        },
        task=brief.task.id,
        kind=str(brief.task.kind),
        tags=brief.task.tags,
        needs=brief.task.needs,
        for_operator=brief.task.ask is not None,
        briefing=briefing_parts(brief),
        attempt=occasion.attempt,
        minutes=-(-timeout // 60),
        # Nothing of ours is on the PATH of an agent that no runner of ours starts.
        blackboard="blackboard" if traits_of(agent.backend).own_process else f"{occasion.folder}/blackboard",
        skills=wordings.skills(folder),
        experiences=known.experiences,
        **_of_place(place),
        **_of_conversation(before),
        **_of_review(brief, occasion.protocol),
    )
    return compose(facts, wordings.wording(folder))


def as_json(composed: Composed) -> str:
    """`prompt.json`: what the prompt is made of."""
    return json.dumps(record(composed), ensure_ascii=False, indent=1) + "\n"


def record(composed: Composed) -> dict[str, Any]:
    """The same as an object; field names are stable."""
    prompt = composed.prompt
    return {
        "characters": len(prompt.text),
        "total": composed.total,
        "components": composed.components,
        "parts": [
            {
                "name": part.name,
                "sources": list(part.files),
                "characters": len(part.text),
                "whole": part.whole,
                "cap": part.cap,
                "cut": part.note or None,
            }
            for part in prompt.parts
        ],
        "skills": [skill.label for skill in composed.skills],
        "experiences": list(composed.experiences),
    }


async def make_place(project: Watched, session: Session, brief: Briefing, clock: Clock) -> tuple[Place, bool]:
    """The folder that the session works in, made where it is not there, and whether it is ready; `set_up_place` makes it so.

    A new worktree is noted on the task. Raises MoziError where it cannot be had.
    """
    settings, task = project.settings, brief.task
    assert settings is not None
    known = await project.call(worktree_row, session.task_id)
    async with project.making:  # git makes one worktree of a repository at a time
        place = await asyncio.to_thread(
            make_workplace,
            project.id,
            project.folder,
            task,
            reviewer=session.seat_id is not None or task.ask is not None,
            workdir=settings.workdir,
            worktrees=settings.worktrees,
            known=known,
        )
    tree = place.worktree
    if tree is None or session.seat_id is not None or task.ask is not None:
        return place, True
    crash_point("worktree.made")
    # one that nothing is known of was not noted before an end came; one of an older version has only its folder
    ready = not tree.fresh and (known.ready if known is not None else task.work_folder is not None)
    await project.call(
        set_worktree,
        session.task_id,
        folder=str(tree.folder),
        branch=tree.branch,
        repository=str(tree.repository),
        base=tree.base,
        target=tree.target,
        ready=ready,
        by=SCHEDULER,
        now=clock.now(),
    )
    return (await asyncio.to_thread(looked_into, place), True) if ready else (place, False)


async def set_up_place(
    project: Watched, session: Session, place: Place, folder: SessionFolder, given_up: Callable[[], bool], clock: Clock
) -> Place:
    """The place, with all that a fresh worktree is given; an end between leaves that to the next start.

    Raises NotStartable where it fails, Unavailable once it is `given_up`.
    """
    assert project.settings is not None and place.worktree is not None
    await set_up_workplace(place.worktree, project.settings.worktree, folder, given_up=given_up, clock=clock)
    crash_point("worktree.set_up")
    await project.call(note_ready, session.task_id, by=SCHEDULER, now=clock.now())
    return await asyncio.to_thread(looked_into, place)


def _of_place(place: Place) -> dict[str, Any]:
    tree = place.worktree
    named = {} if tree is None else {"worktree": str(tree.folder), "branch": tree.branch}
    return {
        "cwd": str(place.cwd),
        "task_dir": str(place.task_dir),
        "empty": place.empty,
        "pointers": place.pointers,
        **named,
    }


def _of_conversation(before: Conversation | None) -> dict[str, Any]:
    if before is None:
        return {}
    return {"resumed": True, "ended": ended(before), "others": before.others, "edited": before.edited}


def _of_review(brief: Briefing, protocol: Protocol | None) -> dict[str, Any]:
    """The facts of the review to give; for an author, of the one that asked for changes."""
    if brief.review is None:
        asked = [found.review for found in brief.threads if found.review.status == "changes_requested"]
        return {"debate": bool(asked and asked[-1].debate)}
    review = brief.review.review
    rubric: Mapping[str, float] = review.rubric or {}
    return {
        "reviewer": True,
        "protocol": review.protocol,
        "about": protocol.description if protocol is not None else "",
        "questions": _only(protocol.questions if protocol is not None else {}, rubric),
        "rubric": rubric,
        "gates": _only(review.gates or {}, rubric),
        "debate": review.debate,
    }


def _only(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    wanted = set(names)
    return {name: value for name, value in values.items() if name in wanted}
