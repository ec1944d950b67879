"""Owns the settings in force while a scheduler runs: read anew where a file changed, else the last good ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from console.engine.live_guardrails import LiveGuardrails
from console.engine.protocols import Protocols
from console.engine.stamps import Stamp, refuse_empty, stamp_of
from console.engine.wordings import Wordings
from console.errors import ConfigError, MoziError
from console.home import Home
from console.settings import ProjectSettings, Settings, load_settings
from console.settings.project import load_project

__all__ = ("LiveSettings",)


@dataclass(slots=True)
class _Known:
    settings: ProjectSettings | None
    stamp: Stamp
    base: Settings


class LiveSettings:
    """The home's settings and those of its projects. Raises ConfigError at once where the home's are wrong at the start."""

    def __init__(self, home: Home, environ: Mapping[str, str]) -> None:
        self._home = home
        self._environ = environ
        self._file = home.config / "default.yaml"
        self._stamp = stamp_of(self._file)
        self.current = load_settings(home, environ)
        self._projects: dict[Path, _Known] = {}
        self.protocols = Protocols(home)
        self.guardrails = LiveGuardrails(home)
        self.wordings = Wordings(home)
        self.problems: dict[str, str] = {}
        """Cause of an alert → what is wrong, for every file that is wrong now."""

    def refresh(self) -> bool:
        """Read the home's settings, or its guardrails, again if a file changed; True where others may be in force now."""
        guarded = self.guardrails.look_at_home()
        stamp = stamp_of(self._file)
        if stamp == self._stamp:
            return guarded
        self._stamp = stamp
        try:
            refuse_empty(self._file, stamp)
            self.current = load_settings(self._home, self._environ)
        except (MoziError, OSError) as error:
            self.problems["config"] = f"{error}; the last good settings stay in force"
            return guarded
        self.problems.pop("config", None)
        return True

    @property
    def all_problems(self) -> dict[str, str]:
        """Cause of an alert → what is wrong, in settings, review protocols, guardrails, prompts and skills."""
        return self.problems | self.protocols.problems | self.guardrails.problems | self.wordings.problems

    def for_project(self, folder: Path) -> ProjectSettings:
        """The settings of a project. Raises ConfigError where they are wrong and there are no last good ones."""
        file = folder / "config" / "project.yaml"
        stamp, guardrails = stamp_of(file), self.guardrails.of_project(folder)
        known = self._projects.get(folder)
        if known is not None and known.settings is not None and known.stamp == stamp and known.base is self.current:
            if known.settings.guardrails is not guardrails:
                known.settings = replace(known.settings, guardrails=guardrails)
            return known.settings
        cause = f"config:{folder.name}"
        last = known.settings if known is not None else None
        try:
            if last is not None:
                refuse_empty(file, stamp)
            last = replace(load_project(self.current, folder), guardrails=guardrails)
            self.problems.pop(cause, None)
        except (MoziError, OSError) as error:
            self.problems[cause] = f"{error}; " + (
                "the last good settings stay in force" if last else "it is set aside"
            )
            if last is None:
                raise error if isinstance(error, ConfigError) else ConfigError([str(error)]) from error
        self._projects[folder] = _Known(last, stamp, self.current)
        return last

    async def look_again(self, folders: Iterable[Path]) -> None:
        """Whether what was wrong with prompts and skills is mended."""
        if self.wordings.problems:
            await asyncio.to_thread(self.wordings.look_again, list(folders))

    def moved(self, folder: Path) -> bool:
        """Whether the project's file changed since it was read."""
        known = self._projects.get(folder)
        own = known is not None and stamp_of(folder / "config" / "project.yaml") != known.stamp
        return own or self.guardrails.moved(folder)

    def forget(self, folder: Path) -> None:
        """The project is no longer there."""
        self._projects.pop(folder, None)
        self.guardrails.forget(folder)
        self.problems.pop(f"config:{folder.name}", None)
