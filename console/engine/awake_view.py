"""Owns how the moments in a project's rows are shown to `decide`: in the present time of day, with its jumps taken out.

What the machine slept, and what its clock was set by, is then no time in which anybody was silent, late or out of time.
"""

from __future__ import annotations

from dataclasses import replace

from console.blackboard.aio import AsyncDatabase
from console.blackboard.reads.reviews import OpenRound
from console.blackboard.writes.clock_back import try_now
from console.clock import Clock
from console.engine.time_jumps import Timekeeper
from console.records.awake import Awake
from console.records.learning import Learning
from console.records.review import Review
from console.records.session import Session
from console.scheduler.snapshot import Round

__all__ = ("Moments", "review_now", "session_now")

FAR = 8 * 24 * 3600 * 1000
"""Milliseconds: what is to be tried again later than this was told by a clock that was wrong."""


class Moments:
    """Those of one project."""

    def __init__(self, clock: Clock, time: Timekeeper, *, writes: bool) -> None:
        self._clock, self._time, self._writes = clock, time, writes
        self._far: int | None = 0 if time.began_behind else FAR
        """Milliseconds from now beyond which no back-off can end; None where that was seen to."""

    def moved(self, *, back: bool) -> None:
        """The time of day jumped."""
        if back:
            self._far = 0

    async def mend(self, door: AsyncDatabase) -> None:
        """Let be tried now what waits for a moment that a wrong clock has told."""
        if self._writes and self._far is not None:
            now = self._clock.now()
            await door.call(try_now, beyond=now + self._far, now=now)
            self._far = None

    def passed(self, moment: int) -> int:
        """A moment that has passed."""
        return self._time.awake.moment(moment, self._clock.now())

    def session(self, session: Session) -> Session:
        """A session whose slot is not free."""
        return session_now(session, self._time.awake, self._clock.now())

    def round(self, found: OpenRound) -> Round:
        """A round that is under way."""
        return Round(
            review=review_now(found.review, self._time.awake, self._clock.now()),
            task=found.task,
            seats=found.seats,
            verdicts=found.verdicts,
            before=found.before,
            writers=found.writers,
            open_children=found.open_children,
        )

    def learning(self, known: Learning) -> Learning:
        """What the project has learnt; while the clock is doubted nothing of it looks idle."""
        return known if self._time.doubt is None else replace(known, idle_since=None)


def session_now(session: Session, awake: Awake, now: int) -> Session:
    """The session with its moments as of the present time of day."""
    if not awake.eras and max(session.created_at, session.last_word_at or 0, session.ended_at or 0) <= now:
        return session

    def moved(moment: int | None) -> int | None:
        return None if moment is None else awake.moment(moment, now)

    lease, told = session.lease_until, session.last_word_at or session.created_at
    return replace(
        session,
        created_at=awake.moment(session.created_at, now),
        started_at=moved(session.started_at),
        last_word_at=moved(session.last_word_at),
        ended_at=moved(session.ended_at),
        stop_requested_at=moved(session.stop_requested_at),
        lease_until=None if lease is None else awake.until(lease, told, now),
    )


def review_now(review: Review, awake: Awake, now: int) -> Review:
    """The review with the end of its round as of the present time of day."""
    end = review.round_until
    if end is None or not awake.eras:
        return review
    told = end - review.round_timeout * 1000 if review.round_timeout else review.round_at
    return replace(review, round_until=awake.until(end, told, now))
