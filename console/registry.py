"""Owns projects/_registry.yaml: the list of projects for people to read, derived from the projects' folders.

It is never the truth: what exists is what lies in projects/, and a registry that says otherwise is written anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from console.errors import UsageError
from console.home import Home, valid_id, write_atomically
from console.scalars import as_text
from console.settings.project import project_file
from console.settings.yaml_file import Problem, read_yaml

__all__ = ("Entry", "entries", "folders", "in_step", "mend")

_HEADER = (
    "# Derived from the projects' folders, for people to read. A project's name and agents are in its\n"
    "# config/project.yaml (`moziplus project edit`); what is written here is lost at the next change.\n"
)


class Entry(NamedTuple):
    """One project as the registry lists it."""

    id: str
    folder: Path
    name: str
    agents: tuple[str, ...]


def folders(home: Home) -> dict[str, Path]:
    """Id → folder of every project, in the order of their ids; one directory listing, no file is read."""
    found = {}
    try:
        with os.scandir(home.projects) as listing:
            for entry in listing:
                if _is_id(entry.name) and entry.is_dir() and _is_project(Path(entry.path)):
                    found[entry.name] = Path(entry.path)
    except FileNotFoundError:
        return {}
    return dict(sorted(found.items()))


def entries(home: Home) -> list[Entry]:
    """Every project with what its project.yaml says of it; a broken file gives the id and no agents."""
    return [_entry(name, folder) for name, folder in folders(home).items()]


def in_step(home: Home) -> bool:
    """Whether the registry says what the folders say."""
    try:
        return home.registry.read_text("utf-8") == _text(home)
    except (OSError, UnicodeDecodeError):
        return False


def mend(home: Home) -> bool:
    """Write the registry anew where it is not in step; whether that was necessary."""
    with _alone(home):
        if in_step(home):
            return False
        write_atomically(home.registry, _text(home))
        return True


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Two who derive at once would else write the older list last. The file stays: unlinking it would split the lock."""
    descriptor = os.open(home.projects / "._registry.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _text(home: Home) -> str:
    listed = {
        entry.id: {"folder": entry.folder.name, "name": entry.name, "agents": list(entry.agents)}
        for entry in entries(home)
    }
    body = yaml.safe_dump({"version": 1, "projects": listed}, allow_unicode=True, sort_keys=False, width=120)
    return _HEADER + body


def _entry(name: str, folder: Path) -> Entry:
    try:
        about: Any = as_text(read_yaml(project_file(folder)).values.get("project"))
    except Problem:
        about = None
    about = about if isinstance(about, dict) else {}
    label, agents = about.get("name"), about.get("agents")
    return Entry(
        id=name,
        folder=folder,
        name=label if isinstance(label, str) and label else name,
        agents=tuple(agent for agent in agents if isinstance(agent, str)) if isinstance(agents, list) else (),
    )


def _is_project(folder: Path) -> bool:
    """A database, or settings whose database has gone missing: the operator must hear of that, not lose the project."""
    try:
        return (folder / "blackboard.db").exists() or project_file(folder).exists()
    except OSError:  # nobody may look into it: whoever opens it says so
        return True


def _is_id(name: str) -> bool:
    try:
        valid_id(name)
    except UsageError:
        return False
    return True
