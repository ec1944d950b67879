"""Owns the making of a home and of a project: folders, settings, database, registry. It never writes over anything."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from console.blackboard.connection import create_project
from console.clock import Clock, SystemClock
from console.errors import Conflict
from console.filesystems import check_folder
from console.home import Home, make_private_folder, valid_id, write_atomically
from console.registry import mend
from console.settings.project import check_project_text, project_file

__all__ = ("NewProject", "make_project", "prepare_home")

PROJECT_FOLDERS = ("config", "artifacts", "experiences", "skills")

_HOME_SETTINGS = """\
# The settings of this home, merged key by key over those that ship with moziplus. Every setting and its default:
# `moziplus config show`, docs/configuration.md. After a change: `moziplus config check`.
#
# agents:
#   zhangfei-dev: {name: 张飞, role: developer, capabilities: [python], backend: command, command: [claude, -p], prompt: stdin}
"""

_IGNORED = """\
# Made by `moziplus init`: what git must never take. A live database in git is a torn copy; `moziplus backup` makes whole ones.
# What people wrote goes in: config, skills, prompt templates, project.yaml.
*.db
*.db-wal
*.db-shm
*.db-journal
*.db.*
/state/
/inbox/
/runs/
/logs/
/backups/
artifacts/
experiences/
worktrees/
quarantine/
.gate
*.lock
.making-*
.next-*
.versions/
*.config.cjs*
.env
*token*
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """A project to be made."""

    id: str
    name: str = ""
    """The id where empty."""
    description: str = ""
    agents: tuple[str, ...] = ()
    workdir: str | None = None
    worktrees: bool = False
    max_global_agents: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    """Further sections of its project.yaml, as in {"context": {...}, "agents": {...}}."""


def prepare_home(home: Home, clock: Clock | None = None, *, lost: Callable[[str], object] = lambda words: None) -> Home:
    """Make everything that a home needs and lacks: folders, mark, an empty settings file, its .gitignore, its database.

    `lost` is told where that database was there before and is gone, with all that it knew.
    Raises UsageError on a network or synced filesystem, and as `Home.create` does.
    """
    check_folder(home.path)
    home.create(clock)
    settings = home.config / "default.yaml"
    if not settings.exists():
        write_atomically(settings, _HOME_SETTINGS)
    if not os.path.lexists(ignored := home.path / ".gitignore"):
        write_atomically(ignored, _IGNORED)
    if not home.state_db.exists():
        from console.keeping.home_database import make_home_database  # only who makes one needs it

        if (words := make_home_database(home, now=(clock or SystemClock()).now())) is not None:
            lost(words)
    mend(home)
    return home


def make_project(home: Home, new: NewProject, clock: Clock | None = None) -> Path:
    """Make a project in `home` and return its folder. It appears whole or not at all.

    Raises UsageError (id, values, filesystem), Conflict where the id is taken, by an archived project too.
    """
    folder = home.project_folder(new.id)
    for agent in new.agents:
        valid_id(agent, "agent")
    text = project_yaml(new)
    check_project_text(text, f"project {new.id}")
    if folder.exists():
        raise Conflict(f"project {new.id} exists already; choose another id or see `moziplus project show {new.id}`")
    if (home.projects / "_archived" / new.id).exists():
        raise Conflict(f"an archived project is called {new.id}; choose another id or unarchive it")
    check_folder(home.projects)
    draft = home.projects / f".making-{new.id}-{uuid.uuid4().hex}"
    try:
        _fill(draft, new.id, text, (clock or SystemClock()).now())
        _put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    mend(home)
    return folder


def _fill(draft: Path, project: str, text: str, now: int) -> None:
    make_private_folder(draft)
    for name in PROJECT_FOLDERS:
        make_private_folder(draft / name)
    write_atomically(project_file(draft), text)
    create_project(draft, project, now)


def _put_in_place(draft: Path, folder: Path) -> None:
    """A rename replaces an empty folder and refuses a full one, so two makers of one id cannot both win."""
    try:
        os.rename(draft, folder)
    except OSError as error:
        if folder.exists():
            raise Conflict(f"project {folder.name} exists already; nothing was changed") from error
        raise


def project_yaml(new: NewProject) -> str:
    """The text of a new project's settings."""
    about: dict[str, Any] = {"name": str(new.name or new.id)}
    if new.description:
        about["description"] = str(new.description)
    about["agents"] = list(new.agents)
    if new.max_global_agents is not None:
        about["max_global_agents"] = new.max_global_agents
    if new.workdir:
        about["workdir"] = new.workdir
    if new.worktrees:
        about["worktrees"] = True
    text = yaml.safe_dump({"project": about, **new.settings}, allow_unicode=True, sort_keys=False, width=120)
    return f"# What may stand here: docs/configuration.md. After a change: `moziplus config check`.\n{text}"
