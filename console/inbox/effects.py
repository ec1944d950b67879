"""Owns what each kind of message does in a project: one branch per kind, each through the blackboard's own commands.

It opens nothing and commits nothing; whoever calls holds the transaction. What a project does not know is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from console.blackboard.connection import Database
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.notes import add_comment, end_alert, observe
from console.blackboard.writes.project import pause_project, resume_project
from console.blackboard.writes.sessions import add_usage, note_word
from console.blackboard.writes.tasks import NewTask, create_task
from console.errors import ConfigError, Unavailable, UsageError
from console.inbox import kinds
from console.inbox.parse import ANONYMOUS
from console.records.actor import Actor, Origin
from console.records.alert import Level
from console.records.note import CommentType
from console.records.task import DEFAULT_REVIEWS, OnFailure
from console.settings import ProjectSettings
from console.shipped_files import yaml_names
from console.when import moment

__all__ = ("CAUSE", "Team", "actor_of", "perform")

CAUSE = "inbox:"
"""Before the cause of an alert from the inbox, so that it meets none of the scheduler's own."""


@dataclass(frozen=True, slots=True)
class Team:
    """What a project knows: read only when a message asks for it."""

    settings: Callable[[], ProjectSettings]
    configs: tuple[Path, ...]
    """The config folders of the project and of the home."""

    def assigned(self, text: str | None) -> tuple[str | None, str | None]:
        """(agent, role). Raises UsageError for one that the project has not, Unavailable where its settings are wrong."""
        if text is None:
            return None, None
        try:
            team = self.settings().agents
        except ConfigError as error:
            raise Unavailable(f"the settings of the project are wrong: {error}") from None
        known = {f"@{agent.role}" for agent in team if agent.role} | {agent.id for agent in team}
        if text not in known:
            raise UsageError(f"no agent {text!r} in this project; known: {', '.join(sorted(known)) or 'none'}")
        return (None, text[1:]) if text.startswith("@") else (text, None)

    def reviews(self, wanted: bool | tuple[str, ...]) -> tuple[str, ...]:
        """The protocols of a task. Raises UsageError for an unknown one."""
        if isinstance(wanted, bool):
            return DEFAULT_REVIEWS if wanted else ()
        known = yaml_names("review_protocols", *self.configs)
        for name in wanted:
            if name not in known:
                raise UsageError(f"no review protocol {name!r}; known: {', '.join(known)}")
        return tuple(dict.fromkeys(wanted))


def actor_of(message: kinds.Written, db: Database) -> Actor:
    """Who writes, as the change feed tells it: the agent of the session named, else whom the message says."""
    if message.session is None:
        return Actor(name=message.from_ or ANONYMOUS, origin=Origin.INBOX)
    return Actor(name=get_session(db, message.session).agent, origin=Origin.INBOX, session=message.session)


def perform(db: Database, message: kinds.Written, team: Team, *, now: int) -> str | None:
    """Do what the message asks for; a word on it, where there is one to say.

    Raises StaleFence where its claim has ended, NotFound, UsageError and Conflict where the project refuses it.
    """
    by = actor_of(message, db)
    spent = isinstance(message, kinds.SessionEvent) and message.event == "usage"
    if message.session is not None and message.fence is not None and not spent:
        check_fence(db, message.session, message.fence)
    match message:
        case kinds.TaskCreate():
            create_task(db, _new_task(message, team, now), by=by, now=now)
        case kinds.Comment():
            said = CommentType(message.comment_type)
            add_comment(db, message.task, message.body, comment_type=said, by=by, now=now)
        case kinds.Message():
            add_comment(db, message.task, message.body, by=by, now=now)
        case kinds.Observation():
            level = Level(message.level)
            observe(db, message.body, level=level, task_id=_known(db, message.task), by=by, now=now)
        case kinds.Alert():
            return _alert(db, message, by, now)
        case kinds.SessionEvent():
            _session_event(db, message, by, now)
        case kinds.Pause():
            pause_project(db, reason=message.reason, by=by, now=now)
        case kinds.Resume():
            resume_project(db, by=by, now=now)
        case kinds.Wake():
            return None
        case _:
            assert_never(message)
    return None


def _new_task(message: kinds.TaskCreate, team: Team, now: int) -> NewTask:
    agent, role = team.assigned(message.assignee)
    return NewTask(
        title=message.title,
        body=message.body,
        assignee=agent,
        role=role,
        needs=message.needs,
        tags=message.tags,
        priority=message.priority,
        deadline=_moment(message.deadline, now, last_of_day=True),
        not_before=_moment(message.not_before, now),
        after=message.after,
        parent=message.parent,
        reviews=team.reviews(message.review),
        expect=message.expect,
        on_failure=OnFailure(message.on_failure),
        undo=message.undo or None,
    )


def _moment(given: str | int | None, now: int, *, last_of_day: bool = False) -> int | None:
    """Epoch ms; what is relative counts from when the line is applied."""
    return given if given is None or isinstance(given, int) else moment(given, now, last_of_day=last_of_day)


def _known(db: Database, task: int | None) -> int | None:
    return None if task is None else get_task(db, task).id


def _alert(db: Database, message: kinds.Alert, by: Actor, now: int) -> str | None:
    cause = f"{CAUSE}{message.cause}" if message.cause else None
    if message.ended:
        assert cause is not None
        return None if end_alert(db, cause, now=now) else "no alert of this cause was open"
    raised = observe(
        db,
        message.body,
        level=Level(message.level),
        cause=cause,
        task_id=_known(db, message.task),
        by=by,
        now=now,
    )
    return None if raised else "an alert of this cause is open already"


def _session_event(db: Database, message: kinds.SessionEvent, by: Actor, now: int) -> None:
    assert message.session is not None and message.fence is not None
    if message.event == "usage":
        add_usage(db, message.session, message.fence, tokens=message.tokens, cost=message.cost, by=by, now=now)
    else:
        note_word(db, message.session, now=now, last_line=message.text or None)
