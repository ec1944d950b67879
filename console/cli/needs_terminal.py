"""Owns the question whether the console can be shown here; where it cannot, nothing is made and nobody takes charge.

Writes nothing to a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from console.errors import UsageError

__all__ = ("need_terminal",)

CANNOT = frozenset({"", "dumb", "unknown"})
"""Values of TERM of what shows no screen."""


def need_terminal(environ: Mapping[str, str], instead: str) -> None:
    """Raise UsageError where there is no terminal to read from and to paint on; `instead` says what works without one."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None or not stream.isatty():
            raise UsageError(
                f"the console needs a terminal, and {stream_name(stream)} is not one; without one: {instead}"
            )
    if environ.get("TERM", "") in CANNOT:
        raise UsageError(
            f"the console needs a terminal, and TERM={environ.get('TERM', '')!r} shows no screen; without one: {instead}"
        )


def stream_name(stream: object) -> str:
    """What people call it."""
    return {id(sys.stdin): "stdin", id(sys.stdout): "stdout"}.get(id(stream), "stderr")
