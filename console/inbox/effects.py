"""Owns what each kind of message does in a project: one branch per kind, each a command as every other door asks for it.

It opens nothing and commits nothing; whoever calls holds the transaction. What a project does not know is refused.
"""

from __future__ import annotations

from typing import assert_never

from console.blackboard.connection import Database
from console.blackboard.reads.sessions import get_session
from console.commands import comments, control, new_task, observations, sessions
from console.commands.context import Context, Team
from console.commands.text import Line, Prose, Reason
from console.inbox import kinds
from console.inbox.parse import ANONYMOUS
from console.records.actor import Actor, Origin
from console.records.alert import Level
from console.records.note import CommentType
from console.records.task import OnFailure

__all__ = ("CAUSE", "actor_of", "perform")

CAUSE = "inbox:"
"""Before the cause of an alert from the inbox, so that it meets none of the scheduler's own."""


def actor_of(message: kinds.Written, db: Database) -> Actor:
    """Who writes, as the change feed tells it: the agent of the session named, else whom the message says."""
    if message.session is None:
        return Actor(name=message.from_ or ANONYMOUS, origin=Origin.INBOX)
    return Actor(name=get_session(db, message.session).agent, origin=Origin.INBOX, session=message.session)


def perform(db: Database, message: kinds.Written, team: Team, *, now: int) -> str | None:
    """Do what the message asks for; a word on it, where there is one to say.

    Raises StaleFence where its claim has ended, NotFound, UsageError and Conflict where the project refuses it.
    """
    context = Context(db, actor_of(message, db), now, team, message.fence)
    if not (isinstance(message, kinds.SessionEvent) and message.event == "usage"):
        context.hold()
    match message:
        case kinds.TaskCreate():
            new_task.create(context, _new_task(message))
        case kinds.Comment():
            said = comments.Say(task=message.task, text=_said(message.body), kind=CommentType(message.comment_type))
            comments.say(context, said)
        case kinds.Message():
            comments.say(context, comments.Say(task=message.task, text=_said(message.body)))
        case kinds.Observation():
            seen = observations.Observe(text=_said(message.body), level=Level(message.level), task=message.task)
            observations.observe(context, seen)
        case kinds.Alert():
            return _alert(context, message)
        case kinds.SessionEvent():
            _session_event(context, message)
        case kinds.Pause():
            control.pause_project(context, control.Pause(reason=Reason(message.reason or "")))
        case kinds.Resume():
            control.resume_project(context)
        case kinds.Wake():
            return None
        case _:
            assert_never(message)
    return None


def _said(text: str) -> Prose:
    """What a line of the inbox says was cleaned when it was taken."""
    return Prose.known_clean(text)


def _new_task(message: kinds.TaskCreate) -> new_task.CreateTask:
    return new_task.CreateTask(
        title=Line(message.title),
        body=_said(message.body),
        assignee=None if message.assignee is None else Line(message.assignee),
        needs=message.needs,
        tags=message.tags,
        priority=message.priority,
        deadline=message.deadline,
        not_before=message.not_before,
        after=message.after,
        parent=message.parent,
        reviews=message.review,
        expect=message.expect,
        on_failure=OnFailure(message.on_failure),
        undo=_said(message.undo),
    )


def _alert(context: Context, message: kinds.Alert) -> str | None:
    cause = f"{CAUSE}{message.cause}" if message.cause else None
    if message.ended:
        assert cause is not None
        return None if observations.end_alert(context, cause) else "no alert of this cause was open"
    told = observations.Observe(text=_said(message.body), level=Level(message.level), cause=cause, task=message.task)
    return "an alert of this cause is open already" if observations.observe(context, told) is None else None


def _session_event(context: Context, message: kinds.SessionEvent) -> None:
    assert message.session is not None and message.fence is not None
    if message.event == "usage":
        spent = sessions.Spent(session=message.session, fence=message.fence, tokens=message.tokens, cost=message.cost)
        sessions.note_spent(context, spent)
    else:
        sessions.note_word(context, message.session, message.text or None)
