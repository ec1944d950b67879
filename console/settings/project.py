"""Owns how a project's settings come about: its config/project.yaml over the home's. It never writes that file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.errors import ConfigError
from console.settings.acts import act_problems, act_rules
from console.settings.check import check
from console.settings.load import agent_from, agent_problems, contradictions, merged, read_checked
from console.settings.model import ProjectSettings, Settings, Worktrees
from console.settings.policy import policy_from
from console.settings.schema import PROJECT, RESERVED_AGENTS
from console.settings.secret_values import know_agents
from console.settings.yaml_file import Document, Problem, parse
from console.user_paths import user_path

__all__ = ("check_project_text", "effective", "load_project", "project_file")


def project_file(folder: Path) -> Path:
    """Where the project in `folder` keeps its settings; without the file every setting is the home's."""
    return folder / "config" / "project.yaml"


def check_project_text(text: str, name: str) -> None:
    """Raise ConfigError with every problem that `text` would have as a project.yaml called `name`."""
    problems: list[str] = []
    try:
        document = parse(text, name)
    except Problem as problem:
        raise ConfigError([str(problem)]) from problem
    own = check(document, PROJECT, problems)
    problems += _team_problems(own.get("project", {}).get("agents", ()), document)
    problems += act_problems(own.get("acts", ()), document)
    if problems:
        raise ConfigError(problems)


def load_project(settings: Settings, folder: Path) -> ProjectSettings:
    """What holds in the project in `folder`. Raises ConfigError with every problem of its file."""
    values, _ = effective(settings, folder)
    about: Mapping[str, Any] = values["project"]
    team = _team(about.get("agents", ()), values["agents"])
    agents = tuple(agent_from(name, fields) for name, fields in team.items())
    know_agents(agents)
    workdir = about.get("workdir")
    return ProjectSettings(
        id=folder.name,
        name=about.get("name", folder.name),
        description=about.get("description", ""),
        policy=policy_from(values, project_cap=about.get("max_global_agents")),
        agents=agents,
        workdir=user_path(workdir) if workdir else None,
        worktrees=about.get("worktrees", False),
        shared_folder=about.get("shared_folder", False),
        worktree=Worktrees(**values["worktree"]),
        context=values["context"],
        acts=act_rules(values.get("acts", ())),
    )


def effective(settings: Settings, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The merged values in the project in `folder`, and where each comes from. Raises ConfigError with every problem."""
    problems: list[str] = []
    document, own = read_checked(project_file(folder), PROJECT, problems)
    sources = dict(settings.sources)
    values = merged({"project": {}, "context": {}, **settings.raw}, own, sources, document)
    if not problems:
        problems += contradictions(values, sources) + agent_problems(values["agents"], sources)
        problems += _team_problems(values["project"].get("agents", ()), document)
        problems += act_problems(values.get("acts", ()), document)
    if problems:
        raise ConfigError(problems)
    return values, sources


def _team(listed: tuple[str, ...], defined: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The listed agents with their fields; one that nothing defines is a gateway agent of that id."""
    return {name: defined.get(name, {}) for name in listed}


def _team_problems(listed: tuple[str, ...], document: Document) -> list[str]:
    return [
        f"{document.where(('project', 'agents', str(n)))}: project.agents: expected each agent once and none of "
        f"{', '.join(RESERVED_AGENTS)}, found {agent}"
        for n, agent in enumerate(listed)
        if agent in RESERVED_AGENTS or agent in listed[:n]
    ]
