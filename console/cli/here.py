"""Owns what a command gets to work with: the home, settings and databases of its options, and what it had to leave out.

Imports nothing that a command may not need: settings, storage and the making of a home come when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.diagnostics import complain
from console.cli.output import Output
from console.clock import Clock, SystemClock
from console.errors import Conflict, MoziError, NotFound, Unavailable
from console.home import Home, find_home
from console.records.actor import OPERATOR, Actor, Origin
from console.user_paths import user_path

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.commands.context import Context
    from console.settings import ProjectSettings, Settings

__all__ = ("Here", "pass_here")


class Here:
    """What a command works with: the options that all share, and the home, settings and databases that they lead to."""

    def __init__(self, environ: Mapping[str, str] = os.environ, clock: Clock | None = None) -> None:
        self.environ = environ
        self.clock: Clock = clock or SystemClock()
        self.home_option: str | None = None
        self.json = False
        self._told_secrets = False
        self.missed = False
        """Something that belongs to the answer could not be read; a command that is fine otherwise ends with 5."""

    @property
    def out(self) -> Output:
        """The way to stdout."""
        return Output(as_json=self.json, missed=lambda: self.missed)

    @cached_property
    def home(self) -> Home:
        """The home in force; ~/.moziplus is made on first use. Raises NotFound or Conflict for one that is none,
        Unavailable where its projects are away: they are not shown as if there were none."""
        if not (home := self.home_as_it_is).projects.is_dir():
            raise Unavailable(f"{home.projects} is missing, and all projects with it; mount it or bring it back")
        return home

    def look_only(self) -> None:
        """Raise NotFound where there is no home to look at: who only looks makes none."""
        home = find_home(self.home_option, self.environ)
        if not Home.is_home(home.path):
            raise NotFound(
                f"there is no home at {home.path} to look at; `moziplus init` makes one, --home names another"
            )

    @cached_property
    def home_as_it_is(self) -> Home:
        """The same for who shows also what is missing."""
        home = find_home(self.home_option, self.environ)
        if not home.state_db.exists() or not Home.is_home(home.path):
            from console.making import prepare_home

            prepare_home(home, self.clock, lost=complain)
        return home

    @cached_property
    def home_to_stop(self) -> Home:
        """The home as it is, for commands that stop agents: nothing is made, and one that lost its mark is taken, too."""
        try:
            return find_home(self.home_option, self.environ)
        except MoziError:
            named = self.home_option or self.environ.get("MOZIPLUS_HOME")
            home = Home(Path(os.path.realpath(user_path(named or "."))))
            if not any(home.runs.glob("*/agents/*/*/alive.lock")):
                raise
            return home

    @property
    def known_logs(self) -> Path | None:
        """The folder for logs where a home was found already; looking for it makes none."""
        home: Home | None = self.__dict__.get("home_as_it_is")
        return home.logs if home is not None and home.logs.is_dir() else None

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises ConfigError."""
        from console.settings import load_settings

        return load_settings(self.home, self.environ)

    def know_secrets(self) -> None:
        """Hide what the settings call secret in whatever is taken in; once, and settings that are wrong hold up nothing."""
        if not self._told_secrets:
            self._told_secrets = True
            with suppress(MoziError, OSError):
                from console.settings import load_settings

                load_settings(find_home(self.home_option, self.environ), self.environ)

    @property
    def actor(self) -> Actor:
        """Who acts: the operator at a shell, or the agent in whose session the command runs."""
        agent, session = self.environ.get("MOZIPLUS_AGENT"), self.environ.get("MOZIPLUS_SESSION")
        if agent and session:
            return Actor(name=agent, origin=Origin.AGENT, session=session)
        return Actor(name=OPERATOR, origin=Origin.CLI)

    def left_out(self, what: str) -> None:
        """Say what could not be read, and go on with the rest: nothing is shown as if there were nothing."""
        self.missed = True
        complain(f"left out: {what}")

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self.clock.now()

    def project_folder(self, project: str) -> Path:
        """The folder of an existing project. Raises NotFound, Conflict where it is archived."""
        folder = self.home.project_folder(project)
        if not folder.is_dir():
            self.refuse_archived(project)
            raise NotFound(f"no project {project} in {self.home.path}; see `moziplus project list`")
        return folder

    def refuse_archived(self, project: str) -> None:
        """Raise Conflict where `project`, which is not among the others, was put away."""
        if "/" not in project and (self.home.projects / "_archived" / project).is_dir():
            raise Conflict(f"project {project} is archived; `moziplus project unarchive {project}` takes it out again")

    def project_settings(self, project: str) -> ProjectSettings:
        """What holds in an existing project. Raises NotFound or ConfigError."""
        from console.settings.project import load_project

        return load_project(self.settings, self.project_folder(project))

    @contextmanager
    def blackboard(self, project: str, *, read_only: bool = False) -> Iterator[Database]:
        """The blackboard of an existing project, until the block ends. Raises NotFound, and as `open_project` does."""
        from console.blackboard.connection import open_project

        db = open_project(self.project_folder(project), read_only=read_only)
        try:
            yield db
        finally:
            db.close()

    def asking(self, db: Database, project: str | None = None) -> Context:
        """What a command gets to know beside its request; without a `project` the request is about the home."""
        from console.commands.context import NO_TEAM, Context, team_of

        team = NO_TEAM if project is None else team_of(self.home, project, self.environ)
        return Context(db, self.actor, self.now(), team)

    @contextmanager
    def state(self, *, read_only: bool = False) -> Iterator[Database]:
        """The home's own database, open until the block ends."""
        from console.blackboard.connection import open_home

        db = open_home(self.home.state_db, read_only=read_only)
        try:
            yield db
        finally:
            db.close()


pass_here = click.make_pass_decorator(Here, ensure=True)
"""Gives a command its Here as the first argument."""
