"""Owns what must be true of every decision, whatever the rules say: asked after each step of a test, and by the fuzzer.

Written without the rules' own code, so that a wrong rule does not excuse itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from console.backends import traits_of
from console.records.budget import Limit, Usage
from console.records.ending import Life
from console.records.policy import Policy
from console.scheduler.actions import (
    Action,
    EndRound,
    EndSession,
    Leave,
    PrepareRound,
    StartSeat,
    StartTask,
    StopSession,
)
from console.scheduler.in_place import nobody_is_replaced_who_is_there, out
from console.scheduler.matching import out_of_reach
from console.scheduler.once import (
    a_schedule_moves_on_once_and_only_where_it_may,
    an_end_has_its_consequence_once,
    nothing_is_learnt_twice,
)
from console.scheduler.snapshot import Present, ProjectView, Snapshot
from console.scheduler.within_slots import never_more_starts_than_slots

__all__ = ("INVARIANTS", "violations")

Check = Callable[[Snapshot, Policy, Sequence[Action], int], Iterator[str]]
Start = StartTask | StartSeat


def violations(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> list[str]:
    """Every promise that `actions` break, in words; empty where all is well."""
    return [f"{check.__name__}: {what}" for check in INVARIANTS for what in check(snapshot, policy, actions, now)]


def never_two_starts_of_one_thing(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """No task and no seat is started twice, nor while a session on it is present."""
    things = Counter(_thing(a.project, a) for a in _starts(actions))
    taken = {(v.id, p.session.task_id, p.session.seat_id) for v in snapshot.projects for p in v.present}
    yield from (f"{thing} is started more than once" for thing, n in things.items() if n > 1)
    yield from (f"{thing} is started beside a session" for thing in things if thing in taken)


def one_author_in_one_folder(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """Where a project's agents share one folder, no author starts beside another."""
    for view in snapshot.projects:
        answers = {t.id for t in view.ready if t.ask is not None}
        mine = (a for a in actions if isinstance(a, StartTask) and a.project == view.id)
        starts = [a for a in mine if a.task_id not in answers]
        authors = [p for p in view.present if p.author]
        if view.one_author and starts and len(starts) + len(authors) > 1:
            yield f"{view.id}: {len(authors)} authors present and {len(starts)} start in one folder"


def nothing_starts_where_it_must_not(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """No start while the home or the project is paused, e-stopped, draining, archived, or short of disk."""
    closed = snapshot.paused or snapshot.estopped or snapshot.draining or not snapshot.enough_disk
    for start in _starts(actions):
        view = _view(snapshot, start.project)
        if closed or view.state.archived or view.state.paused_at is not None:
            yield f"{start} in a project or home that is closed"


def nothing_starts_over_a_budget(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """No start where a budget is used up; and no more starts than a limit of sessions leaves."""
    starts = _starts(actions)
    today = [view.used_today for view in snapshot.projects]
    if starts and _over(snapshot.day, today, len(starts)):
        yield f"{len(starts)} starts over the home's budget of the day"
    for view in snapshot.projects:
        mine = [start for start in starts if start.project == view.id]
        limits = (view.budgets.project_day, view.used_today), (view.budgets.project, view.used)
        if mine and any(_over(limit, [used], len(mine)) for limit, used in limits):
            yield f"{view.id}: {len(mine)} starts over its budget"
        for start in mine:
            use = view.tasks_used.get(start.task_id)
            if use is not None and use.releases == 0 and _over(view.budgets.task, [use.used], 1):
                yield f"{start} over the task's own budget"


def the_author_never_reviews(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """Neither as one of a round's reviewers nor on a seat."""
    for action in actions:
        if isinstance(action, PrepareRound | StartSeat | EndRound):
            view = _view(snapshot, action.project)
            names = _asked(action)
            about = [r for r in view.rounds if _about(action, r.review.id, [s.id for s in r.seats])]
            asked = not isinstance(action, StartSeat)  # a task may be given to whom a seat waits for
            if any(not (r.authors if asked else {r.review.author}).isdisjoint(names) for r in about):
                yield f"{action} lets the author review"


def nobody_speaks_out_of_turn(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """A seat starts in an open round, or for whom it went to; in a sequence nobody before it is still to speak."""
    for action in (a for a in actions if isinstance(a, StartSeat)):
        for round_ in _view(snapshot, action.project).rounds:
            seat = next((s for s in round_.seats if s.id == action.seat_id), None)
            if seat is None:
                continue
            if any(
                isinstance(a, EndRound) and a.review_id == round_.review.id and a.project == action.project
                for a in actions
            ):
                yield f"{action} in a round that is ended"
            asked = round_.review.escalated_to if round_.review.status == "escalated" else None
            if round_.review.status != "open" and seat.reviewer != asked:
                yield f"{action} in a review that is {round_.review.status}"
            if (seat.kind == "escalation") != (asked is not None) or round_.task.status == "held":
                yield f"{action} starts a seat that nobody waits for"
            before = [
                s for s in round_.seats if s.id < seat.id and s.kind == "review" and s.status in ("waiting", "working")
            ]
            if round_.review.in_sequence and seat.kind == "review" and before:
                yield f"{action} before seat {before[0].id} has spoken"


def no_reviewer_is_given_up_early(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """A round is ended when its time is over, for seats of agents that left or are not fit, or when nobody is waited for."""
    for action in (a for a in actions if isinstance(a, EndRound)):
        view = _view(snapshot, action.project)
        round_ = next(r for r in view.rounds if r.review.id == action.review_id)
        over = round_.review.round_until is not None and now >= round_.review.round_until
        team = {agent.id for agent in view.agents}
        had = {s.reviewer for s in round_.seats if s.status != "vacant" or s.stand_in is not None}
        if len(action.instead) > len(action.seats) or len({*action.instead} - had) < len(action.instead):
            yield f"{action} asks somebody twice"
        for seat in (s for s in round_.seats if s.id in action.seats):
            if seat.status not in ("waiting", "working"):
                if seat.stand_in != "wanted":
                    yield f"{action} gives up a seat that is {seat.status}"
            elif not over and (seat.reviewer in team - out(view, snapshot) or seat.status == "working"):
                yield f"{action} gives up {seat.reviewer} before the time is over"


def every_start_fits(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """A task is ready and its agent is who it asks for; a seat's agent is its reviewer; each can be started by us."""
    for start in _starts(actions):
        view = _view(snapshot, start.project)
        agent = next((a for a in view.agents if a.id == start.agent), None)
        task = next((t for t in view.ready if isinstance(start, StartTask) and t.id == start.task_id), None)
        if agent is None or out_of_reach(agent, snapshot.links) is not None:
            yield f"{start}: its agent cannot be started"
        elif agent.id in view.unfit or (view.place is not None and task is not None and task.ask is None):
            yield f"{start}: its agent is not fit"
        elif isinstance(start, StartSeat):
            seats = {s.id: s for r in view.rounds for s in r.seats}
            if start.seat_id not in seats or seats[start.seat_id].reviewer != agent.id:
                yield f"{start}: the seat is not this agent's"
        else:
            if task is None or task.status != "pending" or task.blocked_by:
                yield f"{start}: the task is not ready"
            elif task.kind == "report":
                yield f"{start}: a report is nobody's work"
            elif max(task.not_before or 0, task.retry_at or 0) > now:
                yield f"{start}: the task is not due"
            elif task.assignee not in (None, start.instead_of or agent.id) or (task.role or agent.role) != agent.role:
                yield f"{start}: the task is for somebody else"
            elif not set(task.needs) <= set(agent.capabilities):
                yield f"{start}: the agent lacks what the task needs"


def only_the_gone_are_ended(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """A session is ended once, and only when it is dead, late to be born, or external and past its lease."""
    ended = [a for a in actions if isinstance(a, EndSession)]
    for action in ended:
        view = _view(snapshot, action.project)
        present = next(p for p in view.present if p.session.id == action.session)
        if not _gone(present, view, now):
            yield f"{action} ends a session that may be alive"
        if action.exhausted and (not action.counted or action.retry_at is not None):
            yield f"{action} is exhausted and yet tried again"
    twice = [key for key, n in Counter((a.project, a.session) for a in ended).items() if n > 1]
    yield from (f"session {key} is ended twice" for key in twice)
    gone = {(a.project, a.session) for a in ended}
    for stop in (a for a in actions if isinstance(a, StopSession)):
        if (stop.project, stop.session) in gone:
            # One that never came up may be told both: neither hurts.
            present = next(p for p in _view(snapshot, stop.project).present if p.session.id == stop.session)
            if present.life == Life.DEAD:
                yield f"{stop} stops what is dead"


def nobody_leaves_a_session_behind(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """The scheduler leaves when it drains and nothing is present, and last."""
    leaving = [i for i, action in enumerate(actions) if isinstance(action, Leave)]
    if leaving and (not snapshot.draining or any(view.present for view in snapshot.projects)):
        yield "leaves although there is something left"
    if leaving and leaving != [len(actions) - 1]:
        yield "leaves before it has done the rest"


INVARIANTS: tuple[Check, ...] = (
    a_schedule_moves_on_once_and_only_where_it_may,
    never_more_starts_than_slots,
    never_two_starts_of_one_thing,
    nothing_starts_where_it_must_not,
    nothing_starts_over_a_budget,
    one_author_in_one_folder,
    the_author_never_reviews,
    nobody_speaks_out_of_turn,
    no_reviewer_is_given_up_early,
    every_start_fits,
    nobody_is_replaced_who_is_there,
    only_the_gone_are_ended,
    an_end_has_its_consequence_once,
    nothing_is_learnt_twice,
    nobody_leaves_a_session_behind,
)


def _starts(actions: Sequence[Action]) -> list[Start]:
    return [a for a in actions if isinstance(a, StartTask | StartSeat)]


def _over(limit: Limit, used: Sequence[Usage], starts: int) -> bool:
    sessions = sum(one.sessions for one in used) + starts
    return (
        (limit.sessions is not None and sessions > limit.sessions)
        or (limit.tokens is not None and sum(one.tokens for one in used) >= limit.tokens)
        or (limit.cost is not None and sum(one.cost for one in used) >= limit.cost)
    )


def _thing(project: str, start: Start) -> tuple[str, int, int | None]:
    """What is started: the task, or the seat."""
    return (project, start.task_id, start.seat_id if isinstance(start, StartSeat) else None)


def _view(snapshot: Snapshot, project: str) -> ProjectView:
    return next(view for view in snapshot.projects if view.id == project)


def _asked(action: PrepareRound | StartSeat | EndRound) -> tuple[str, ...]:
    if isinstance(action, StartSeat):
        return (action.agent,)
    return action.reviewers if isinstance(action, PrepareRound) else action.instead


def _about(action: PrepareRound | StartSeat | EndRound, review: int, seats: list[int]) -> bool:
    return action.seat_id in seats if isinstance(action, StartSeat) else action.review_id == review


def _gone(present: Present, view: ProjectView, now: int) -> bool:
    session = present.session
    if traits_of(session.backend).claims:
        return session.lease_until is None or now >= session.lease_until
    late = session.ended_at is not None or now - session.created_at >= view.policy.start_grace * 1000
    return present.life == Life.DEAD or (present.life == Life.UNBORN and late)
