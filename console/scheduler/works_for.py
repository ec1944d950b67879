"""Owns the words of work in somebody's place: who works for whom and why, and who would. Decides nothing."""

from __future__ import annotations

from console.records.task import Task
from console.scheduler.actions import StartTask
from console.scheduler.claimable import holder_of
from console.scheduler.matching import Team, mismatch
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.why import Why

__all__ = ("in_place",)


def in_place(told: str, why: Why, view: ProjectView, snapshot: Snapshot, task: Task, start: StartTask | None) -> str:
    """What was `told` of the task, with who works, is to start or cannot start in its assignee's place."""
    if start is not None and start.instead_of is not None:
        return f"task #{task.id} is ready: {start.agent} works for {start.instead_of}, which {start.why}"
    team = Team(view.agents, snapshot.links, view.unfit)
    at_work = holder_of(task.id, view.present)
    if why == Why.WORKING and at_work is not None and task.assignee not in (None, at_work.session.agent):
        away, who = team.member(task.assignee or ""), at_work.session.agent
        if away is None or (out := team.why_out(away)) is None:
            return f"task #{task.id} is running: {who} works on it for {task.assignee}"
        return f"task #{task.id} is running: {who} works on it for {task.assignee}, which {out}"
    if why == Why.BACKING_OFF and (limited := _limited(view, task)):
        return f"task #{task.id} waits: {limited} {view.unfit[limited].told}; no attempt was spent"
    if why in (Why.UNFIT, Why.LINK_DOWN) and (others := team.stand_ins(task)):
        return f"{told}; {', '.join(a.id for a in others)} may work for it and cannot now"
    return told


def _limited(view: ProjectView, task: Task) -> str | None:
    """Whose limit the task waits for: that of who could do it and is asked again at the very time at which the task is."""
    fitting = (agent.id for agent in view.agents if mismatch(agent, task) is None)
    return next((one for one in fitting if (out := view.unfit.get(one)) and out.until == task.retry_at), None)
