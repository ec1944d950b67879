"""Owns `always`: the rule that an answer would make of an ask, shown before it is written, and its writing.

The rule is as narrow as what was asked: these words, this file, this host. The agent itself is told `once`, so that the rule
is ours: it is seen, each answer of it is recorded, and it can be taken back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.blackboard.connection import write
from console.blackboard.reads.leave import leave_of
from console.blackboard.writes.leave import add_leave, remove_leave
from console.blackboard.writes.notes import add_comment
from console.commands.acting import command_of, listed
from console.commands.context import Context
from console.commands.text import Line
from console.errors import NotFound, UsageError
from console.guardrails.acts import ActMatch, ActRule, as_it_is, exactly
from console.guardrails.shell import read_command
from console.records.act import Say
from console.records.ask import Ask, AskKind, Leave
from console.records.note import CommentType
from console.redact import HIDDEN

__all__ = ("ALWAYS", "OFTEN", "Scope", "TakeBack", "proposed", "shown", "take_back", "wants_always", "write_leave")

ALWAYS = "always"
OFTEN = 3
"""As often as this the same answer is proposed as a rule."""
_UNFIT = re.compile(r"[^a-z0-9]+")


class Scope(StrEnum):
    """For what `always` holds."""

    TASK = "task"
    PROJECT = "project"


def wants_always(ask: Ask, said: str) -> bool:
    """Whether this answer asks for a rule."""
    if ask.kind != AskKind.APPROVAL:
        return False
    option = ask.option(said)
    return said.strip().casefold() == ALWAYS or (option is not None and option.leave == Leave.ALWAYS)


def proposed(ask: Ask) -> ActRule:
    """The rule that `always` makes of the ask. Raises UsageError where it cannot say what it would allow."""
    about = ask.about
    match = ActMatch(
        tool=_exact(about.get("tool")),
        command=_commands(about),
        path=tuple(as_it_is(os.path.realpath(path)) for path in map(str, listed(about.get("path")))),
        host=_exact(about.get("host")),
    )
    if ask.kind != AskKind.APPROVAL or not (match.command or match.path or match.host or match.tool):
        raise UsageError(f"ask #{ask.id} does not say what it would do, so that no rule can allow it: answer it once")
    if HIDDEN in repr([about.get(key) for key in ("tool", "command", "path", "host")]):
        raise UsageError(
            f"ask #{ask.id} is about something with a secret in it, which no rule may hold: answer it once"
        )
    if not all(os.path.isabs(path) for path in map(str, listed(about.get("path")))):
        raise UsageError(f"ask #{ask.id} is about a path that is not absolute: answer it once, or write a rule by hand")
    words = (*match.command, *match.path, *match.host, *match.tool)[0]
    name = _UNFIT.sub("-", words.casefold()).strip("-")[:40].strip("-") or "act"
    return ActRule(name=f"{ALWAYS}-{name}-{ask.id}", effect=Say.ALLOW, match=match)


def shown(rule: ActRule) -> str:
    """The rule as it stands in a file."""
    import json

    def text(value: Any) -> str:
        if isinstance(value, list):
            return text(value[0]) if len(value) == 1 else f"[{', '.join(map(text, value))}]"
        return value if re.fullmatch(r"[A-Za-z][\w ./-]*", value) else json.dumps(value, ensure_ascii=False)

    match = ", ".join(f"{key}: {text(value)}" for key, value in _given(rule).items())
    return f"{{name: {rule.name}, effect: {rule.effect}, match: {{{match}}}}}"


def write_leave(context: Context, ask: Ask, scope: Scope) -> ActRule:
    """Write the rule, for the ask's task or its project. Part of the answer's transaction. Raises UsageError."""
    rule = proposed(ask)
    if scope == Scope.TASK:
        add_leave(context.db, ask.task_id, ask.id, rule, by=context.by, now=context.now)
    else:
        _into_project(context.db.path.parent, rule)
    return rule


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """A rule that shall hold no more: what it allows is asked again from then on."""

    rule: Line
    task: int | None = None
    """One that holds for this task alone; None for one of the project."""


def take_back(context: Context, asked: TakeBack) -> ActRule:
    """Take back a rule that was answered with `always`, and give it. Raises NotFound; UsageError for a file to edit by hand."""
    if asked.task is None:
        return _out_of_project(context, asked.rule)
    with write(context.db, durable=True):
        found = _of(leave_of(context.db, asked.task), asked.rule, f"#{asked.task} alone")
        remove_leave(context.db, asked.task, found.name)
        words = f"the rule {found.name} was taken back"
        add_comment(context.db, asked.task, words, comment_type=CommentType.SYSTEM, by=context.by, now=context.now)
    return found


def _out_of_project(context: Context, name: str) -> ActRule:
    from console.settings.yaml_edit import remove

    file, before = _project_text(context.db.path.parent)
    found = _of(context.team.settings().acts, name, f"the project ({file})")
    _write_project(file, remove(before, "acts", found.name, str(file)))
    return found


def _of(rules: Iterable[ActRule], name: str, whose: str) -> ActRule:
    known = {rule.name: rule for rule in rules}
    if (found := known.get(name)) is None:
        raise NotFound(
            f"no rule {str(name)!r} was answered for {whose}; known: {', '.join(known) or 'none'}."
            " What guardrails.yaml says is edited there"
        )
    return found


def _into_project(folder: Path, rule: ActRule) -> None:
    from console.settings.yaml_edit import append

    file, before = _project_text(folder)
    item = {"name": rule.name, "effect": str(rule.effect), "match": _given(rule)}
    _write_project(file, append(before, "acts", item, str(file)))


def _project_text(folder: Path) -> tuple[Path, str]:
    from console.settings.project import project_file

    file = project_file(folder)
    try:
        return file, file.read_text("utf-8")
    except FileNotFoundError:
        return file, ""
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{file} could not be read: {error}") from error


def _write_project(file: Path, text: str) -> None:
    from console.home import make_private_folder, write_atomically
    from console.settings.project import check_project_text

    check_project_text(text, str(file))
    make_private_folder(file.parent)
    write_atomically(file, text)


def _given(rule: ActRule) -> Mapping[str, Any]:
    return {key: list(globs) for key, globs in asdict(rule.match).items() if globs}


def _commands(about: Mapping[str, Any]) -> tuple[str, ...]:
    command = command_of(about)
    if not command:
        return ()
    read = read_command(command)
    if not read.sure or not read.commands:
        raise UsageError("its command cannot be read for certain, so that no rule can allow it: answer it once")
    return tuple(dict.fromkeys(exactly(word.text for word in one.words) for one in read.commands))


def _exact(value: Any) -> tuple[str, ...]:
    return tuple(as_it_is(str(each)) for each in listed(value))
