"""Owns how experiences look: the JSON fields of `moziplus experience`, and the same as text for people. It reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.cli.output import Column

if TYPE_CHECKING:
    from console.api.experience import Distilled, ExperienceFound, ExperienceShown, Tag
    from console.blackboard.reads.experience_search import Hit
    from console.blackboard.reads.experiences import TagCount
    from console.records.experience import Experience as Record
    from console.records.learning import Distillation

__all__ = (
    "COLUMNS",
    "FOUND",
    "TAGS",
    "experience_text",
    "hit_record",
    "shown_record",
    "tag_record",
)

_FIRST = (Column("EXPERIENCE", lambda r: f"{r.project}#{r.id}"), Column("STATUS", "status", words=True))
COLUMNS = (
    *_FIRST,
    Column("USES", "uses", right=True),
    Column("BY", "by"),
    Column("TAGS", "tags", most=30),
    Column("TITLE", "title", most=120, gives=True),
)
FOUND = (*_FIRST, Column("TITLE", "title", most=60, gives=True), Column("WHERE", "snippet", most=130, gives=True))
TAGS = (
    Column("PROJECT", "project"),
    Column("TAG", "tag"),
    Column("ACTIVE", "active", right=True),
    Column("TOWARDS A SKILL", lambda r: in_words(f"{r.waiting} of {r.threshold}"), right=True),
)


def shown_record(project: str, found: Record, distillation: Distillation | None) -> ExperienceShown:
    """With its body, and what takes it up."""
    from console.api.experience import Distilled, Experience, ExperienceShown
    from console.api.shape import widened

    taken = distillation and Distilled(
        task=distillation.task_id, tag=distillation.tag, status=distillation.status, skill=distillation.skill
    )
    return widened(ExperienceShown, Experience.of(project, found), distillation=taken, body=found.body)


def hit_record(project: str, hit: Hit) -> ExperienceFound:
    """What a search found."""
    from console.api.experience import Experience, ExperienceFound
    from console.api.shape import widened

    return widened(ExperienceFound, Experience.of(project, hit.experience), snippet=hit.snippet, whole=hit.whole)


def tag_record(project: str, found: TagCount, threshold: int) -> Tag:
    """A tag and how far it is from a skill."""
    from console.api.experience import Tag

    return Tag(project=project, tag=found.tag, active=found.active, waiting=found.waiting, threshold=threshold)


def experience_text(record: ExperienceShown) -> str:
    """An experience as text."""
    head = [f"{record.project}#{record.id} {record.title}"]
    of = f", drawn from the session {record.session}" if record.session else ""
    head.append(in_words(f"{record.status}, learnt by {record.by} at {record.at}{of}"))
    if record.tags:
        head.append(in_words(f"tags: {', '.join(record.tags)}"))
    if record.task is not None:
        head.append(in_words(f"task: {record.project}#{record.task}"))
    last = f", last at {record.last_use_at}" if record.last_use_at else ""
    head.append(in_words(f"used by {record.uses} session(s){last}"))
    if record.distillation is not None:
        head.append(in_words(_distilled(record.project, record.distillation)))
    return "\n".join([*head, "", record.body])


def _distilled(project: str, found: Distilled) -> str:
    where = f"{project}#{found.task} on {found.tag}"
    return f"distilled into the skill {found.skill} by {where}" if found.skill else f"taken up by {where}"
