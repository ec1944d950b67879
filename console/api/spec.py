"""Owns the description of both programs as it leaves the house: commands, what they take, and what their JSON holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.api.shape import Shape

__all__ = ("Command", "Parameter", "Program", "Spec")


class Parameter(Shape, frozen=True, kw_only=True):
    """An argument or an option of a command."""

    names: tuple[str, ...]
    """Of an option its flags; of an argument what stands for it in the help."""
    is_option: bool
    """It has flags; else its place says what it is."""
    type: str
    """text, integer, float, boolean, choice, path; of a flag, flag."""
    choices: tuple[str, ...]
    """All that it takes; empty where that is not a list."""
    default: Any
    """What holds where it is not given; null for nothing."""
    required: bool
    """The command does not go without it."""
    many: bool
    """It may be given more than once."""
    sentence: str
    """What it is for; empty for most arguments."""


class Command(Shape, frozen=True, kw_only=True):
    """A command."""

    name: str
    """As it is typed after the program, as in `task list`."""
    text: str
    """What it does."""
    parameters: tuple[Parameter, ...]
    """In the order of its help."""
    prints: str | None
    """The schema of what --json prints; null where that is not described yet."""
    each: bool
    """It prints none, one or several of it, one a line."""
    also: tuple[str, ...] = ()
    """Schemas of what it prints instead, by its options."""


class Program(Shape, frozen=True, kw_only=True):
    """A program."""

    name: str
    """moziplus or blackboard."""
    commands: tuple[Command, ...]
    """In the order of its help."""


class Spec(Shape, frozen=True, kw_only=True):
    """All that can be typed, and what comes back."""

    version: str
    """Of moziplus."""
    programs: tuple[Program, ...]
    """The operator's, then the agents'."""
    exit_codes: Mapping[str, str]
    """Number to its meaning, of every command."""
    schemas: Mapping[str, Any]
    """Name to JSON Schema; a reference is `#/schemas/NAME`."""
