"""Owns what all that leaves the house as JSON has in common: the base of every struct, and the one encoder.

A field is never renamed and never removed, for scripts rely on it. Its sentence stands below it, and goes into the schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct, structs, to_builtins

__all__ = ("Shape", "encoded", "known", "plain", "widened")


class Shape(Struct, frozen=True, kw_only=True):
    """A public shape. What is unset is left out."""


S = TypeVar("S", bound=Shape)


def plain(value: Any) -> Any:
    """A shape as what JSON has: objects, lists, text, numbers; paths are text."""
    return to_builtins(value, enc_hook=_plain)


def encoded(shape: Shape) -> str:
    """A shape as one line of JSON, its fields in the order of their declaration."""
    return json.dumps(plain(shape), ensure_ascii=False, allow_nan=False)


def widened(kind: type[S], narrow: Shape, **more: Any) -> S:
    """A shape with the fields of `narrow`, which it extends, and `more`."""
    return kind(**{**structs.asdict(narrow), **more})


def known(kind: type[S], told: Mapping[str, Any]) -> S:
    """A shape of what another version has told: what is missing is null, what is not known is left out."""
    return kind(**{name: told.get(name) for name in kind.__struct_fields__})


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
