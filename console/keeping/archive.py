"""Owns the putting away of a project: into `projects/_archived/`, where nobody may write, and back.

The folder moves only while its gate is closed and nobody has its blackboard open. Whatever is interrupted is finished by
doing the same again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from console.blackboard.connection import open_inside, open_project
from console.blackboard.gate import closed_for_moving
from console.blackboard.upkeep import checkpoint
from console.blackboard.writes.project import archive_project, unarchive_project
from console.crash import crash_point
from console.errors import Conflict, NotFound, Unavailable
from console.home import Home, make_private_folder, remember_name, valid_id
from console.keeping.living import living, who
from console.records.actor import Actor
from console.registry import mend

__all__ = ("archive", "archived_folder", "archived_folders", "unarchive")

PATIENCE = 10.0
"""Seconds that others have to let go of the blackboard."""
_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def archived_folder(home: Home, project: str) -> Path:
    """Where an archived project lies, whether it exists or not. Raises UsageError where the id is not one."""
    return home.projects / "_archived" / valid_id(project)


def archived_folders(home: Home) -> dict[str, Path]:
    """Id → folder of every project that is put away, in the order of their ids. Raises OSError where they cannot be listed."""
    try:
        found = sorted((home.projects / "_archived").iterdir())
    except FileNotFoundError:
        return {}
    return {folder.name: folder for folder in found if not folder.name.startswith(".") and folder.is_dir()}


def archive(home: Home, project: str, *, by: Actor, now: int, patience: float = PATIENCE) -> Path:
    """Put `project` away and give its new folder. Archiving twice is fine.

    Raises Conflict while an agent is at work on it, where another program does not let go of it, or where its name is
    taken among the archived; NotFound; and as `open_project` does.
    """
    folder, target = home.project_folder(project), archived_folder(home, project)
    if not folder.is_dir():
        if not target.is_dir():
            raise NotFound(f"no project {project} in {home.path}; see `moziplus project list`")
        _write_protect(target)
        mend(home)
        return target
    if target.exists():
        raise Conflict(f"an archived project is called {project}, too: rename the folder {target} first")
    if alive := living(home, project):
        raise Conflict(f"{who(alive[0])} is still at work; wait for it, or `moziplus session stop {alive[0].name}`")
    with closing(open_project(folder)) as db:
        archive_project(db, by=by, now=now)
    make_private_folder(target.parent)
    with closed_for_moving(folder, patience=patience):
        crash_point("archive.gate_closed")
        if folder.is_dir():  # another `archive` may have been first while this one waited
            _write_log_back(folder)
            _move(folder, target)
        crash_point("archive.moved")
        _write_protect(target)
    mend(home)
    return target


def unarchive(home: Home, project: str, *, by: Actor, now: int, patience: float = PATIENCE) -> Path:
    """Take `project` out again and give its folder. Unarchiving twice is fine.

    Raises Conflict where another project has its name by now, NotFound, and as `open_project` does.
    """
    folder, source = home.project_folder(project), archived_folder(home, project)
    if source.is_dir():
        if folder.exists():
            raise Conflict(f"there is a project {project} again: rename the folder {source} first")
        _allow_writing(source)
        crash_point("unarchive.writable")
        with closed_for_moving(source, patience=patience):
            if source.is_dir():
                _move(source, folder)
    elif not folder.is_dir():
        raise NotFound(f"no archived project {project} in {home.path}; see `moziplus project list --archived`")
    crash_point("unarchive.moved")
    with closing(open_project(folder)) as db:
        unarchive_project(db, by=by, now=now)
    mend(home)
    return folder


def _write_log_back(folder: Path) -> None:
    """What a killed program left in the log belongs into the file: once put away, only the file is read."""
    with closing(open_inside(folder)) as db:
        if not checkpoint(db):
            raise Unavailable(f"{folder.name}/blackboard.db is in use by a program that is not moziplus; close it")


def _move(source: Path, target: Path) -> None:
    os.rename(source, target)
    remember_name(source.parent)
    remember_name(target.parent)


def _write_protect(folder: Path) -> None:
    for path, mode in _within(folder):
        if mode & _WRITE:
            path.chmod(stat.S_IMODE(mode & ~_WRITE))


def _allow_writing(folder: Path) -> None:
    for path, mode in _within(folder):
        path.chmod(stat.S_IMODE(mode | stat.S_IWUSR))


def _within(folder: Path) -> Iterator[tuple[Path, int]]:
    """The folder and all in it with their modes, links left out, nothing outside ever touched."""
    yield folder, folder.stat().st_mode
    for place, names, files in os.walk(folder):
        for name in (*names, *files):
            path = Path(place, name)
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
                yield path, mode
