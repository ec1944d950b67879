"""Owns what a route is: its path, what it takes and gives as structs, and the function that is asked. It knows no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import ValidationError, convert

from console.api.shape import Shape
from console.blackboard.connection import Database, open_home, open_project
from console.clock import Clock
from console.commands.context import NO_TEAM, Context, team_of
from console.errors import NotFound, UsageError
from console.home import Home
from console.records.actor import OPERATOR, Actor, Origin
from console.registry import folders

__all__ = ("BY", "MOST_NUMBER", "MOST_ROWS", "ROWS", "Asked", "Body", "Items", "Nothing", "Route", "whole")

BY = Actor(name=OPERATOR, origin=Origin.HTTP)
"""Whoever has the token is the operator."""


ROWS, MOST_ROWS = 200, 10_000
"""Of a list, where nothing is said, and at most."""
MOST_NUMBER = 10**15
"""More tasks has no project."""


def whole(said: str, what: str, most: int, *, least: int = 0) -> int:
    """A number that was said in an address. Raises UsageError."""
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(most)) and least <= int(said) <= most):
        raise UsageError(f"{what}: expected {least} to {most}, found {said[:40]!r}")
    return int(said)


class Body(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent with a request: a JSON object of these fields and no others."""


class Nothing(Body, frozen=True, kw_only=True):
    """Nothing needs to be said."""


class Items(Shape, frozen=True, kw_only=True):
    """A list."""

    items: tuple[Any, ...]
    """At most as many as `limit` says."""
    left_out: tuple[str, ...]
    """What could not be read, with its reason; everything else is there."""


@dataclass(frozen=True)
class Asked:
    """One request, as its function gets it."""

    home: Home
    clock: Clock
    environ: Mapping[str, str]
    path: Mapping[str, str]
    """The parts of the address that stand for something."""
    query: Mapping[str, str]
    body: Any = field(default_factory=Nothing)
    left_out: list[str] = field(default_factory=list)
    """To be filled with what could not be read."""

    @property
    def project(self) -> str:
        """The project that is named. Raises NotFound for an unknown one."""
        name = self.path["project"]
        if name not in (known := folders(self.home)):
            raise NotFound(f"no project {name[:80]!r}; known: {', '.join(known) or 'none'}")
        return name

    @property
    def number(self) -> int:
        """The number that is named. Raises UsageError."""
        return whole(self.path["number"], "number", MOST_NUMBER)

    @property
    def limit(self) -> int:
        """How many are asked for. Raises UsageError."""
        return whole(self.query.get("limit", str(ROWS)), "limit", MOST_ROWS, least=1)

    def now(self) -> int:
        """UTC epoch ms."""
        return self.clock.now()

    @contextmanager
    def board(self, *, read_only: bool = False) -> Iterator[Database]:
        """The blackboard of the project that is named."""
        with closing(open_project(self.home.project_folder(self.project), read_only=read_only)) as db:
            yield db

    @contextmanager
    def state(self) -> Iterator[Context]:
        """What a command about the home gets to know."""
        with closing(open_home(self.home.state_db)) as db:
            yield Context(db, BY, self.now(), NO_TEAM)

    @contextmanager
    def context(self) -> Iterator[Context]:
        """What a command about the project gets to know."""
        with self.board() as db:
            yield Context(db, BY, self.now(), team_of(self.home, self.project, self.environ))


@dataclass(frozen=True, kw_only=True)
class Route:
    """One thing that can be asked; `run` answers with a struct, with several where it is `many`."""

    method: str
    path: str
    says: str
    """One sentence."""
    answer: type[Shape]
    run: Callable[[Asked], Any]
    many: bool = False
    body: type[Body] = Nothing
    query: Mapping[str, str] = field(default_factory=dict)
    """Name to sentence."""
    recent: float = 0.0
    """Seconds for which an answer may be given again, until something is done by this door."""

    @property
    def writes(self) -> bool:
        """It changes something."""
        return self.method != "GET"

    def taken(self, sent: Any) -> Body:
        """What was sent, as its struct. Raises UsageError for another shape."""
        try:
            return convert(sent, self.body)
        except ValidationError as error:
            raise UsageError(f"the request is not fit: {error}") from error
