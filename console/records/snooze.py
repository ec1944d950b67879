"""Owns the snooze: what the operator does not want to see for now of what needs them. It knows no file and no screen.

Nothing urgent is ever asleep: it comes up whatever was said of its like before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.records.cause import kind_of
from console.records.need import Need, NeedKind

__all__ = ("Snooze", "Span", "alike", "asleep", "lasting", "snoozed_until", "without_numbers")

_NUMBER = re.compile(r"\d+(?:[.:]\d+)*")


class Span(StrEnum):
    """How long something sleeps."""

    HOUR = "1h"
    TOMORROW = "tomorrow"
    CHANGE = "change"
    """Until it is another case: it failed again, another round has ended."""
    ALIKE = "alike"
    """For good, and all that is like it in its project with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """One thing that sleeps, or all of a kind."""

    key: str
    """Of the need, or of all that are like it."""
    sign: str = ""
    """How the case stood when it was said; empty for whatever is like it."""
    until: int | None = None
    """Epoch ms; None for no time."""
    at: int
    """Epoch ms when it was said."""
    title: str = ""
    """What it is about, for a list."""


def snoozed_until(need: Need, span: Span, until: int | None, now: int) -> Snooze:
    """What is to be kept; `until` is the end of a span that has one."""
    if span == Span.ALIKE:
        return Snooze(key=alike(need), at=now, title=need.title)
    return Snooze(key=_key(need), sign=_sign(need), until=until, at=now, title=need.title)


def asleep(need: Need, snoozes: Iterable[Snooze], now: int) -> Snooze | None:
    """What lets this need sleep; None where it is to be seen."""
    if need.urgent:
        return None
    key, kind, sign = _key(need), alike(need), _sign(need)
    for each in snoozes:
        if each.key == kind or (each.key == key and each.sign == sign and (each.until is None or now < each.until)):
            return each
    return None


def alike(need: Need) -> str:
    """The key of all that is like this one in its project: the same kind for the same reason, numbers apart."""
    why = kind_of(need.reason) if need.kind == NeedKind.ALERT else without_numbers(need.reason)
    return f"alike:{need.project}:{need.kind}:{why}"


def without_numbers(reason: str) -> str:
    """What two cases of the same kind have in common."""
    return _NUMBER.sub("0", reason)


def lasting(snoozes: Sequence[Snooze], now: int) -> tuple[Snooze, ...]:
    """Those that have not come to their end."""
    return tuple(each for each in snoozes if each.until is None or now < each.until)


def _key(need: Need) -> str:
    about = {
        NeedKind.REVIEW: need.review_id,
        NeedKind.ASK: need.ask_id,
        NeedKind.ALERT: need.reason or need.alert_id,
    }.get(need.kind, need.task_id)
    return f"one:{need.project}:{need.kind}:{about}"


def _sign(need: Need) -> str:
    return f"{need.since} {need.reason}"
