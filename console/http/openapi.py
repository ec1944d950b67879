"""Owns the description of the service door in the form of OpenAPI 3.1: made of the table of routes and the structs."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import fields

from console import __version__
from console.api.schema import schemas
from console.http.route import MOST_NUMBER, MOST_ROWS, ROWS, Items, Route
from console.records.task import TaskStatus

__all__ = ("REFUSALS", "description")

REFUSALS = {
    400: "What was sent is not fit; nothing was changed.",
    401: "Nobody knows who asks: `Authorization: Bearer TOKEN`.",
    403: "It comes from another site, or may only look.",
    404: "There is no such thing.",
    409: "The present state refuses it; the message says why.",
    413: "Too much was sent.",
    415: "What is sent is JSON.",
    429: "Too many wrong tokens; later again.",
    503: "It cannot be read or written just now.",
}
_PART = re.compile(r"{(\w+)}")
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": MOST_NUMBER}
_TYPES = {
    "number": _NUMBER,
    "after": _NUMBER,
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
    "status": {"type": "string", "enum": [str(status) for status in TaskStatus]},
}
_WORDS = {
    "project": "A project's id.",
    "number": "Its number in the project.",
    "session": "A session's id; its beginning is enough.",
}


def description(routes: tuple[Route, ...]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    found = schemas([*{route.answer for route in routes}, *{route.body for route in routes}, Items])
    error = {
        "type": "object",
        "properties": {"error": {"type": "string"}, "exit_code": {"type": "integer"}},
        "required": ["error", "exit_code"],
    }
    document: dict[str, Any] = _referring(
        {
            "openapi": "3.1.0",
            "info": {"title": "moziplus", "version": __version__, "description": "The operator's door over HTTP."},
            "paths": paths,
            "components": {
                "schemas": {**found, "Error": error},
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{"token": []}],
        }
    )
    return document


def _operation(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"$ref": f"#/schemas/{route.answer.__name__}"}
    if route.many:
        items = {"type": "array", "items": answer}
        answer = {"allOf": [{"$ref": "#/schemas/Items"}, {"type": "object", "properties": {"items": items}}]}
    parameters = [
        {"name": part, "in": "path", "required": True, "schema": _TYPES.get(part, _TEXT), "description": _WORDS[part]}
        for part in _PART.findall(route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "schema": _TYPES.get(name, _TEXT), "description": says}
        for name, says in route.query.items()
    ]
    told: dict[str, Any] = {
        "operationId": "_".join([route.method.lower(), *_PART.sub(r"\1", route.path).strip("/").split("/")[1:]]),
        "summary": route.says,
        "parameters": parameters,
        "responses": {
            "200": {"description": "It is done.", "content": {"application/json": {"schema": answer}}},
            **{str(code): _refusal(says) for code, says in REFUSALS.items()},
        },
    }
    if route.writes:
        schema = {"$ref": f"#/schemas/{route.body.__name__}"}
        needed = any(field.required for field in fields(route.body))
        told["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    return told


def _refusal(says: str) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": {"$ref": "#/schemas/Error"}}}}


def _referring(value: Any) -> Any:
    """References as OpenAPI has them."""
    if isinstance(value, dict):
        return {
            key: each.replace("#/schemas/", "#/components/schemas/")
            if key == "$ref" and isinstance(each, str)
            else _referring(each)
            for key, each in value.items()
        }
    return [_referring(each) for each in value] if isinstance(value, list | tuple) else value
