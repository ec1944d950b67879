"""Owns the call that is waited for a limited time only: a database or a disk that hangs must not hold up a stop.

What did not answer goes on in a thread that keeps no process from ending; its result is lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ("Slow", "bounded")

T = TypeVar("T")


class Slow(Exception):
    """It did not answer in time; whether it does what it was to do later on is not known."""


def bounded(call: Callable[[], T], seconds: float) -> T:
    """What `call` gives within `seconds`. Raises what it raises, and Slow."""
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="moziplus-bounded", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not results:
        raise Slow(f"no answer within {seconds:g} s")
    return results[0]
