"""`moziplus agent add`: writes the definition of a known agent program into the home's settings. It starts none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.agents.presets import ACP, Preset, presets
from console.cli.options import Here, pass_here
from console.errors import Conflict, NotFound, UsageError
from console.settings.yaml_edit import set_values

if TYPE_CHECKING:
    from console.agents.checking import Checked
    from console.records.agent import Agent

__all__ = ("add",)


def preset_of(name: str, known: dict[str, Preset]) -> Preset:
    """The preset of that name. Raises NotFound, with those that there are."""
    if name in known:
        return known[name]
    raise NotFound(
        f"nothing is known of {name!r}; `moziplus agent add` knows {', '.join(known)};"
        " any other program stands in the file of `moziplus config path`"
    )


@click.argument("program", metavar="PROGRAM")
@click.option("--id", "new_id", metavar="ID", help="Its id; the program's name by default.")
@click.option("--name", help="What people call it.")
@click.option("--role", default="developer", show_default=True, help="Tasks may be assigned to @ROLE.")
@click.option("--model", metavar="M", help="The model that it is to use; by default its own settings say that.")
@click.option(
    "--acp", is_flag=True, help="Over the Agent Client Protocol: it asks leave, and goes on with conversations."
)
@click.option("--anyway", is_flag=True, help="Also where the program is not found.")
@pass_here
def add(
    here: Here, /, program: str, new_id: str | None, role: str, acp: bool, anyway: bool, **more: str | None
) -> None:
    """Write the definition of a known agent program into the home's settings; what stands there stays.

    PROGRAM is one of claude, codex, opencode, gemini, qwen, pi, vibe, hermes, gptme and mini; with --acp one of claude,
    codex, opencode, gemini, qwen, vibe and hermes.
    """
    preset = preset_of(program, presets(ACP if acp else None))
    agent_id = new_id or preset.name
    if agent_id in here.settings.agents:
        raise Conflict(f"there is an agent {agent_id} already: `moziplus agent show {agent_id}`; give another --id")
    if more["model"] and not preset.takes_model:
        raise UsageError(f"{preset.name} takes no model on its command line; its own settings name it")
    fields = {"name": more["name"]} if more["name"] else {}
    fields |= preset.fields(role=role, model=more["model"])
    agent, checked = _checked(here, agent_id, fields)
    if checked is not None and checked.problem and not anyway:
        raise NotFound(f"{checked.problem}; or write its definition --anyway")
    from console.api.agent import AgentAdded

    file = _written(here, agent_id, fields)
    added = AgentAdded(
        id=agent_id,
        backend=preset.backend,
        file=file,
        definition=fields,
        found=None if checked is None or checked.problem else checked.found,
        needs=preset.needs,
        lacks=preset.lacks,
        tried_with=preset.version if preset.tried else None,
    )
    here.out.one(added, _said(preset, agent, file))


def _checked(here: Here, agent_id: str, fields: dict[str, Any]) -> tuple[Agent, Checked | None]:
    """The agent that it would be, and what its backend says of it."""
    from console.agents.checking import checked
    from console.settings.load import agent_from

    agent = agent_from(agent_id, fields)
    return agent, checked([agent], here.settings, here.environ).get(agent_id)


def _written(here: Here, agent_id: str, fields: dict[str, Any]) -> Path:
    """Into the home's own file, once the whole of it is right with it. Raises UsageError, ConfigError."""
    from console.home import write_atomically
    from console.settings.load import check_home_text, files

    file = files(here.home)[1]
    before = file.read_text("utf-8") if file.exists() else ""
    after = set_values(before, "agents", {agent_id: fields}, str(file))
    check_home_text(after, str(file))
    write_atomically(file, after)
    return file


def _said(preset: Preset, agent: Agent, file: Path) -> str:
    lines = [
        f"wrote agent {agent.id} into {file}",
        f"  {' '.join(agent.command)}",
        f"{'tried with' if preset.tried else 'not tried; by the documentation of'}: {preset.name} {preset.version}",
        f"it needs: {preset.needs}",
        *([f"mind: {preset.lacks}"] if preset.lacks else []),
        f"next: `moziplus agent check {agent.id}`, then `moziplus project edit P --agents …,{agent.id}`",
    ]
    return "\n".join(lines)
