"""Owns the relation between what needs the operator and the alerts: every need has one, which ends with it.

Pure, and asked twice: by the scheduler, which raises and ends them, and by whoever lists alerts, so that a list is right
with nobody in charge, and between two ticks. A flood (an old home, a mass failure) is one alert for each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from console.records.cause import MANY, NEEDS, cause_of, kind_of, sentence
from console.records.need import Need
from console.scheduler.actions import EndAlert, RaiseAlert

__all__ = ("PAGE", "attention", "timeouts")

MOST = 20
"""Alerts that one look raises for needs of one kind; where there are more, one alert stands for all of them."""
PAGE = MOST + 1
"""So many needs of a kind, the newest, have to be known for that, beside those that have an alert."""
_MANY = {
    "ask": "questions wait for you",
    "failed": "tasks have failed",
    "held": "tasks are held",
    "review": "reviews wait for you",
    "blocking": "cancelled tasks hold up others",
}
TIMEOUT = "timeout"


def attention(project: str, needs: Iterable[Need], causes: frozenset[str]) -> Iterator[RaiseAlert | EndAlert]:
    """The alerts that are missing for these needs, and the ends of those whose need is gone; `causes` are the open ones."""
    by_kind: dict[str, list[Need]] = {kind: [] for kind in sorted(NEEDS)}
    for need in needs:
        if need.cause is not None:
            by_kind[kind_of(need.cause)].append(need)
    standing = {kind_of(cause) for cause in causes}
    for kind, mine in by_kind.items():
        if mine or kind in standing:  # a quiet project costs every tick next to nothing
            yield from _of_kind(project, kind, mine, causes)


def timeouts(project: str, timed_out: Mapping[int, str], causes: frozenset[str]) -> Iterator[RaiseAlert | EndAlert]:
    """An alert for each task whose last attempt ran out of time, until the next one begins; `timed_out` is task → agent."""
    for task, agent in timed_out.items():
        if (cause := cause_of(TIMEOUT, task)) not in causes:
            yield RaiseAlert(project=project, cause=cause, body=sentence(cause, agent=agent, task=task), task_id=task)
    known = {cause_of(TIMEOUT, task) for task in timed_out}
    for cause in sorted(causes):
        if kind_of(cause) == TIMEOUT and cause not in known:
            yield EndAlert(project=project, cause=cause)


def _of_kind(project: str, kind: str, needs: list[Need], causes: frozenset[str]) -> Iterator[RaiseAlert | EndAlert]:
    marks = {cause: _moment(cause) for cause in causes if cause.startswith(f"{kind}:{MANY}:")}
    mark = max(marks.values(), default=-1)
    untold = [need for need in needs if need.since > mark and not _told(need, causes) and need.lead is None]
    if len(untold) > MOST:
        mark = max(need.since for need in untold)
        body = f"more than {MOST} {_MANY[kind]}; `moziplus needs --project {project}` lists them"
        yield RaiseAlert(project=project, cause=cause_of(kind, MANY, mark), body=body)
    else:
        yield from (_raised(project, need) for need in untold)
    stands = any(need.since <= mark and not _told(need, causes) for need in needs)
    own = {need.cause for need in needs}
    for cause in sorted(causes):
        if kind_of(cause) == kind and (
            (cause in marks and (not stands or marks[cause] < mark)) or (cause not in marks and cause not in own)
        ):
            yield EndAlert(project=project, cause=cause)


def _told(need: Need, causes: frozenset[str]) -> bool:
    """Whether it has an alert; that of a task's own budget says that it is held, too."""
    return need.cause in causes or (kind_of(need.cause or "") == "held" and f"budget:task:{need.task_id}" in causes)


def _raised(project: str, need: Need) -> RaiseAlert:
    assert need.cause is not None
    body = sentence(need.cause, task=need.task_id, agent=need.agent, reason=need.reason or need.title)
    return RaiseAlert(project=project, cause=need.cause, body=body[:2000], task_id=need.task_id)


def _moment(cause: str) -> int:
    number = cause.rpartition(":")[2]
    return int(number) if number.isdecimal() else -1
