"""Owns how experiences look: the JSON fields of `moziplus experience`, and the same as text for people. It reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.cli.in_words import in_words
from console.cli.output import Column
from console.clock import iso

if TYPE_CHECKING:
    from console.blackboard.reads.experience_search import Hit
    from console.blackboard.reads.experiences import TagCount
    from console.records.experience import Experience
    from console.records.learning import Distillation

__all__ = (
    "COLUMNS",
    "FOUND",
    "TAGS",
    "experience_record",
    "experience_text",
    "hit_record",
    "tag_record",
)

_FIRST = (Column("EXPERIENCE", lambda r: f"{r['project']}#{r['id']}"), Column("STATUS", "status", words=True))
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
    Column("TOWARDS A SKILL", lambda r: in_words(f"{r['waiting']} of {r['threshold']}"), right=True),
)


def experience_record(
    project: str, found: Experience, distillation: Distillation | None = None, *, whole: bool = False
) -> dict[str, Any]:
    """An experience; with its body and its distillation where it is `whole`."""
    record: dict[str, Any] = {
        "project": project,
        "id": found.id,
        "title": found.title,
        "tags": list(found.tags),
        "status": found.status,
        "source": found.source,
        "task": found.task_id,
        "session": found.drawn_from,
        "by": found.created_by,
        "at": iso(found.at),
        "uses": found.uses,
        "last_use_at": iso(found.last_use_at),
    }
    if whole:
        record["distillation"] = None if distillation is None else _distillation(distillation)
        record["body"] = found.body
    return record


def hit_record(project: str, hit: Hit) -> dict[str, Any]:
    """What a search found."""
    return {**experience_record(project, hit.experience), "snippet": hit.snippet, "whole": hit.whole}


def tag_record(project: str, found: TagCount, threshold: int) -> dict[str, Any]:
    """A tag and how far it is from a skill."""
    return {
        "project": project,
        "tag": found.tag,
        "active": found.active,
        "waiting": found.waiting,
        "threshold": threshold,
    }


def experience_text(record: dict[str, Any]) -> str:
    """An experience as text."""
    head = [f"{record['project']}#{record['id']} {record['title']}"]
    of = f", drawn from the session {record['session']}" if record["session"] else ""
    head.append(in_words(f"{record['status']}, learnt by {record['by']} at {record['at']}{of}"))
    if record["tags"]:
        head.append(in_words(f"tags: {', '.join(record['tags'])}"))
    if record["task"] is not None:
        head.append(in_words(f"task: {record['project']}#{record['task']}"))
    last = f", last at {record['last_use_at']}" if record["last_use_at"] else ""
    head.append(in_words(f"used by {record['uses']} session(s){last}"))
    if record["distillation"] is not None:
        head.append(in_words(_distilled(record["project"], record["distillation"])))
    return "\n".join([*head, "", record["body"]])


def _distillation(found: Distillation) -> dict[str, Any]:
    return {"task": found.task_id, "tag": found.tag, "status": found.status, "skill": found.skill}


def _distilled(project: str, found: dict[str, Any]) -> str:
    where = f"{project}#{found['task']} on {found['tag']}"
    return f"distilled into the skill {found['skill']} by {where}" if found["skill"] else f"taken up by {where}"
