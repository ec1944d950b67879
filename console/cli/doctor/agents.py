"""Owns the check of local agents: each command found and each required variable set, where the scheduler runs.

Starts no agent, and shows names of variables, never values.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.records.agent import Agent

__all__ = ("check",)

_ELSEWHERE = ("docker", "podman", "nerdctl", "ssh", "bwrap", "sandbox-exec", "firejail", "nsjail", "limactl", "wsl")


def check(place: Place) -> Iterator[Line]:
    """A line for each agent that a command starts, as each project has it."""
    environ, whose = place.scheduler_environ
    seen: set[tuple[str, tuple[str, ...], tuple[str, ...]]] = set()
    for agent in place.team.values():
        key = (agent.id, agent.command, agent.env_required)
        if key not in seen:
            seen.add(key)
            yield from _agent(agent, environ, whose)
    if not seen and place.home is not None:
        yield ok("the team is empty", "define agents under `agents:` in the file that `moziplus config path` names")


def _agent(agent: Agent, environ: Mapping[str, str], whose: str) -> Iterator[Line]:
    missing = [name for name in agent.env_required if not environ.get(name)]
    if missing:
        listed = ", ".join(missing)
        yield wrong(
            f"{agent.id} needs {listed}, not set in the environment of {whose}",
            f"set it where the scheduler starts: in that shell, or `moziplus service install ... --env {missing[0]}`",
        )
    if not agent.command:
        return
    program = os.path.expanduser(agent.command[0])
    where = shutil.which(program, path=environ.get("PATH"))
    if where is None:
        yield wrong(
            f"the command of {agent.id}, {agent.command[0]}, is not on the PATH of {whose}",
            "install it, give its full path, or renew the service from a shell that finds it",
        )
    elif os.path.basename(program) in _ELSEWHERE:
        yield warn(
            f"{agent.id} runs within {os.path.basename(program)}: whether it reaches the blackboard cannot be seen from here",
            "let it read and write the home's folder, and pass on every MOZIPLUS_* variable and PATH",
        )
    elif not missing:
        yield ok(f"{agent.id} can be started: {where}")
