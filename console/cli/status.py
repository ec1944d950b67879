"""`moziplus status`: who is in charge, and how each project stands. Works with and without a scheduler in charge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.cli.options import Here, command, pass_here
from console.errors import Unavailable

if TYPE_CHECKING:
    from console.api.status import AgentOut, Budget, ProjectStands, Status

__all__ = ("status",)


@command("status", prints="status.Status")
@pass_here
def status(here: Here) -> None:
    """Show who is in charge, the projects with their tasks and agents, and how much waits for you.

    What cannot be read is said with its reason, everything else is shown. Ends with 2 where settings are wrong, with 5
    where whoever is in charge hangs: no tick for three intervals.
    """
    from console.engine.status import collect
    from console.errors import ConfigError
    from console.settings.load import settings_as_far_as_right

    settings, wrong = settings_as_far_as_right(here.home_as_it_is, here.environ)
    found = collect(here.home_as_it_is, settings, here.clock, wrong)
    here.out.one(found, lambda: "\n".join(map(in_words, _lines(here, found))))
    if found.hung and (who := found.in_charge) is not None:
        raise Unavailable(
            f"the scheduler in charge (pid {who.pid} on {who.host}) hangs: its last tick was at"
            f" {found.last_tick}; end it with `kill -9 {who.pid}`, its service or the next one goes on"
        )
    if wrong:
        raise ConfigError(wrong)


def _lines(here: Here, found: Status) -> Iterator[str]:
    from console.api.shape import plain
    from console.engine.links import published
    from console.engine.status import is_of_home

    for problem in found.problems:
        yield f"{in_words('PROBLEM')}: {in_words(problem)}"
    who = found.in_charge
    if who is None:
        yield "nobody is in charge: `moziplus` or `moziplus run` starts a scheduler"
    else:
        draining = ", draining" if found.draining else ""
        yield f"in charge: {who.mode}, pid {who.pid} on {who.host}, since {who.since}{draining}"
    unread = any(map(is_of_home, found.problems))
    last = found.last_tick or in_words("not known" if unread else "never")
    yield f"last tick: {last} (every {found.tick_interval_seconds} s)"
    for flag, word in ((found.estopped, in_words("EMERGENCY STOP")), (found.paused, in_words("paused"))):
        if flag is not None:
            reason = f": {flag.reason}" if flag.reason else ""
            yield f"{word} by {flag.actor} since {flag.at}{reason}; `moziplus resume` goes on"
    for link in published(plain(found)).values():
        if not link.up:
            yield f"{link.why}; {link.advice}" if link.advice else link.why
    inbox = in_words("not known") if unread else found.inbox_pending
    least = " or more" if unread or any(each.set_aside for each in found.projects.values()) else ""
    yield f"gateway: {in_words(found.gateway)}; inbox: {inbox}; needs you: {found.needs_you}{least}"
    for out in found.agents_out:
        yield f"{_out(out, here.now())}: {out.said}"
    for odd in found.locks:
        yield f"{odd.says}; `moziplus doctor` says what to do"
    if found.budgets is not None:
        yield from _budget("the home today", found.budgets.day)
    for name, project in found.projects.items():
        yield f"  {name}: {_project(project)}"
        if project.budgets is not None:
            for budget, words in ((project.budgets.project, "in all"), (project.budgets.project_day, "today")):
                yield from _budget(f"{name} {in_words(words)}", budget)
        if project.problem:
            yield f"  {name}: {in_words('PROBLEM')}: {in_words(project.problem)}"
    if not found.projects and not found.problems:
        yield "  no projects yet: `moziplus project create --id ID --name NAME --agents a,b`"


def _out(out: AgentOut, now: int) -> str:
    from console.days import shown_today, written

    when = "" if out.until is None else shown_today(written(out.until), now)
    if out.why == "limited":
        return f"{out.agent} is rate limited until {when}"
    return f"{out.agent} is not signed in, and is tried again at {when}"


def _budget(whose: str, budget: Budget) -> Iterator[str]:
    """A line where there is a limit."""
    units = {"cost": "US dollars", "tokens": "tokens", "sessions": "sessions"}
    told = [
        f"{getattr(budget.used, unit):.10g} / {getattr(budget.limit, unit):.10g} {in_words(word)}"
        for unit, word in units.items()
        if getattr(budget.limit, unit) is not None
    ]
    if told:
        yield f"  budget of {whose}: {', '.join(told)}"


def _project(project: ProjectStands) -> str:
    if project.set_aside:
        return f"{in_words('SET ASIDE')}: {in_words(project.set_aside)}"
    tasks = ", ".join(f"{n} {in_words(name)}" for name, n in project.tasks_summary.items() if n) or "no tasks"
    paused = in_words(" (paused)") if project.paused else ""
    waiting = f", {project.waiting_agents} of them waiting" if project.waiting_agents else ""
    counts = f"{tasks}; {project.active_agents} agent(s) at work{waiting}; {project.needs_you} need(s) you"
    return f"{counts}; policy {project.policy}{paused}"
