"""Owns putting a known agent program into a home's settings. It starts no agent; what stands in the settings stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from console.agents.presets import Preset, presets
from console.errors import Conflict, NotFound, UsageError
from console.home import Home, write_atomically
from console.settings.load import agent_from, check_home_text, files, load_settings
from console.settings.yaml_edit import set_values

if TYPE_CHECKING:
    from console.agents.checking import Checked
    from console.records.agent import Agent

__all__ = ("Added", "add_agent", "preset_of")


class Added(NamedTuple):
    """What was written."""

    agent: Agent
    preset: Preset
    fields: dict[str, Any]
    file: Path
    checked: Checked | None
    """What its backend says of it; None where it says nothing."""


def preset_of(name: str, known: Mapping[str, Preset]) -> Preset:
    """The preset of that name. Raises NotFound, with those that there are."""
    if name in known:
        return known[name]
    raise NotFound(
        f"nothing is known of {name!r}; `moziplus agent add` knows {', '.join(known)};"
        " any other program stands in the file of `moziplus config path`"
    )


def add_agent(
    home: Home,
    environ: Mapping[str, str],
    program: str,
    *,
    id: str | None = None,  # noqa: A002 - as everywhere
    name: str | None = None,
    role: str = "developer",
    model: str | None = None,
    backend: str | None = None,
    anyway: bool = False,
) -> Added:
    """Write the definition of a known program, once the whole of the settings is right with it.

    `anyway`: also where the program is not found. Raises NotFound, Conflict where the id is taken, UsageError, ConfigError.
    """
    from console.agents.checking import checked

    settings, preset = load_settings(home, environ), preset_of(program, presets(backend))
    agent_id = id or preset.name
    if agent_id in settings.agents:
        raise Conflict(f"there is an agent {agent_id} already: `moziplus agent show {agent_id}`; give another --id")
    if model and not preset.takes_model:
        raise UsageError(f"{preset.name} takes no model on its command line; its own settings name it")
    fields = ({"name": name} if name else {}) | preset.fields(role=role, model=model)
    agent = agent_from(agent_id, fields)
    found = checked([agent], settings, environ).get(agent_id)
    if found is not None and found.problem and not anyway:
        raise NotFound(f"{found.problem}; or write its definition --anyway")
    return Added(agent, preset, fields, _written(home, agent_id, fields), found)


def _written(home: Home, agent_id: str, fields: dict[str, Any]) -> Path:
    """Into the home's own file."""
    file = files(home)[1]
    before = file.read_text("utf-8") if file.exists() else ""
    after = set_values(before, "agents", {agent_id: fields}, str(file))
    check_home_text(after, str(file))
    write_atomically(file, after)
    return file
