"""Owns what the doctor's checks look at: the home, its settings, the environments of this shell and of the scheduler.

Makes nothing: a home that is not there stays so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import psutil

from console.clock import Clock
from console.engine.in_charge import Holder, holder
from console.errors import ConfigError, MoziError
from console.home import Home, find_home
from console.records.agent import Agent
from console.registry import folders
from console.settings import ProjectSettings, Settings, load_settings
from console.settings.project import load_project

__all__ = ("Place",)


class Place:
    """Looked at once each, when a check asks."""

    def __init__(self, named: str | None, environ: Mapping[str, str], clock: Clock, *, mend: bool = False) -> None:
        self.named = named
        self.environ = environ
        self.clock = clock
        self.mend = mend
        self.no_home: MoziError | None = None
        """Why there is none."""
        self.locked: set[str] = set()
        """Projects whose blackboard another program keeps locked, as the check of databases found: the checks after it
        do not wait for each of them again."""

    @cached_property
    def home(self) -> Home | None:
        """The home, where there is one."""
        try:
            found = find_home(self.named, self.environ)
        except MoziError as error:
            self.no_home = error
            return None
        return found if Home.is_home(found.path) else None

    @cached_property
    def projects(self) -> dict[str, Path]:
        """Id → folder of every project."""
        return folders(self.home) if self.home is not None else {}

    @cached_property
    def settings(self) -> Settings | ConfigError | None:
        """The home's settings, or everything that is wrong with them; None without a home."""
        if self.home is None:
            return None
        try:
            return load_settings(self.home, self.environ)
        except ConfigError as error:
            return error

    @cached_property
    def project_settings(self) -> dict[str, ProjectSettings | ConfigError]:
        """The same for each project; empty where the home's own are wrong."""
        found: dict[str, ProjectSettings | ConfigError] = {}
        if isinstance(self.settings, Settings):
            for name, folder in self.projects.items():
                try:
                    found[name] = load_project(self.settings, folder)
                except ConfigError as error:
                    found[name] = error
        return found

    @cached_property
    def team(self) -> dict[tuple[str, str], Agent]:
        """(project, id) → agent as that project has it; the project is empty for one that no project lists."""
        if not isinstance(self.settings, Settings):
            return {}
        found = {
            (name, agent.id): agent
            for name, settings in self.project_settings.items()
            if isinstance(settings, ProjectSettings)
            for agent in settings.agents
        }
        listed = {agent for _, agent in found}
        return found | {("", name): agent for name, agent in self.settings.agents.items() if name not in listed}

    @cached_property
    def holder(self) -> Holder | None:
        """Who is in charge."""
        return holder(self.home) if self.home is not None else None

    @cached_property
    def scheduler_environ(self) -> tuple[Mapping[str, str], str]:
        """The environment that agents inherit, and whose it is: the scheduler's in charge, else this shell's."""
        if self.holder is not None and self.holder.host == os.uname().nodename:
            try:
                found = psutil.Process(self.holder.pid).environ()
            except (psutil.Error, OSError):
                found = {}
            if found:
                return found, f"the scheduler in charge (pid {self.holder.pid})"
        return self.environ, "this shell"
