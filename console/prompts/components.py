"""Owns what a prompt is made of: which parts, in which order, how long each may be, who is cut first, who gets it. Pure.

Reads no files: `components_from` takes what a loader found and names everything that is wrong with it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.backends import CHOSEN
from console.errors import ConfigError
from console.prompts.assemble import NOTE
from console.scalars import value_of

__all__ = ("AUDIENCES", "SOURCES", "Component", "Components", "Template", "Wording", "components_from")

SOURCES: Mapping[str, str] = {
    "soul": "the agent's SOUL.md",
    "run": "the body of the run's BOOTSTRAP.md",
    "task": "the task's own text",
    "review": "what was submitted, for its reviewer, with the rounds before",
    "findings": "the changes that were requested, for the author",
    "needed": "the tasks that it depends on, with their outputs",
    "outputs": "the outputs of the task so far",
    "attempts": "why earlier attempts failed",
    "comments": "what was said about the task",
    "decisions": "the decisions of the project",
    "skills": "how work of this kind is done here",
    "experiences": "what was learnt from earlier work",
}
"""What a part may have in place of a template."""
AUDIENCES = ("all", "author", "reviewer", "plan", "distil", "resumed")
"""`author` is whoever works on a task; `plan` and `distil` are those authors whose task is of that kind. `resumed` is whoever
goes on with its own conversation: it was told the rest before, and gets nothing that is for the others."""
_SESSIONS: Mapping[str, frozenset[str]] = {
    "an author": frozenset({"all", "author"}),
    "an author of a plan": frozenset({"all", "author", "plan"}),
    "an author of a skill": frozenset({"all", "author", "distil"}),
    "a reviewer": frozenset({"all", "reviewer"}),
    "whoever goes on": frozenset({"resumed"}),
}
FACTS = ("first", "retry", "rework", "edited", "debate", "worktree", *CHOSEN)
"""What `when` may ask of a session; beside these `tag:T`, `role:R` and `agent:A`."""
TOTAL = 90_000
"""Characters of a prompt where the file says nothing else, so that most also fit where they go as one argument."""
_KEYS = ("name", "template", "source", "cap", "cut", "for", "when")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}\.md")
_ASKS = re.compile(r"(?:tag|role|agent):\S.{0,79}")

Path = tuple[str, ...]
Where = Callable[[Path], str]
"""The `file:line` of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a prompt."""

    name: str
    template: str = ""
    """Name of a file of `prompt_templates/`; empty where `source` says what it is."""
    source: str = ""
    """A key of `SOURCES`."""
    cap: int
    """Characters."""
    cut: int | None = None
    """Who loses first where the whole is too long: the lowest number; None never does."""
    audiences: frozenset[str] = frozenset({"all"})
    when: tuple[str, ...] = ()
    """Facts that must all hold."""

    def holds(self, audiences: frozenset[str], facts: frozenset[str]) -> bool:
        """Whether a session of these audiences, of which these facts are true, gets it."""
        return bool(self.audiences & audiences) and facts.issuperset(self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What prompts are made of, in the order in which an agent reads it."""

    parts: tuple[Component, ...]
    total: int = TOTAL
    """Characters of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A file of `prompt_templates/`, as it was found."""

    text: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything of a prompt that files say: its components, and the templates that they name."""

    components: Components
    file: str
    """The components file."""
    templates: Mapping[str, Template]
    """By the name of the file."""


def components_from(values: Mapping[str, Any], where: Where) -> Components:
    """The components in a file's `values`. Raises ConfigError with one line for each thing that is wrong."""
    problems = [f"{where(path)}: {'.'.join(path) or 'the file'}: {problem}" for path, problem in _problems(values)]
    if problems:
        raise ConfigError(problems)
    found = Components(
        parts=tuple(_component(entry) for entry in values["parts"]), total=value_of(values.get("total")) or TOTAL
    )
    if problems := [f"{where(('parts',))}: parts: {problem}" for problem in _contradictions(found)]:
        raise ConfigError(problems)
    return found


def _component(entry: Mapping[str, Any]) -> Component:
    return Component(
        name=str(entry["name"]),
        template=entry.get("template") or "",
        source=entry.get("source") or "",
        cap=value_of(entry["cap"]),
        cut=value_of(entry.get("cut")),
        audiences=frozenset(_words(entry.get("for") or "all")),
        when=_words(entry.get("when") or ()),
    )


def _words(value: Any) -> tuple[str, ...]:
    return (str(value),) if isinstance(value, str) else tuple(map(str, value))


def _problems(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in values:
        if key not in ("total", "parts"):
            yield (key,), "expected total or parts, found a key that is not known"
    if value_of(total := values.get("total")) is not None and not _whole(total, 10_000, 1_000_000):
        yield ("total",), f"expected a whole number from 10000 to 1000000, found {total!r}"
    parts = values.get("parts")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 60:
        yield ("parts",), "expected a list of 1 to 60 parts"
        return
    seen: set[Any] = set()
    for n, entry in enumerate(parts):
        at = ("parts", str(n))
        if not isinstance(entry, Mapping):
            yield at, "expected a mapping with name, template or source, and cap"
            continue
        yield from ((at + below, problem) for below, problem in _of_part(entry))
        if isinstance(name := entry.get("name"), str):
            if name in seen:
                yield (*at, "name"), f"expected each name once, found {name} again"
            seen.add(name)


def _of_part(entry: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in entry:
        if key not in _KEYS:
            yield (key,), f"expected one of {', '.join(_KEYS)}, found a key that is not known"
    if not (isinstance(name := entry.get("name"), str) and _NAME.fullmatch(name)):
        yield ("name",), f"expected a word of a-z, 0-9 and _, found {name!r}"
    template, source = entry.get("template"), entry.get("source")
    if (template is None) == (source is None):
        yield (), "expected either template or source"
    if template is not None and not (isinstance(template, str) and _FILE.fullmatch(template)):
        yield ("template",), f"expected the name of a file of prompt_templates/, such as role.md, found {template!r}"
    if source is not None and source not in SOURCES:
        yield ("source",), f"expected one of {', '.join(SOURCES)}, found {source!r}"
    if not _whole(cap := entry.get("cap"), 300, 1_000_000):
        yield ("cap",), f"expected a whole number of characters from 300 to 1000000, found {cap!r}"
    if value_of(cut := entry.get("cut")) is not None and not _whole(cut, 1, 1000):
        yield ("cut",), f"expected a whole number from 1 (cut first) to 1000, or nothing, found {cut!r}"
    yield from _of_words(entry, "for", lambda word: word in AUDIENCES, ", ".join(AUDIENCES))
    asks = f"{', '.join(FACTS)}, tag:T, role:R, agent:A"
    yield from _of_words(entry, "when", lambda word: word in FACTS or bool(_ASKS.fullmatch(word)), asks)


def _of_words(
    entry: Mapping[str, Any], key: str, right: Callable[[str], bool], expected: str
) -> Iterator[tuple[Path, str]]:
    value = entry.get(key)
    words = [value] if isinstance(value, str) else value
    if words is None:
        return
    if not isinstance(words, list) or not all(isinstance(word, str) and right(word) for word in words):
        yield (key,), f"expected one of {expected}, or a list of them, found {value!r}"


def _contradictions(found: Components) -> Iterator[str]:
    """What is wrong with components that are right one by one."""
    task = [part for part in found.parts if part.source == "task"]
    if not any(part.audiences == {"all"} and not part.when and part.cut is None for part in task):
        yield "expected a part with `source: task`, for all, without `cut` and `when`: nobody can work without it"
    for whom, audiences in _SESSIONS.items():
        theirs = [part for part in found.parts if part.audiences & audiences]
        least = sum(part.cap if part.cut is None else NOTE for part in theirs) + 2 * len(theirs)
        if least > found.total:
            yield (
                f"expected caps of at most {found.total} characters (total) in the parts without `cut`,"
                f" found {least} with the notes of the others, for {whom}"
            )


def _whole(value: Any, least: int, most: int) -> bool:
    value = value_of(value)
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
