"""Owns the agents' verbs as tools of the Model Context Protocol: what each takes, and a call as its command line.

Everything comes from the parsers of `blackboard`, so that a tool and its command cannot differ.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from console.errors import UsageError

__all__ = ("WAIT", "Line", "command_line", "tools")

ITSELF = "mcp"
HIDDEN = frozenset(("help", "json", "home"))
OF_SESSION = frozenset(("project", "review", "seat", "agent", "session", "fence"))
"""What a session's environment says already."""
PERMISSION = "permission"
"""Offered only to a program that asks by it; an argument that a newer one of these adds is passed over."""
FOR_MODELS = frozenset(("read", PERMISSION))
"""Their text is made for a model to read, and shorter than their JSON."""
WAIT = frozenset(("ask", PERMISSION))
"""They may wait for a person."""
_OF_SHELLS = re.compile(r"; (?:- reads stdin|repeat)\b|, instead of MOZIPLUS_TASK")
ARGUMENT_MAX = 100_000
"""Bytes of one argument; systems refuse little more. A longer text goes by stdin."""


class Line(NamedTuple):
    """A call of `blackboard`."""

    words: list[str]
    stdin: str | None


def tools(in_session: bool, permission: bool = False) -> list[dict[str, Any]]:
    """Every verb with the schema of what it takes; in a session without what its environment says. Loads every verb."""
    from console.cli.blackboard import COMMANDS

    left_out = (ITSELF,) if permission else (ITSELF, PERMISSION)
    return [_tool(name, says, in_session) for name, says in COMMANDS.items() if name not in left_out]


def command_line(tool: str, arguments: Mapping[str, Any]) -> Line:
    """The words for `blackboard`. Raises UsageError for an unknown tool or argument, or a value of another kind."""
    from console.cli.blackboard import COMMANDS, parser_of

    if tool not in COMMANDS or tool == ITSELF:
        raise UsageError(f"no tool {tool[:40]!r}; there are {', '.join(name for name in COMMANDS if name != ITSELF)}")
    known = {_name(action): action for action in parser_of(tool)._actions}
    flags, positional = [], []
    given: list[str] = []  # what goes by stdin
    for name, value in arguments.items():
        action = known.get(name)
        if action is None and tool == PERMISSION:
            continue
        if action is None or name in HIDDEN:
            raise UsageError(f"{tool} takes no {name[:40]!r}; it takes {', '.join(sorted(known.keys() - HIDDEN))}")
        if value is None or value is False:
            continue
        for text in _texts(action, name, value):
            if text is None:
                flags.append(_flag(action))
                continue
            if text == "-" or len(text.encode("utf-8", "replace")) > ARGUMENT_MAX:
                given.append(text)
                text = "-"
            if action.option_strings:
                flags.append(f"{_flag(action)}={text}")
            else:
                positional.append(text)
    if len(given) > 1:
        raise UsageError(
            f"only one text of a call may be - or have more than {ARGUMENT_MAX} bytes; put the rest into a file"
        )
    words = [tool, *([] if tool in FOR_MODELS else ["--json"]), *flags, *(["--", *positional] if positional else [])]
    return Line(words, given[0] if given else None)


def _tool(name: str, says: str, in_session: bool) -> dict[str, Any]:
    from console.cli.blackboard import parser_of

    parser = parser_of(name)
    left_out = HIDDEN | (OF_SESSION if in_session else frozenset())
    taken = {_name(action): action for action in parser._actions if _name(action) not in left_out}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key: _property(parser, action) for key, action in taken.items()},
        "additionalProperties": False,
    }
    if needed := [key for key, action in taken.items() if action.required]:
        schema["required"] = needed
    reads = name in FOR_MODELS
    return {
        "name": name,
        "description": says,
        "inputSchema": schema,
        "annotations": {"readOnlyHint": reads, "destructiveHint": False, "openWorldHint": False},
    }


def _property(parser: argparse.ArgumentParser, action: argparse.Action) -> dict[str, Any]:
    one: dict[str, Any] = {"type": _kind(action)}
    if action.choices is not None:
        one["enum"] = list(action.choices)
    found = {"type": "array", "items": one} if _many(action) else one
    if action.help:
        found["description"] = _OF_SHELLS.sub("", parser._get_formatter()._expand_help(action))
    return found


def _kind(action: argparse.Action) -> str:
    if action.nargs == 0:
        return "boolean"
    if action.metavar == "JSON":
        return "object"
    return {int: "integer", float: "number"}.get(action.type, "string")  # type: ignore[call-overload, no-any-return]


def _many(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction) or action.nargs in ("*", "+")


def _name(action: argparse.Action) -> str:
    return (_flag(action).removeprefix("--") if action.option_strings else action.dest).replace("-", "_")


def _flag(action: argparse.Action) -> str:
    return max(action.option_strings, key=len)


def _texts(action: argparse.Action, name: str, value: Any) -> list[str | None]:
    """The values for the command line; None stands for a flag alone. Raises UsageError for another kind of value."""
    if action.nargs == 0:
        if value is not True:
            raise UsageError(f"{name} is true or false")
        return [None]
    if isinstance(value, dict) and _kind(action) == "object":
        return [json.dumps(value)]
    if isinstance(value, list) and _many(action):
        return [_text(name, each) for each in value]
    return [_text(name, value)]


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UsageError(f"{name} is text or a number, not {type(value).__name__}")
    return str(value)
