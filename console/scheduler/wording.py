"""Owns the words of an explanation: one sentence for each reason, and one that says what to do. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from console.records.agent import Agent
from console.records.ask import HOLD
from console.records.fitness import UnfitWhy
from console.records.guardrail import TASK_BUDGET
from console.records.hold import rule_told
from console.records.link import Link
from console.records.policy import Policy
from console.records.task import Task, TaskStatus
from console.scheduler.budgets import Ledger
from console.scheduler.caps import told as told_of_budget
from console.scheduler.claimable import holder_of
from console.scheduler.matching import link_down, mismatch
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.unassignable import told
from console.scheduler.why import Why

__all__ = ("BY_ITSELF", "advice", "how_long", "links_down", "sentence")

BY_ITSELF = "nothing to do: it starts by itself"
"""Where somebody is in charge."""


def sentence(
    why: Why, view: ProjectView, snapshot: Snapshot, task: Task, blockers: Sequence[Task], now: int, policy: Policy
) -> str:
    """The reason, for people, in one sentence that names the task."""
    it = f"task #{task.id}"
    match why:
        case Why.SETTLED | Why.WORKING | Why.HELD | Why.UNCONFIRMED:
            return _of_its_status(it, why, view, task)
        case Why.BLOCKED:
            return f"{it} waits for {_listed(blockers, task)}"
        case Why.TOO_EARLY | Why.BACKING_OFF:
            return _of_the_clock(it, why, task, now)
        case Why.REPORT:
            return f"{it} is a report: the scheduler writes it itself, at its next look"
        case Why.GRACE:
            grace = view.graces[task.id]
            return f"{it} waits {how_long(grace.until - now)}: the verdict on #{grace.of} can be taken back until then"
        case Why.PLAN_REVIEW:
            return f"{it}: its plan is still under review"
        case Why.PLAN_CHANGES:
            return f"{it}: its plan review asks for changes of the task's own text"
        case Why.ARCHIVED | Why.PROJECT_PAUSED | Why.HOME_PAUSED | Why.ESTOPPED | Why.DRAINING | Why.DISK:
            return f"{it} is ready, but {_of_the_gates(why, view)}"
        case Why.BUDGET:
            spent = Ledger(snapshot).spent(view, task.id)
            return f"{it} is ready, but {told_of_budget(spent) if spent else 'those before it use up a budget'}"
        case Why.ASSIGNEE | Why.ROLE | Why.NEEDS | Why.REVIEWER | Why.NOBODY:
            return f"{it}: {told(why, task)}"
        case Why.UNFIT:
            return f"{it} is ready, but {_of_the_unfit(view, task)}"
        case Why.EXTERNAL:
            return f"{it} is ready; only agents that claim for themselves could do it"
        case Why.LINK_DOWN:
            return _of_the_links(it, links_down(view, snapshot, task))
        case Why.AGENT_BUSY | Why.PROJECT_FULL | Why.HOME_FULL | Why.ONE_FOLDER | Why.KEPT:
            return f"{it} is ready; {_of_the_limits(why, view, snapshot, task, policy)}"
        case Why.NEXT:
            return f"{it} is ready: nothing stands in its way"


def _of_its_status(it: str, why: Why, view: ProjectView, task: Task) -> str:
    present = holder_of(task.id, view.present)
    who = present.session.agent if present else "an agent"
    match why:
        case Why.WORKING:
            return f"{it} is running: {who} works on it"
        case Why.HELD:
            reason = task.hold_reason or "no reason given"
            rule = rule_told(task.hold_rule)
            return f"{it} is held by the rule {rule}: {reason}" if rule else f"{it} is held: {reason}"
        case Why.UNCONFIRMED:
            return f"{it} waits until its last session ({who}) is confirmed ended"
    if task.status == TaskStatus.REVIEW:
        return f"{it} is handed in and under review"
    if task.status == TaskStatus.FAILED:
        return f"{it} has failed: {task.failure or 'no reason given'}"
    return f"{it} is {task.status}"


def _of_the_clock(it: str, why: Why, task: Task, now: int) -> str:
    if why == Why.TOO_EARLY:
        return f"{it} may not start before its date, in {how_long((task.not_before or now) - now)}"
    last = f" ({task.failure})" if task.failure else ""
    wait = how_long((task.retry_at or now) - now)
    if not task.attempts:  # refused for now, released, or not started
        return f"{it} is tried again in {wait}{last}; no attempt was spent"
    return f"{it} failed {task.attempts} time(s){last} and is tried again in {wait}"


def _of_the_gates(why: Why, view: ProjectView) -> str:
    match why:
        case Why.ARCHIVED:
            return f"project {view.id} is archived"
        case Why.PROJECT_PAUSED:
            by = f" by {view.state.paused_by}" if view.state.paused_by else ""
            for_ = f": {view.state.pause_reason}" if view.state.pause_reason else ""
            return f"project {view.id} is paused{by}{for_}"
        case Why.HOME_PAUSED:
            return "the home is paused"
        case Why.ESTOPPED:
            return "the home is e-stopped"
        case Why.DRAINING:
            return "the scheduler is draining: it starts nothing more and leaves when the sessions have ended"
        case _:
            return "the disk is nearly full"


def _of_the_unfit(view: ProjectView, task: Task) -> str:
    """Each agent that could do it and cannot be started, with the reason."""
    if view.place is not None:
        return view.place.told
    return "; ".join(f"{agent.id} {view.unfit[agent.id].told}" for agent in unfit_for(task, view))


def _of_the_links(it: str, down: Sequence[Link]) -> str:
    """Whose agents could do it, and how each link stands, in its own words."""
    names = ", ".join(link.name for link in down)
    stand = "; ".join(link.why or f"the {link.name} cannot be reached" for link in down)
    return f"{it} is ready; only {names} agents could do it, and {stand}"


def links_down(view: ProjectView, snapshot: Snapshot, task: Task) -> list[Link]:
    """The links that whoever could do the task needs, where they are down, by name."""
    fitting = (agent for agent in view.agents if mismatch(agent, task) is None)
    down = {link.name: link for agent in fitting if (link := link_down(agent, snapshot.links)) is not None}
    return [down[name] for name in sorted(down)]


def _to_mend(why: Why, view: ProjectView, snapshot: Snapshot, task: Task) -> str:
    if why == Why.LINK_DOWN:
        down = links_down(view, snapshot, task)
        return "; ".join(link.advice or f"moziplus doctor says what is wrong with the {link.name}" for link in down)
    who = unfit_for(task, view)
    if view.place is not None or not who:
        return f"mend it, or moziplus project edit {view.id}; no attempt is spent meanwhile"
    first = view.unfit[who[0].id]
    match first.why:
        case UnfitWhy.LIMITED:
            return f"nothing to do: it starts by itself then; sooner by somebody else: moziplus task assign {task.id}"
        case UnfitWhy.SIGNED_OUT:
            return f"sign in again, then moziplus agent check {who[0].id}; no attempt is spent meanwhile"
        case _:
            return f"mend it; moziplus agent check {who[0].id} says whether it can start. No attempt is spent meanwhile"


def unfit_for(task: Task, view: ProjectView) -> list[Agent]:
    """Who could do the task and cannot be started."""
    return [a for a in view.agents if a.id in view.unfit and mismatch(a, task) is None]


def _of_the_limits(why: Why, view: ProjectView, snapshot: Snapshot, task: Task, policy: Policy) -> str:
    match why:
        case Why.HOME_FULL:
            present = sum(len(project.present) for project in snapshot.projects)
            return f"all {policy.max_global_agents} slots of the home are taken ({present} sessions)"
        case Why.PROJECT_FULL:
            return f"all {view.policy.max_project_agents} slots of project {view.id} are taken"
        case Why.ONE_FOLDER:
            return "another agent works in the project's folder, where one works at a time"
        case Why.KEPT:
            return "the last free slot is kept for a review that is due"
    busy = sorted({p.session.agent for project in snapshot.projects for p in project.present})
    mine = [a.id for a in view.agents if a.id in busy and (task.assignee is None or a.id == task.assignee)]
    return f"everyone who could do it is at work or next in turn for another task{_in_brackets(mine)}"


def advice(why: Why, view: ProjectView, snapshot: Snapshot, task: Task, blockers: Sequence[Task]) -> str:
    """What the operator can do about it, in one line."""
    here = f"{task.id} --project {view.id}"
    stuck = [b for b in blockers if b.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)]
    match why:
        case Why.SETTLED if task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED):
            return f"moziplus task retry {here}"
        case Why.SETTLED if task.status == TaskStatus.REVIEW:
            return "moziplus review list shows what the review waits for"
        case Why.HELD:
            return _to_go_on(view, task) or f"moziplus task release {here}"
        case Why.BLOCKED if stuck:
            return f"moziplus task retry {stuck[0].id} --project {view.id}, or remove the dependency: it will not end by itself"
        case Why.PROJECT_PAUSED:
            return f"moziplus resume --project {view.id}"
        case Why.HOME_PAUSED | Why.ESTOPPED:
            return "moziplus resume"
        case Why.ARCHIVED:
            return f"moziplus project unarchive {view.id}"
        case Why.DRAINING:
            return "start a scheduler again: moziplus run"
        case Why.BUDGET:
            return "raise budgets in guardrails.yaml; one of a day begins anew at midnight"
        case Why.DISK:
            return "make room on the disk: moziplus clean"
        case Why.ASSIGNEE | Why.ROLE | Why.NEEDS | Why.REVIEWER | Why.NOBODY:
            return f"moziplus task assign {here}, or add an agent: moziplus project edit {view.id}"
        case Why.UNFIT | Why.LINK_DOWN:
            return _to_mend(why, view, snapshot, task)
        case Why.HOME_FULL | Why.PROJECT_FULL:
            return "wait for a session to end, or raise daemon.max_global_agents or the project's limit"
        case Why.ONE_FOLDER:
            return f"wait, or give each task a folder: worktrees: true in moziplus project edit {view.id}"
        case Why.AGENT_BUSY:
            return "wait for a session to end, or raise daemon.max_per_agent"
        case Why.PLAN_REVIEW:
            return "moziplus review list shows who judges it"
        case Why.PLAN_CHANGES:
            return f"moziplus task show {here} says what is to change; moziplus task edit {here} changes it"
        case _:
            return "nothing to do" if why in (Why.SETTLED, Why.WORKING) else BY_ITSELF


def _to_go_on(view: ProjectView, task: Task) -> str | None:
    """How to answer what a held task waits for, or raise its cap; None where it waits for neither."""
    if task.hold_rule == TASK_BUDGET:
        return f"moziplus task raise {task.id} --project {view.id}"
    asked = (ask.id for ask in view.asks if ask.parked and ask.task_id == task.id and task.hold_rule == HOLD)
    return next((f"moziplus ask answer {view.id}#{number}" for number in asked), None)


def how_long(ms: int) -> str:
    """A span for people: seconds, minutes, hours or days, at least a second."""
    seconds = max(1, -(-ms // 1000))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _listed(blockers: Sequence[Task], task: Task) -> str:
    named = ", ".join(f"#{b.id} ({b.status})" for b in blockers if b.status != TaskStatus.DONE)
    return named or f"{task.blocked_by} task(s) that are not done"


def _in_brackets(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
