"""Owns the form of every message of the inbox: its kinds, their fields, and what each field may hold.

What is not said here is refused. How a line becomes one of these is in `parse`, what they do in `apply`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

__all__ = (
    "KINDS",
    "Alert",
    "Comment",
    "Message",
    "Observation",
    "Pause",
    "Resume",
    "SessionEvent",
    "TaskCreate",
    "Wake",
    "Written",
)

Project = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,62}\Z")]
Key = Annotated[str, Meta(pattern=r"\A[!-~]{1,128}\Z")]
Writer = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._@-]{0,62}\Z")]
SessionId = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")]
Number = Annotated[int, Meta(ge=1, le=2**53)]
Title = Annotated[str, Meta(pattern=r"\S", max_length=500)]
Text = Annotated[str, Meta(pattern=r"\S", max_length=100_000)]
Body = Annotated[str, Meta(max_length=200_000)]
Word = Annotated[str, Meta(min_length=1, max_length=80)]
Path = Annotated[str, Meta(min_length=1, max_length=240)]
Words = Annotated[tuple[Word, ...], Meta(max_length=50)]
Level = Literal["urgent", "attention", "routine", "optional"]
Moment = Annotated[str, Meta(min_length=1, max_length=40)] | Annotated[int, Meta(ge=0, le=253_402_300_799_000)]
"""ISO 8601, or epoch milliseconds."""


class Common(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """What every message has."""

    v: Literal[1]
    id: Key | None = None
    """Makes it safe to send twice: each project applies an id of a writer once."""
    from_: Writer | None = field(name="from", default=None)
    """Who writes: an agent or any program."""
    session: SessionId | None = None
    fence: Number | None = None
    """With `session`: the claim under which this is written; where it has ended the message is recorded only."""


class InProject(Common, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message that is for one project."""

    project: Project


class TaskCreate(
    InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="task.create"
):
    """A new task."""

    title: Title
    body: Body = ""
    assignee: Word | None = None
    """An agent of the project, or `@role`."""
    needs: Words = ()
    tags: Words = ()
    priority: Annotated[int, Meta(ge=0, le=4)] = 2
    deadline: Moment | None = None
    not_before: Moment | None = None
    after: Annotated[tuple[Number, ...], Meta(max_length=200)] = ()
    parent: Number | None = None
    review: bool | Words = True
    """false for none, a list of protocols, or true for the usual one."""
    expect: Annotated[tuple[Path, ...], Meta(max_length=50)] = ()
    """Files below outputs/ that a submit must have."""
    on_failure: Literal["ask", "cancel", "undo"] = "ask"
    undo: Annotated[str, Meta(max_length=20_000)] = ""
    """With `on_failure` undo: what the task that undoes it is told."""


class Comment(InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="comment"):
    """Something said about a task."""

    task: Number
    body: Text
    comment_type: Literal["comment", "rebuttal", "question", "answer", "handoff"] = "comment"


class Observation(
    InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="observation"
):
    """Something noticed."""

    body: Text
    level: Level = "routine"
    task: Number | None = None


class Alert(InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="alert"):
    """Something that wants attention, or with `ended` the end of it."""

    body: Annotated[str, Meta(max_length=100_000)] = ""
    level: Literal["urgent", "attention"] = "attention"
    cause: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    """One cause has one open alert."""
    task: Number | None = None
    ended: bool = False


class Message(InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="message"):
    """A word to whoever works on a task: kept as a comment, and passed on to the session that is at work on it."""

    task: Number
    body: Text


class SessionEvent(
    InProject, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="session.event"
):
    """What a session's surroundings tell of it: that it lives and what it said last, or what it has spent."""

    event: Literal["word", "usage"]
    text: Annotated[str, Meta(max_length=4_000)] | None = None
    tokens: Annotated[int, Meta(ge=0, le=10**12)] = 0
    cost: Annotated[float, Meta(ge=0, le=1e9)] = 0.0


class Wake(Common, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="wake"):
    """Look now."""

    project: Project | None = None


class Pause(Common, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="pause"):
    """Start nothing new, in a project or in the home."""

    project: Project | None = None
    reason: Annotated[str, Meta(max_length=500)] | None = None


class Resume(Common, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="resume"):
    """Take back a pause. An emergency stop stays: only the operator takes that back."""

    project: Project | None = None


Written = TaskCreate | Comment | Observation | Alert | Message | SessionEvent | Wake | Pause | Resume
"""Any message."""

KINDS = ("task.create", "comment", "observation", "alert", "message", "session.event", "wake", "pause", "resume")
