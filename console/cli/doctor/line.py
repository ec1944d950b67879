"""Owns one line of the doctor's: its state, what it means, what to do. It never holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from console.redact import redact

if TYPE_CHECKING:
    from console.api.doctor import Diagnosis

__all__ = ("Line", "State", "ok", "warn", "wrong")


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    """It works, but less well than it could, or not for everything."""
    WRONG = "wrong"
    """Something does not work; the exit code says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding."""

    state: State
    means: str
    do: str = ""
    """What to do; empty where there is nothing to do."""

    def told(self, check: str) -> Diagnosis:
        """As it leaves the house."""
        from console.api.doctor import Diagnosis

        return Diagnosis(check=check, state=str(self.state), means=self.means, do=self.do)


def ok(means: str, do: str = "") -> Line:
    """All is well."""
    return Line(state=State.OK, means=redact(means), do=do)


def warn(means: str, do: str) -> Line:
    """It works, but."""
    return Line(state=State.WARN, means=redact(means), do=redact(do))


def wrong(means: str, do: str) -> Line:
    """It does not work."""
    return Line(state=State.WRONG, means=redact(means), do=redact(do))
