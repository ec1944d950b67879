"""A trouble that is tried again and again is one line: once, when it says something else, and at its end."""

from __future__ import annotations

import logging

import pytest

from console.quiet import Quiet


def test_a_trouble_is_told_once_and_again_only_when_it_changes_or_ends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="moziplus.test")
    quiet = Quiet(logging.getLogger("moziplus.test"))
    for problem in ("full", "full", "full", "read-only", "read-only"):
        quiet.say("the status cannot be published", problem)
    for _ in range(3):
        quiet.over("the status cannot be published")
    quiet.say("the status cannot be published", "full")
    assert [record.message.rpartition(": ")[2] for record in caplog.records] == [
        "full",
        "read-only",
        "that is over",
        "full",
    ]
