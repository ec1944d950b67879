"""Owns whether an agent could be started from here: its program is found and its variables are set. Starts nothing.

One rule for the scheduler's decisions, for the start itself and for `agent check`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from console.agents.presets import preset_notes
from console.agents.workplace import unusable
from console.records.agent import Agent
from console.records.fitness import Unfit, UnfitWhy
from console.secrets import looks_secret

__all__ = ("doubts", "missing_variables", "place_of", "program_found", "unfit")


def unfit(agent: Agent, environ: Mapping[str, str], *, cwd: Path | None = None) -> Unfit | None:
    """Why the agent cannot be started with this environment; `cwd` is where it would work, as far as that is known."""
    if missing := missing_variables(agent.env_required, environ):
        told = f"needs {', '.join(missing)} in the environment of the scheduler; it is not set"
        return Unfit(why=UnfitWhy.ENVIRONMENT, told=told)
    if not agent.command:
        return None
    program = agent.command[0]
    if "{" in program or (cwd is None and "/" in program and not program.startswith(("/", "~"))):
        return None  # known only where it starts
    if program_found(program, {**environ, **dict(agent.env)}, cwd) is None:
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


THINKING = ("off", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max", "ultra")
"""The levels that gateways know."""
_SCRIPTS = (".sh", ".bash", ".zsh", ".py", ".js", ".mjs", ".ts", ".rb", ".pl")


def doubts(agent: Agent, models: frozenset[str] | None = None) -> list[str]:
    """What of the agent's definition will hardly do what it is meant to, though nothing of it is wrong.

    `models` are the names of those that its gateway offers, where it says so.
    """
    found = []
    if agent.command:
        program, *arguments = agent.command
        relative = [program] if "/" in program and not program.startswith(("/", "~", "{")) else []
        relative += [text for text in arguments if _relative_script(text)]
        found += [
            f"{text} in its command is a relative path, looked for in the folder where the agent works; give the full one"
            for text in relative
        ]
        given = [name for name in ("model", "thinking") if getattr(agent, name)]
        found += [f"{name} does nothing for a command: say it in the command itself" for name in given]
        found += [
            f"{name} in its env is written down with each session; set it where the scheduler runs, and say so in env_required"
            for name, value in agent.env
            if looks_secret(name) and value
        ]
        return [*found, *preset_notes(agent)]
    if agent.thinking and agent.thinking not in THINKING:
        known = ", ".join(THINKING)
        found.append(f"thinking {agent.thinking!r} is no level that gateways are known to have: {known}")
    if agent.model and models is not None and agent.model not in models:
        known = ", ".join(sorted(models)[:8])
        found.append(f"model {agent.model!r} is none that the gateway offers: {known}")
    return found


def _relative_script(text: str) -> bool:
    return text.startswith(("./", "../")) or (
        text.endswith(_SCRIPTS) and not text.startswith(("/", "~", "{", "-")) and not any(c in text for c in " ;&|")
    )
