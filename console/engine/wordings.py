"""Owns what prompts are made of while a scheduler runs: components, templates and skills, with the alerts about them.

Files that changed are read again; where the components or a template are wrong, the last good ones stay in force, else
the shipped ones, and where a skill is, it is left out. Nothing that is wrong here ever keeps an agent from starting.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.errors import ConfigError
from console.home import Home
from console.knowledge.skills import PROJECT, look, places
from console.knowledge.wording import (
    Soul,
    has_own_wording,
    load_wording,
    read_soul,
    shipped_wording,
    wording_files,
)
from console.prompts.components import Wording
from console.records.skill import Skill

__all__ = ("Wordings",)

MANY = 20
"""Problems that one alert names."""


class Wordings:
    """The wording and the skills of a home, by project; used by several threads, each for another project at a time."""

    def __init__(self, home: Home) -> None:
        self.problems: dict[str, str] = {}
        """Cause of an alert → what is wrong."""
        self._home = home
        self._known: dict[Path | None, tuple[object, Wording]] = {}

    def wording(self, project_folder: Path | None) -> Wording:
        """The components and templates as they hold in a project; one without files of its own has the home's."""
        own = project_folder if project_folder is not None and has_own_wording(project_folder) else None
        if own is None and project_folder is not None:
            self._tell(f"config:prompts:{project_folder.name}", ())
        files = wording_files(self._home.path, own)
        known = self._known.get(own)
        if known is not None and known[0] == files:
            return known[1]
        cause = f"config:prompts:{own.name if own else ''}"
        try:
            found = load_wording(self._home.path, own)
            self._tell(cause, ())
        except ConfigError as error:
            found = known[1] if known is not None else shipped_wording()
            what = "last good ones stay" if known is not None else "shipped ones are"
            self._tell(cause, error.problems, f"; the {what} in force")
        self._known[own] = files, found
        return found

    def skills(self, project_folder: Path) -> tuple[Skill, ...]:
        """The skills that hold in a project."""
        found = look(places(self._home.path, project_folder))
        for scope in (project_folder.name, ""):
            wrong = [
                line
                for one in found
                if not one.reading.draft and (scope != "") == (one.place.origin == PROJECT)
                for line in one.reading.problems
            ]
            self._tell(f"config:skills:{scope}", wrong, "; that skill is not used")
        return tuple(one.reading.skill for one in found if one.holds and one.reading.skill is not None)

    def soul(self, project_folder: Path, agent: str) -> Soul:
        """An agent's SOUL.md."""
        found = read_soul(self._home.path, project_folder, agent)
        cause = f"config:soul:{project_folder.name}:{agent}"
        self._tell(cause, [found.problem] if found.problem else (), "; it is left out")
        return found

    def look_again(self, folders: Sequence[Path]) -> None:
        """Whether what was wrong is mended; what was wrong in a project that is gone is forgotten. Cheap where nothing was."""
        here = {folder.name: folder for folder in folders}
        for cause in list(self.problems):
            _, kind, project, *agent = cause.split(":")
            folder = here.get(project)
            if project and folder is None:
                self.problems.pop(cause, None)
            elif kind == "prompts":
                self.wording(folder)
            elif kind == "skills":
                self.skills(folder or self._home.path / "projects" / "-")
            elif folder is not None:
                self.soul(folder, agent[0])

    def _tell(self, cause: str, problems: Sequence[str], then: str = "") -> None:
        if not problems:
            self.problems.pop(cause, None)
            return
        more = f"; and {len(problems) - MANY} more" if len(problems) > MANY else ""
        self.problems[cause] = f"{'; '.join(problems[:MANY])}{more}{then}"
