"""Owns the check of the home's folder: that it is one, that only its owner reads it, its filesystem, its disk.

Looks at names, modes and sizes; opens no database.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.errors import NotFound
from console.filesystems import partitions, why_unfit
from console.home import Home
from console.settings import Settings

__all__ = ("check",)

_FEW_FILES = 10_000


def check(place: Place) -> Iterator[Line]:
    """The home and what is directly below it."""
    home = place.home
    if home is None:
        yield _absent(place)
        return
    if home.state_db.exists():
        yield ok(f"the home is {home.path}")
    else:
        yield wrong(
            f"the home {home.path} has lost its own database, state/{home.state_db.name}",
            f"`moziplus init {home.path}`",
        )
    yield from _permissions(home, place)
    yield from _filesystem(home, place)
    yield from _disk(home, place)


def _absent(place: Place) -> Line:
    if place.no_home is None:
        return warn("there is no home yet", "`moziplus init ~/.moziplus`, or any command makes that one on first use")
    if isinstance(place.no_home, NotFound):
        return wrong(str(place.no_home), "name another home by --home or MOZIPLUS_HOME, or make this one")
    return wrong(str(place.no_home), "name another home by --home or MOZIPLUS_HOME")


def _permissions(home: Home, place: Place) -> Iterator[Line]:
    private = [home.path, home.state, home.projects, home.config, home.runs, home.logs, home.state_db]
    for folder in place.projects.values():
        private += [folder, *folder.glob("blackboard.db*")]
    if isinstance(place.settings, Settings) and place.settings.gateway.token_file is not None:
        private.append(place.settings.gateway.token_file.expanduser())
    open_, foreign, locked = [], [], []
    for path in private:
        try:
            found = path.stat()
        except OSError:
            continue
        if stat.S_IMODE(found.st_mode) & 0o077:
            open_.append(path)
        if found.st_uid != os.geteuid():
            foreign.append(path)
        if not os.access(path, os.R_OK | os.W_OK):
            locked.append(path)
    if foreign:
        yield wrong(f"{_named(foreign)} belong(s) to another user", f"`sudo chown -R $(id -un) {home.path}`, once")
    if open_:
        yield wrong(f"others can read {_named(open_)}", f"`chmod -R go-rwx {home.path}`")
    if locked:
        yield wrong(
            f"{_named(locked)} cannot be written from here", f"`chmod -R u+rwX {home.path}`, or leave the sandbox"
        )
    if not (foreign or open_ or locked):
        yield ok("only you can read what is in it")


def _filesystem(home: Home, place: Place) -> Iterator[Line]:
    mounted = partitions()
    folders = {Path(os.path.realpath(folder)) for folder in (home.path, *place.projects.values())}
    unfit = {path: reason for path in sorted(folders) if (reason := why_unfit(path, mounted))}
    for path, reason in unfit.items():
        yield wrong(f"{path} must not hold a blackboard: {reason}", "move the home to a local disk while nothing runs")
    if not unfit:
        yield ok("it is on a local disk")


def _disk(home: Home, place: Place) -> Iterator[Line]:
    floor = place.settings.daemon.free_disk_floor_bytes if isinstance(place.settings, Settings) else 500 << 20
    free = shutil.disk_usage(home.path).free
    said = f"{_size(free)} are free on its disk"
    if free < floor:
        yield wrong(f"{said}; below {_size(floor)} nothing new is started", "`moziplus clean`, or free space elsewhere")
    elif free < 2 * floor:
        yield warn(f"{said}; below {_size(floor)} nothing new is started", "free some space soon: `moziplus clean`")
    else:
        yield ok(said)
    names = os.statvfs(home.path)
    if names.f_files and names.f_favail < _FEW_FILES:
        yield warn(f"its disk takes only {names.f_favail} more files", "`moziplus clean`, or remove many small files")


def _named(paths: list[Path]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(map(str, paths[:3])) + more


def _size(number: int) -> str:
    return f"{number / (1 << 30):.1f} GB" if number >= 1 << 30 else f"{number / (1 << 20):.0f} MB"
