"""Owns the making of a transcript's entries from one object of an output, each kind by one function.

Cuts and hides nothing: whoever writes the transcript does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.records.transcript import Entry, EntryKind

__all__ = (
    "arguments",
    "called",
    "changed",
    "failed",
    "moment",
    "planned",
    "returned",
    "said",
    "spent",
    "stands",
    "thought",
)

_COMMAND = ("command", "cmd", "script")
_PATH = ("file_path", "path", "filePath", "absolute_path", "notebook_path")


def said(text: object, *, id: str = "", at: int = 0) -> list[Entry]:  # noqa: A002
    """Its own words; nothing where there are none."""
    return [Entry(kind=EntryKind.TEXT, text=text, id=id, at=at)] if isinstance(text, str) and text.strip() else []


def thought(text: object, *, id: str = "", at: int = 0) -> list[Entry]:  # noqa: A002
    """What it thought."""
    return [Entry(kind=EntryKind.THINKING, text=text, id=id, at=at)] if isinstance(text, str) and text.strip() else []


def planned(steps: object, text: str, done: str, *, at: int = 0) -> list[Entry]:
    """A list of steps: `text` and `done` are the names of what each says; what is done has a mark."""
    if not isinstance(steps, list):
        return []
    lines = [
        f"{'x' if step.get(done) in (True, 'completed') else '-'} {step.get(text, '')}"
        for step in steps
        if isinstance(step, Mapping)
    ]
    return [Entry(kind=EntryKind.PLAN, text="\n".join(lines), at=at)] if lines else []


def called(tool: object, given: object, *, id: object = "", at: int = 0) -> list[Entry]:  # noqa: A002
    """A call of a tool; its text is what is done in one line, as far as that is known."""
    fields: dict[str, Any] = {"tool": str(tool or "")}
    text = ""
    if isinstance(given, Mapping):
        command = next((given[name] for name in _COMMAND if name in given), None)
        path = next((given[name] for name in _PATH if isinstance(given.get(name), str)), None)
        if command is not None:
            text = fields["command"] = " ".join(map(str, command)) if isinstance(command, list) else str(command)
        elif path is not None:
            text = fields["path"] = path
        if (command is None and path is None) or len(given) > 1:
            fields["input"] = json.dumps(given, ensure_ascii=False)
            text = text or fields["input"]
    return [Entry(kind=EntryKind.TOOL_CALL, text=text, id=str(id or ""), at=at, fields=fields)]


def returned(
    text: object,
    *,
    id: object = "",  # noqa: A002
    exit_code: object = None,
    failed: object = None,
    at: int = 0,
) -> list[Entry]:
    """What a call gave back."""
    fields: dict[str, Any] = {}
    if isinstance(exit_code, int) and not isinstance(exit_code, bool):
        fields["exit_code"] = exit_code
    if isinstance(failed, bool):
        fields["failed"] = failed
    shown = text if isinstance(text, str) else _parts(text)
    return [Entry(kind=EntryKind.TOOL_RESULT, text=shown, id=str(id or ""), at=at, fields=fields)]


def changed(path: object, diff: object = "", *, id: object = "", at: int = 0) -> list[Entry]:  # noqa: A002
    """A change of a file."""
    text = diff if isinstance(diff, str) else ""
    return [Entry(kind=EntryKind.DIFF, text=text, id=str(id or ""), at=at, fields={"path": str(path or "")})]


def spent(tokens: int, cost: float = 0.0, *, total: bool, at: int = 0) -> list[Entry]:
    """What one step, or with `total` all so far, has used; nothing where nothing was."""
    if not tokens and not cost:
        return []
    fields: dict[str, Any] = {"tokens": tokens, "total": total} | ({"cost": cost} if cost else {})
    return [Entry(kind=EntryKind.USAGE, at=at, fields=fields)]


def stands(text: str, *, at: int = 0) -> list[Entry]:
    """What its program tells of itself."""
    return [Entry(kind=EntryKind.STATUS, text=text, at=at)]


def failed(text: str, *, at: int = 0) -> list[Entry]:
    """What went wrong."""
    return [Entry(kind=EntryKind.ERROR, text=text, at=at)]


def arguments(given: object) -> object:
    """What a tool is called with, where that is told as the text of an object."""
    if isinstance(given, str):
        try:
            return json.loads(given)
        except (ValueError, RecursionError):
            return given
    return given


def moment(value: object) -> int:
    """Epoch ms of a moment as programs write it; 0 where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 1e11 < value < 1e14 else int(value * 1000) if 1e9 < value < 1e11 else 0
    if isinstance(value, str):
        try:
            return int(datetime.fromisoformat(value).timestamp() * 1000)
        except (ValueError, OverflowError):
            return 0
    return 0


def _parts(content: object) -> str:
    """The text of a list of parts, as providers write it."""
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "\n".join(text for text in texts if isinstance(text, str))
    return "" if content is None else json.dumps(content, ensure_ascii=False)
