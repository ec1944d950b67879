"""Owns the place of a ready task in its project's queue, in words: how many come first, which, and by what the policy goes.

It orders by the policies' own keys and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.records.policy import MOST_WAITING, Policy
from console.records.task import Task
from console.records.workload import Workload
from console.scheduler.policies import AUTO, in_order, order_in_force
from console.scheduler.policies.auto import why_chosen
from console.scheduler.policies.dynamic import turn
from console.scheduler.snapshot import ProjectView
from console.scheduler.wording import how_long

__all__ = ("Place", "place")

NAMED = 3
"""Tasks before it that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a task stands among the ready ones of its project."""

    position: int
    """1 for the first."""
    of: int
    order: str
    """The order in force."""
    ahead: tuple[tuple[int, str], ...]
    """The first of those before it: id, and why it comes first."""
    sentence: str


def place(task: Task, view: ProjectView, queue: Sequence[Task], now: int) -> Place | None:
    """The place of `task` among `queue`, all ready tasks of the project; None where it is not ready."""
    order = order_in_force(view.policy, view.workload)
    ordered = in_order(queue, order, view.policy)
    ids = [one.id for one in ordered]
    if task.id not in ids:
        return None
    before = ids.index(task.id)
    ahead = tuple((one.id, _mark(one, order, view.policy, now)) for one in ordered[:before][:NAMED])
    return Place(
        position=before + 1,
        of=len(ids),
        order=order,
        ahead=ahead,
        sentence=f"{_of_place(before, len(ids), ahead)}; {_of_policy(ordered[before], order, view, now)}",
    )


def _of_place(before: int, of: int, ahead: Sequence[tuple[int, str]]) -> str:
    if not before:
        return f"first of {of} in turn" if of > 1 else "the only one in turn"
    named = [f"#{number} ({mark})" for number, mark in ahead]
    if before > len(ahead):
        named.append(f"{before - len(ahead)} more")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"number {before + 1} of {of} in turn: {listed} {'comes' if before == 1 else 'come'} first"


def _of_policy(task: Task, order: str, view: ProjectView, now: int) -> str:
    chosen = f" (chosen by auto: {why_chosen(view.workload or Workload())})" if view.policy.order == AUTO else ""
    return f"policy {order}{chosen}: {_own(task, order, view.policy, now)}"


def _own(task: Task, order: str, policy: Policy, now: int) -> str:
    """What the policy makes of the task itself."""
    match order:
        case "deadline" if task.deadline is None:
            return "it has no deadline, so all that have one come before it"
        case "dynamic":
            return f"score {_score(task, policy, now)} = {_sum(task, policy, now)}"
        case "fifo":
            return "older tasks come first, whatever their priority"
        case "priority":
            return f"it is {_mark(task, order, policy, now)}, older ones of the same priority come first"
        case _:
            return f"its deadline is {_when(task.deadline or 0, now)}"


def _mark(task: Task, order: str, policy: Policy, now: int) -> str:
    """In two or three words, what puts a task where it is."""
    match order:
        case "deadline" if task.deadline is None:
            return f"no deadline, P{task.priority}"
        case "deadline":
            return f"deadline {_when(task.deadline or 0, now)}"
        case "dynamic":
            return f"score {_score(task, policy, now)}"
        case "fifo":
            return "older"
        case _:
            return f"P{task.priority}"


def _score(task: Task, policy: Policy, now: int) -> int:
    """Seconds since its turn came; negative while it is still to come."""
    return (now - turn(task, policy).at) // 1000


def _sum(task: Task, policy: Policy, now: int) -> str:
    """The parts of the score, in seconds, as they add up."""
    found = turn(task, policy)
    waiting = min(task.unblocks, MOST_WAITING)
    bonus = f" + {waiting} x {policy.waiting_bonus} ({task.unblocks} wait for it)" if waiting else ""
    if found.pressed:
        score = _score(task, policy, now) - found.bonus // 1000
        left = policy.deadline_lead - score
        word = f"- {left} s to its deadline" if left >= 0 else f"+ {-left} s past its deadline"
        return f"{policy.deadline_lead} {word}{bonus}"
    waited = (now - found.since) // 1000
    return f"{waited} s of waiting - {task.priority} x {policy.ageing} (P{task.priority}){bonus}"


def _when(deadline: int, now: int) -> str:
    return f"in {how_long(deadline - now)}" if deadline > now else f"{how_long(now - deadline)} ago"
