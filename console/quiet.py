"""Owns the quiet way to log a trouble that is tried again and again: once, again when it says something else, and its end.

It decides nothing about the trouble itself.
"""

from __future__ import annotations

import logging

__all__ = ("Quiet",)


class Quiet:
    """What was said last of each thing. Not for two threads."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: dict[str, str] = {}

    def say(self, what: str, problem: str) -> None:
        """`what` (a half sentence) fails for the reason `problem`."""
        if self._said.get(what) != problem:
            self._said[what] = problem
            self._log.warning("%s: %s", what, problem)

    def over(self, what: str) -> None:
        """It does not, or no longer."""
        if self._said.pop(what, None) is not None:
            self._log.info("%s: that is over", what)
