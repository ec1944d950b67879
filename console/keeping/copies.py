"""Owns the copies of databases as files of a folder: their names, what is told beside each, and which of them are kept.

Never looks into a database: a copy is known by its name and by the small JSON file beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.home import Home

__all__ = ("HOME_NAME", "SAFETY_KEPT", "Copy", "folder_of", "kept", "listed", "named", "newest", "rotate", "staying")

HOME_NAME = "_home"
"""In place of a project's id: the home's own database. No project can be called so."""
CLOCKS = 60_000
"""Milliseconds that a copy may be named ahead of now."""
SAFETY_KEPT = 5
"""Copies of what a restore wrote over that are kept, for each project."""
_NAME = re.compile(r"([a-z0-9_-]+?)-(\d{8}T\d{6})-(\d{3})Z(-before-restore)?\.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A finished copy."""

    path: Path
    project: str
    at: int
    """Epoch ms."""
    safety: bool = False
    """What a restore was about to write over."""

    @property
    def told(self) -> Path:
        """The file that says what the copy holds."""
        return self.path.with_suffix(".json")

    def manifest(self) -> Mapping[str, Any]:
        """What was told of it when it was made; empty where that is lost."""
        try:
            found = json.loads(self.told.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def remove(self) -> None:
        """Remove the copy, then what is told of it."""
        self.path.unlink(missing_ok=True)
        self.told.unlink(missing_ok=True)


def folder_of(home: Home, project: str) -> Path:
    """Where a project's copies lie in the home."""
    return home.backups / project


def named(project: str, at: int, *, safety: bool = False) -> str:
    """The name of a copy that is made at `at`, epoch ms."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{project}-{moment:%Y%m%dT%H%M%S}-{at % 1000:03d}Z{'-before-restore' if safety else ''}.db"


def listed(folder: Path) -> list[Copy]:
    """The finished copies in `folder`, the newest first. Raises OSError where they cannot be listed."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted((copy for name in names if (copy := _known(folder / name))), key=lambda c: c.at, reverse=True)


def newest(copies: Iterable[Copy], now: int) -> Copy | None:
    """The newest ordinary copy at `now`; one that is named after a time to come is older than it says."""
    ordinary = [copy for copy in copies if not copy.safety]
    return max(ordinary, key=lambda copy: (copy.at <= now + CLOCKS, copy.at), default=None)


def kept(stamps: Iterable[int], *, hourly: int, daily: int, weekly: int) -> set[int]:
    """Of copies made at `stamps` (epoch ms) those that stay: the newest of each of the last hours, days and weeks that
    have any. The newest of all always stays.
    """
    ordered = sorted(set(stamps), reverse=True)
    found = set(ordered[:1])
    spans: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (hourly, lambda at: (at.date(), at.hour)),
        (daily, lambda at: at.date()),
        (weekly, lambda at: at.isocalendar()[:2]),
    )
    for most, span in spans:
        seen: dict[object, int] = {}
        for stamp in ordered:
            seen.setdefault(span(datetime.fromtimestamp(stamp / 1000, UTC)), stamp)
        found.update(list(seen.values())[:most])
    return found


def staying(copies: Iterable[Copy], now: int, *, hourly: int, daily: int, weekly: int) -> set[int]:
    """Times of the ordinary copies that stay. Those that a clock named which was ahead do, and take no place of the others."""
    stamps = [copy.at for copy in copies if not copy.safety]
    told = [at for at in stamps if at <= now + CLOCKS]
    return kept(told, hourly=hourly, daily=daily, weekly=weekly) | (set(stamps) - set(told))


def rotate(folder: Path, now: int, *, hourly: int, daily: int, weekly: int) -> list[Path]:
    """Remove the copies in `folder` that need not stay, and what is told of copies that are gone; gives those removed."""
    copies = listed(folder)
    stay = staying(copies, now, hourly=hourly, daily=daily, weekly=weekly)
    old = [copy for copy in copies if not copy.safety and copy.at not in stay]
    old += [copy for copy in copies if copy.safety][SAFETY_KEPT:]
    for copy in old:
        copy.remove()
    there = {copy.told for copy in listed(folder)}
    for told in folder.glob("*.json"):
        if told not in there and _known(told.with_suffix(".db"), gone=True):
            told.unlink(missing_ok=True)
    return [copy.path for copy in old]


def _known(path: Path, *, gone: bool = False) -> Copy | None:
    found = _NAME.fullmatch(path.name)
    if found is None or not (gone or path.is_file()):
        return None
    try:
        moment = datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    at = int(moment.timestamp()) * 1000 + int(found[3])
    return Copy(path=path, project=found[1], at=at, safety=bool(found[4]))
