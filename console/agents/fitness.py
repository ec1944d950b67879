"""Owns whether an agent could be started from here: its program is found and its variables are set. Starts nothing.

One rule for the scheduler's decisions, for the start itself and for `agent check`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from console.agents.workplace import unusable
from console.records.agent import Agent, Backend
from console.records.fitness import Unfit, UnfitWhy

__all__ = ("missing_variables", "place_of", "program_found", "unfit")


def unfit(agent: Agent, environ: Mapping[str, str], *, cwd: Path | None = None) -> Unfit | None:
    """Why the agent cannot be started with this environment; `cwd` is where it would work, as far as that is known."""
    if missing := missing_variables(agent.env_required, environ):
        told = f"needs {', '.join(missing)} in the environment of the scheduler; it is not set"
        return Unfit(why=UnfitWhy.ENVIRONMENT, told=told)
    if agent.backend != Backend.COMMAND or not agent.command:
        return None
    program = agent.command[0]
    if "{" in program or (cwd is None and "/" in program and not program.startswith(("/", "~"))):
        return None  # known only where it starts
    if program_found(program, environ, cwd) is None:
        told = f"cannot be run: its command {program} is not found or not executable"
        return Unfit(why=UnfitWhy.COMMAND, told=told)
    return None


def missing_variables(names: tuple[str, ...], environ: Mapping[str, str]) -> list[str]:
    """Which of them are not set, or empty."""
    return [name for name in names if not environ.get(name)]


def program_found(program: str, environ: Mapping[str, str], cwd: Path | None = None) -> str | None:
    """The full path of a program as an agent's start would find it."""
    wanted = os.path.join(cwd, program) if cwd is not None and "/" in program else program
    return shutil.which(wanted, path=environ.get("PATH") or "/usr/local/bin:/usr/bin:/bin")


def place_of(workdir: Path | None, *, worktrees: bool) -> Unfit | None:
    """Why nobody can work where the project says. Runs git where the project wants worktrees."""
    problem = unusable(workdir, worktrees=worktrees)
    return None if problem is None else Unfit(why=UnfitWhy.WORKPLACE, told=problem)
