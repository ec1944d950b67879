"""Owns how a prompt is shown: as it is sent, as a table of its parts, or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from console.api.why import Part, Prompt
from console.cli.options import Here
from console.cli.output import Column
from console.engine.prompting import record
from console.redact import hide_known

if TYPE_CHECKING:
    from console.prompts.compose import Composed
    from console.records.agent import Agent

__all__ = ("show_prompt",)

_COLUMNS = (
    Column("PART", "name"),
    Column("SIZE", "characters", right=True),
    Column("CAP", "cap", right=True),
    Column("FROM", lambda part: ", ".join(part["shown"]) or "-", most=300, gives=True),
    Column("CUT", lambda part: f"from {part['whole']}" if part["cut"] else "", words=True),
)


def show_prompt(here: Here, project: str, task_id: int, agent: Agent, composed: Composed, *, parts: bool) -> None:
    """Print it."""
    found = record(composed)
    if here.json:
        told = found | {"parts": tuple(Part(**part) for part in found["parts"])}
        text = hide_known(composed.prompt.text)
        here.out.one(Prompt(project=project, task=task_id, agent=agent.id, text=text, **told), "")
        return
    if not parts:
        here.out.one({}, lambda: hide_known(composed.prompt.text))
        return
    rows = [part | {"shown": [_short(source, here.home.path) for source in part["sources"]]} for part in found["parts"]]
    here.out.many(rows, _COLUMNS, empty="the prompt is empty")
    skills = ", ".join(found["skills"]) or "none"
    here.out.say(
        f"\n{found['characters']} of {found['total']} characters for {agent.id}; skills: {skills}\n"
        f"parts and their order: {_short(found['components'], here.home.path)}"
    )


def _short(source: str, home: Path) -> str:
    """A path below the home from there on; any other whole."""
    return str(Path(source).relative_to(home)) if Path(source).is_relative_to(home) else source
