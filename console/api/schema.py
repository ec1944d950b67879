"""Owns the JSON Schema of what leaves the house: made from the structs, each field with the sentence that stands below it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec.json import schema_components

from console.api.shape import Shape

__all__ = ("named", "schemas", "sentences")


def named(name: str) -> type[Shape]:
    """The struct of a name such as `task.Task`."""
    module, _, kind = name.partition(".")
    found: type[Shape] = getattr(import_module(f"console.api.{module}"), kind)
    return found


def schemas(shapes: Iterable[type[Shape]]) -> dict[str, Any]:
    """Name to schema, of these and of all that occurs in them; references are `#/schemas/NAME`."""
    wanted = sorted(set(shapes), key=lambda shape: shape.__name__)
    _, found = schema_components(wanted, schema_hook=_other, ref_template="#/schemas/{name}")
    for shape in _below(Shape):
        described = found.get(shape.__name__)
        for field, told in (sentences(shape) if described else {}).items():
            described["properties"][field].setdefault("description", told)  # type: ignore[index]
    return dict(sorted(found.items()))


@cache
def sentences(shape: type[Shape]) -> dict[str, str]:
    """Field, as JSON has it, to its sentence; those of the structs that it extends come first."""
    found: dict[str, str] = {}
    for kind in reversed(shape.__mro__):
        if issubclass(kind, Shape) and kind is not Shape:
            body = ast.parse(inspect.getsource(kind)).body[0]
            assert isinstance(body, ast.ClassDef)
            for field, below in zip(body.body, body.body[1:], strict=False):
                told = below.value if isinstance(below, ast.Expr) else None
                if isinstance(field, ast.AnnAssign) and isinstance(told, ast.Constant):
                    assert isinstance(field.target, ast.Name)
                    found[field.target.id] = str(told.value)
    names = dict(zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True))
    return {names[field]: told for field, told in found.items()}


def _below(kind: type[Shape]) -> list[type[Shape]]:
    return [found for child in kind.__subclasses__() for found in (child, *_below(child))]


def _other(kind: type) -> dict[str, Any]:
    if kind is Path:
        return {"type": "string"}
    raise NotImplementedError(kind)
