"""Owns what `config check` and the doctor say of guardrails: what is wrong, what can never match, what names nothing.

Only reads, and only what is there: a blackboard that cannot be read now leaves its tags out, and warns of none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.blackboard.connection import open_project
from console.blackboard.reads.guardrails import tags_in_use
from console.errors import ConfigError, MoziError
from console.guardrails.lint import Known, shadowed, unknown
from console.home import Home
from console.records.agent import Agent
from console.settings import ProjectSettings, Settings
from console.settings.guardrails import Loaded, guardrail_file, load_guardrails
from console.shipped_files import shipped

__all__ = ("Checked", "check_guardrails")

BUSY_MS = 1000


@dataclass(slots=True)
class Checked:
    """What was found."""

    files: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What may become right by itself: a tag that no task has yet, a glob that covers nothing yet."""


def check_guardrails(home: Home, settings: Settings, projects: Mapping[str, Path]) -> Checked:
    """Look at the guardrails of the home and at those of each project that has its own."""
    checked = Checked()
    teams = {name: _team(settings, folder) for name, folder in projects.items()}
    everybody = [*settings.agents.values(), *(agent for team in teams.values() for agent in team)]
    _check(checked, home, None, everybody, projects)
    for name, folder in projects.items():
        if folder in guardrail_file(home, folder).parents:
            _check(checked, home, folder, teams[name], {name: folder})
    return checked


def _check(checked: Checked, home: Home, folder: Path | None, team: list[Agent], projects: Mapping[str, Path]) -> None:
    checked.files.append(guardrail_file(home, folder))
    try:
        loaded = load_guardrails(home, folder)
    except ConfigError as error:
        checked.problems += error.problems
        return
    tags = _tags(projects)
    known = Known(
        agent=frozenset(agent.id for agent in team),
        role=frozenset(agent.role for agent in team if agent.role),
        project=frozenset(projects),
        tags=frozenset() if tags is None else tags,
        protocol=frozenset(_protocols(home, projects)),
    )
    _tell(checked, loaded, known, ask_tags=tags is not None)


def _tell(checked: Checked, loaded: Loaded, known: Known, *, ask_tags: bool) -> None:
    for finding in (*shadowed(loaded.guardrails), *unknown(loaded.guardrails, known)):
        if finding.key[:2] == ("match", "tags") and not ask_tags:
            continue
        line = f"{loaded.where(finding.rule, finding.key)}: {finding.text}"
        (checked.problems if finding.certain else checked.warnings).append(line)


def _team(settings: Settings, folder: Path) -> list[Agent]:
    """Nobody where the project's own settings are wrong: that is told elsewhere."""
    try:
        found: ProjectSettings = settings.for_project(folder)
    except MoziError:
        return []
    return list(found.agents)


def _tags(projects: Mapping[str, Path]) -> frozenset[str] | None:
    found: set[str] = set()
    for folder in projects.values():
        try:
            db = open_project(folder, read_only=True, busy_ms=BUSY_MS)
        except MoziError:
            return None
        try:
            found |= tags_in_use(db)
        except MoziError:
            return None
        finally:
            db.close()
    return frozenset(found)


def _protocols(home: Home, projects: Mapping[str, Path]) -> Iterator[str]:
    for config in (shipped("config"), home.config, *(folder / "config" for folder in projects.values())):
        yield from (file.stem for file in (config / "review_protocols").glob("*.yaml"))
