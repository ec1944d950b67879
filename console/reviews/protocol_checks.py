"""Owns the check of a protocol's file: each key with what is expected of it, and everything that is wrong, in words.

Builds no protocol; `protocol` does that from values that passed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.scalars import value_of

__all__ = ("QUORUMS", "gate_of", "problems", "weight_of")

QUORUMS = ("all", "majority")
ORDERS = ("parallel", "sequence")
_ENTRY = ("weight", "asks", "gate")
_DAY = 86_400


def problems(values: object) -> Iterator[str]:
    """One line for each thing that is wrong, beginning with its key."""
    if not isinstance(values, Mapping):
        yield f"expected keys and values, found {values!r}"
        return
    for key, value in values.items():
        check = _CHECKS.get(key)
        if check is None:
            yield f"{key}: unknown key; expected one of {', '.join(_CHECKS)}"
        elif value_of(value) is not None or key in ("reviewers", "rubric"):
            yield from (f"{key}{problem}" for problem in check(value))
    yield from _beyond(values)


def weight_of(entry: Any) -> Any:
    """The weight of a rubric's entry, which is a number or a mapping."""
    return entry.get("weight", 1.0) if isinstance(entry, Mapping) else entry


def gate_of(entry: Any) -> Any:
    """The gate of a rubric's entry; None where it has none."""
    return entry.get("gate") if isinstance(entry, Mapping) else None


def _beyond(values: Mapping[str, Any]) -> Iterator[str]:
    """A quorum that its reviewers could never reach."""
    quorum, reviewers = value_of(values.get("quorum")), values.get("reviewers", ("@reviewer",))
    if isinstance(quorum, int) and isinstance(reviewers, list | tuple) and quorum > len(reviewers) > 0:
        yield f"quorum: {quorum} approvals cannot come from {len(reviewers)} reviewers"


def _text(value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f": expected text, found {value!r}"


def _quorum(value: Any) -> Iterator[str]:
    if value not in QUORUMS and not (_whole(value) and value_of(value) >= 1):
        yield f": expected {', '.join(QUORUMS)} or a number of approvals, found {value!r}"


def _order(value: Any) -> Iterator[str]:
    if value not in ORDERS:
        yield f": expected {' or '.join(ORDERS)}, found {value!r}"


def _flag(value: Any) -> Iterator[str]:
    if not isinstance(value_of(value), bool):
        yield f": expected true or false, found {value!r}"


def _reviewers(value: Any) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not value:
        yield f": expected a list of agents or @roles, found {value!r}"
        return
    for entry in value:
        if not _name(entry):
            yield f": expected an agent's id or a role as @ROLE, found {entry!r}"
        elif not entry.startswith("@") and list(value).count(entry) > 1:
            yield f": {entry} is named more than once"


def _ladder(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple) and not value:
        yield ": expected somebody; leave it out to have the setting, or say operator"
    for entry in value if isinstance(value, list | tuple) else [value]:
        if not _name(entry):
            yield f": expected an agent's id, @ROLE or operator, or a list of them, found {entry!r}"


def _rubric(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping) or not value:
        yield f": expected a name and a weight for each score, found {value!r}"
        return
    for name, entry in value.items():
        if not isinstance(name, str) or not name or "=" in name or name.split() != [name]:
            yield f": a score's name is one word without =, found {name!r}"
        weight = weight_of(entry)
        if not _number(weight) or not 0 < value_of(weight) <= 1000:
            yield f".{name}: expected a weight above 0 (up to 1000), found {weight!r}"
        if isinstance(entry, Mapping):
            yield from (f".{name}{problem}" for problem in _entry(entry))


def _entry(entry: Mapping[Any, Any]) -> Iterator[str]:
    unknown = sorted(str(key) for key in set(entry) - set(_ENTRY))
    if unknown:
        yield f": unknown key {', '.join(unknown)}; expected {', '.join(_ENTRY)}"
    if "asks" in entry:
        yield from (f".asks{problem}" for problem in _text(entry["asks"]))
    if "gate" in entry:
        yield from (f".gate{problem}" for problem in _share(entry["gate"]))


def _rounds(value: Any) -> Iterator[str]:
    if not _whole(value) or not 1 <= value_of(value) <= 100:
        yield f": expected a number of rounds from 1 to 100, found {value!r}"


def _seconds(value: Any) -> Iterator[str]:
    if not _whole(value) or not 0 <= value_of(value) <= 30 * _DAY:
        yield f": expected seconds from 0 (no limit) to {30 * _DAY}, found {value!r}"


def _share(value: Any) -> Iterator[str]:
    if not _number(value) or not 0 <= value_of(value) <= 1:
        yield f": expected a number from 0 to 1, found {value!r}"


def _name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.removeprefix("@")) and value.split() == [value]


def _whole(value: Any) -> bool:
    value = value_of(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    value = value_of(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


_CHECKS = {
    "description": _text,
    "reviewers": _reviewers,
    "quorum": _quorum,
    "order": _order,
    "rubric": _rubric,
    "max_rounds": _rounds,
    "debate": _flag,
    "confidence_threshold": _share,
    "escalate_to": _ladder,
    "round_timeout": _seconds,
}
