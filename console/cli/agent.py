"""`moziplus agent`: adds, lists, shows and checks the members of the team. It starts none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from console.agents.fitness import doubts
from console.cli.agent_add import add
from console.cli.agent_stats import stats
from console.cli.diagnostics import complain
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from console.agents.checking import Checked
    from console.api.agent import AgentChecked
    from console.records.agent import Agent

__all__ = ("agent",)


@group("agent")
def agent() -> None:
    """Add, list and check the agents."""


agent.command("add", prints="agent.AgentAdded")(add)
agent.command("stats", prints="agent_stats.AgentStats", each=True)(stats)


@agent.command("list")
@click.option("--project", metavar="P", help="Only the team of this project.")
@pass_here
def list_(here: Here, project: str | None) -> None:
    """List the agents that the settings define or a project lists. JSON, one a line: as `agent show`."""
    here.out.many(
        [_described(found, projects) for found, projects in _team(here, project).values()],
        [
            Column("ID", "id"),
            Column("NAME", "name", most=30),
            Column("ROLE", "role", most=20),
            Column("BACKEND", "backend"),
            Column("CAPABILITIES", "capabilities", gives=True),
            Column("PROJECTS", "projects", gives=True),
        ],
        empty="no agents yet; define them under `agents:` in the file of `moziplus config path`",
    )


@agent.command("show")
@click.argument("agent_id", metavar="ID")
@click.option("--project", metavar="P", help="As this project has it.")
@pass_here
def show(here: Here, agent_id: str, project: str | None) -> None:
    """Show one agent.

    JSON: id, name, role, capabilities, backend, command, prompt, agent, model, thinking, env, env_required, silence, nudge,
    task_timeout, usage (form, or tokens and cost; null for none), max_parallel, cap (null for none),
    fallback, projects.
    """
    shown = _described(*_one(here, agent_id, project))
    here.out.one(shown, lambda: "\n".join(f"{key:<14} {_text(value)}" for key, value in shown.items() if value))


@agent.command("check", prints="agent.AgentChecked", each=True)
@click.argument("agent_id", metavar="[ID]", required=False)
@click.option("--project", metavar="P", help="Only the team of this project, as it has them.")
@click.pass_context
@pass_here
def check(here: Here, ctx: click.Context, agent_id: str | None, project: str | None) -> None:
    """Check whether agents can be started from here. Exit code 1 where one cannot.

    The command is found, the variables that it requires are set, the gateway is up and knows the agent. One that is named
    and can be started is tried again at once, where it could not sign in or its provider refused it until a time.
    """
    team = [_one(here, agent_id, project)] if agent_id else list(_team(here, project).values())
    from console.agents.checking import checked

    seen = checked([found for found, _ in team], here.settings, here.environ)
    known = _team(here, project)
    results = [_checked(found, here.environ, seen.get(found.id), known) for found, _ in team]
    if agent_id:
        results = [_tried_again(here, results[0])]
    here.out.many(
        results,
        [
            Column("ID", "id"),
            Column("BACKEND", "backend"),
            Column("OK", lambda row: {True: "yes", False: "no", None: "unknown"}[row.ok], words=True),
            Column("WHAT", lambda row: "; ".join(row.problems) or row.found, most=160, gives=True, words=True),
        ],
        empty="no agents yet; define them under `agents:` in the file of `moziplus config path`",
    )
    if not here.json:
        for result in results:
            for note in result.notes:
                complain(f"note: {result.id}: {note}")
    if any(result.ok is False for result in results):
        ctx.exit(1)


def _tried_again(here: Here, result: AgentChecked) -> AgentChecked:
    """The operator looked at an agent that is away, and nothing is wrong with it here: it may be asked again."""
    from msgspec.structs import replace

    from console.blackboard.reads.home import away
    from console.commands import control

    with here.state(read_only=True) as db:
        gone = away(db).get(result.id)
    if gone is None:
        return result
    if result.ok:
        with here.state() as db:
            control.try_again(here.asking(db), gone.agent)
        return replace(result, found=f"{result.found}; tried again now, last it said: {gone.said}")
    return replace(result, problems=(*result.problems, f"last it said: {gone.said}"))


def _team(here: Here, project: str | None) -> dict[str, tuple[Agent, list[str]]]:
    """Every agent with the projects that list it; one that only a project lists comes from there."""
    from console.registry import folders

    if project is not None:
        return {found.id: (found, [project]) for found in here.project_settings(project).agents}
    team: dict[str, tuple[Agent, list[str]]] = {name: (found, []) for name, found in here.settings.agents.items()}
    for name, folder in folders(here.home).items():
        for found in _agents_of(here, name, folder):
            team.setdefault(found.id, (found, []))[1].append(name)
    return team


def _agents_of(here: Here, name: str, folder: Any) -> Iterable[Agent]:
    """A project whose settings are wrong is told; the other projects' agents are still shown."""
    from console.settings.project import load_project

    settings = here.settings
    try:
        return load_project(settings, folder).agents
    except (ConfigError, OSError) as error:
        here.left_out(f"the team of {name}: {error}")
        return ()


def _one(here: Here, agent_id: str, project: str | None) -> tuple[Agent, list[str]]:
    try:
        return _team(here, project)[agent_id]
    except KeyError:
        raise NotFound(f"no agent {agent_id!r}; see `moziplus agent list`") from None


def _described(found: Agent, projects: list[str]) -> dict[str, Any]:
    from dataclasses import asdict

    from console.redact import hide_values, redact

    usage = None if found.usage is None else {name: text for name, text in asdict(found.usage).items() if text}
    fields = asdict(found)
    fields["cap"] = {unit: most for unit, most in fields["cap"].items() if most is not None} or None
    fields |= dict(fields.pop("options")) | {"name": found.label, "usage": usage, "projects": projects}
    fields["env"] = hide_values(dict(found.env))
    return fields | {"command": [redact(part) for part in found.command]}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {text}" for name, text in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _checked(
    agent: Agent, environ: Mapping[str, str], seen: Checked | None, known: Mapping[str, object]
) -> AgentChecked:
    from console.api.agent import AgentChecked

    problems = [] if seen is None or not seen.problem else [seen.problem]
    missing = [name for name in agent.env_required if not environ.get(name)]
    if missing:
        problems.append(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set")
    return AgentChecked(
        id=agent.id,
        backend=agent.backend,
        ok=None if seen is None and not missing else not problems,
        found=None if seen is None else seen.found,
        problems=tuple(problems),
        notes=(
            *doubts(agent, None if seen is None else seen.models),
            *(() if seen is None else seen.notes),
            *(f"its fallback {name} is no agent here" for name in agent.fallback if name not in known),
        ),
    )
