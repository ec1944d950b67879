"""Owns the second place of the backups, on another disk or a mounted NAS: what is missing there is brought there.

Its top folder is never made: an unmounted NAS looks like a folder that is missing, or like an empty one.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from console.clock import iso
from console.crash import crash_point
from console.errors import Conflict, MoziError, Unavailable
from console.home import Home, make_private_folder, write_atomically
from console.keeping.backup import digest
from console.keeping.copies import Copy, listed, rotate, staying
from console.keeping.told import tell
from console.settings import Backup

__all__ = ("CAUSE", "bring", "destination_of")

CAUSE = "backup-destination"
MARK = "moziplus-backups.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a visit to the destination did."""

    folder: Path
    copies: int = 0
    problem: str | None = None


def destination_of(policy: Backup, to: Path | None = None) -> Path | None:
    """Where copies go beside the home; None where they only stay in it."""
    return to or policy.destination


def bring(home: Home, policy: Backup, folder: Path, *, anew: bool = False, now: int) -> Brought:
    """Bring to `folder` every copy of the home that is missing there, check it there, and rotate there as in the home.

    Where the folder is absent, the copies stay in the home and one alert says so until it is back. `anew` takes a folder
    that does not know this home, although it once did.
    """
    try:
        _enter(home, folder, anew, now)
        copies = sum(_bring_project(place, folder / place.name, policy, now) for place in _places(home))
    except (MoziError, OSError) as error:
        problem = f"{error}; the copies stay in {home.backups}" if isinstance(error, MoziError) else _said(error, home)
        tell(home, CAUSE, problem, now=now)
        return Brought(folder=folder, problem=problem)
    tell(home, CAUSE, None, now=now)
    return Brought(folder=folder, copies=copies)


def _places(home: Home) -> list[Path]:
    return sorted(place for place in home.backups.iterdir() if place.is_dir())


def _enter(home: Home, folder: Path, anew: bool, now: int) -> None:
    """Make sure that this is the place that was meant, and mark it."""
    if not folder.is_dir():
        raise Unavailable(f"the backup destination {folder} is not there; mount it, or make the folder")
    ours, mark, known = _home_id(home), folder / MARK, home.backups / "destinations.json"
    visited = _read(known)
    if mark.exists():
        if (theirs := _read(mark).get("home")) not in (ours, None):
            raise Conflict(f"{folder} holds the backups of another home ({theirs}); name another destination")
    elif str(folder) in visited and not anew:
        raise Unavailable(
            f"{folder} has lost its mark {MARK}: its disk is not mounted? If it was emptied on purpose, say"
            f" `moziplus backup --to {folder}`"
        )
    else:
        write_atomically(mark, json.dumps({"home": ours, "path": str(home.path), "since": iso(now)}) + "\n")
    if str(folder) not in visited:
        write_atomically(known, json.dumps({**visited, str(folder): iso(now)}, indent=2) + "\n")


def _bring_project(place: Path, target: Path, policy: Backup, now: int) -> int:
    keep = {"hourly": policy.keep_hourly, "daily": policy.keep_daily, "weekly": policy.keep_weekly}
    here, there = listed(place), listed(target)
    stay = staying((*here, *there), now, **keep)
    known = {copy.path.name for copy in there}
    missing = [copy for copy in here if copy.path.name not in known and (copy.safety or copy.at in stay)]
    if missing:
        make_private_folder(target)
    for copy in reversed(missing):
        _bring_copy(copy, target)
    rotate(target, now, **keep)
    return len(missing)


def _bring_copy(copy: Copy, target: Path) -> None:
    """A finished copy is a file that nobody has open, so it may be copied as a file."""
    draft = target / f".{copy.path.name}.tmp"
    draft.unlink(missing_ok=True)
    with (
        copy.path.open("rb") as source,
        open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as sink,
    ):
        shutil.copyfileobj(source, sink, 1 << 20)
        sink.flush()
        os.fsync(sink.fileno())
    crash_point("backup.brought")
    told = copy.manifest()
    if told and digest(draft) != told.get("sha256"):
        draft.unlink(missing_ok=True)
        raise Unavailable(f"{copy.path.name} arrived damaged in {target}")
    if told:
        write_atomically(target / copy.told.name, copy.told.read_text("utf-8"))
    os.replace(draft, target / copy.path.name)


def _home_id(home: Home) -> str:
    return str(_read(home.home_mark).get("id", home.path))


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(error: OSError, home: Home) -> str:
    return f"the backup destination cannot be written ({error.strerror or error}); the copies stay in {home.backups}"
