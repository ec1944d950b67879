"""Owns the guardrails in force while a scheduler runs: read anew where the file that holds changed, else the last good ones.

Without any good ones yet a project is set aside: nothing starts by rules that nobody could read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.engine.stamps import Stamp, refuse_empty, stamp_of
from console.errors import ConfigError
from console.guardrails.rules import Guardrails
from console.home import Home
from console.records.budget import Limit
from console.settings.guardrails import guardrail_file, guardrail_places, load_guardrails

__all__ = ("LiveGuardrails",)


@dataclass(frozen=True, slots=True)
class _Known:
    stamps: tuple[Stamp, ...]
    guardrails: Guardrails | None
    """None while no good ones were read."""
    wrong: ConfigError | None = None


class LiveGuardrails:
    """The guardrails of a home and of its projects."""

    def __init__(self, home: Home) -> None:
        self.problems: dict[str, str] = {}
        """Cause of an alert → what is wrong."""
        self._home = home
        self._known: dict[Path | None, _Known] = {}
        self._places: dict[Path | None, tuple[str, ...]] = {}

    def of_project(self, folder: Path) -> Guardrails:
        """What holds in a project; the same object while nothing changed. Raises ConfigError without any good ones."""
        found = self._get(folder)
        if found.guardrails is None:
            raise found.wrong or ConfigError([f"{folder.name}: its guardrails cannot be read"])
        return found.guardrails

    def look_at_home(self) -> bool:
        """Read what holds in the home itself where it changed; True where it did since the look before."""
        known = self._known.get(None)
        return self._get(None) is not known and known is not None

    @property
    def day(self) -> Limit:
        """The home's budget of a day, as last read."""
        known = self._known.get(None)
        return Limit() if known is None or known.guardrails is None else known.guardrails.budgets.day

    def moved(self, folder: Path | None) -> bool:
        """Whether a file that holds in the project (or in the home, for None) changed since it was read."""
        known = self._known.get(folder)
        return known is not None and known.stamps != self._stamps(folder)

    def forget(self, folder: Path) -> None:
        """The project is no longer there."""
        self._known.pop(folder, None)
        self._places.pop(folder, None)
        self.problems.pop(f"config:{folder.name}:guardrails", None)

    def _get(self, folder: Path | None) -> _Known:
        stamps, known = self._stamps(folder), self._known.get(folder)
        if known is None or known.stamps != stamps:
            known = self._known[folder] = self._read(folder, stamps, known)
        return known

    def _read(self, folder: Path | None, stamps: tuple[Stamp, ...], known: _Known | None) -> _Known:
        """The home's file has one alert, however many projects take theirs from it."""
        last = None if known is None else known.guardrails
        cause = "config:guardrails" if folder is None else f"config:{folder.name}:guardrails"
        self.problems.pop(cause, None)
        try:
            if last is not None:
                file = guardrail_file(self._home, folder)
                refuse_empty(file, stamp_of(file))
            read = load_guardrails(self._home, folder).guardrails
        except ConfigError as error:
            if folder is None or folder in guardrail_file(self._home, folder).parents:
                rest = "the last good ones stay in force" if last else "nothing starts by them before they are mended"
                self.problems[cause] = f"{error}; {rest}"
            return _Known(stamps, last, error)
        return _Known(stamps, last if read == last else read)

    def _stamps(self, folder: Path | None) -> tuple[Stamp, ...]:
        """Of the files that may come to be or change; asked in every tick, so paths are kept. What ships does not change."""
        places = self._places.get(folder)
        if places is None:
            places = self._places[folder] = tuple(map(str, guardrail_places(self._home, folder)[:-1]))
        return tuple(map(stamp_of, places))
