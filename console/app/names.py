"""Owns what people call projects and agents, from config. A broken file keeps the last good names; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import MoziError
from console.home import Home
from console.i18n import _

if TYPE_CHECKING:
    from console.records.agent import Agent
    from console.settings import ProjectSettings, Settings

__all__ = ("Names",)


class Names:
    """Names from config. Not for two threads; settings are imported when they are first wanted."""

    def __init__(self, home: Home, environ: Mapping[str, str]) -> None:
        self._home, self._environ = home, environ
        self._settings: Settings | None = None
        """The last good ones."""
        self._read_at: int | None = None
        """Which file was read last, right or wrong."""
        self._projects: dict[str, tuple[int, ProjectSettings | None]] = {}
        self._problems: dict[str, str] = {}

    @property
    def problem(self) -> str:
        """What is wrong with the config, in one line; the last good one is shown meanwhile."""
        if not self._problems:
            return ""
        known = self._settings is not None and all(
            name == "" or self._projects.get(name, (0, None))[1] is not None for name in self._problems
        )
        kept = [_("the last good settings stay in force")] if known else []
        return "; ".join([*self._problems.values(), *kept])

    @property
    def limit(self) -> int:
        """How many agents may work at once in the home."""
        settings = self._load()
        return 5 if settings is None else settings.policy.max_global_agents

    @property
    def settings(self) -> Settings | None:
        """What holds in the home; None where the config is broken and was never read."""
        return self._load()

    def teams(self, projects: Iterable[str]) -> list[Agent]:
        """Every agent that the home or one of `projects` knows."""
        settings, found = self._load(), [self._project(project) for project in projects]
        agents = [] if settings is None else list(settings.agents.values())
        return agents + [agent for team in found if team is not None for agent in team.agents]

    def of(self, project: str) -> str:
        """The name of a project; its id where it has none."""
        found = self._project(project)
        return (found.name if found is not None else "") or project

    def agents(self, project: str) -> dict[str, str]:
        """Agent ids and what people call them."""
        found = self._project(project)
        return {} if found is None else {agent.id: agent.label for agent in found.agents}

    def team(self, project: str) -> tuple[tuple[str, str, str], ...]:
        """(id, what people call it, role) of each agent."""
        found = self._project(project)
        return () if found is None else tuple((agent.id, agent.label, agent.role) for agent in found.agents)

    def changed(self, project: str) -> bool:
        """Whether its config is another file than the one that was read."""
        known = self._projects.get(project)
        return known is not None and known[0] != self._stamp(project)

    def gone(self, project: str) -> None:
        """There is no such project any more."""
        self._projects.pop(project, None)
        self._problems.pop(project, None)

    def forget(self) -> None:
        """Read everything anew; what is wrong then leaves the last good one in force."""
        self._read_at = None
        self._projects = {project: (-1, known) for project, (_, known) in self._projects.items()}

    def _load(self) -> Settings | None:
        stamp = _stamp(self._home.config / "default.yaml")
        if stamp != self._read_at:
            from console.settings import load_settings

            self._read_at = stamp
            try:
                self._settings = load_settings(self._home, self._environ)
                self._problems.pop("", None)
                self._projects = {project: (-1, known) for project, (_, known) in self._projects.items()}
            except (MoziError, OSError) as error:
                self._problems[""] = str(error)
        return self._settings

    def _project(self, project: str) -> ProjectSettings | None:
        settings, stamp = self._load(), self._stamp(project)
        known = self._projects.get(project)
        if known is not None and known[0] == stamp:
            return known[1]
        found = known[1] if known is not None else None
        if settings is not None:
            from console.settings.project import load_project

            try:
                found = load_project(settings, self._home.project_folder(project))
                self._problems.pop(project, None)
            except (MoziError, OSError) as error:
                self._problems[project] = str(error)
        self._projects[project] = (stamp, found)
        return found

    def _stamp(self, project: str) -> int:
        return _stamp(self._home.project_folder(project) / "config" / "project.yaml")


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
