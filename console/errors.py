"""Owns the errors that moziplus raises on purpose. Foreign exceptions are translated where they enter, cause kept.

    MoziError                1  something failed; the message says what to do
    ├── Refused              1  what was handed in is not fit; carries every problem at once
    ├── NotStartable         1  a task cannot be started as it stands; it is held, no attempt is spent
    ├── AgentUnfit           1  an agent cannot be started as it is; another one is asked, no attempt is spent
    ├── UsageError           2  the input is wrong; nothing was changed
    │   └── ConfigError      2  config files are wrong; carries every problem at once
    ├── NotFound             3  no such project, task, review, session
    ├── Conflict             4  the state refuses it: claimed by another, held, archived, paused
    │   └── StaleFence       4  the writer's claim has ended; an agent that sees this stops working
    └── Unavailable          5  cannot be reached now: locked, read-only, gateway down
        ├── Locked           5  another program keeps a database locked
        └── DatabaseSetAside 5  a blackboard is corrupt, missing, newer or not ours; other projects go on

The number is the exit code of a command that ends with this error.
"""

from __future__ import annotations

from pathlib import Path


class MoziError(Exception):
    """Something failed; the message is one line that says what to do."""

    exit_code = 1


class Refused(MoziError):
    """What was handed in is not fit; `problems` has one line for each thing to mend. Nothing was lost or changed."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class NotStartable(MoziError):
    """A task cannot be started as it stands: nowhere to work on it, a prompt that fits nowhere. It is held."""


class AgentUnfit(MoziError):
    """An agent cannot be started as it is defined, whatever it is to do; nobody asks it again before some time."""


class UsageError(MoziError):
    """The input is wrong; nothing was changed."""

    exit_code = 2


class ConfigError(UsageError):
    """Config files are wrong; `problems` has one line for each, with file, line, key and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class NotFound(MoziError):
    """No such project, task, review, session or agent."""

    exit_code = 3


class Conflict(MoziError):
    """The present state refuses the command; the message names the holder or the reason."""

    exit_code = 4


class StaleFence(Conflict):
    """The writer's claim has ended (its fence is old); an agent that sees this must stop working."""


class Unavailable(MoziError):
    """Cannot be reached now: database locked or read-only, disk full, gateway down. Trying again may help."""

    exit_code = 5


class Locked(Unavailable):
    """Another program keeps the database at `path` locked."""

    def __init__(self, message: str, *, path: Path) -> None:
        self.path = path
        super().__init__(message)


class DatabaseSetAside(Unavailable):
    """A database is corrupt, missing, from a newer version, or not ours; `cause` is a word for each of these."""

    def __init__(self, message: str, *, cause: str) -> None:
        self.cause = cause
        super().__init__(message)


def said_of(error: OSError, place: object) -> str:
    """`PATH: reason` of what the system refused; `place` where it names no file, as for a write that fits no more."""
    return f"{error.filename or place}: {error.strerror or error}"
