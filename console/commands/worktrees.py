"""Owns the merging and the discarding of a done task's work, for every door: what is refused and why, what follows.

It never removes work that is not merged or kept under a ref; doing either twice is harmless.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.blackboard.connection import Database
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.worktrees import sharing, worktree_row
from console.blackboard.writes.tasks import NewTask, create_task
from console.blackboard.writes.worktrees import note_kept, set_discarded, set_merged, set_worktree, worktree_gone
from console.commands.left_behind import free_ref, note_left, ref_for_left
from console.crash import crash_point
from console.errors import Conflict, MoziError
from console.git.discarding import PREFIX, discard
from console.git.merged import is_in
from console.git.merging import Conflicting, Merge, Way, advance, compute, laid_out
from console.git.repository import Repository, own_config
from console.git.standing import size_of, what_stands, work_in
from console.git.worktree import Worktree, remove_worktree, repository_for, targets_of
from console.records.actor import Actor
from console.records.task import FINAL, Task, TaskStatus
from console.records.worktree import Kept, TaskWorktree, words_of
from console.settings import ProjectSettings

__all__ = ("Discarded", "Merged", "at_stake", "discard_task", "merge_task")

_DAY = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge."""

    commit: str = ""
    """The target's now; empty where there are conflicts."""
    into: str
    already: bool = False
    follow_up: int | None = None
    """The task that resolves the conflicts."""
    kept: tuple[Kept, ...] = ()
    """Why the worktree is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """What came of a discard."""

    ref: str
    tip: str
    until: int
    repository: str


def merge_task(
    db: Database,
    settings: ProjectSettings,
    task_id: int,
    *,
    way: Way = Way.MERGE,
    into: str | None = None,
    by: Actor,
    now: int,
    days: int,
    check: Callable[[Path], None],
) -> Merged:
    """Bring the work of a done task into its target, then tidy. Raises Conflict with the reason against it.

    `check` looks at the result in a folder; what it raises is a reason against it, and nothing was merged. What
    only reflogs of its worktree know is kept for `days`.
    """
    task, row = get_task(db, task_id), worktree_row(db, task_id)
    if row is not None and row.merged and not task.branch:
        _refuse_lost(settings, task, row)
        return Merged(commit=row.merged, into=row.merged_into or "", already=True)
    if task.status != TaskStatus.DONE:
        raise Conflict(f"task #{task_id} is {task.status}; only a done task is merged")
    _refuse_at_work(db, task)
    repository, folder, branch = _place(settings, task, row)
    target = into or (row.target if row is not None else None) or repository.branch()
    if target is None:
        raise Conflict(f"{repository.top} is on no branch; say --into BRANCH")
    source = _source(repository, folder, branch, settings.worktree.caches)
    at = repository.commit(f"refs/heads/{target}")
    with own_config(repository) as git:
        already = at is not None and is_in(git, source, at)
    note = f"refs/moziplus/merging/{settings.id}/{task_id}"
    pending = repository.commit(note)
    merge = Merge(target=target, old=at, new=at) if already and at is not None and pending is None else None
    try:
        merge = merge or _computed(repository, settings, task, source, target, way, pending, check)
    except Conflicting as error:
        return Merged(into=target, follow_up=_follow_up(db, task, row, error, target, source, by, now))
    advance(repository, merge, note)
    crash_point("merge.done")
    set_merged(db, task_id, repository=str(repository.top), commit=merge.new, into=target, by=by, now=now)
    kept = _tidied(db, settings, task, repository, target, days, by, now)
    return Merged(commit=merge.new, into=target, already=already, kept=kept)


def discard_task(db: Database, settings: ProjectSettings, task_id: int, *, days: int, by: Actor, now: int) -> Discarded:
    """Put the work of an ended task away under a ref, for `days`, and remove its worktree. Raises Conflict with the reason."""
    task, row = get_task(db, task_id), worktree_row(db, task_id)
    if row is not None and row.discarded and not row.left and row.discarded_tip and not task.branch:
        return Discarded(
            ref=row.discarded, tip=row.discarded_tip, until=row.discarded_until or 0, repository=row.repository
        )
    _refuse_under_way(db, task)
    repository, folder, branch = _place(settings, task, row)
    ref = free_ref(repository, PREFIX, settings.id, task_id)
    tip = discard(repository, folder, branch, ref, settings.worktree.caches)
    crash_point("merge.discarded")
    if tip is None:
        worktree_gone(db, task_id, by=by, now=now)
        raise Conflict(f"task #{task_id} has no work any more")
    until = now + days * _DAY if days else 0
    where = str(repository.top)
    set_discarded(db, task_id, repository=where, ref=ref, tip=tip, until=until or 1 << 60, by=by, now=now)
    worktree_gone(db, task_id, by=by, now=now)
    return Discarded(ref=ref, tip=tip, until=until, repository=where)


def at_stake(db: Database, settings: ProjectSettings, task_id: int) -> tuple[Kept, ...]:
    """What discarding would put away, to be shown before it is done. Raises Conflict as that would."""
    task, row = get_task(db, task_id), worktree_row(db, task_id)
    _refuse_under_way(db, task)
    repository, folder, branch = _place(settings, task, row)
    return what_stands(
        repository,
        folder,
        branch,
        targets_of(repository, None if row is None else row.target, branch),
        settings.worktree.caches,
    )


def _refuse_under_way(db: Database, task: Task) -> None:
    if task.status not in (*FINAL, TaskStatus.FAILED):
        raise Conflict(f"task #{task.id} is {task.status}; only the work of an ended task is discarded")
    _refuse_at_work(db, task)


def _refuse_at_work(db: Database, task: Task) -> None:
    for one in sharing(db, task):
        if one.id != task.id and one.status not in (*FINAL, TaskStatus.FAILED):
            raise Conflict(f"#{one.id} ({one.status}) works in the same worktree; it comes first")
        if any(session.gone_at is None for session in sessions_of(db, one.id)):
            raise Conflict(f"an agent is still at work on #{one.id}")


def _refuse_lost(settings: ProjectSettings, task: Task, row: TaskWorktree) -> None:
    """Raises Conflict where the target was set back to before the merge: nothing else has that work by name."""
    merged = row.merged or "HEAD"
    try:
        repository = repository_for(task, row, settings.workdir)
        at = repository.commit(f"refs/heads/{row.merged_into}")
        if at is None or repository.commit(merged) is None:
            return
        with own_config(repository) as git:
            lost = not is_in(git, merged, at)
    except MoziError:
        return  # what cannot be asked is as it was written down
    if lost:
        back = f"git -C {shlex.quote(str(repository.top))} merge {merged}"
        raise Conflict(f"#{task.id} was merged into {row.merged_into}, which has it no more; `{back}` brings it back")


def _place(settings: ProjectSettings, task: Task, row: TaskWorktree | None) -> tuple[Repository, Path, str]:
    if not task.work_folder or not task.branch:
        raise Conflict(_why_none(task, row))
    return repository_for(task, row, settings.workdir), Path(task.work_folder), task.branch


def _why_none(task: Task, row: TaskWorktree | None) -> str:
    """Why there is no worktree to merge or discard."""
    if row is not None and row.discarded and not row.left:
        back = f"git -C {shlex.quote(row.repository)} branch task-{task.id} {row.discarded}"
        return f"the work of task #{task.id} was discarded; `{back}` brings it back as a branch, which git merges"
    if row is not None and task.status in FINAL:
        return f"task #{task.id} has no git worktree any more: it went when nothing of it was left to merge"
    return f"task #{task.id} has no git worktree: there is nothing to merge or discard"


def _source(repository: Repository, folder: Path, branch: str, caches: tuple[str, ...]) -> str:
    """The commit that holds the work. Raises Conflict where some of it is in no commit."""
    tip = repository.commit(f"refs/heads/{branch}")
    if os.path.lexists(folder / ".git"):
        tree = Repository.at(folder)
        open_work = [one for one in work_in(tree, caches) if one.code == "uncommitted"]
        if open_work:
            what = words_of(open_work[0])
            raise Conflict(
                f"{what}: `git -C {folder} add -A && git -C {folder} commit`, or discard, then merge once more"
            )
        head = tree.commit()
        if head is not None and head != tip:
            with own_config(repository) as git:
                if tip is not None and not git.says("merge-base", "--is-ancestor", tip, head):
                    raise Conflict(
                        f"what is checked out in {folder} is not what {branch} has; check out {branch} there"
                    )
            return head
    if tip is None:
        raise Conflict(f"there is no branch {branch} in {repository.top} any more")
    return tip


def _computed(
    repository: Repository,
    settings: ProjectSettings,
    task: Task,
    source: str,
    target: str,
    way: Way,
    pending: str | None,
    check: Callable[[Path], None],
) -> Merge:
    """The merge, checked; one that was begun before it was ended is gone on with. Raises Conflicting, MoziError."""
    if pending is not None:
        old = repository.commit(f"{pending}^1")
        if old is not None and repository.commit(f"refs/heads/{target}") in (old, pending):
            return Merge(target=target, old=old, new=pending)
    merge = compute(repository, source, target, way, f"{task.title}\n\nTask {settings.id}#{task.id}\n")
    if settings.worktree.checks:
        with laid_out(repository, merge) as folder:
            try:
                check(folder)
            except MoziError as error:
                raise Conflict(f"#{task.id} is not merged into {target}: {error}") from error
    return merge


def _follow_up(
    db: Database,
    task: Task,
    row: TaskWorktree | None,
    error: Conflicting,
    target: str,
    source: str,
    by: Actor,
    now: int,
) -> int:
    """A task for the author, in the same worktree; asked again before anything moved, it is the same one."""
    author = next((one.agent for one in reversed(sessions_of(db, task.id)) if one.seat_id is None), None)
    listed = "\n".join(f"- {path}" for path in error.paths)
    new = NewTask(
        title=f"Resolve the conflicts of #{task.id} with {target}",
        body=(
            f"The work of #{task.id} ({task.title}) cannot be merged into `{target}`: these files were changed on both"
            f" sides.\n\n{listed}\n\nYou are in its worktree. Run `git merge {target}`, resolve each conflict so that both"
            " changes hold, commit, and submit."
        ),
        assignee=author,
        parent=task.id,
        reviews=task.reviews,
        priority=task.priority,
    )
    made = create_task(db, new, by=by, now=now, key=f"merge:{task.id}:{source}:{target}")
    if made.work_folder is None and task.work_folder and task.branch and row is not None:
        set_worktree(
            db, made.id, folder=task.work_folder, branch=task.branch, repository=row.repository, base=row.base or "",
            target=row.target, ready=True, by=by, now=now,
        )  # fmt: skip
    return made.id


def _tidied(
    db: Database,
    settings: ProjectSettings,
    task: Task,
    repository: Repository,
    target: str,
    days: int,
    by: Actor,
    now: int,
) -> tuple[Kept, ...]:
    assert task.work_folder is not None and task.branch is not None
    tree = Worktree(repository=repository.top, folder=Path(task.work_folder), branch=task.branch)
    left = ref_for_left(repository, settings.id, task.id, worktree_row(db, task.id))
    kept = remove_worktree(tree, targets_of(repository, target, task.branch), settings.worktree.caches, left)
    if kept:
        size = size_of(tree.folder)
        note_kept(db, task.id, repository=str(repository.top), kept=kept, size=size, by=by, now=now)
    else:
        note_left(db, task.id, repository, left, days=days, by=by, now=now)
        worktree_gone(db, task.id, by=by, now=now)
    return kept
