"""Owns what a command knows beside the request: the blackboard, who asks and when, under which claim, and the team."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from console.blackboard.connection import Database, write
from console.blackboard.writes.notes import check_claim
from console.errors import UsageError
from console.home import Home
from console.records.actor import OPERATOR, Actor
from console.records.budget import Budgets
from console.records.task import DEFAULT_REVIEWS
from console.shipped_files import yaml_names

if TYPE_CHECKING:
    from console.settings import ProjectSettings

__all__ = ("NO_TEAM", "Context", "Team", "team_of")

PROTOCOLS = "review_protocols"


class Team(NamedTuple):
    """Whom and which review protocols a project knows; its settings are read only when a request names somebody."""

    settings: Callable[[], ProjectSettings]
    configs: tuple[Path, ...]
    """The config folders of the project and of the home."""
    budgets: Callable[[], Budgets] = lambda: Budgets()
    """What the project's guardrails let it use."""

    def assigned(self, text: str | None) -> tuple[str | None, str | None]:
        """(agent, role) of an agent's id or `@role`. Raises UsageError for one that the project has not."""
        if not text:
            return None, None
        team = self.settings().agents
        roles = sorted({f"@{agent.role}" for agent in team if agent.role})
        known = [*(agent.id for agent in team), *roles]
        if text not in known:
            raise UsageError(f"no agent {text[:60]!r} in this project; known: {_listed(known)}")
        return (None, str(text[1:])) if text.startswith("@") else (str(text), None)

    def judge(self, text: str) -> str:
        """Whoever is asked for a verdict: an agent of the project, or the operator. Raises UsageError."""
        if text == OPERATOR:
            return OPERATOR
        known = [OPERATOR, *(agent.id for agent in self.settings().agents)]
        if text not in known:
            raise UsageError(f"no agent {text[:60]!r} in this project; known: {_listed(known)}")
        return text

    def reviews(self, wanted: bool | tuple[str, ...]) -> tuple[str, ...]:
        """The protocols of a task: the usual one, none, or those named. Raises UsageError for an unknown one."""
        if isinstance(wanted, bool):
            return DEFAULT_REVIEWS if wanted else ()
        known = yaml_names(PROTOCOLS, *self.configs)
        for name in wanted:
            if name not in known:
                raise UsageError(f"no review protocol {name[:60]!r}; known: {_listed(known)}")
        return tuple(dict.fromkeys(wanted))


def team_of(home: Home, project: str, environ: Mapping[str, str] = os.environ) -> Team:
    """The team of an existing project."""

    def settings() -> ProjectSettings:
        from console.settings import load_settings
        from console.settings.project import load_project

        return load_project(load_settings(home, environ), home.project_folder(project))

    def budgets() -> Budgets:
        from console.settings.guardrails import load_guardrails

        return load_guardrails(home, home.project_folder(project)).guardrails.budgets

    return Team(settings, (home.project_folder(project) / "config", home.config), budgets)


def _nobody() -> ProjectSettings:
    raise AssertionError("whoever asks this has to say which team the project has")


NO_TEAM = Team(_nobody, ())
"""For requests that name nobody."""


class Context(NamedTuple):
    """Who asks, from where and when, of which blackboard."""

    db: Database
    """The project's; the home's own where the request is about the home."""
    by: Actor
    now: int
    """UTC epoch ms."""
    team: Team = NO_TEAM
    fence: int | None = None
    """With the session of `by`: the request counts only while this claim holds."""

    def hold(self) -> None:
        """Raise StaleFence where the claim under which this is asked has ended; what is asked counts as its word."""
        check_claim(self.db, self.by, self.fence, self.now)

    @contextmanager
    def claimed(self) -> Iterator[Database]:
        """A durable transaction that holds the claim under which this is asked. Raises StaleFence."""
        with write(self.db, durable=True):
            self.hold()
            yield self.db


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known) or "none"
