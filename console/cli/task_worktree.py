"""`moziplus task merge|discard`: what becomes of the work in a task's git worktree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.nouns import one_board, project_option
from console.cli.options import Here, command, pass_here
from console.clock import iso
from console.errors import UsageError
from console.text import one_line

if TYPE_CHECKING:
    from console.records.worktree import Kept

__all__ = ("discard", "merge")


@command("merge", prints="worktree.Merged")
@click.argument("number", metavar="N")
@project_option
@click.option(
    "--merge", "way", flag_value="merge", default="merge", help="One commit with both as parents (the default)."
)
@click.option("--squash", "way", flag_value="squash", help="One commit with all of it.")
@click.option("--rebase", "way", flag_value="rebase", help="Each of its commits again, on top.")
@click.option("--into", metavar="BRANCH", help="The branch to merge into, instead of the one that it was made from.")
@pass_here
def merge(here: Here, number: str, project: str | None, way: str, into: str | None) -> None:
    """Merge the work of a done task into the branch that it was made from, then tidy its worktree away.

    Conflicts become a task for its author, in the same worktree (exit code 4).
    """
    from console.agents.project_commands import run_checks
    from console.api.worktree import Kept, Merged
    from console.commands.worktrees import merge_task
    from console.git.merging import Way
    from console.records.worktree import words_of

    with one_board(here, number, project) as (place, task_id, db):
        settings = here.project_settings(place)
        check = partial(run_checks, settings.worktree, None)
        days = here.settings.retention.discarded_days
        done = merge_task(
            db, settings, task_id, way=Way(way), into=into, check=check, days=days, by=here.actor, now=here.now()
        )
    record = Merged(
        project=place,
        task=task_id,
        merged=done.commit or None,
        into=done.into,
        already=done.already,
        follow_up=done.follow_up,
        kept=tuple(map(Kept.of, done.kept)),
    )
    if done.follow_up is not None:
        here.out.one(
            record,
            f"{place}#{task_id} conflicts with {done.into}: #{done.follow_up} is for its author, to resolve them",
        )
        raise click.exceptions.Exit(4)
    kept = "; its worktree stays: " + "; ".join(map(words_of, done.kept)) if done.kept else ""
    says = "was merged" if done.already else "is merged"
    here.out.one(record, one_line(f"{place}#{task_id} {says} into {done.into} ({done.commit[:10]}){kept}", 2000))


@command("discard", prints="worktree.Discarded")
@click.argument("number", metavar="N")
@project_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_here
def discard(here: Here, number: str, project: str | None, yes: bool) -> None:
    """Say that the work in a task's git worktree is not needed: it is put away under a ref for 30 days, then given up."""
    from console.api.worktree import Discarded
    from console.commands.worktrees import at_stake, discard_task

    with one_board(here, number, project) as (place, task_id, db):
        settings = here.project_settings(place)
        if not yes and not _agreed(f"{place}#{task_id}", at_stake(db, settings, task_id)):
            raise UsageError(f"{place}#{task_id} was left alone; say --yes to discard its work")
        days = here.settings.retention.discarded_days
        done = discard_task(db, settings, task_id, days=days, by=here.actor, now=here.now())
    back = f"git -C {done.repository} branch task-{task_id} {done.ref}"
    until = iso(done.until) if done.until else None
    record = Discarded(project=place, task=task_id, ref=done.ref, commit=done.tip, until=until, get_back=back)
    here.out.one(
        record, f"the work of {place}#{task_id} is put away until {until or 'you remove it'}; back with `{back}`"
    )


def _agreed(name: str, stake: tuple[Kept, ...]) -> bool:
    """Asks at a terminal, and names what would go; elsewhere nobody agrees."""
    import sys

    from console.records.worktree import words_of

    if not sys.stdin.isatty():
        return False
    what = "; ".join(map(words_of, stake)) or in_words("nothing that is not merged")
    return click.confirm(in_words(f"Discard the work of {name} ({one_line(what, 600)})?"), err=True)
