"""Owns the alert of a session that runs by a backend which this moziplus does not know: a newer one started it.

Nothing is done to it: nobody here can tell how it stands, so it keeps its slot and its claim.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.backends import is_known
from console.records.cause import cause_of, kind_of, sentence
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.snapshot import ProjectView

__all__ = ("unknown_backends",)

CAUSE = "unknown-backend"


def unknown_backends(view: ProjectView) -> Iterator[RaiseAlert | EndAlert]:
    """One alert for each such session, until it is gone."""
    unknown = {cause_of(CAUSE, p.session.id): p.session for p in view.present if not is_known(p.session.backend)}
    for cause, session in unknown.items():
        if cause not in view.open_causes:
            body = sentence(cause, agent=session.agent, backend=session.backend, task=session.task_id)
            yield RaiseAlert(project=view.id, cause=cause, body=body, task_id=session.task_id, session=session.id)
    for cause in sorted(view.open_causes):
        if kind_of(cause) == CAUSE and cause not in unknown:
            yield EndAlert(project=view.id, cause=cause)
