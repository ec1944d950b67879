"""Keeps the house rule that a backend is known by its traits: no room but its own names one. Reads the product's files only."""

from __future__ import annotations

import ast

import pytest

from console.backends import BACKENDS
from tests.repository import product

NAMES_BACKENDS = ("console/agents/", "console/backends/", "console/gateway/")
"""The rooms that may name a backend; all others ask its traits."""


def test_no_other_room_names_a_backend() -> None:
    """Neither by comparing a backend's name, nor by writing one down, alone or among others."""
    found = [
        f"{source.path}:{getattr(node, 'lineno', 0)}"
        for source in product()
        if not source.path.startswith(NAMES_BACKENDS)
        for node in ast.walk(source.tree)
        if compares_a_backend(node) or writes_a_backend(node)
    ]
    assert found == []


def compares_a_backend(node: ast.AST) -> bool:
    """A comparison or a `match` with a backend on one side; two sessions may be of the same."""
    if isinstance(node, ast.Match):
        return is_backend(node.subject)
    if not isinstance(node, ast.Compare):
        return False
    sides = [is_backend(side) for side in (node.left, *node.comparators)]
    return any(sides) and not all(sides)


def writes_a_backend(node: ast.AST) -> bool:
    """`backend="x"` in a call or a default, `"backend": "x"` in a table, or a list of nothing but names of backends."""
    match node:
        case ast.keyword(arg="backend", value=ast.Constant(value=str())):
            return True
        case ast.AnnAssign(target=ast.Name(id="backend"), value=ast.Constant(value=str())):
            return True
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(is_text(key, {"backend"}) and is_text(value, set(BACKENDS)) for key, value in pairs)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return len(parts) > 1 and all(is_text(part, set(BACKENDS)) for part in parts)
    return is_text(node, {"openclaw"})


def is_backend(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return is_backend(inner)
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            return is_text(key, {"backend"})
        case ast.Subscript(slice=key):
            return is_text(key, {"backend"})
    return getattr(node, "attr", getattr(node, "id", "")) == "backend"


def is_text(node: ast.AST | None, texts: set[str]) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in texts


@pytest.mark.parametrize(
    "text",
    (
        "if session.backend == 'x': pass",
        "if row['backend'] in _LOCAL: pass",
        "if fields.get('backend', 'y') != 'x': pass",
        "if str(agent.backend) is Backend.X: pass",
        "Session(backend='gateway')",
        "choice('a', ('gateway', 'demo'))",
        "said(('openclaw', '--version'))",
    ),
)
def test_a_room_that_names_a_backend_is_seen(text: str) -> None:
    assert any(compares_a_backend(node) or writes_a_backend(node) for node in ast.walk(ast.parse(text)))
