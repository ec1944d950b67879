"""Owns what `agent check` finds out of an agent without starting it. One function a backend, named by its traits.

`console.agents.fitness` has the rule of the scheduler itself, which costs less and asks nobody.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.backends import traits_of
from console.backends.traits import named
from console.records.agent import Agent
from console.settings import Settings

__all__ = ("Checked", "checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found of one agent."""

    found: str | None
    """What would start it, in words."""
    problem: str = ""
    models: frozenset[str] | None = None
    """Those that it could have, where that is known."""
    notes: tuple[str, ...] = ()
    """What may keep it from its work, though nothing of it is wrong."""


def checked(team: Sequence[Agent], settings: Settings, environ: Mapping[str, str]) -> dict[str, Checked]:
    """What the backend of each says of it, by its id; an agent of which nothing can be known is left out."""
    found: dict[str, Checked] = {}
    for backend in dict.fromkeys(agent.backend for agent in team):
        if check := traits_of(backend).checked_by:
            found |= named(check)([agent for agent in team if agent.backend == backend], settings, environ)
    return found


def of_command(team: Sequence[Agent], settings: Settings, environ: Mapping[str, str]) -> dict[str, Checked]:
    """Its program is found, and can be run."""
    return {agent.id: _program(agent.command[0], {**environ, **dict(agent.env)}) for agent in team}


def of_demo(team: Sequence[Agent], settings: Settings, environ: Mapping[str, str]) -> dict[str, Checked]:
    """A script always can be played."""
    return {agent.id: Checked(found="scripted; no model is involved") for agent in team}


def _program(program: str, environ: Mapping[str, str]) -> Checked:
    where = shutil.which(os.path.expanduser(program), path=environ.get("PATH"))
    problem = f"{program} is not found on PATH or cannot be run; install it or give its full path"
    return Checked(found=where, problem="" if where is not None else problem)
