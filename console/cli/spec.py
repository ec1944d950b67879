"""`moziplus spec`: every command of both programs, made from the commands themselves, for programs that call them."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterator
from typing import Any

import click

from console import __version__
from console.api.schema import named, schemas
from console.api.spec import Command, Parameter, Program, Spec
from console.cli.man import EXITS
from console.cli.options import Here, command, pass_here

__all__ = ("document", "spec")


@command("spec", prints="spec.Spec")
@pass_here
def spec(here: Here) -> None:
    """Describe every command of both programs: what it takes, what its JSON holds, its exit codes."""
    found = document()
    lines = [f"{program.name} {one.name}" for program in found.programs for one in program.commands]
    here.out.one(found, lambda: "\n".join(lines))


def document() -> Spec:
    """All of it."""
    from console.cli.main import moziplus

    ours = list(_commands(moziplus, click.Context(moziplus), ""))
    printed = [named(name) for found, _ in ours if found.prints for name in (found.prints, *found.also)]  # type: ignore[attr-defined]
    return Spec(
        version=__version__,
        programs=(
            Program(name="moziplus", commands=tuple(_command(found, name) for found, name in ours)),
            Program(name="blackboard", commands=_agents()),
        ),
        exit_codes=dict(EXITS),
        schemas=schemas(printed),
    )


def _commands(group: click.Group, context: click.Context, above: str) -> Iterator[tuple[click.Command, str]]:
    """Every command that does something, with the words that name it."""
    for name in group.list_commands(context):
        found, words = group.get_command(context, name), f"{above} {name}".strip()
        if isinstance(found, click.Group):
            yield from _commands(found, click.Context(found, parent=context), words)
        elif found is not None and not found.hidden:
            yield found, words


def _command(found: click.Command, name: str) -> Command:
    prints = getattr(found, "prints", "")
    return Command(
        name=name,
        text=inspect.cleandoc((found.help or "").replace("\f", "")),
        parameters=tuple(_parameter(found, one) for one in found.params if not getattr(one, "hidden", False)),
        prints=named(prints).__name__ if prints else None,
        also=tuple(named(name).__name__ for name in getattr(found, "also", ())),
        each=getattr(found, "each", False),
    )


def _parameter(of: click.Command, one: click.Parameter) -> Parameter:
    flag = isinstance(one, click.Option) and (one.is_flag or one.count)
    kind = one.type
    default = one.get_default(click.Context(of), call=False)
    plain = default if isinstance(default, str | int | float | bool) else None
    return Parameter(
        names=(*one.opts, *one.secondary_opts)
        if isinstance(one, click.Option)
        else (one.make_metavar(click.Context(of)),),
        is_option=isinstance(one, click.Option),
        type="flag" if flag else kind.name.removesuffix(" range"),
        choices=tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else (),
        default=plain,
        required=one.required,
        many=one.multiple or one.nargs == -1,
        sentence=getattr(one, "help", None) or "",
    )


def _agents() -> tuple[Command, ...]:
    from console.cli import blackboard

    return tuple(
        Command(
            name=name,
            text=text,
            parameters=tuple(map(_of_agents, blackboard.parser_of(name)._actions)),
            prints=None,
            each=False,
        )
        for name, text in blackboard.COMMANDS.items()
    )


def _of_agents(one: argparse.Action) -> Parameter:
    kinds: dict[Any, str] = {int: "integer", float: "float"}
    choices = tuple(map(str, one.choices or ()))
    flag = one.nargs == 0
    return Parameter(
        names=tuple(one.option_strings) or (str(one.metavar or one.dest),),
        is_option=bool(one.option_strings),
        type="flag" if flag else "choice" if choices else kinds.get(one.type, "text"),
        choices=choices,
        default=one.default
        if isinstance(one.default, str | int | float | bool) and one.default != argparse.SUPPRESS
        else None,
        required=one.required,
        many=isinstance(one, argparse._AppendAction) or one.nargs in ("*", "+"),
        sentence=(one.help or "") % {"choices": ", ".join(choices)},
    )
