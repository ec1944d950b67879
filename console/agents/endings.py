"""Owns what an agent's end means: exit status, signal or refusal to start, in the words of an Ending.

Knows the causes that can be known from outside, and names no others.
"""

from __future__ import annotations

import errno
import signal

from console.agents.forms.said import Kind, Said
from console.records.ending import Ending
from console.text import one_line

__all__ = ("OURS", "RATE_LIMITED", "after_exit", "not_started")

RATE_LIMITED = 75
"""EX_TEMPFAIL: the agent was refused by its provider for now; it does not count as an attempt."""
TAIL = 4_000
"""Characters that the next attempt is told."""
CAUSE = 400
"""Characters of a cause in one line."""
OURS = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
)
"""What the machine lacks, which is no fault of an agent and may pass."""
NOT_EXECUTABLE = 126
NOT_FOUND = 127


def after_exit(
    status: int | None,
    tail: str,
    *,
    stopped: str | None,
    timed_out: int | None,
    at: int = 0,
    said: Said | None = None,
    words: str = "",
    conversation: str = "",
) -> Ending:
    """How the agent ended: `status` as waitpid gives it (negative for a signal); `timed_out` is the limit in seconds.

    `said` is its own result, which decides against it whatever its status; `words` are its words in it, redacted.
    """
    number = -status if status is not None and status < 0 else None
    code = status if status is not None and status >= 0 else None
    by_itself = stopped is None and timed_out is None
    kind = said.kind if said is not None and by_itself else Kind.RESULT
    own = _own_cause(kind, words, code) if by_itself else None
    return Ending(
        exit_code=code,
        signal=number,
        timed_out=timed_out is not None,
        stopped=stopped,
        rate_limited=by_itself and (code == RATE_LIMITED or kind == Kind.LIMITED),
        limited_until=said.until if said is not None and kind == Kind.LIMITED else None,
        signed_out=kind == Kind.SIGNED_OUT,
        failed=kind in (Kind.ERROR, Kind.EMPTY),
        failure=own or _cause(code, number, stopped, timed_out),
        words=words,
        tail=words[-TAIL:] or tail,
        tokens=0 if said is None else said.usage.tokens,
        cost=0.0 if said is None else said.usage.cost,
        conversation=conversation,
        at=at,
    )


def _own_cause(kind: Kind, words: str, code: int | None) -> str | None:
    """What its own result says against it, in one line, with the exit code where that says something too."""
    if kind == Kind.EMPTY:
        return "it ended without a result" if code == 0 else None
    told = one_line(words, CAUSE) if kind != Kind.RESULT else ""
    return f"{told} (exit {code})" if told and code else told or None


def not_started(
    error: Exception | str | None, stopped: str | None, *, program: str = "", cwd: str = "", at: int = 0
) -> Ending:
    """The agent never ran, so it is no attempt of it: its command cannot be run from `cwd`, or somebody stopped it first."""
    code, failure = None, str(error) if error is not None else None
    if isinstance(error, OSError) and error.errno in OURS:
        return Ending(exit_code=None, failure=f"it could not be started: {error.strerror}", ours=True, at=at)
    if isinstance(error, OSError):
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        code = NOT_FOUND if missing else NOT_EXECUTABLE
        failure = f"{error.filename or program} cannot be run: {error.strerror}"
    itself = error is not None and not (isinstance(error, OSError) and cwd and error.filename == cwd)
    return Ending(exit_code=code, stopped=stopped, failure=failure, ours=error is not None, unstarted=itself, at=at)


def _cause(code: int | None, number: int | None, stopped: str | None, timed_out: int | None) -> str | None:
    if stopped is not None:
        return None
    if timed_out is not None:
        return f"it ran longer than the {timed_out} s that it may"
    if number is None and code is not None and code > 128 and code - 128 in (signal.SIGKILL, signal.SIGTERM):
        number = code - 128  # a shell says so of its own child
    if number == signal.SIGKILL:
        return "it was killed (signal 9) from outside, most likely because memory ran out"
    if number is not None:
        return f"it was ended by signal {_name(number)}"
    return {
        NOT_EXECUTABLE: "its command is not executable (126)",
        NOT_FOUND: "its command was not found (127)",
        RATE_LIMITED: "its provider refused it for now (75)",
    }.get(code or 0)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
