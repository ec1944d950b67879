"""Owns a coding agent's own question for leave, as an approval: what its tool would do, and the answer in that agent's words.

The form is the one of Claude Code's `--permission-prompt-tool`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.commands.asks import Question, plain_options
from console.commands.text import Line, Prose
from console.records.ask import Ask, AskKind, AskStatus, Leave
from console.text import cut, one_line

__all__ = ("answer_to", "denied", "question")

DIFF_MAX = 4_000
INPUT_MAX = 2_000
_PATHS = ("file_path", "notebook_path", "path")
_DIFF = ("old_string", "new_string", "content", "new_source")
_OWN = frozenset(("command", "description", "timeout", "run_in_background", "url", *_PATHS, *_DIFF))
_UNSANDBOXED = "dangerouslyDisableSandbox"


def question(task: int, tool: str, given: Mapping[str, Any], seconds: int | None) -> Question:
    """The approval that stands for the call of a tool; nobody's answer within `seconds` is a refusal."""
    about = _about(tool, given)
    what = about.get("command") or about.get("path") or about.get("url") or about.get("input") or ""
    body = f"{tool}: {one_line(str(what), 400)}" if what else tool
    return Question(
        task=task,
        text=Prose(f"may I use {body}"),
        kind=AskKind.APPROVAL,
        options=plain_options((), AskKind.APPROVAL),
        about=about,
        seconds=seconds,
        fallback=None if seconds is None else Line("refuse"),
    )


def answer_to(found: Ask, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the agent's program is told of an ask that is settled."""
    option = next((option for option in found.options if option.id == found.choice), None)
    if found.status == AskStatus.ANSWERED and option is not None and option.leave != Leave.REJECT:
        return {"behavior": "allow", "updatedInput": dict(given)}
    if found.status == AskStatus.EXPIRED:
        return denied("nobody answered in time; go on without it, or end your turn")
    who = found.rule if found.answered_how == "rule" else found.answered_by
    return denied(f"refused by {who}{f': {found.answer}' if found.answer else ''}; do not try the same another way")


def denied(why: str) -> dict[str, Any]:
    """The call is refused."""
    return {"behavior": "deny", "message": why}


def _about(tool: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever a rule can look at by its name; the rest as it is. Without its sandbox a tool is another one."""
    about: dict[str, Any] = {"tool": f"{tool} (no sandbox)" if given.get(_UNSANDBOXED) else tool}
    about |= {key: given[key] for key in ("command", "url") if given.get(key)}
    paths = [given[key] for key in _PATHS if given.get(key)]
    if paths:
        about["path"] = paths if len(paths) > 1 else paths[0]
    if diff := "\n".join(f"{'-' if key == 'old_string' else '+'} {given[key]}" for key in _DIFF if given.get(key)):
        about["diff"] = cut(diff, DIFF_MAX)
    if rest := {key: value for key, value in given.items() if key not in _OWN}:
        about["input"] = cut(json.dumps(rest, ensure_ascii=False), INPUT_MAX)
    return about
