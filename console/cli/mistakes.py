"""Owns what is said of a command or an option that is not there: what was meant, in one line, with exit code 2.

Loads the table of synonyms only then; it runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import click

__all__ = ("no_such", "parsed")


def parsed(parse: Callable[[click.Context, list[str]], list[str]], ctx: click.Context, args: list[str]) -> list[str]:
    """What `parse` makes of the words of a command line; an option that is not there leads to one that is."""
    try:
        return parse(ctx, args)
    except click.NoSuchOption as error:
        known = [name for param in ctx.command.params for name in (*param.opts, *param.secondary_opts)]
        no_such(ctx, f"no option {error.option_name[:40]}", error.option_name, known)


def no_such(ctx: click.Context, what: str, word: str, known: list[str]) -> NoReturn:
    """Say that `word` is not there, and what may have been meant. Raises click.UsageError."""
    from console.cli.synonyms import lead  # only for a mistake

    meant = lead(ctx.command_path.partition(" ")[2], word, known)
    here = f"`{ctx.command_path} --help`"
    if meant.startswith(("`", "-")):
        ctx.fail(f"{what}; did you mean {meant}? See {here}")
    ctx.fail(f"{what}; {meant}; see {here}" if meant else f"{what}; see {here}")  # advice is a sentence of its own
