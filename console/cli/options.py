"""Owns what every command shares: --home and --json before or after its name, and what a command gets to work with.

Imports nothing that a command may not need: settings, storage and the making of a home come when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from console.cli.mistakes import no_such, parsed
from console.cli.output import READS, Output, for_reading
from console.clock import Clock, SystemClock
from console.errors import Conflict, MoziError, NotFound
from console.home import Home, find_home
from console.records.actor import OPERATOR, Actor, Origin
from console.user_paths import user_path

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.settings import ProjectSettings, Settings

__all__ = ("Command", "Group", "Here", "LazyCommand", "LazyGroup", "command", "group", "pass_here")


class Here:
    """What a command works with: the options that all share, and the home, settings and databases that they lead to."""

    def __init__(self, environ: Mapping[str, str] = os.environ, clock: Clock | None = None) -> None:
        self.environ = environ
        self.clock: Clock = clock or SystemClock()
        self.home_option: str | None = None
        self.json = False

    @property
    def out(self) -> Output:
        """The way to stdout."""
        return Output(as_json=self.json)

    @cached_property
    def home(self) -> Home:
        """The home in force; ~/.moziplus is made on first use. Raises NotFound or Conflict for one that is none."""
        home = find_home(self.home_option, self.environ)
        if not home.state_db.exists() or not Home.is_home(home.path):
            from console.making import prepare_home

            prepare_home(home, self.clock)
        return home

    @cached_property
    def home_to_stop(self) -> Home:
        """The home as it is, for commands that stop agents: nothing is made, and one that lost its mark is taken, too."""
        try:
            return find_home(self.home_option, self.environ)
        except MoziError:
            named = self.home_option or self.environ.get("MOZIPLUS_HOME")
            home = Home(user_path(named or ".").resolve())
            if not any(home.runs.glob("*/agents/*/*/alive.lock")):
                raise
            return home

    @property
    def known_logs(self) -> Path | None:
        """The folder for logs where a home was found already; looking for it makes none."""
        home: Home | None = self.__dict__.get("home")
        return home.logs if home is not None and home.logs.is_dir() else None

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises ConfigError."""
        from console.settings import load_settings

        return load_settings(self.home, self.environ)

    @property
    def actor(self) -> Actor:
        """Who acts: the operator at a shell, or the agent in whose session the command runs."""
        agent, session = self.environ.get("MOZIPLUS_AGENT"), self.environ.get("MOZIPLUS_SESSION")
        if agent and session:
            return Actor(name=agent, origin=Origin.AGENT, session=session)
        return Actor(name=OPERATOR, origin=Origin.CLI)

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
        return self.settings.for_project(self.project_folder(project))

    @contextmanager
    def blackboard(self, project: str, *, read_only: bool = False) -> Iterator[Database]:
        """The blackboard of an existing project, until the block ends. Raises NotFound, and as `open_project` does."""
        from console.blackboard.connection import open_project

        db = open_project(self.project_folder(project), read_only=read_only)
        try:
            yield db
        finally:
            db.close()

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


def _here(ctx: click.Context) -> Here:
    return ctx.ensure_object(Here)


def _set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _here(ctx).home_option = value


def _set_json(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        _here(ctx).json = True


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--home"],
            metavar="DIR",
            expose_value=False,
            callback=_set_home,
            help="The home to use, instead of MOZIPLUS_HOME.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_set_json,
            help="JSON on stdout: one object, or one a line.",
        ),
    ]


COMPLETED = frozenset(
    ("project", "project_id", "assignee", "agent", "agents", "agent_id", "number", "numbers", "after", "parent", "task")
    + ("named", "session_id", "skill_id", "which", "protocol")
)
"""Names of the parameters for which a shell is offered what there is; see `completing`."""


def _offers(ctx: click.Context, param: click.Parameter, begun: str) -> list[Any]:
    from console.cli.completing import offers  # only while a shell asks

    return list(offers(ctx, param, begun))


class Command(click.Command):
    """A command with the shared options after its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            if param.name in COMPLETED and not isinstance(param.type, click.Choice):
                param._custom_shell_complete = _offers
        self.params.extend(_common())

    def get_help(self, ctx: click.Context) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import help_in_words  # only for help

        return help_in_words(self, lambda: super(Command, self).get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import told, without_json

        head = without_json((self.help or "").strip().split("\n\n")[0])
        found = told(head)
        return super().get_short_help_str(limit) if found == head else found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; an option that other tools have leads to ours."""
        return parsed(super().parse_args, ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; whether its output matters is known by its name."""
        for_reading(self.name in READS)
        return super().invoke(ctx)


class Group(click.Group):
    """A group with the shared options after its own; its commands have them too."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)
        self.params.extend(_common())

    def get_help(self, ctx: click.Context) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import help_in_words  # only for help

        return help_in_words(self, lambda: super(Group, self).get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import told, without_json

        head = without_json((self.help or "").strip().split("\n\n")[0])
        found = told(head)
        return super().get_short_help_str(limit) if found == head else found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; an option that other tools have leads to ours."""
        return parsed(super().parse_args, ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, without loading every command to suggest one; a word that other tools have leads to ours."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            no_such(ctx, f"no command {name[:40]!r}", name, known)
        return super().resolve_command(ctx, args)


class LazyCommand(NamedTuple):
    """A command in the table of a lazy group."""

    module: str
    """Where it is; the attribute has the command's name, with `_` for `-`."""
    help: str
    """One line for the list of commands, so that listing them imports none."""


class LazyGroup(Group):
    """A group whose commands are imported when one of them is used."""

    def __init__(self, *args: Any, table: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module imported now."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(import_module(entry.module), cmd_name.replace("-", "_"))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        from console.cli.told import told

        with formatter.section("Commands"):
            formatter.write_dl([(name, told(entry.help)) for name, entry in self.table.items()])


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command of ours."""
    return click.command(name, cls=Command, **attributes)


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of ours."""
    return click.group(name, cls=Group, **attributes)
