"""Owns the reading of what the home knows and goes by, for a view: skills, experiences, schedules, protocols, rules, budgets.

It writes nothing. What cannot be read of one project is left out; the world and `moziplus config check` say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from console.app.shelf import Shelf
from console.blackboard.connection import Database
from console.blackboard.reads.experiences import list_experiences
from console.blackboard.reads.guardrails import hits
from console.blackboard.reads.schedules import list_schedules, template_of
from console.blackboard.reads.usage import used, used_since
from console.days import LOCAL, start_of_day
from console.errors import MoziError
from console.home import Home
from console.records.budget import Limit, Usage
from console.records.schedule import Schedule
from widgets.knowledge import Kind, KnowledgeRow
from widgets.models import ProjectRow

if TYPE_CHECKING:
    from console.settings.guardrails import Loaded

__all__ = ("knowledge_rows",)

MOST = 200
"""Experiences of one project that are shown: the newest."""


def knowledge_rows(shelf: Shelf, home: Home, projects: Iterable[ProjectRow], now: int) -> tuple[KnowledgeRow, ...]:
    """Everything, kind by kind."""
    found: list[KnowledgeRow] = [*_skills(home)]
    for project in projects:
        try:
            db = shelf.project(project.id)
            found += [*_experiences(db, project.id), *_schedules(db, project.id), *_rules(db, home, project.id, now)]
        except (MoziError, OSError):
            continue
    found += _protocols(home)
    order = [*Kind]
    return tuple(sorted(found, key=lambda row: order.index(row.kind)))


def _skills(home: Home) -> Iterator[KnowledgeRow]:
    from console.knowledge.skills import look, places

    for one in look(places(home.path)):
        skill = one.reading.skill
        if skill is None or not one.holds:
            continue
        who = " ".join((*(f"@{role}" for role in skill.roles), *(f"#{tag}" for tag in skill.tags)))
        about = f"{skill.label}  {skill.origin}  {skill.source}\n{who}\n{skill.description}\n\n{skill.body}"
        yield KnowledgeRow(kind=Kind.SKILL, name=skill.id, note=f"{skill.version}  {skill.description}", text=about)


def _experiences(db: Database, project: str) -> Iterator[KnowledgeRow]:
    for one in list_experiences(db, limit=MOST):
        tags = " ".join(f"#{tag}" for tag in one.tags)
        about = f"{one.status}  {one.created_by}  {tags}\n\n{one.body}"
        yield KnowledgeRow(
            kind=Kind.EXPERIENCE,
            project=project,
            name=one.title,
            number=one.id,
            uses=one.uses,
            at=one.last_use_at,
            text=about,
        )


def _schedules(db: Database, project: str) -> Iterator[KnowledgeRow]:
    for one in list_schedules(db):
        yield KnowledgeRow(
            kind=Kind.SCHEDULE,
            project=project,
            name=one.name or f"#{one.id}",
            uses=one.runs,
            at=one.next_at if one.enabled else None,
            note=_when(one),
            text=_about(one),
        )


def _when(one: Schedule) -> str:
    return one.cron or one.at_time or f"{one.every}s"


def _about(one: Schedule) -> str:
    try:
        made = template_of(one)
        task = f"{made.title}\n\n{made.body}"
    except MoziError as error:
        task = str(error)
    return f"{_when(one)}  {one.zone or ''}  {one.misfire}  {one.overlap}\n\n{task}"


def _rules(db: Database, home: Home, project: str, now: int) -> Iterator[KnowledgeRow]:
    from console.settings.guardrails import load_guardrails

    loaded = load_guardrails(home, home.project_folder(project))
    counted = hits(db)
    for rule in loaded.guardrails.rules:
        n, last = counted.get(rule.name, (0, None))
        given = "\n".join(f"{name}: {getattr(rule.match, name)}" for name in rule.match.given())
        text = f"{rule.effect}  {rule.protocol}\n{rule.reason}\n\n{given}"
        note = f"{rule.effect}  {rule.reason}"
        yield KnowledgeRow(kind=Kind.GUARDRAIL, project=project, name=rule.name, note=note, uses=n, at=last, text=text)
    yield from _budgets(db, loaded, project, now)


def _budgets(db: Database, loaded: Loaded, project: str, now: int) -> Iterator[KnowledgeRow]:
    budgets = loaded.guardrails.budgets
    today = used_since(db, start_of_day(now, LOCAL), now)
    for name, limit, spent in (
        ("task", budgets.task, None),
        ("project", budgets.project, used(db)),
        ("project_day", budgets.project_day, today),
        ("day", budgets.day, today),
    ):
        if limit.any:
            yield KnowledgeRow(
                kind=Kind.BUDGET, project=project, name=name, note=_of(limit, spent), share=_share(limit, spent)
            )


def _of(limit: Limit, spent: Usage | None) -> str:
    parts = []
    for unit in ("cost", "tokens", "sessions", "seconds"):
        most = getattr(limit, unit)
        if most is not None:
            is_ = "" if spent is None else f"{getattr(spent, unit):g} / "
            parts.append(f"{unit} {is_}{most:g}")
    return "  ".join(parts)


def _share(limit: Limit, spent: Usage | None) -> float | None:
    if spent is None:
        return None
    units = ((getattr(limit, unit), getattr(spent, unit)) for unit in ("cost", "tokens", "sessions"))
    return max((amount / most for most, amount in units if most), default=None)


def _protocols(home: Home) -> Iterator[KnowledgeRow]:
    from console.engine.protocols import protocol_files

    for file in protocol_files(home):
        try:
            text = file.read_text("utf-8", "replace")
        except OSError:
            continue
        first = next(
            (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("description:")), ""
        )
        yield KnowledgeRow(kind=Kind.PROTOCOL, name=file.stem, note=first, text=text)
