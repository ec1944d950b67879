"""Owns the review protocol: who judges, by which rubric, how often, and whom it goes to when that settles nothing.

Reads no files: `protocol_from` takes what a loader found and names everything that is wrong with it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from console.errors import ConfigError

__all__ = ("Protocol", "protocol_from")

QUORUM = "all"
"""The one quorum there is so far: every seat that is not vacant has spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How one kind of review goes. The defaults are those of DESIGN §9."""

    name: str
    description: str = ""
    """What it judges, in one line, for people and for the reviewer's prompt."""
    reviewers: tuple[str, ...] = ("@reviewer",)
    """One seat each: an agent's id, or a role as @ROLE."""
    quorum: str = QUORUM
    rubric: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"quality": 1.0}))
    """Name to weight of each score that an approval needs."""
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a score to what it asks, in one line for the reviewer's prompt."""
    max_rounds: int | None = None
    """None takes `review.max_rounds`."""
    confidence_threshold: float | None = None
    """0 to 1; None takes `review.confidence_threshold`."""
    escalate_to: str | None = None
    """An agent's id or `operator`; None takes `review.escalate_to`."""


def protocol_from(values: Mapping[str, Any], *, name: str, source: str = "") -> Protocol:
    """The protocol in a file's `values`. Raises ConfigError with one line for each thing that is wrong.

    `source` (a file's path) begins each line. A rubric's entry is a weight, or a mapping with `weight` and `asks`.
    """
    where = f"{source}: " if source else f"review protocol {name}: "
    problems = [f"{where}{problem}" for problem in _problems(values)]
    if problems:
        raise ConfigError(problems)
    known = {key: value for key, value in values.items() if key not in ("rubric", "reviewers") and value is not None}
    if "reviewers" in values:
        known["reviewers"] = tuple(values["reviewers"])
    if "rubric" in values:
        rubric = values["rubric"]
        known["rubric"] = MappingProxyType({score: float(_weight(entry)) for score, entry in rubric.items()})
        known["questions"] = MappingProxyType({s: e["asks"] for s, e in rubric.items() if _asks(e)})
    return Protocol(name=name, **known)


def _problems(values: object) -> Iterator[str]:
    if not isinstance(values, Mapping):
        yield f"expected keys and values, found {values!r}"
        return
    for key, value in values.items():
        check = _CHECKS.get(key)
        if check is None:
            yield f"{key}: unknown key; expected one of {', '.join(_CHECKS)}"
        elif value is not None or key in ("reviewers", "rubric"):
            yield from (f"{key}{problem}" for problem in check(value))


def _text(value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f": expected text, found {value!r}"


def _quorum(value: Any) -> Iterator[str]:
    if value != QUORUM:
        yield f": expected {QUORUM}, found {value!r}"


def _reviewers(value: Any) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not value:
        yield f": expected a list of agents or @roles, found {value!r}"
        return
    for entry in value:
        if not isinstance(entry, str) or not entry.removeprefix("@"):
            yield f": expected an agent's id or a role as @ROLE, found {entry!r}"
        elif not entry.startswith("@") and list(value).count(entry) > 1:
            yield f": {entry} is named more than once"


def _rubric(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping) or not value:
        yield f": expected a name and a weight for each score, found {value!r}"
        return
    for name, entry in value.items():
        if not isinstance(name, str) or not name or "=" in name or name.split() != [name]:
            yield f": a score's name is one word without =, found {name!r}"
        unknown = sorted(str(key) for key in set(entry) - {"weight", "asks"}) if isinstance(entry, Mapping) else []
        if unknown:
            yield f".{name}: unknown key {', '.join(unknown)}; expected weight, asks"
        weight = _weight(entry)
        if not _number(weight) or not 0 < weight <= 1000:
            yield f".{name}: expected a weight above 0 (up to 1000), found {weight!r}"
        if isinstance(entry, Mapping) and "asks" in entry:
            yield from (f".{name}.asks{problem}" for problem in _text(entry["asks"]))


def _rounds(value: Any) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        yield f": expected a number of rounds from 1 to 100, found {value!r}"


def _share(value: Any) -> Iterator[str]:
    if not _number(value) or not 0 <= value <= 1:
        yield f": expected a number from 0 to 1, found {value!r}"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _weight(entry: Any) -> Any:
    return entry.get("weight", 1.0) if isinstance(entry, Mapping) else entry


def _asks(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "asks" in entry


_CHECKS = {
    "description": _text,
    "reviewers": _reviewers,
    "quorum": _quorum,
    "rubric": _rubric,
    "max_rounds": _rounds,
    "confidence_threshold": _share,
    "escalate_to": _text,
}
