"""`moziplus config`: shows what holds and where it comes from, checks every file, says where the files are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import ConfigError
from console.redact import hide_values

__all__ = ("config",)


@group("config")
def config() -> None:
    """Show and check the settings."""


@config.command("show", prints="config.ConfigShown")
@click.option("--project", metavar="P", help="What holds in this project.")
@pass_here
def show(here: Here, project: str | None) -> None:
    """Show every setting in force and where it comes from, and the guardrails; secrets are hidden."""
    from console.api.config import ConfigShown
    from console.cli.guardrail_views import guardrail_rows, guardrails_record
    from console.settings.project import effective

    if project is None:
        values, sources = here.settings.raw, here.settings.sources
    else:
        values, sources = effective(here.settings, here.project_folder(project))
    hidden = hide_values(values)
    guarded = guardrails_record(here.home, None if project is None else here.project_folder(project))
    if here.json:
        found = ConfigShown(
            home=here.home.path, project=project, settings=hidden, sources=dict(sources), guardrails=guarded
        )
        here.out.one(found, "")
        return
    rows = [{"setting": key, "value": _shown(value), "from": _source(key, sources)} for key, value in _leaves(hidden)]
    here.out.many(
        [*rows, *guardrail_rows(guarded)],
        [
            Column("SETTING", "setting"),
            Column("VALUE", "value", most=300, gives=True),
            Column("FROM", "from", most=300, gives=True),
        ],
        empty="",
    )


@config.command("check", prints="config.ConfigChecked")
@click.pass_context
@pass_here
def check(here: Here, ctx: click.Context) -> None:
    """Check settings, guardrails, review protocols and prompt components of the home and every project; all problems at once.

    Exit code 2 where there are any. Rules that can never match and rules that name unknown agents, roles, projects or
    review protocols are problems; a tag that no task has, a glob that covers nothing yet, or an escalation to somebody whom
    the project does not list is a warning.
    """
    from console.api.config import ConfigChecked
    from console.cli.guardrail_check import Checked, check_guardrails
    from console.engine.escalations import lost_targets
    from console.engine.protocols import check_protocols
    from console.registry import folders
    from console.settings.load import files
    from console.settings.project import project_file

    projects = folders(here.home)
    problems: list[str] = []
    guarded, warnings = Checked(), list[str]()
    try:
        settings = here.settings
    except ConfigError as error:
        problems += error.problems
    else:
        guarded = check_guardrails(here.home, settings, projects)
        for folder in projects.values():
            try:
                warnings += lost_targets(here.home, settings, folder).values()
            except ConfigError as error:
                problems += error.problems
    protocols, wrong = check_protocols(here.home, projects.values())
    warnings += guarded.warnings
    problems += guarded.problems + wrong + _prompt_problems(here, list(projects.values()))
    read = (*files(here.home), *map(project_file, projects.values()), *guarded.files, *protocols)
    checked = tuple(str(path) for path in read if path.exists())
    if here.json:
        found = ConfigChecked(ok=not problems, files=checked, problems=tuple(problems), warnings=tuple(warnings))
        here.out.one(found, "")
        ctx.exit(2 if problems else 0)
    for warning in warnings:
        here.out.say(f"warning: {warning}")
    if problems:
        raise ConfigError(problems)
    here.out.say(f"{len(checked)} files are right")


def _prompt_problems(here: Here, projects: list[Path]) -> list[str]:
    """What is wrong with template_components.yaml and the templates, each once."""
    from console.knowledge.wording import load_wording

    found: dict[str, None] = {}
    for folder in (None, *projects):
        try:
            load_wording(here.home.path, folder)
        except ConfigError as error:
            found |= dict.fromkeys(error.problems)
    return list(found)


@config.command("path", prints="config.ConfigPath")
@click.option("--project", metavar="P", help="The file of this project.")
@pass_here
def path(here: Here, project: str | None) -> None:
    """Print the path of the home's settings file, or of a project's."""
    from console.api.config import ConfigPath, File
    from console.settings.load import files
    from console.settings.project import project_file

    merged = [*files(here.home)]
    if project is not None:
        merged.append(project_file(here.project_folder(project)))
    listed = tuple(File(path=file, exists=file.exists()) for file in merged)
    here.out.one(ConfigPath(home=here.home.path, path=merged[-1], files=listed), str(merged[-1]))


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{name}.")
        else:
            yield name, value


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)


def _source(key: str, sources: Mapping[str, str]) -> str:
    while key not in sources and "." in key:
        key = key.rpartition(".")[0]
    return sources.get(key, "shipped")
