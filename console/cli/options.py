"""Owns what every command shares: --home and --json before or after its name, commands that are imported when they are used.

Imports nothing that a command may not need: what it works with is in `console.cli.here`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click

from console.cli.here import Here, pass_here
from console.cli.in_words import in_words
from console.cli.mistakes import no_such, parsed
from console.cli.output import READS, for_reading
from console.errors import Unavailable
from console.text import as_meant

__all__ = ("Command", "Group", "Here", "LazyCommand", "LazyGroup", "command", "group", "pass_here")


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


PLACES = frozenset(("DIR", "FILE", "FOLDER", "PATH", "FOLDER|ARCHIVE"))
"""What names a place of the file system keeps the bytes that it was given in."""


def _readable(value: Any) -> Any:
    """Words in another encoding than that of the shell as they were meant; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(_readable, value))
    return as_meant(value) if isinstance(value, str) else value


def _offers(ctx: click.Context, param: click.Parameter, begun: str) -> list[Any]:
    from console.cli.completing import offers  # only while a shell asks

    return list(offers(ctx, param, begun))


class _Ours(click.Command):
    """What commands and groups share: our options after their own, help in the language of this shell, a word for mistakes."""

    def __init__(
        self, *args: Any, prints: str = "", also: Sequence[str] = (), each: bool = False, **kwargs: Any
    ) -> None:
        """`prints` names the struct below `console.api` that --json prints, as `task.Task`; `each`: one a line.

        `also` are others that it prints instead, by its options.
        """
        super().__init__(*args, **kwargs)
        self.prints, self.also, self.each = prints, also, each
        self.params.extend(_common())

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, then the fields of its JSON."""
        super().format_help_text(ctx, formatter)
        if self.prints:
            from console.cli.json_fields import fields_of  # only for help

            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(fields_of(self))

    def get_help(self, ctx: click.Context) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import help_in_words  # only for help

        return help_in_words(self, lambda: super(_Ours, self).get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """As click does, in the language of this shell."""
        from console.cli.told import without_json

        head = without_json((self.help or "").strip().split("\n\n")[0])
        found = in_words(head)
        return super().get_short_help_str(limit) if found == head else found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; an option that other tools have leads to ours."""
        return parsed(super().parse_args, ctx, args)


class Command(_Ours):
    """A command with the shared options after its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            if param.name in COMPLETED and not isinstance(param.type, click.Choice):
                param._custom_shell_complete = _offers

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; whether its output matters is known by its name."""
        for_reading(self.name in READS)
        for param in self.params:
            if param.name in ctx.params and param.metavar not in PLACES:
                ctx.params[param.name] = _readable(ctx.params[param.name])
        outcome = super().invoke(ctx)
        return Unavailable.exit_code if _here(ctx).missed and not outcome else outcome


class Group(_Ours, click.Group):
    """A group with the shared options after its own; its commands have them too."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)

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
        with formatter.section("Commands"):
            formatter.write_dl([(name, in_words(entry.help)) for name, entry in self.table.items()])


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command of ours."""
    return click.command(name, cls=Command, **attributes)


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of ours."""
    return click.group(name, cls=Group, **attributes)
