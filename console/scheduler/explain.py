"""Owns the answer to "why is this task not running?", from the very rules that decide; the words are in `wording`.

Decides nothing itself: it asks the rules in the order in which a start would meet them, and stops at the first refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.records.agent import Agent
from console.records.policy import Policy
from console.records.task import Task
from console.scheduler.actions import StartTask
from console.scheduler.budgets import Ledger
from console.scheduler.claimable import refusal
from console.scheduler.decide import what_starts
from console.scheduler.gates import project_closed
from console.scheduler.matching import Team, out_of_reach
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.unassignable import nobody_fits
from console.scheduler.why import Why
from console.scheduler.wording import advice, links_down, sentence
from console.scheduler.works_for import in_place

__all__ = ("Explanation", "explain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a task is not running now."""

    why: Why
    code: str
    """The reason in a word; stable, for scripts. Of a link that is down it has the link's name."""
    sentence: str
    """The reason, for people."""
    advice: str
    """What to do about it, if anything."""


def explain(
    view: ProjectView,
    snapshot: Snapshot,
    task: Task,
    blockers: Sequence[Task],
    now: int,
    *,
    policy: Policy | None = None,
) -> Explanation:
    """Why `task` of `view` is not running at `now` (epoch ms), the first reason that a start would meet.

    `blockers` are the tasks that it depends on and that are not done. `policy` is the home's, for its limits; without it
    the project's stands in.
    """
    home = policy or view.policy
    why, start = _why(view, snapshot, task, now, home)
    told = sentence(why, view, snapshot, task, blockers, now, home)
    return Explanation(
        why=why,
        code=links_down(view, snapshot, task)[0].code if why == Why.LINK_DOWN else str(why),
        sentence=in_place(told, why, view, snapshot, task, start),
        advice=advice(why, view, snapshot, task, blockers),
    )


def _why(view: ProjectView, snapshot: Snapshot, task: Task, now: int, policy: Policy) -> tuple[Why, StartTask | None]:
    found = refusal(task, now, view.present, view.plans, view.graces)
    if found not in (Why.SETTLED, Why.WORKING, Why.HELD):
        found = project_closed(view, snapshot) or found
    if found is None and Ledger(snapshot).spent(view, task.id) is not None:
        found = Why.BUDGET
    if found is not None:
        return found, None
    fitting = Team(view.agents, snapshot.links, view.unfit).fitting(task)
    if not fitting:
        return nobody_fits(task, view.agents), None
    if view.place is not None and task.ask is None:
        return Why.UNFIT, None
    starts, slots, ledger = what_starts(snapshot, policy, now)
    for start in starts:
        if isinstance(start, StartTask) and (start.project, start.task_id) == (view.id, task.id):
            return Why.NEXT, start
    if ledger.spent(view, task.id) is not None:
        return Why.BUDGET, None
    return _nobody_free(view, snapshot, task, fitting, slots), None


def _nobody_free(view: ProjectView, snapshot: Snapshot, task: Task, fitting: tuple[Agent, ...], slots: Slots) -> Why:
    """What stops those who could do it. Where one of them could, the task comes up once those before it have started."""
    reach = [out_of_reach(agent, snapshot.links, view.unfit) for agent in fitting]
    if None not in reach:
        if Why.UNFIT in reach:
            return Why.UNFIT
        return Why.LINK_DOWN if Why.LINK_DOWN in reach else Why.EXTERNAL
    full = [
        slots.refusal(view, agent, answers=task.ask is not None)
        or (slots.folder_taken(view) if task.ask is None else None)
        for agent, why in zip(fitting, reach, strict=True)
        if why is None
    ]
    return Why.NEXT if None in full else full[0] or Why.NEXT
