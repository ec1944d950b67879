"""`moziplus project`: creates, lists, shows and edits projects. Tasks and reviews have commands of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.notes import on_queue, with_notes
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.cli.project_views import not_there, shown_text
from console.cli.words import free_of_secrets
from console.environments import for_operator
from console.errors import ConfigError, MoziError, UsageError
from console.user_paths import editor_command

if TYPE_CHECKING:
    from console.api.project import Project, ProjectDone, ProjectShown
    from console.settings import ProjectSettings

__all__ = ("project",)


def _ids(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(part.strip() for part in value.split(",") if part.strip())


@group("project")
def project() -> None:
    """Create, list and edit projects."""


@project.command("create", prints="project.ProjectDone")
@click.option("--id", "project_id", required=True, metavar="ID", help="1 to 63 of a-z, 0-9, - and _.")
@click.option("--name", default="", help="What people call it; the id by default.")
@click.option("--agents", callback=_ids, default="", metavar="A,B", help="Its team, by id.")
@click.option("--description", default="", help="What it is about.")
@click.option("--workdir", metavar="DIR", help="The folder in which its agents work.")
@click.option("--worktrees", is_flag=True, help="A git worktree and branch of its own for each task in --workdir.")
@click.option("--max-agents", type=click.IntRange(1, 1000), help="Its own cap of sessions at once.")
@pass_here
def create(here: Here, /, project_id: str, max_agents: int | None, workdir: str | None, **about: Any) -> None:
    """Create a project: its folder, settings and blackboard."""
    from console.making import NewProject, make_project

    if about["worktrees"] and not workdir:
        raise click.UsageError("--worktrees needs --workdir: the git repository whose worktrees they are")
    about |= {key: free_of_secrets(about[key]) for key in ("name", "description")}
    new = NewProject(id=project_id, workdir=_full(workdir), max_global_agents=max_agents, **about)
    folder = make_project(here.home, new, here.clock)
    shown = _described(here, project_id)
    missing = not_there(shown)
    with_notes(here, _done(shown), f"created project {project_id} in {folder}{missing}", _team_notes(here, project_id))


@project.command("list", prints="project.Project", each=True)
@click.option("--archived", is_flag=True, help="Those that were put away, instead.")
@pass_here
def list_(here: Here, archived: bool) -> None:
    """List the projects."""
    from console.keeping.archive import archived_folders
    from console.registry import folders

    found = archived_folders(here.home) if archived else folders(here.home)
    here.out.many(
        [_listed(here, name, folder, archived=archived) for name, folder in found.items()],
        [
            Column("ID", "id"),
            Column("NAME", "name", most=40, gives=True),
            Column("OPEN", "open", right=True),
            Column("DONE", lambda row: (row.tasks or {}).get("done"), right=True),
            Column("PAUSED", "paused"),
            Column("AGENTS", "agents", gives=True),
            Column("PROBLEM", "problem", most=100, gives=True, words=True),
        ],
        empty="no archived projects"
        if archived
        else "no projects yet; create one with `moziplus project create --id ID --name NAME --agents A,B`",
    )


@project.command("archive", prints="project.Archived")
@click.argument("project_id", metavar="ID")
@pass_here
def archive(here: Here, project_id: str) -> None:
    """Put a project away: into projects/_archived/, where nobody may write. Ends with 4 while an agent is at work on it.

    Whatever interrupted an earlier try, the next one finishes it.
    """
    from console.api.project import Archived
    from console.keeping.archive import archive as put_away

    folder = put_away(here.home, project_id, by=here.actor, now=here.now())
    here.out.one(
        Archived(project=project_id, archived=True, folder=folder),
        f"archived project {project_id} in {folder}; `moziplus project unarchive {project_id}` takes it out again",
    )


@project.command("unarchive", prints="project.Archived")
@click.argument("project_id", metavar="ID")
@pass_here
def unarchive(here: Here, project_id: str) -> None:
    """Take an archived project out again: the scheduler goes on with it at once."""
    from console.api.project import Archived
    from console.keeping.archive import unarchive as take_out

    folder = take_out(here.home, project_id, by=here.actor, now=here.now())
    record = Archived(project=project_id, archived=False, folder=folder)
    with_notes(here, record, f"project {project_id} is in {folder}", on_queue(here, project_id))


@project.command("show", prints="project.ProjectShown")
@click.argument("project_id", metavar="ID")
@pass_here
def show(here: Here, project_id: str) -> None:
    """Show one project."""
    shown = _described(here, project_id)
    here.out.one(shown, lambda: shown_text(shown))


@project.command("edit", prints="project.ProjectDone")
@click.argument("project_id", metavar="ID")
@click.option("--name", help="What people call it.")
@click.option("--agents", callback=_ids, metavar="A,B", help="Its team, by id; replaces the present one.")
@click.option("--description", help="What it is about.")
@click.option("--workdir", metavar="DIR", help="The folder in which its agents work; an empty one takes it away.")
@click.option("--worktrees/--no-worktrees", default=None, help="A git worktree for each task.")
@click.option("--max-agents", type=click.IntRange(1, 1000), help="Its own cap of sessions at once.")
@pass_here
def edit(here: Here, /, project_id: str, max_agents: int | None, **about: Any) -> None:
    """Change a project's settings; without an option, in $EDITOR. Comments stay."""
    from console.registry import mend
    from console.settings.project import project_file

    file = project_file(here.project_folder(project_id))
    changes: dict[str, Any] = {key: value for key, value in about.items() if value is not None}
    changes |= {key: free_of_secrets(changes[key]) for key in ("name", "description") if key in changes}
    if max_agents is not None:
        changes["max_global_agents"] = max_agents
    if "workdir" in changes:
        changes["workdir"] = _full(changes["workdir"])
    _write(file, _changed(file, changes) if changes else _by_hand(file))
    mend(here.home)
    shown = _described(here, project_id)
    says = f"changed project {project_id}{not_there(shown)}"
    with_notes(here, _done(shown), says, _team_notes(here, project_id) if "agents" in changes or not changes else ())


def _team_notes(here: Here, project_id: str) -> tuple[str, ...]:
    """Whom of the team no config defines, and how their gateway stands."""
    from console.actions.forewarn import on_team, strangers

    settings = here.project_settings(project_id)
    url, stands = _gateway(here) if strangers(settings, here.settings.agents) else ("", "")
    return on_team(settings, here.settings.agents, gateway=url, stands=stands)


def _gateway(here: Here) -> tuple[str, str]:
    """Where the gateway is and how it stands, asked now; it is waited for a moment only."""
    import asyncio

    from console.gateway.examine import examine
    from console.gateway.settings import GatewaySettings

    examined = asyncio.run(examine(GatewaySettings.of(here.settings.gateway), here.environ, patience=2))
    state, found = examined.state, examined.found
    return found.url if found is not None else "?", "; ".join(part for part in (state.sentence, state.advice) if part)


def _changed(file: Path, changes: Mapping[str, Any]) -> str:
    from console.settings.yaml_edit import set_values

    return set_values(_read(file), "project", changes, str(file))


def _by_hand(file: Path) -> str:
    """What the operator leaves in a copy of it. Raises UsageError where nothing was changed, or the editor failed."""
    before = _read(file)
    with tempfile.TemporaryDirectory(prefix="moziplus-") as folder:
        copy = Path(folder) / "project.yaml"
        copy.write_text(before, "utf-8")
        command = editor_command()
        try:
            code = subprocess.run([*command, str(copy)], env=for_operator(os.environ), check=False).returncode
        except OSError as error:
            raise UsageError(f"{command[0]} could not be started ({error.strerror}); set EDITOR") from error
        after = _read(copy)
    if code or after == before:
        why = f"the editor ended with {code}" if code else "give an option, or change and save the file in $EDITOR"
        raise UsageError(f"nothing was changed: {why}")
    return after


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}:1: expected UTF-8 text, found other bytes"]) from error


def _write(file: Path, text: str) -> None:
    from console.home import make_private_folder, write_atomically
    from console.settings.project import check_project_text

    check_project_text(text, str(file))
    make_private_folder(file.parent)
    write_atomically(file, text)


def _listed(here: Here, project_id: str, folder: Path, *, archived: bool = False) -> Project:
    from console.api.project import Project
    from console.settings.project import load_project

    on_it = _on_the_board(folder, archived=archived)
    try:
        settings = load_project(here.settings, folder)
    except ConfigError as error:
        wrong = on_it | {"problem": error.problems[0]}
        return Project(id=project_id, name=project_id, agents=(), folder=folder, **wrong)
    agents = tuple(agent.id for agent in settings.agents)
    return Project(id=project_id, name=settings.name, agents=agents, folder=folder, **on_it)


def _on_the_board(folder: Path, *, archived: bool) -> dict[str, Any]:
    """What the blackboard says; one that cannot be read hides nothing else."""
    from console.blackboard.connection import open_archived, open_project
    from console.blackboard.reads.tasks import state, tally

    try:
        with closing(open_archived(folder) if archived else open_project(folder)) as db:
            counts, now = tally(db), state(db)
    except MoziError as error:
        return {"tasks": None, "open": None, "paused": None, "problem": str(error)}
    paused = now.paused_at is not None
    problem = None if archived or not now.archived else f"its archiving was interrupted; {_ways_on(folder.name)}"
    return {"tasks": dict(counts.counts), "open": counts.open, "paused": paused, "problem": problem}


def _ways_on(project: str) -> str:
    return f"`moziplus project archive {project}` finishes it, `moziplus project unarchive {project}` takes it back"


def _described(here: Here, project_id: str) -> ProjectShown:
    from console.api.project import ProjectShown
    from console.api.shape import widened
    from console.settings.project import load_project, project_file

    folder = here.project_folder(project_id)
    settings: ProjectSettings = load_project(here.settings, folder)
    return widened(
        ProjectShown,
        _listed(here, project_id, folder),
        description=settings.description,
        workdir=settings.workdir,
        worktrees=settings.worktrees,
        shared_folder=settings.shared_folder,
        max_agents=settings.policy.max_project_agents,
        context=settings.context,
        config=project_file(folder),
    )


def _done(shown: ProjectShown) -> ProjectDone:
    from console.api.project import ProjectDone
    from console.api.shape import widened

    return widened(ProjectDone, shown)


def _full(workdir: str | None) -> str | None:
    """A path that means the same from everywhere; one that begins with ~ stays as it is, an empty one is none."""
    return workdir if workdir and workdir.startswith("~") else os.path.abspath(workdir) if workdir else None
