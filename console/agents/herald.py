"""Owns the runner's word to the blackboard while its agent works: signs of life, what it used, the renewal of the lease.

A database that is locked or away for a while is tried again; it never holds up the agent.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from console.agents.spec import StartSpec
from console.blackboard.connection import Database, open_project
from console.blackboard.writes.sessions import mark_running, note_conversation, note_word, set_usage
from console.clock import Clock
from console.errors import MoziError, NotFound, StaleFence
from console.records.actor import Actor, Origin
from console.records.budget import Usage
from console.secrets import know, secrets_in

__all__ = ("Herald", "try_mark_running")

WORDS = 3.0
"""Seconds between two notes of a word."""
USES = 0.25
"""Seconds between two notes of what was used: whoever counts it may stop the agent."""
AGAIN = 2.0
"""Seconds before a write that failed is tried again."""


def try_mark_running(spec: StartSpec, clock: Clock) -> bool:
    """Once `starting` → `running`. Raises Unavailable where the blackboard cannot be written just now."""
    db = open_project(Path(spec.project_folder))
    try:
        return mark_running(db, spec.session, now=clock.now())
    finally:
        db.close()


class Herald(threading.Thread):
    """A thread of its own: a write may wait ten seconds for the lock, and the agent's pipe must not."""

    def __init__(self, spec: StartSpec, clock: Clock, complain: Callable[[str], None]) -> None:
        super().__init__(name="herald", daemon=True)
        know(secrets_in(os.environ, spec.env_required))  # neither a word of it nor its log may hold what only it has
        self._spec = spec
        self._clock = clock
        self._complain = complain
        self._wake = threading.Event()
        self._ending = False
        self._word: int | None = None
        self._line: str | None = None
        self._used = self._counted = Usage()
        """By the agent so far, and what of it is written down."""
        self._conversation = self._told = ""
        self._renewed = clock.monotonic()
        self._noted = clock.monotonic() - WORDS
        self._counted_at = clock.monotonic() - USES
        self.claimed = True
        """False once the claim has ended: by the agent's own submit, or because somebody took the task away."""

    def word(self, line: str | None = None, used: Usage | None = None) -> None:
        """The agent gave a sign of life just now; what it has `used` so far is written down at once."""
        self._line = line or self._line
        self._word = self._clock.now()
        if used is not None and used != self._used:
            self._used = used
            self._wake.set()
            if self.ident is None:
                self.start()

    def conversation(self, name: str) -> None:
        """Its model answers in this conversation."""
        if name != self._told:
            self._told = self._conversation = name

    def finish(self, patience: float) -> None:
        """Pass on the last word, waiting at most `patience` seconds for it."""
        if self._word is None and not self._conversation and not self.is_alive():
            return
        self._ending = True
        if not self.is_alive():
            self.start()
        self._wake.set()
        self.join(patience)

    def run(self) -> None:
        """Until `finish`: renew in time, note words as they come, and go on whatever the database says."""
        while True:
            self._wake.clear()
            pause = 0.5
            try:
                self._tell()
                pause = pause if self._used == self._counted else USES
            except MoziError as error:
                self._complain(str(error))
                pause = AGAIN
            except Exception as error:
                self._complain(repr(error))
                pause = AGAIN
            if self._ending:
                return
            self._wake.wait(pause)

    def _tell(self) -> None:
        now = self._clock.monotonic()
        due = self.claimed and now - self._renewed >= self._spec.lease / 3
        word = self._word is not None and (self._ending or now - self._noted >= WORDS)
        uses = self._used != self._counted and (self._ending or now - self._counted_at >= USES)
        if not (due or word or uses or self._conversation):
            return
        db = open_project(Path(self._spec.project_folder))
        try:
            if due and not self._ending:
                self._renew(db)
            if uses:
                self._counted_at = now
                self._count(db)
            if name := self._conversation:
                note_conversation(db, self._spec.session, name, now=self._clock.now())
                self._conversation = ""
            if word:
                at = self._word or self._clock.now()
                note_word(db, self._spec.session, now=at, last_line=self._line)
                self._noted = now
                self._word = None if self._word == at else self._word
        finally:
            db.close()

    def _count(self, db: Database) -> None:
        used, by = self._used, Actor(name=self._spec.agent, origin=Origin.AGENT, session=self._spec.session)
        set_usage(db, self._spec.session, used, by=by, now=self._clock.now())
        self._counted = used

    def _renew(self, db: Database) -> None:
        from console.blackboard.writes.claims import renew  # 16 ms that only an agent of half a minute needs

        try:
            renew(db, self._spec.session, self._spec.fence, lease_ms=self._spec.lease * 1000, now=self._clock.now())
        except (StaleFence, NotFound):
            self.claimed = False
        self._renewed = self._clock.monotonic()
