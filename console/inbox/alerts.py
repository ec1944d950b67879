"""Owns what the operator is told of the inbox: lines in quarantine, floods, files that others touched. Never twice an hour."""

from __future__ import annotations

from collections.abc import Mapping

from console.blackboard.connection import Database, write
from console.blackboard.reads.inbox import alert_since, count_bad
from console.blackboard.reads.notes import open_causes
from console.blackboard.writes.notes import end_alert, observe
from console.inbox.reading import Look
from console.records.actor import SCHEDULER

__all__ = ("BACKLOG", "FLOOD", "tell")

HOUR_MS = 3_600_000
BAD, FLOODS = "inbox-bad:", "inbox-flood:"
MISHAP, REFUSED, UNREAD = "inbox-file", "inbox-refused", "inbox-backlog"
WRITERS_MAX = 20
"""Writers with an alert of their own; a line can claim any writer, and further ones share one."""
OTHERS = "others"
BACKLOG = 16 * 1024 * 1024
"""Unread bytes that are worth an alert."""
FLOOD = 5_000
"""Waiting messages of one writer that are worth an alert."""


def tell(db: Database, look: Look, bad: Mapping[str, tuple[int, str]], waiting: Mapping[str, int], *, now: int) -> None:
    """Raise and end the home's alerts about the inbox.

    `bad`: writer → new messages in quarantine and the reason of the first; `waiting`: writer → messages that wait.
    """
    causes = open_causes(db)
    floods = {writer: n for writer, n in waiting.items() if n > FLOOD}
    if not (bad or floods or look.mishaps or look.refused or look.unread > BACKLOG) and not any(map(_ours, causes)):
        return
    with write(db):
        for writer, (n, reason) in bad.items():
            body = f"{n} message(s) of {writer} in the inbox went into quarantine: {reason}; see `moziplus inbox show --bad`"
            _hourly(db, _of_writer(BAD, writer, causes), body, now)
        for writer, n in floods.items():
            body = f"{n} messages of {writer} wait in the inbox; others' go first meanwhile, and all are kept"
            _hourly(db, _of_writer(FLOODS, writer, causes), body, now)
        if look.mishaps:
            _hourly(db, MISHAP, " ".join(look.mishaps[:3]), now)
        _while_so(db, REFUSED, "; ".join(look.refused[:3]), causes, now)
        mib = look.unread // 2**20
        unread = f"{mib} MiB of the inbox are not read yet" if look.unread > BACKLOG else ""
        _while_so(db, UNREAD, unread, causes, now)
        _end_settled(db, causes, set(bad), floods, now)


def _ours(cause: str) -> bool:
    return cause.startswith((BAD, FLOODS)) or cause in (REFUSED, UNREAD)


def _of_writer(prefix: str, writer: str, causes: frozenset[str]) -> str:
    cause = f"{prefix}{writer}"
    full = sum(known.startswith(prefix) for known in causes) >= WRITERS_MAX
    return f"{prefix}{OTHERS}" if full and cause not in causes else cause


def _hourly(db: Database, cause: str, body: str, now: int) -> None:
    since = alert_since(db, cause)
    if since is not None:
        if 0 <= now - since < HOUR_MS:
            return
        end_alert(db, cause, now=now)
    observe(db, body, cause=cause, by=SCHEDULER, now=now)


def _while_so(db: Database, cause: str, body: str, causes: frozenset[str], now: int) -> None:
    if body and cause not in causes:
        observe(db, body, cause=cause, by=SCHEDULER, now=now)
    elif not body and cause in causes:
        end_alert(db, cause, now=now)


def _end_settled(db: Database, causes: frozenset[str], bad: set[str], floods: Mapping[str, int], now: int) -> None:
    """A quarantine that is empty again, and a flood that has gone down, want no attention any more."""
    left = set(count_bad(db)) | bad
    for cause in causes:
        if cause.startswith(BAD) and cause.removeprefix(BAD) not in left and (cause != f"{BAD}{OTHERS}" or not left):
            end_alert(db, cause, now=now)
        if cause.startswith(FLOODS) and cause.removeprefix(FLOODS) not in floods and not floods:
            end_alert(db, cause, now=now)
