"""`moziplus skill`: lists, shows and checks what agents are told about how work is done here, and begins a new one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import ConfigError, NotFound
from console.home import valid_id
from console.text import one_line
from console.user_paths import user_path

if TYPE_CHECKING:
    from console.api.skill import Skill, SkillChecked
    from console.knowledge.skills import Found, Place

__all__ = ("skill",)

_project = click.option("--project", metavar="P", help="As this project has them; its own come first.")
_DESCRIPTION = "What it is for, and when an agent should use it."


@group("skill")
def skill() -> None:
    """List, show, check and add skills, and begin new ones."""


@skill.command("list", prints="skill.Skill", each=True)
@_project
@pass_here
def list_(here: Here, project: str | None) -> None:
    """List the skills: those that agents get, drafts, broken ones, and those that another one overrides."""
    here.out.many(
        [_record(found) for found in _looked(here, project)],
        [
            Column("ID", "id"),
            Column("VERSION", lambda r: r.version or "-"),
            Column("ORIGIN", "origin"),
            Column("STATE", "state", words=True),
            Column("ROLES", "roles", gives=True),
            Column("TAGS", "tags", gives=True),
            Column("WHAT", lambda r: r.description or "; ".join(r.problems), most=160, gives=True),
        ],
        empty="no skills; the shipped ones are missing, install moziplus again",
    )


@skill.command("show", prints="skill.SkillShown")
@click.argument("skill_id", metavar="ID")
@_project
@pass_here
def show(here: Here, skill_id: str, project: str | None) -> None:
    """Show a skill as agents get it."""
    from console.api.shape import widened
    from console.api.skill import SkillShown

    found = _one(here, skill_id, project)
    if found.reading.skill is None:
        raise ConfigError(list(found.reading.problems) or [_is_draft(found)])
    body = found.reading.skill.body
    record = _record(found)
    keys = ("version", "origin", "source", "roles", "tags", "folder", "template", "files")
    facts: list[tuple[str, Any]] = [(key, getattr(record, key)) for key in keys]
    facts += [(key, _said(value)) for key, value in found.reading.front.items() if key not in ("name", "description")]
    lines = [f"{skill_id}: {record.description}"]
    lines += [f"  {key:<9} {', '.join(v) if isinstance(v, tuple) else v}" for key, v in facts if v]
    here.out.one(
        widened(SkillShown, record, body=body, front=found.reading.front), lambda: "\n".join([*lines, "", body])
    )


@skill.command("check", prints="skill.SkillChecked", each=True)
@click.argument("which", metavar="[ID|PATH]", required=False)
@_project
@click.pass_context
@pass_here
def check(here: Here, ctx: click.Context, which: str | None, project: str | None) -> None:
    """Check a skill by its name, a folder that is to become one, or all of them. Exit code 2 where something is wrong.

    Advice (its name, its size, its sections) is told too, and keeps no skill from being used.
    """
    from console.api.skill import SkillChecked
    from console.knowledge.skills import check as looked_at

    if which is not None and ("/" in which or which == "."):
        readings = [looked_at(Path(os.path.realpath(user_path(which))))]
    else:
        looked = _looked(here, project) if which is None else [_one(here, which, project)]
        readings = [found.reading for found in looked]
    rows = [
        SkillChecked(
            id=one.id,
            folder=one.folder,
            ok=not one.problems,
            draft=one.draft,
            problems=tuple(one.problems),
            advice=tuple(one.advice),
        )
        for one in readings
    ]
    if here.json:
        here.out.many(rows, (), empty="")
    else:
        for row in rows:
            advice = [f"advice: {line}" for line in row.advice]
            here.out.say("\n".join([*(row.problems or [_fine(row)]), *advice]))
    if not all(row.ok for row in rows):
        ctx.exit(2)


@skill.command("new", prints="skill.SkillBegun")
@click.argument("skill_id", metavar="ID")
@click.option("--project", metavar="P", help="In this project alone; else in the home.")
@click.option("--description", default=_DESCRIPTION, metavar="TEXT", help="What it is for, and when to use it.")
@click.option("--role", "roles", multiple=True, metavar="R", help="Agents of this role get it; * is everybody.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Tasks with this tag get it.")
@pass_here
def new(
    here: Here, skill_id: str, project: str | None, description: str, roles: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    """Begin a skill: a folder to be filled in. It is used once meta.yaml does not call it a draft any more."""
    from console.api.skill import SkillBegun
    from console.cli.words import line
    from console.knowledge.skills import new as make

    folder = make(
        _own_place(here, project),
        valid_id(skill_id, "skill"),
        description=str(line(description)),
        roles=roles,
        tags=tags,
    )
    files = tuple(sorted(path.name for path in folder.iterdir()))
    then = f"write it, check it with `moziplus skill check {skill_id}`, then take `draft: true` out of meta.yaml"
    here.out.one(SkillBegun(id=skill_id, folder=folder, files=files), f"made {folder}; {then}")


@skill.command("add", prints="skill.Skill")
@click.argument("source", metavar="FOLDER|ARCHIVE", type=click.Path(path_type=Path))
@click.option("--project", metavar="P", help="For this project alone; else for the home.")
@click.option("--skill", "name", default="", metavar="NAME", help="Which, where there are several in it.")
@click.option("--id", "as_id", default="", metavar="ID", help="Its id here; else what its SKILL.md calls itself.")
@click.option("--role", "roles", multiple=True, metavar="R", help="Agents of this role get it whole; * is everybody.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Tasks with this tag get it whole.")
@pass_here
def add(
    here: Here,
    source: Path,
    project: str | None,
    name: str,
    as_id: str,
    roles: tuple[str, ...],
    tags: tuple[str, ...],
) -> None:
    """Install a skill with all its files from a folder, a zip or a tar.gz, as other agent tools use them.

    The same again changes nothing; another content is the next version, and the one before is kept. Every agent is told
    its description and where it lies; with --role or --tag some get it whole.
    """
    from console.knowledge.skills import add as install

    made = install(_own_place(here, project), user_path(source), skill=name, as_id=as_id, roles=roles, tags=tags)
    found = _one(here, made.id, project)
    more = f" and {len(made.files)} file(s)" if made.files else ""
    text = f"installed {made.label}: SKILL.md{more} in {made.folder}; see it with `moziplus skill show {made.id}`"
    here.out.one(_record(found), text)


def _own_place(here: Here, project: str | None) -> Path:
    """Where the home's, or a project's, own skills are."""
    return here.home.path / "skills" / "custom" if project is None else here.project_folder(project) / "skills"


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


def _record(found: Found) -> Skill:
    from console.api.skill import Skill

    reading, known = found.reading, found.reading.skill
    state = "draft" if reading.draft else "broken" if known is None else "used" if found.holds else "overridden"
    return Skill(
        id=reading.id,
        version=known.version if known else None,
        origin=found.place.origin,
        state=state,
        description=known.description if known else None,
        source=known.source if known else None,
        tags=known.tags if known else (),
        roles=known.roles if known else (),
        folder=reading.folder,
        template=reading.folder / "template.md" if known and known.template else None,
        files=known.files if known else (),
        problems=tuple(reading.problems),
    )


def _said(value: object) -> str:
    """A value of the front matter in one line."""
    return ", ".join(map(str, value)) if isinstance(value, list) else one_line(str(value), 200)


def _is_draft(found: Found) -> str:
    return f"{found.reading.folder}/meta.yaml: it is a draft; take `draft: true` out of it once it is written"


def _fine(row: SkillChecked) -> str:
    return f"{row.folder} is right" + ("; it is a draft: take `draft: true` out of meta.yaml" if row.draft else "")
