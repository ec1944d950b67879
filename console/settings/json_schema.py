"""Owns the settings as JSON Schema, so that an editor can complete and check them. `check` stays the judge.

config/schemas/ holds what this makes, kept equal by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.settings.guardrail_schema import GUARDRAILS
from console.settings.kinds import Each, Kind, Many, Schema
from console.settings.schema import HOME, PROJECT

__all__ = ("documents",)


def documents() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema."""
    return {
        "settings.schema.json": _document("The settings of a moziplus home (config/default.yaml)", HOME),
        "project.schema.json": _document("The settings of a moziplus project (config/project.yaml)", PROJECT),
        "guardrails.schema.json": _document(
            "The guardrails of a moziplus home or project (guardrails.yaml)", GUARDRAILS
        ),
    }


def _document(title: str, schema: Schema) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **_shape(schema)}


def _shape(below: Kind | Each | Many | Schema) -> dict[str, Any]:
    if isinstance(below, Kind):
        return {"description": f"expected {below.expected}", **below.json}
    if isinstance(below, Many):
        return {"type": ["array", "null"], "maxItems": below.most, "items": _shape(below.of)}
    nothing_or_mapping = ["object", "null"]
    if isinstance(below, Each):
        return {
            "type": nothing_or_mapping,
            "propertyNames": dict(below.name.json),
            "additionalProperties": _shape(below.of),
        }
    assert isinstance(below, Mapping)
    properties = {key: _shape(value) for key, value in below.items()}
    return {"type": nothing_or_mapping, "properties": properties, "additionalProperties": False}
