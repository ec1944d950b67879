"""Owns the flags by which a task says what is expected of it at its end, and what follows when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from console.records.task import OnFailure

__all__ = ("ends",)

_Command = Callable[..., Any]


def ends(command: _Command) -> _Command:
    """Add the flags `--expect`, `--on-failure` and `--undo`."""
    words = click.Choice([str(way) for way in OnFailure])
    undo = "What the task that undoes it is told; - reads stdin."
    way = "When it fails for good: ask you (so it is without this), cancel its dependents, or also undo it."
    expect = "A file below outputs/ that a submit must have; in edit all of them, `none` for none."
    for add in (
        click.option("--undo", metavar="TEXT", help=undo),
        click.option("--on-failure", type=words, help=way),
        click.option("--expect", multiple=True, metavar="PATH", help=expect),
    ):
        command = add(command)
    return command
