"""Promises of an ending: known causes are named, a stop is no failure, 75 is a rate limit."""

from __future__ import annotations

import errno
import os

import pytest

from console.agents.endings import after_exit, not_started


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, None),
        (1, None),
        (126, "not executable"),
        (127, "not found"),
        (75, "refused"),
        (-9, "memory"),
        (137, "memory"),
        (-11, "SIGSEGV"),
        (143, "SIGTERM"),
    ],
)
def test_a_known_cause_is_named(status: int, said: str | None) -> None:
    failure = after_exit(status, "", stopped=None, timed_out=None).failure
    assert failure is None if said is None else said in (failure or "")


def test_an_agent_that_was_stopped_or_ran_too_long_did_not_die_of_its_signal() -> None:
    stopped = after_exit(-9, "", stopped="cancel", timed_out=None)
    assert (stopped.stopped, stopped.failure, stopped.signal, stopped.exit_code) == ("cancel", None, 9, None)
    late = after_exit(-15, "", stopped=None, timed_out=600)
    assert late.timed_out and "600 s" in (late.failure or "")
    assert not after_exit(75, "", stopped="estop", timed_out=None).rate_limited
    assert after_exit(75, "", stopped=None, timed_out=None).rate_limited


def test_a_command_that_cannot_be_run_ends_like_a_shell_says_it() -> None:
    missing = not_started(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "claude"), None)
    assert missing.exit_code == 127 and "claude" in (missing.failure or "")
    assert not_started(PermissionError(errno.EACCES, "denied", "x"), None).exit_code == 126
