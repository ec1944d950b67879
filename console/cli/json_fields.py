"""Owns what is said of a command's JSON in its help and on the pages made of it: the fields of the structs that it prints."""

from __future__ import annotations

import click

from console.api.schema import named

__all__ = ("fields_of",)

ONE, EACH = "JSON:", "JSON, one a line:"


def fields_of(command: click.Command) -> str:
    """One line; empty for a command that names no struct."""
    if not (prints := getattr(command, "prints", "")):
        return ""
    shapes = [named(name) for name in (prints, *command.also)]  # type: ignore[attr-defined]
    fields = "; or: ".join(", ".join(shape.__struct_encode_fields__) for shape in shapes)
    return f"{EACH if command.each else ONE} {fields}."  # type: ignore[attr-defined]
