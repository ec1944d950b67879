"""`moziplus experience`: lists, searches and shows what the team has learnt, and writes it into files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.experience_views import (
    COLUMNS,
    FOUND,
    TAGS,
    experience_text,
    hit_record,
    shown_record,
    tag_record,
)
from console.cli.nouns import every_board, one_board, project_option, the_project
from console.cli.options import Here, group, pass_here
from console.errors import UsageError, said_of

if TYPE_CHECKING:
    from console.api.experience import ExperienceFound, Tag
    from console.blackboard.connection import Database

__all__ = ("experience",)

_number = click.argument("number", metavar="N")
_tag = click.option("--tag", metavar="T", help="Only those with this tag.")
_every = click.option("--all", "every", is_flag=True, help="Deprecated ones too.")
_limit = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="At most so many."
)


@group("experience")
def experience() -> None:
    """List, search and read what the team has learnt."""


@experience.command("list", prints="experience.Experience", also=("experience.Tag",), each=True)
@project_option
@_tag
@_every
@click.option("--tags", is_flag=True, help="The tags, with how many of each count towards the next skill.")
@_limit
@pass_here
def list_(here: Here, project: str | None, tag: str | None, every: bool, tags: bool, limit: int) -> None:
    """List experiences, newest first: of every project, or of one."""
    from console.api.experience import Experience

    if tags:
        if tag is not None or every:
            raise UsageError("--tags lists the tags of active experiences; leave --tag and --all away")
        return _list_tags(here, project, limit)

    def read(name: str, db: Database) -> list[Experience]:
        from console.blackboard.reads.experiences import list_experiences

        _catch_up(here, name, db)
        return [Experience.of(name, found) for found in list_experiences(db, tag=tag, every=every, limit=limit)]

    rows = every_board(here, project, read)
    rows.sort(key=lambda r: r.at or "", reverse=True)
    here.out.many(rows[:limit], COLUMNS, empty="nothing was learnt yet")
    return None


@experience.command("search", prints="experience.ExperienceFound", each=True)
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@project_option
@_tag
@_every
@_limit
@pass_here
def search(here: Here, words: tuple[str, ...], project: str | None, tag: str | None, every: bool, limit: int) -> None:
    """Find experiences that have all of the words, best first; where none has, those that have some.

    A word is found as it is or as the beginning of a longer one; Chinese needs no spaces, and one character is enough.
    """

    def read(name: str, db: Database) -> list[ExperienceFound]:
        from console.blackboard.reads.experience_search import search_experiences

        _catch_up(here, name, db)
        hits = search_experiences(db, " ".join(words), tag=tag, every=every, limit=limit)
        return [hit_record(name, hit) for hit in hits]

    rows = every_board(here, project, read)
    best = [row for row in rows if row.whole] or rows
    if best and not best[0].whole:
        here.out.say("none has all of the words; these have some:")
    here.out.many(best[:limit], FOUND, empty="no experience has any of these words")


@experience.command("show", prints="experience.ExperienceShown")
@_number
@project_option
@pass_here
def show(here: Here, number: str, project: str | None) -> None:
    """Show an experience."""
    from console.blackboard.reads.experiences import distillation_of, get_experience

    with one_board(here, number, project, read_only=True) as (place, found, db):
        record = shown_record(place, get_experience(db, found), distillation_of(db, found))
    here.out.one(record, lambda: experience_text(record))


@experience.command("export", prints="experience.Exported")
@project_option
@pass_here
def export(here: Here, project: str | None) -> None:
    """Write every experience into the project's folder experiences/, one Markdown file each.

    The scheduler does so by itself whenever one changes.
    """
    from console.api.experience import Exported
    from console.knowledge.experience_files import FOLDER, keep_all

    name = the_project(here, project)
    folder = here.project_folder(name)
    with here.blackboard(name) as db:
        try:
            done, written = keep_all(db, now=here.now())
        except OSError as error:
            raise UsageError(
                f"the files of experiences cannot be written: {said_of(error, folder / FOLDER)}; mend that first"
            ) from error
    record = Exported(project=name, folder=str(folder / FOLDER), experiences=done, written=written)
    here.out.one(record, f"{done} experiences are in {folder / FOLDER}; {written} files were written anew")


def _list_tags(here: Here, project: str | None, limit: int) -> None:
    def read(name: str, db: Database) -> list[Tag]:
        from console.blackboard.reads.experiences import tag_counts

        _catch_up(here, name, db)
        threshold = here.project_settings(name).policy.distill_threshold
        return [tag_record(name, found, threshold) for found in tag_counts(db, limit=limit)]

    rows = every_board(here, project, read)
    here.out.many(rows, TAGS, empty="no experience has a tag")


def _catch_up(here: Here, project: str, db: Database) -> None:
    """Index what changed since, such as what an older moziplus recorded; where nobody may write, it is left out."""
    from console.blackboard.reads.experience_search import unindexed
    from console.cli.diagnostics import complain
    from console.commands.experiences import catch_up
    from console.errors import Unavailable

    if unindexed(db):
        try:
            with here.blackboard(project) as writable:
                catch_up(writable)
        except Unavailable as error:
            complain(f"{project}: some experiences are not in the index yet: {error}")
