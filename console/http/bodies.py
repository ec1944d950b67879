"""Owns what may be sent with a request: one struct for each, a sentence for each field. What is wrong with it commands say."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.http.route import MOST_NUMBER, Body
from console.records.task import OnFailure

__all__ = ("AskAnswer", "AssignTo", "NewFinding", "Judgement", "NewTask", "Reasoned", "Remark")

_Text = Annotated[str, Meta(max_length=200_000)]
_Number = Annotated[int, Meta(ge=0, le=MOST_NUMBER)]


class Reasoned(Body, frozen=True, kw_only=True):
    """An act with its reason."""

    reason: _Text = ""
    """Kept with what is done."""


class AssignTo(Body, frozen=True, kw_only=True):
    """Who does a task; nothing at all for anybody."""

    assignee: _Text = ""
    """An agent, or `@role`."""
    needs: tuple[str, ...] = ()
    """Capabilities that its agent must have."""


class Remark(Body, frozen=True, kw_only=True):
    """Something that is said."""

    text: _Text
    """Of any number of lines."""


class NewFinding(Body, frozen=True, kw_only=True):
    """Something found in the work."""

    text: _Text
    """What is to change."""
    path: str = ""
    """Of the output that it is about."""
    line: _Number | None = None
    """In that."""


class Judgement(Body, frozen=True, kw_only=True):
    """What goes along with a verdict."""

    comment: _Text = ""
    """What is said of the work."""
    findings: tuple[NewFinding, ...] = ()
    """Where and what."""


class AskAnswer(Body, frozen=True, kw_only=True):
    """What is said to an ask."""

    answer: _Text
    """The option, by its number, id or label; else the answer in words."""
    reason: _Text = ""
    """What goes along with an option."""
    decide: bool = False
    """Record it as a decision: the same question is answered by it from now on."""


class NewTask(Body, frozen=True, kw_only=True):
    """A task to be made."""

    title: _Text
    """What is to be done, in one line."""
    body: _Text = ""
    """All that is needed to do it."""
    assignee: _Text = ""
    """An agent of the project, or `@role`."""
    needs: tuple[str, ...] = ()
    """Capabilities that its agent must have."""
    tags: tuple[str, ...] = ()
    """Words to find it by."""
    priority: Annotated[int, Meta(ge=0, le=4)] = 2
    """0 is most urgent."""
    deadline: str | None = None
    """As `tomorrow 9:00`, `2026-11-30`, `2d`."""
    not_before: str | None = None
    """It is not started before."""
    after: tuple[_Number, ...] = ()
    """Tasks that must be done first."""
    parent: _Number | None = None
    """The task that it is a part of."""
    reviews: tuple[str, ...] | None = None
    """Protocols that judge it; none for an empty list, the usual one where nothing is said."""
    expect: tuple[str, ...] = ()
    """Outputs that have to be there."""
    on_failure: OnFailure = OnFailure.ASK
    """What follows where it fails."""
    key: str | None = None
    """The same key again makes nothing and gives the first task."""
    draft: bool = False
    """Held until it is released."""
