"""Owns what `config check` and the doctor say of guardrails: what is wrong, what can never match, what names nothing.

Only reads, and only what is there: where a blackboard or a team cannot be read now, that is said, and nothing that it may know
is called unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
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
from console.settings.project import load_project
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
    known = [team for team in teams.values() if team is not None]
    everybody = [*settings.agents.values(), *(agent for team in known for agent in team)]
    _check(checked, home, None, everybody if len(known) == len(teams) else None, projects)
    for name, folder in projects.items():
        if folder in guardrail_file(home, folder).parents:
            _check(checked, home, folder, teams[name], {name: folder})
    return checked


def _check(
    checked: Checked, home: Home, folder: Path | None, team: list[Agent] | None, projects: Mapping[str, Path]
) -> None:
    checked.files.append(guardrail_file(home, folder))
    try:
        loaded = load_guardrails(home, folder)
    except ConfigError as error:
        checked.problems += error.problems
        return
    tags = _tags(checked, projects)
    known = Known(
        agent=frozenset(agent.id for agent in team or ()),
        role=frozenset(agent.role for agent in team or () if agent.role),
        project=frozenset(projects),
        tags=frozenset() if tags is None else tags,
        protocol=frozenset(_protocols(home, projects)),
    )
    unread = {"tags"} if tags is None else set()
    _tell(checked, loaded, known, unread if team is not None else unread | {"agent", "role"})


def _tell(checked: Checked, loaded: Loaded, known: Known, unread: set[str]) -> None:
    for finding in (*shadowed(loaded.guardrails), *unknown(loaded.guardrails, known)):
        if finding.key[0] == "match" and finding.key[1] in unread:
            continue
        line = f"{loaded.where(finding.rule, finding.key)}: {finding.text}"
        (checked.problems if finding.certain else checked.warnings).append(line)


def _team(settings: Settings, folder: Path) -> list[Agent] | None:
    """None where the project's own settings are wrong: `config check` and the doctor tell that in a line of its own."""
    try:
        found: ProjectSettings = load_project(settings, folder)
    except MoziError:
        return None
    return list(found.agents)


def _tags(checked: Checked, projects: Mapping[str, Path]) -> frozenset[str] | None:
    found: set[str] = set()
    for name, folder in projects.items():
        try:
            with closing(open_project(folder, read_only=True, busy_ms=BUSY_MS)) as db:
                found |= tags_in_use(db)
        except (MoziError, OSError) as error:
            warning = f"the tags that guardrails name are not looked at, for those of {name} cannot be read: {error}"
            checked.warnings += [warning] if warning not in checked.warnings else []
            return None
    return frozenset(found)


def _protocols(home: Home, projects: Mapping[str, Path]) -> Iterator[str]:
    for config in (shipped("config"), home.config, *(folder / "config" for folder in projects.values())):
        yield from (file.stem for file in (config / "review_protocols").glob("*.yaml"))
