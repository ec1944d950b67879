"""Owns the context of one call of `blackboard`: home, project, task or seat, agent, session and fence.

They come from flags, else from the environment that the session's shim sets. A flag for another session takes nothing
of the environment's session along.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from console.blackboard.connection import Database, open_project
from console.cli.output import Output
from console.cli.reference import numbered, referenced
from console.clock import Clock
from console.errors import NotFound, UsageError
from console.home import Home, find_home, valid_id
from console.records.actor import OPERATOR, Actor, Origin

if TYPE_CHECKING:
    from console.commands.context import Context

__all__ = ("Call",)


class Call:
    """What a command works with."""

    def __init__(self, asked: argparse.Namespace, environ: Mapping[str, str], clock: Clock) -> None:
        self.asked = asked
        self.environ = environ
        self.clock = clock
        self.out = Output(as_json=bool(getattr(asked, "json", False)))

    def given(self, name: str) -> str | None:
        """A value of the context: its flag, else its variable, else None."""
        return getattr(self.asked, name, None) or self._inherited(name)

    def _inherited(self, name: str) -> str | None:
        session = getattr(self.asked, "session", None)
        foreign = session is not None and session != self.environ.get("MOZIPLUS_SESSION")
        if foreign and name in ("agent", "fence", "seat", "review", "task"):
            return None
        return self.environ.get(f"MOZIPLUS_{name.upper()}") or None

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self.clock.now()

    @cached_property
    def home(self) -> Home:
        """The home in force. Raises NotFound where there is none: an agent's tool makes no homes."""
        home = find_home(getattr(self.asked, "home", None), self.environ)
        if not Home.is_home(home.path):
            raise NotFound(f"{home.path} is not a home of moziplus; name yours by --home or MOZIPLUS_HOME")
        return home

    @cached_property
    def project(self) -> str:
        """The project's id. Raises UsageError where none is named."""
        named = self.given("project")
        if (task := self._own_task()) is not None:
            named = referenced(task, getattr(self.asked, "project", None))[0] or named
        if not named:
            raise UsageError("say which project: --project P, or MOZIPLUS_PROJECT")
        return valid_id(named)

    @property
    def folder(self) -> Path:
        """The project's folder. Raises NotFound."""
        folder = self.home.project_folder(self.project)
        if not folder.is_dir():
            raise NotFound(f"no project {self.project} in {self.home.path}; see `moziplus project list`")
        return folder

    @property
    def task_id(self) -> int:
        """The task. Raises UsageError where none is named."""
        if (task := self.task) is None:
            raise UsageError("say which task: --task N, or MOZIPLUS_TASK")
        return task

    @property
    def task(self) -> int | None:
        """The task, where one is named; another project's flag leaves the environment's task behind."""
        if (own := self._own_task()) is not None:
            return referenced(own)[1]
        inherited = self._inherited("task")
        if inherited is None or self.project != (self.environ.get("MOZIPLUS_PROJECT") or self.project):
            return None
        return referenced(inherited)[1]

    def _own_task(self) -> str | None:
        named: str | None = getattr(self.asked, "task", None)
        return named

    @property
    def seat(self) -> int | None:
        """The review seat, where one is named."""
        found = self.given("seat")
        return None if found is None else numbered(found, "review seat")

    @property
    def review(self) -> int | None:
        """The review, where one is named."""
        found = self.given("review")
        return None if found is None else numbered(found, "review")

    @property
    def agent(self) -> str | None:
        """The agent's id, where one is named."""
        found = self.given("agent")
        return None if found is None else valid_id(found, "agent")

    @property
    def claim(self) -> tuple[str, int] | None:
        """(session, fence) of the claim that this call is made under. Raises UsageError for one without the other."""
        session, fence = self.given("session"), self.given("fence")
        if session is None and fence is None:
            return None
        if session is None or fence is None:
            raise UsageError("--session and --fence go together: give both, as `blackboard claim` printed them")
        return session, numbered(fence, "fence")

    def need_claim(self) -> tuple[str, int]:
        """As `claim`; raises UsageError where there is none."""
        if (claim := self.claim) is None:
            raise UsageError(
                "this needs a claim: `blackboard claim --task N --agent A`, then pass --session and --fence"
            )
        return claim

    @property
    def fence(self) -> int | None:
        """The fence of the claim, where there is one."""
        return None if self.claim is None else self.claim[1]

    def actor(self, db: Database) -> Actor:
        """Who writes: the agent of the session, the agent named, else the operator at a shell. Raises NotFound."""
        from console.blackboard.reads.sessions import get_session

        if (claim := self.claim) is not None:
            return Actor(name=get_session(db, claim[0]).agent, origin=Origin.AGENT, session=claim[0])
        if (agent := self.agent) is not None:
            return Actor(name=agent, origin=Origin.AGENT)
        return Actor(name=OPERATOR, origin=Origin.CLI)

    def asking(self, db: Database) -> Context:
        """What a command gets to know beside its request. Raises NotFound where the session is unknown."""
        from console.commands.context import Context, team_of  # who only reads need not load it

        team = team_of(self.home, self.project, self.environ)
        return Context(db, self.actor(db), self.now(), team, self.fence)

    @contextmanager
    def blackboard(self, *, read_only: bool = False) -> Iterator[Database]:
        """The project's blackboard, open until the block ends."""
        db = open_project(self.folder, read_only=read_only)
        try:
            yield db
        finally:
            db.close()
