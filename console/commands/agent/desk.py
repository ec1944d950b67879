"""Owns from where an agent asks: its project, who it is, under which claim and when, and the opening of its blackboard.

Files of a task are read while no connection is open, so a command opens the blackboard itself, for as long as it needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.blackboard.connection import Database, open_project
from console.clock import Clock
from console.errors import NotFound, Unavailable, UsageError
from console.home import Home
from console.records.actor import OPERATOR, Actor, Origin

if TYPE_CHECKING:
    from console.blackboard.reads.asks import Unheard
    from console.commands.context import Context
    from console.settings import ProjectSettings

__all__ = ("Desk",)


class Desk:
    """The place of whoever asks: an agent, or the operator at a shell where nobody else is named."""

    def __init__(
        self,
        home: Home,
        project: str,
        clock: Clock,
        *,
        agent: str | None = None,
        claim: tuple[str, int] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """`claim` is (session, fence); `environ` is what the settings may take values from."""
        self.home = home
        self.project = project
        self.agent = agent
        self.claim = claim
        self.unheard: list[Unheard] = []
        """What others said to its session since it heard of anything last, found beside what was asked; told once."""
        self.listens = True
        """False where the answer goes to no agent: what was said to it is not told then."""
        self._clock = clock
        self._environ = environ

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self._clock.now()

    @property
    def folder(self) -> Path:
        """The project's folder. Raises NotFound."""
        folder = self.home.project_folder(self.project)
        if not folder.is_dir():
            from console.registry import folders  # loads the settings: only to say which there are

            known = ", ".join(sorted(folders(self.home))[:20]) or "none"
            raise NotFound(f"no project {self.project} in {self.home.path}; its projects: {known}")
        return folder

    def task_folder(self, task: int) -> Path:
        """Where the files of a task are."""
        return self.folder / "artifacts" / str(task)

    def settings(self) -> ProjectSettings:
        """What holds in the project. Raises ConfigError; 30 ms that few verbs need."""
        from console.settings import load_settings
        from console.settings.project import load_project

        return load_project(load_settings(self.home, self._environ), self.folder)

    def need_claim(self) -> tuple[str, int]:
        """(session, fence). Raises UsageError where there is none."""
        if self.claim is None:
            raise UsageError(
                "this needs a claim: `blackboard claim --task N --agent A`, then pass --session and --fence"
            )
        return self.claim

    @property
    def fence(self) -> int | None:
        """The fence of the claim, where there is one."""
        return None if self.claim is None else self.claim[1]

    def actor(self, db: Database) -> Actor:
        """Who writes: the agent of the session, the agent named, else the operator at a shell. Raises NotFound."""
        if self.claim is not None:
            from console.blackboard.reads.sessions import get_session

            return Actor(name=get_session(db, self.claim[0]).agent, origin=Origin.AGENT, session=self.claim[0])
        if self.agent is not None:
            return Actor(name=self.agent, origin=Origin.AGENT)
        return Actor(name=OPERATOR, origin=Origin.CLI)

    @contextmanager
    def blackboard(self, *, read_only: bool = False) -> Iterator[Database]:
        """The project's blackboard, open until the block ends."""
        db = open_project(self.folder, read_only=read_only)
        try:
            yield db
            if self.claim is not None and self.listens and not read_only:
                self._listen(db, self.claim[0])
        finally:
            db.close()

    def _listen(self, db: Database, session: str) -> None:
        from console.blackboard.reads.unheard import anything_unheard

        if anything_unheard(db, session):
            from console.blackboard.reads.asks import unheard  # only where there is anything
            from console.blackboard.writes.asks import hear_all

            found = unheard(db, session)
            with suppress(Unavailable):  # what was asked for is done; the next command tells it
                hear_all(db, session, found, by=self.actor(db), now=self.now())
                self.unheard.append(found)

    @contextmanager
    def context(self) -> Iterator[Context]:
        """The same with all that a command knows beside its request. Raises NotFound where the session is unknown."""
        from console.commands.context import Context, team_of  # who only reads need not load it

        with self.blackboard() as db:
            team = team_of(self.home, self.project, self._environ)
            yield Context(db, self.actor(db), self.now(), team, self.fence)
