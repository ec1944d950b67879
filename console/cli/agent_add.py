"""`moziplus agent add`: writes the definition of a known agent program into the home's settings. It starts none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.agents.presets import ACP, Preset
from console.cli.options import Here, pass_here

if TYPE_CHECKING:
    from console.records.agent import Agent

__all__ = ("add",)


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
    from console.adding import add_agent
    from console.api.agent import AgentAdded

    backend = ACP if acp else None
    made = add_agent(here.home, here.environ, program, id=new_id, role=role, backend=backend, anyway=anyway, **more)
    checked, preset = made.checked, made.preset
    added = AgentAdded(
        id=made.agent.id,
        backend=preset.backend,
        file=made.file,
        definition=made.fields,
        found=None if checked is None or checked.problem else checked.found,
        needs=preset.needs,
        lacks=preset.lacks,
        tried_with=preset.version if preset.tried else None,
    )
    here.out.one(added, _said(preset, made.agent, made.file))


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
