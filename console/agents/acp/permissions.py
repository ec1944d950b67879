"""Owns what an agent's request for leave becomes as an ask, and what an answer to that becomes for the agent. Pure.

Whatever is missing or odd in a request, nothing is allowed by it: no answer leaves more than the option that was taken.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from console.agents.acp.updates import command_of, diffs_of, paths_of, tool_of
from console.commands.asks import Question
from console.commands.text import Line, Prose
from console.records.ask import Ask, AskKind, Leave, Option, Risk

__all__ = ("CANCELLED", "outcome", "question")

CANCELLED: dict[str, Any] = {"outcome": {"outcome": "cancelled"}}
"""What an agent hears that is not answered any more."""
_LEAVE = {
    "allow_once": Leave.ONCE,
    "allow_always": Leave.ALWAYS,
    "reject_once": Leave.REJECT,
    "reject_always": Leave.REJECT,
}
_ORDER: tuple[Leave | None, ...] = (Leave.ONCE, Leave.ALWAYS, Leave.REJECT)
"""However its program lists them: what stands first is what a hurried answer takes."""
_VERBS = {
    "execute": "run",
    "edit": "change",
    "delete": "delete",
    "move": "move",
    "read": "read",
    "search": "search",
    "fetch": "fetch",
}
OPTIONS = 12
LONG = 4_000
"""Characters of a command or a diff that is shown with the ask."""


def question(
    task: int, asked: Mapping[str, Any], known: Mapping[str, Any], *, roots: Iterable[str], seconds: int, name: str
) -> Question | None:
    """The ask for leave; None where it has no option that gives any, or none at all.

    `known` is what its tool call told before; `roots` are the folders where its agent works, and may; `name` is what this
    request is called in its session, once.
    """
    call = {
        **known,
        **{key: value for key, value in _map(asked.get("toolCall")).items() if value not in (None, "", [])},
    }
    options = tuple(sorted(_options(asked.get("options")), key=lambda option: _ORDER.index(option.leave)))
    if not any(option.leave != Leave.REJECT for option in options):
        return None
    refusal = next((option for option in options if option.leave == Leave.REJECT), None)
    paths = paths_of(call)
    outside = tuple(path for path in paths if not _is_inside(path, tuple(roots)))
    about = dict(_about(call, paths))
    return Question(
        task=task,
        text=Prose(_text(call, outside)),
        kind=AskKind.APPROVAL,
        options=options,
        about=about,
        risk=Risk.HIGH if outside else None,
        seconds=seconds if refusal is not None else None,
        fallback=None if refusal is None else Line(refusal.id),
        source="acp",
        source_id=name,
    )


def outcome(ask: Ask) -> dict[str, Any]:
    """What the agent hears of a settled ask."""
    taken = next((option for option in ask.options if option.id == ask.choice), None)
    return CANCELLED if taken is None else {"outcome": {"outcome": "selected", "optionId": taken.id}}


def _options(given: object) -> Iterator[Option]:
    """Those that can be told apart, as they are named there; the kind makes names that are alike different."""
    seen: set[str] = set()
    names: set[str] = set()
    for one in (given if isinstance(given, list) else [])[:OPTIONS]:
        number, leave = _map(one).get("optionId"), _LEAVE.get(str(_map(one).get("kind")))
        if not isinstance(number, str) or not number or leave is None or number in seen or Line(number) != number:
            continue
        seen.add(number)
        label = str(Line(str(_map(one).get("name") or ""))[:120]) or str(leave)
        if label.casefold() in names:
            label = f"{label} ({number})"[:160]
        names.add(label.casefold())
        yield Option(id=number, label=label, leave=leave)


def _about(call: Mapping[str, Any], paths: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield "tool", str(Line(tool_of(call)))
    if command := command_of(call):
        yield "command", str(Prose(command))
    if paths:
        yield "path", str(Line(paths[0])) if len(paths) == 1 else [str(Line(path)) for path in paths]
    given = _map(call.get("rawInput"))
    for name in ("cwd", "url"):
        if isinstance(given.get(name), str) and given[name]:
            yield name, str(Line(given[name]))
    if changed := "\n".join(text for _, text in diffs_of(call)):
        yield "diff", str(Prose(changed[:LONG]))


def _text(call: Mapping[str, Any], outside: tuple[str, ...]) -> str:
    verb = _VERBS.get(str(call.get("kind")), "use")
    title = call.get("title")
    what = command_of(call) or (title if isinstance(title, str) else "") or tool_of(call)
    where = f" (outside of its folders: {', '.join(outside[:3])})" if outside else ""
    return f"May it {verb}: {what[:LONG]}{where}"


def _is_inside(path: str, roots: tuple[str, ...]) -> bool:
    real = os.path.realpath(os.path.join(roots[0], path) if roots else path)
    return any(PurePath(real).is_relative_to(os.path.realpath(root)) for root in roots)


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
