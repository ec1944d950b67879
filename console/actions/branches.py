"""Owns the operator's actions on a task's git branch: merge it, or put its work away. The rules are in `worktrees`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Context, Done, Target
from console.i18n import N_, _
from console.records.task import FINAL, TaskStatus
from console.records.worktree import words_of

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.settings import ProjectSettings, Settings

__all__ = ("ACTIONS",)


def _no_merge(target: Target) -> str | None:
    if target.task is None:
        return _("There is no task here.")
    if not target.task.branch:
        return _("This task has no git branch.")
    return None if target.task.status == TaskStatus.DONE else _("Only a done task can be merged.")


def _merge(db: Database, act: Act) -> Done:
    from console.agents.project_commands import run_checks
    from console.commands.worktrees import merge_task

    assert act.target.task is not None
    home = _home_settings(db)
    settings = _settings(db)
    check = partial(run_checks, settings.worktree, act.halt)
    days = home.retention.discarded_days
    done = merge_task(db, settings, act.target.task.id, check=check, days=days, by=act.by, now=act.now)
    if done.follow_up is not None:
        says = _("It conflicts with {branch}: #{task} resolves that.")
        return Done(says=says.format(branch=done.into, task=done.follow_up))
    if done.kept:
        why = "; ".join(words_of(one) for one in done.kept)
        return Done(says=_("Merged into {branch}; its worktree stays: {why}").format(branch=done.into, why=why))
    return Done(says=_("#{task} is merged into {branch}.").format(task=act.target.task.id, branch=done.into))


def _no_discard(target: Target) -> str | None:
    if target.task is None:
        return _("There is no task here.")
    if not target.task.branch:
        return _("This task has no git branch.")
    ended = target.task.status in (*FINAL, TaskStatus.FAILED)
    return None if ended else _("Only the work of an ended task can be discarded.")


def _discard(db: Database, act: Act) -> Done:
    from console.commands.worktrees import discard_task

    assert act.target.task is not None
    days = _home_settings(db).retention.discarded_days
    done = discard_task(db, _settings(db), act.target.task.id, days=days, by=act.by, now=act.now)
    return Done(says=_("Put away as {ref}.").format(ref=done.ref))


def _home_settings(db: Database) -> Settings:
    from console.home import Home
    from console.settings import load_settings

    return load_settings(Home(db.path.parents[2]))


def _settings(db: Database) -> ProjectSettings:
    from console.settings.project import load_project

    return load_project(_home_settings(db), db.path.parent)


ACTIONS = (
    Action(
        id="merge",
        title=N_("merge"),
        keys=("M",),
        group=N_("Tasks"),
        contexts=frozenset({Context.TASK}),
        danger=True,
        question=N_("Merge the branch of {what}? Its worktree goes when all of it is merged."),
        why_disabled=_no_merge,
        perform=_merge,
        final=N_("Its commits are in your branch; `git revert` takes them out."),
        slow=True,
        hint=14,
    ),
    Action(
        id="discard",
        title=N_("discard its work"),
        group=N_("Tasks"),
        contexts=frozenset({Context.TASK}),
        danger=True,
        question=N_("Put the work of {what} away? A ref keeps it for some days."),
        why_disabled=_no_discard,
        perform=_discard,
        final=N_("A ref keeps the work; the page of the task says the command that brings it back."),
        slow=True,
    ),
)
