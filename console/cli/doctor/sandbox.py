"""Owns the check that an agent reaches its blackboard: a program is started as an agent is, and reads it.

Uses a folder for a session that is gone when the check is over; writes nothing on a blackboard.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.shim import shim_text
from console.agents.spec import StartSpec, environment
from console.backends import PROCESS
from console.blackboard.connection import open_project
from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.errors import MoziError, said_of
from console.home import Home
from console.settings import ProjectSettings
from console.text import one_line

__all__ = ("check",)

_PATIENCE = 20


def check(place: Place) -> Iterator[Line]:
    """A line for each project with agents that a command starts."""
    if place.home is None:
        return
    environ, _ = place.scheduler_environ
    tried: dict[Path, str] = {}
    for name, settings in place.project_settings.items():
        if not isinstance(settings, ProjectSettings) or not any(a.command for a in settings.agents):
            continue
        if name in place.locked:
            yield warn(
                f"whether an agent of {name} reaches its blackboard was not tried: it is locked",
                "see the line of that blackboard",
            )
        else:
            yield _project(place.home, name, settings, environ, tried)


def _project(
    home: Home, name: str, settings: ProjectSettings, environ: Mapping[str, str], tried: dict[Path, str]
) -> Line:
    """`tried` has, for folders in which projects lie side by side and work, one of which an agent reached its blackboard:
    another one is believed by that, where its own blackboard can be read."""
    folder = home.project_folder(name)
    cwd = settings.workdir.expanduser() if settings.workdir else folder
    if not cwd.is_dir():
        return wrong(f"the workdir of {name}, {cwd}, is not there", "mount it, or mend workdir in its project.yaml")
    alike = tried.get(folder.parent) if settings.workdir is None else None
    if alike is not None and _is_readable(folder):
        return ok(f"an agent of {name} reaches its blackboard from {cwd}, as one of {alike} does")
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=home.state) as session:
            complaint = _read(_spec(home, name, folder, cwd, Path(session)), environ)
    except OSError as error:
        complaint = said_of(error, home.state)
    if complaint:
        return wrong(
            f"an agent of {name} cannot reach its blackboard from {cwd}: {complaint}", "see the line of that blackboard"
        )
    if settings.workdir is None:
        tried.setdefault(folder.parent, name)
    return ok(f"an agent of {name} reaches its blackboard from {cwd}")


def _is_readable(folder: Path) -> bool:
    try:
        open_project(folder, read_only=True).close()
    except (MoziError, OSError):
        return False
    return True


def _spec(home: Home, name: str, folder: Path, cwd: Path, session: Path) -> StartSpec:
    return StartSpec(
        home=str(home.path),
        project=name,
        project_folder=str(folder),
        task=0,
        task_dir=str(folder),
        agent="doctor",
        session="doctor",
        fence=0,
        backend=PROCESS,
        prompt_file=str(session / "prompt.md"),
        cwd=str(cwd),
    )


def _read(spec: StartSpec, environ: Mapping[str, str]) -> str:
    """Why `blackboard` cannot read, in its own words; empty where it can."""
    folder = SessionFolder(spec.folder)
    folder.write(folder.shim, shim_text(spec), durable=False, mode=0o700)
    try:
        done = subprocess.run(
            ["sh", "-c", "blackboard read --session nobody --json"],  # another session's flag takes no task along
            cwd=spec.cwd,
            env=environment(spec, environ),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {_PATIENCE} s"
    if done.returncode == 0:
        return ""
    return one_line(done.stderr.strip()[-300:]) or f"exit code {done.returncode}"
