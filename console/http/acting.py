"""Owns what the service door does: the functions behind its POST routes, each one command. No rule stands here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.api.alert import Alert
from console.api.ask import Ask
from console.api.control import Estopped, Paused
from console.api.session import Session
from console.api.task import Task
from console.api.thread import Thread
from console.blackboard.reads.asks import get_ask
from console.blackboard.reads.reviews import thread
from console.commands import asks, comments, new_task, observations, reviews, tasks
from console.commands.leave import wants_always
from console.commands.text import Line, Prose, Reason
from console.engine.control import Control
from console.engine.stop_session import look_up, stop_session
from console.errors import Unavailable, UsageError
from console.http import bodies
from console.http.route import BY, Asked
from console.records.review import Verdict

__all__ = (
    "acknowledge",
    "answer",
    "assign",
    "comment",
    "comment_in_review",
    "create",
    "estop",
    "judged",
    "moved",
    "pause",
    "reopen",
    "resume",
    "stop",
)


def create(asked: Asked) -> Task:
    """A new task."""
    body: bodies.NewTask = asked.body
    with asked.context() as context:
        wanted = new_task.CreateTask(
            title=Line(body.title),
            body=Prose(body.body),
            assignee=Line(body.assignee) or None,
            needs=tuple(map(Line, body.needs)),
            tags=tuple(map(Line, body.tags)),
            priority=body.priority,
            deadline=body.deadline or None,
            not_before=body.not_before or None,
            after=body.after,
            parent=body.parent,
            reviews=True if body.reviews is None else body.reviews or False,
            expect=tuple(map(Line, body.expect)),
            on_failure=body.on_failure,
            key=body.key,
            draft=body.draft,
        )
        return Task.of(asked.project, new_task.create(context, wanted))


def moved(act: Callable[..., Any]) -> Callable[[Asked], Task]:
    """Hold, release, cancel, retry; agents at work on it are stopped by whoever is in charge."""

    def run(asked: Asked) -> Task:
        reason = Reason(getattr(asked.body, "reason", ""))
        with asked.context() as context:
            return Task.of(asked.project, act(context, tasks.AboutTask(task=asked.number, reason=reason)))

    return run


def assign(asked: Asked) -> Task:
    """Somebody else does it."""
    body: bodies.AssignTo = asked.body
    with asked.context() as context:
        who = tasks.AssignTask(
            task=asked.number, assignee=Line(body.assignee) or None, needs=tuple(map(Line, body.needs))
        )
        return Task.of(asked.project, tasks.assign(context, who))


def comment(asked: Asked) -> Task:
    """Said to whoever works on it."""
    from console.blackboard.reads.tasks import get_task

    with asked.context() as context:
        comments.say(context, comments.Say(task=asked.number, text=Prose(asked.body.text)))
        return Task.of(asked.project, get_task(context.db, asked.number))


def comment_in_review(asked: Asked) -> Thread:
    """Said in a thread."""
    with asked.context() as context:
        comments.say(context, comments.Say(review=asked.number, text=Prose(asked.body.text)))
        return Thread.whole(thread(context.db, asked.number), asked.project)


def judged(verdict: Verdict) -> Callable[[Asked], Thread]:
    """A verdict of the operator."""

    def run(asked: Asked) -> Thread:
        body: bodies.Judgement = asked.body
        found = tuple(
            reviews.Finding(text=Prose(one.text), path=Line(one.path), line=one.line) for one in body.findings
        )
        given = reviews.Judge(review=asked.number, verdict=verdict, comment=Prose(body.comment), findings=found)
        with asked.context() as context:
            reviews.judge(context, given)
            return Thread.whole(thread(context.db, asked.number), asked.project)

    return run


def reopen(asked: Asked) -> Thread:
    """Work that was settled is judged again, where nothing was built on it."""
    about = reviews.AboutReview(review=asked.number, reason=Reason(asked.body.reason))
    with asked.context() as context:
        found = reviews.reopen(context, about)
        return Thread.whole(thread(context.db, found.id), asked.project)


def answer(asked: Asked) -> Ask:
    """An ask is answered. `always`, which writes a rule, is for who sees that rule before."""
    body: bodies.AskAnswer = asked.body
    said = asks.Answer(ask=asked.number, said=Prose(body.answer), words=Prose(body.reason), decide=body.decide)
    with asked.context() as context:
        if wants_always(get_ask(context.db, asked.number), said.said):
            raise UsageError(
                "`always` writes a rule, which is shown before: `moziplus ask answer N always`, or the console"
            )
        return Ask.of(asked.project, asks.answer(context, said))


def acknowledge(asked: Asked) -> Alert:
    """An alert of a project, or of the home, was seen."""
    if "project" not in asked.path:
        with asked.state() as context:
            return Alert.of(None, observations.acknowledge(context, asked.number))
    with asked.context() as context:
        return Alert.of(asked.project, observations.acknowledge(context, asked.number))


def stop(asked: Asked) -> Session:
    """A session is stopped for certain."""
    wanted = look_up(asked.home, asked.path["session"])
    ended = stop_session(asked.home, wanted, by=BY, clock=asked.clock, environ=asked.environ)
    return Session.of(wanted.project, ended)


def pause(asked: Asked) -> Paused:
    """Nothing new starts, in a project or in the home."""
    name = _project(asked)
    _control(asked).pause(name, asked.body.reason)
    return Paused(paused=True, project=name)


def resume(asked: Asked) -> Paused:
    """A pause or an emergency stop is taken back."""
    name = _project(asked)
    _control(asked).resume(name)
    return Paused(paused=False, project=name)


def estop(asked: Asked) -> Estopped:
    """Everything is stopped for certain. Raises Unavailable where something still lives, or new work may start."""
    name = _project(asked)
    found = _control(asked).estop(name, Reason(asked.body.reason) or None)
    if found.problems:
        raise Unavailable("; ".join(found.problems))
    return Estopped(
        estopped=found.flagged,
        project=name,
        alive=found.alive,
        stopped=found.stopped,
        problems=found.problems,
        notes=found.notes,
    )


def _project(asked: Asked) -> str | None:
    return asked.project if "project" in asked.path else None


def _control(asked: Asked) -> Control:
    return Control(asked.home, by=BY, clock=asked.clock, environ=asked.environ)
