"""`moziplus skill`: lists, shows and checks what agents are told about how work is done here, and begins a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import ConfigError, NotFound
from console.home import valid_id

if TYPE_CHECKING:
    from console.knowledge.skills import Found, Place

__all__ = ("skill",)

_project = click.option("--project", metavar="P", help="As this project has them; its own come first.")
_DESCRIPTION = "What it is for, and when an agent should use it."


@group("skill")
def skill() -> None:
    """List, show and check skills, and begin new ones."""


@skill.command("list")
@_project
@pass_here
def list_(here: Here, project: str | None) -> None:
    """List the skills: those that agents get, drafts, broken ones, and those that another one overrides.

    JSON, one a line: id, version, origin (project, custom, builtin), state (used, overridden, draft, broken), description,
    source, tags, roles, folder, template (its path, or null), problems.
    """
    here.out.many(
        [_record(found) for found in _looked(here, project)],
        [
            Column("ID", "id"),
            Column("VERSION", lambda r: r["version"] or "-"),
            Column("ORIGIN", "origin"),
            Column("STATE", "state"),
            Column("ROLES", "roles", gives=True),
            Column("TAGS", "tags", gives=True),
            Column("WHAT", lambda r: r["description"] or "; ".join(r["problems"]), most=160, gives=True),
        ],
        empty="no skills; the shipped ones are missing, install moziplus again",
    )


@skill.command("show")
@click.argument("skill_id", metavar="ID")
@_project
@pass_here
def show(here: Here, skill_id: str, project: str | None) -> None:
    """Show a skill as agents get it. JSON: as `skill list`, and body."""
    found = _one(here, skill_id, project)
    if found.reading.skill is None:
        raise ConfigError(list(found.reading.problems) or [_is_draft(found)])
    body = found.reading.skill.body
    record = _record(found)
    facts = [(key, record[key]) for key in ("version", "origin", "source", "roles", "tags", "folder", "template")]
    lines = [f"{skill_id}: {record['description']}"]
    lines += [f"  {key:<9} {', '.join(v) if isinstance(v, tuple) else v}" for key, v in facts if v]
    here.out.one(record | {"body": body}, "\n".join([*lines, "", body]))


@skill.command("check")
@click.argument("which", metavar="[ID|PATH]", required=False)
@_project
@click.pass_context
@pass_here
def check(here: Here, ctx: click.Context, which: str | None, project: str | None) -> None:
    """Check a skill by its name, a folder that is to become one, or all of them. Exit code 2 where something is wrong.

    JSON, one a line: id, folder, ok, draft, problems.
    """
    from console.knowledge.skills import check as problems_of

    if which is not None and ("/" in which or which == "."):
        folder = Path(which).expanduser().resolve()
        rows: list[dict[str, Any]] = [
            {"id": folder.name, "folder": folder, "draft": False, "problems": problems_of(folder)}
        ]
    else:
        looked = _looked(here, project) if which is None else [_one(here, which, project)]
        rows = [
            {
                "id": f.reading.id,
                "folder": f.reading.folder,
                "draft": f.reading.draft,
                "problems": list(f.reading.problems),
            }
            for f in looked
        ]
    rows = [row | {"ok": not row["problems"]} for row in rows]
    if here.json:
        here.out.many(rows, (), empty="")
    else:
        for row in rows:
            here.out.say("\n".join(row["problems"]) or _fine(row))
    if not all(row["ok"] for row in rows):
        ctx.exit(2)


@skill.command("new")
@click.argument("skill_id", metavar="ID")
@click.option("--project", metavar="P", help="In this project alone; else in the home.")
@click.option("--description", default=_DESCRIPTION, metavar="TEXT", help="What it is for, and when to use it.")
@click.option("--role", "roles", multiple=True, metavar="R", help="Agents of this role get it; * is everybody.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Tasks with this tag get it.")
@pass_here
def new(
    here: Here, skill_id: str, project: str | None, description: str, roles: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    """Begin a skill: a folder to be filled in. It is used once meta.yaml does not call it a draft any more.

    JSON: id, folder, files.
    """
    from console.cli.words import line
    from console.knowledge.skills import new as make

    place = here.home.path / "skills" / "custom" if project is None else here.project_folder(project) / "skills"
    folder = make(place, valid_id(skill_id, "skill"), description=line(description), roles=roles, tags=tags)
    files = sorted(path.name for path in folder.iterdir())
    then = f"write it, check it with `moziplus skill check {skill_id}`, then take `draft: true` out of meta.yaml"
    here.out.one({"id": skill_id, "folder": folder, "files": files}, f"made {folder}; {then}")


def _places(here: Here, project: str | None) -> tuple[Place, ...]:
    from console.knowledge.skills import places

    return places(here.home.path, None if project is None else here.project_folder(project))


def _looked(here: Here, project: str | None) -> list[Found]:
    from console.knowledge.skills import look

    return list(look(_places(here, project)))


def _one(here: Here, skill_id: str, project: str | None) -> Found:
    """The one that agents get, else the first of the name."""
    same = [found for found in _looked(here, project) if found.reading.id == skill_id]
    if not same:
        raise NotFound(f"no skill {skill_id[:60]!r}; see `moziplus skill list`")
    return next((found for found in same if found.holds), same[0])


def _record(found: Found) -> dict[str, Any]:
    reading, known = found.reading, found.reading.skill
    state = "draft" if reading.draft else "broken" if known is None else "used" if found.holds else "overridden"
    return {
        "id": reading.id,
        "version": known.version if known else None,
        "origin": found.place.origin,
        "state": state,
        "description": known.description if known else None,
        "source": known.source if known else None,
        "tags": known.tags if known else (),
        "roles": known.roles if known else (),
        "folder": reading.folder,
        "template": reading.folder / "template.md" if known and known.template else None,
        "problems": list(reading.problems),
    }


def _is_draft(found: Found) -> str:
    return f"{found.reading.folder}/meta.yaml: it is a draft; take `draft: true` out of it once it is written"


def _fine(row: dict[str, Any]) -> str:
    return f"{row['folder']} is right" + (
        "; it is a draft: take `draft: true` out of meta.yaml" if row["draft"] else ""
    )
