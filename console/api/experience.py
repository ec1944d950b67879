"""Owns the experience as it leaves the house: in a list, found by words, shown whole; and its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.clock import iso
from console.records.experience import ExperienceStatus
from console.records.learning import DistillationStatus

if TYPE_CHECKING:
    from console.records.experience import Experience as ExperienceRecord

__all__ = ("Distilled", "Experience", "ExperienceFound", "ExperienceShown", "Exported", "Tag")


class Experience(Shape, frozen=True, kw_only=True):
    """What somebody learnt."""

    project: str
    """Its project's id."""
    id: int
    """Unique in its project."""
    title: str
    """In one line."""
    tags: tuple[str, ...]
    """By which tasks get it."""
    status: ExperienceStatus
    """Where it stands."""
    source: str
    """hand, or session where it was drawn from one when that ended."""
    task: int | None
    """The task in which it was learnt."""
    session: str | None
    """The session that it was drawn from."""
    by: str
    """Who learnt it."""
    at: str | None
    """UTC, ISO 8601."""
    uses: int
    """Sessions whose prompt it went along with."""
    last_use_at: str | None
    """UTC, ISO 8601."""

    @classmethod
    def of(cls, project: str, found: ExperienceRecord) -> Experience:
        """Of the record."""
        return Experience(
            project=project,
            id=found.id,
            title=found.title,
            tags=found.tags,
            status=found.status,
            source=found.source,
            task=found.task_id,
            session=found.drawn_from,
            by=found.created_by,
            at=iso(found.at),
            uses=found.uses,
            last_use_at=iso(found.last_use_at),
        )


class ExperienceFound(Experience, frozen=True, kw_only=True):
    """An experience that a search found."""

    snippet: str
    """The place in its body, in one line."""
    whole: bool
    """It has all of the words; else some."""


class Distilled(Shape, frozen=True, kw_only=True):
    """What takes an experience up into a skill."""

    task: int
    """The task that does it."""
    tag: str
    """The tag whose experiences it takes."""
    status: DistillationStatus
    """Where it stands."""
    skill: str | None
    """The skill, once it is done."""


class ExperienceShown(Experience, frozen=True, kw_only=True):
    """An experience with its text."""

    distillation: Distilled | None
    """What takes it up."""
    body: str
    """The text."""


class Exported(Shape, frozen=True, kw_only=True):
    """Experiences as files."""

    project: str
    """Its id."""
    folder: str
    """Where they are."""
    experiences: int
    """How many there are."""
    written: int
    """Files that were written anew."""


class Tag(Shape, frozen=True, kw_only=True):
    """A tag and how far it is from a skill."""

    project: str
    """Its id."""
    tag: str
    """The word."""
    active: int
    """Active experiences that have it."""
    waiting: int
    """Those that no skill was made of."""
    threshold: int
    """So many make one."""
