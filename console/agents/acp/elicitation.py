"""Owns what an agent's request for words of a person (`elicitation/create`) becomes as an ask, and the answer to it. Pure.

Only forms are met; what asks for a visit to an address is declined, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.commands.asks import Question
from console.commands.text import Line, Prose
from console.records.ask import Ask, AskKind, AskStatus, Option

__all__ = ("CANCEL", "DECLINE", "form_answer", "form_question")

CANCEL: dict[str, Any] = {"action": "cancel"}
DECLINE: dict[str, Any] = {"action": "decline"}
FIELDS = 12


def form_question(task: int, asked: Mapping[str, Any], *, name: str, seconds: int) -> Question | None:
    """The ask for a form; None where it is no form that can be asked."""
    fields = _fields(asked)
    if not fields or asked.get("mode", "form") != "form":
        return None
    text = str(asked.get("message") or "It asks for words of yours")
    options: tuple[Option, ...] = ()
    if len(fields) == 1:
        ((_, field),) = fields.items()
        options = tuple(Option(id=str(Line(value)), label=str(Line(label))) for value, label in _choices(field))[:12]
    else:
        text += "\n" + "\n".join(f"{key}: {_told(field)}" for key, field in fields.items())
        text += "\n(one line each, as NAME: VALUE)"
    return Question(
        task=task,
        text=Prose(text[:8_000]),
        kind=AskKind.QUESTION if options else AskKind.INPUT,
        options=options,
        seconds=seconds,
        source="acp",
        source_id=name,
    )


def form_answer(asked: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """What the agent hears; declined where nobody answered, or the words do not fit the form."""
    if ask.status != AskStatus.ANSWERED:
        return CANCEL
    fields = _fields(asked)
    if len(fields) == 1:
        ((key, field),) = fields.items()
        given = {key: ask.choice or ask.answer}
    else:
        pairs = (line.partition(":") for line in ask.answer.splitlines() if ":" in line)
        given = {name.strip(): value.strip() for name, _, value in pairs if name.strip() in fields}
    content = {key: _typed(fields[key], value) for key, value in given.items()}
    required = _map(asked.get("requestedSchema")).get("required")
    wanted = required if isinstance(required, list) else []
    if any(value is None for value in content.values()) or any(key not in content for key in wanted):
        return DECLINE
    return {"action": "accept", "content": content}


def _fields(asked: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = _map(_map(asked.get("requestedSchema")).get("properties"))
    return {str(key): field for key, field in list(found.items())[:FIELDS] if isinstance(field, dict)}


def _choices(field: Mapping[str, Any]) -> list[tuple[str, str]]:
    if field.get("type") == "boolean":
        return [("true", "yes"), ("false", "no")]
    for name in ("oneOf", "anyOf"):
        if isinstance(field.get(name), list):
            named = [one for one in field[name] if isinstance(one, dict) and isinstance(one.get("const"), str)]
            return [(one["const"], str(one.get("title") or one["const"])) for one in named]
    values = field.get("enum")
    return [(value, value) for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _told(field: Mapping[str, Any]) -> str:
    words = [str(field.get("description") or field.get("title") or "")]
    if choices := _choices(field):
        words.append("one of " + ", ".join(value for value, _ in choices))
    return "; ".join(word for word in words if word) or str(field.get("type") or "text")


def _typed(field: Mapping[str, Any], value: str) -> object:
    try:
        match field.get("type"):
            case "boolean":
                return {"true": True, "yes": True, "false": False, "no": False}.get(value.strip().lower())
            case "integer":
                return int(value)
            case "number":
                return float(value)
            case "array":
                return [part.strip() for part in value.split(",") if part.strip()]
    except ValueError:
        return None
    choices = [known for known, _ in _choices(field)]
    return value if not choices or value in choices else None


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
