"""Promises of docs/http.md: it names what can be asked, as the table of routes has it."""

from __future__ import annotations

from console.http.table import TABLE
from tests.repository import ROOT

ROUTES = "\n".join(f"| `{route.method} {route.path}` | {route.says} |" for route in TABLE)
"""The rows of its table."""


def test_the_page_names_every_route_with_what_it_is_for() -> None:
    assert ROUTES in (ROOT / "docs" / "http.md").read_text("utf-8")
