"""Owns what of the scheduler's own actions fails again and again, and the alert that says so: no operator reads its log.

A failure counts for a project and a kind of action. It is over when that kind succeeds, or when nothing asks for it any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from console.records.cause import sentence
from console.scheduler.actions import Action, EndAlert, RaiseAlert
from console.scheduler.snapshot import ProjectView

__all__ = ("Faults", "described", "kind_of")

CAUSE = "fault:"
_OF_ALERTS = frozenset(("raise alert", "end alert"))
"""Nobody decides on those that this file asks for: whether they fail is remembered until they succeed."""
OFTEN = 5
"""Failures in a row from which on the operator is told; until then it may be a disk or a lock that is slow."""


@dataclass(frozen=True, slots=True)
class _Fault:
    error: str
    times: int


def kind_of(action: Action) -> str:
    """In words: "end session" of an EndSession."""
    return _words(type(action).__name__)


def described(action: Action) -> str:
    """The same with what it is about, for the log: "end session of quant#12, session 0123abcd"."""
    project, task = getattr(action, "project", ""), getattr(action, "task_id", None)
    about = f"{project}#{task}" if task is not None else project
    named = {"session": getattr(action, "session", None), "agent": getattr(action, "agent", None)}
    named |= {"review": getattr(action, "review_id", None), "cause": getattr(action, "cause", None)}
    rest = ", ".join(f"{name} {value}" for name, value in named.items() if value is not None)
    return kind_of(action) + (f" of {about}" if about else "") + (f", {rest}" if rest else "")


@cache
def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


class Faults:
    """What failed the last time it was tried, by project and kind of action."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, _Fault]] = {}

    def is_news(self, project: str, kind: str, error: str) -> bool:
        """Whether it failed otherwise before, or not at all: the log has room for that, not for each second of it."""
        known = self._found.get(project, {}).get(kind)
        return known is None or known.error != error

    def tried(self, project: str, kinds: Iterable[str], failed: Mapping[str, str]) -> None:
        """After one pass over a project: the `kinds` of what was tried, and the error of each of which one failed."""
        found = self._found.setdefault(project, {})
        for kind in set(kinds):
            before = found.pop(kind, None)
            if kind in failed:
                found[kind] = _Fault(failed[kind], 1 if before is None else before.times + 1)

    def alerts(self, views: Iterable[ProjectView], decided: Sequence[Action]) -> list[RaiseAlert | EndAlert]:
        """What to raise and to end in these projects, given what is `decided` for them now."""
        asked: dict[str, set[str]] = {}
        for action in decided:
            asked.setdefault(getattr(action, "project", ""), set()).add(kind_of(action))
        return [alert for view in views for alert in self._of(view, asked.get(view.id, set()))]

    def _of(self, view: ProjectView, asked: set[str]) -> Iterable[RaiseAlert | EndAlert]:
        found = {
            kind: fault for kind, fault in self._found.get(view.id, {}).items() if kind in asked or kind in _OF_ALERTS
        }
        self._found[view.id] = found
        for kind, fault in found.items():
            if kind in asked and fault.times >= OFTEN and f"{CAUSE}{kind}" not in view.open_causes:
                body = sentence(f"{CAUSE}{kind}", what=kind, reason=fault.error)
                yield RaiseAlert(project=view.id, cause=f"{CAUSE}{kind}", body=body)
        for cause in sorted(view.open_causes):
            if cause.startswith(CAUSE) and cause.removeprefix(CAUSE) not in found.keys() & asked:
                yield EndAlert(project=view.id, cause=cause)
