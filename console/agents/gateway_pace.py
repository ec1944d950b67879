"""Owns how patient we are with runs in the gateway; all in seconds, and measured on real gateways where it says so."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Pace",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds of patience."""

    step: float = 0.25
    """Between two turns of the following."""
    look: float = 15.0
    """Between two looks at a run that goes on."""
    read: float = 1.0
    """Between two readings of what it used: after each call of its model, and no more often."""
    soon: float = 0.5
    """Between two looks at a run that may be over."""
    listed: float = 2.0
    """Before the list is believed where nobody can wait for a run: it tells an end a little earlier, and less exactly."""
    after_restart: float = 3.0
    """Without activity before a run is lost, where the gateway was started anew meanwhile."""
    after_break: float = 8.0
    """The same where only the connection was broken, or the release does not say whether it was started anew."""
    lost: float = 60.0
    """The same on the connection that accepted it: a cold gateway takes its time to begin a run (up to 13 s seen)."""
    later: float = 3.0
    """That a message which was sent into a run may take to begin after its end (2026.5 waits 1.7 s)."""
    stop: float = 10.0
    """That a stop waits for its confirmation."""
    farewell: float = 20.0
    """For each of the last questions about a run."""
    parting: float = 30.0
    """For all that ended runs left, where somebody waits for it: 2026.9 at work takes more than 10 for a transcript."""
