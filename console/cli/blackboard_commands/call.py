"""Owns the context of one call of `blackboard`: home, project, task or seat, agent, session and fence.

They come from flags, else from the environment that the session's shim sets. A flag for another session takes nothing
of the environment's session along.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import cached_property

from console.cli.output import Output
from console.cli.reference import numbered, referenced
from console.clock import Clock
from console.commands.agent.desk import Desk
from console.errors import NotFound, UsageError
from console.home import Home, find_home, valid_id

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

    @property
    def task_asked(self) -> int | None:
        """The task that a flag names; None where the claim says it. Raises UsageError where neither does."""
        if self.claim is None:
            return self.task_id
        return None if self._own_task() is None else self.task

    @cached_property
    def desk(self) -> Desk:
        """From where a command is asked. Raises as the parts of the context do."""
        claim = self.claim
        agent = self.agent if claim is None else None  # a session knows its own
        return Desk(self.home, self.project, self.clock, agent=agent, claim=claim, environ=self.environ)

    def tell(self) -> None:
        """Say beside the answer what others said meanwhile, where anybody did; once."""
        desk = self.__dict__.get("desk")
        if desk is not None and desk.unheard:
            from console.cli.blackboard_commands.heard import tell

            tell(desk.unheard)
            desk.unheard.clear()

    @property
    def reading(self) -> Desk:
        """The same for who only reads: whose claim it is made under is not asked."""
        return Desk(self.home, self.project, self.clock, environ=self.environ)
