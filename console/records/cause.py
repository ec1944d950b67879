"""Owns the one list of what an alert may be about: each cause with its level and the sentence that says it.

Nothing raises an alert whose cause is not in this list, apart from what agents and the inbox call their own. It knows no
database: whether a cause holds is found out elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.records.alert import Level

__all__ = ("ASKS", "CAUSES", "MANY", "NEEDS", "Cause", "cause_of", "kind_of", "level_of", "sentence")

MANY = "many"
"""`failed:many:<epoch ms>`: one alert for everything of its kind up to that moment, where there is too much for one each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One kind of thing that an alert tells of."""

    level: Level
    says: str
    """The sentence, with the names of its values in braces."""
    need: bool = False
    """It tells of a need of the operator, and ends with it: `reads.needs` is where it is found out."""

    asks: bool = False
    """Nobody but the operator ends it, so that it needs them though nothing else tells of it and it is not urgent."""


_URGENT, _ATTENTION, _ROUTINE = Level.URGENT, Level.ATTENTION, Level.ROUTINE

CAUSES: dict[str, Cause] = {
    # What only the operator can settle: an alert for each need.
    "ask": Cause(level=_ATTENTION, need=True, says="{agent} asks on task #{task}: {reason}"),
    "failed": Cause(level=_URGENT, need=True, says="task #{task} has failed: {reason}"),
    "held": Cause(level=_ATTENTION, need=True, says="task #{task} is held: {reason}"),
    "review": Cause(level=_ATTENTION, need=True, says="the review of task #{task} waits for you: {reason}"),
    "blocking": Cause(level=_ATTENTION, need=True, says="task #{task} holds up others: {reason}"),
    # What befell the work.
    "timeout": Cause(level=_ATTENTION, says="{agent} ran out of time on task #{task}; it is tried again"),
    "silent": Cause(level=_ATTENTION, says="{agent} has been silent for {seconds} s on task #{task}"),
    "no-show": Cause(level=_ATTENTION, says="{agent} never came up on task #{task}; it is tried again until it does"),
    "unknown-backend": Cause(
        level=_ATTENTION,
        asks=True,
        says="{agent} works on task #{task} by the backend {backend}, which this moziplus does not know; it holds its slot."
        " Start the newer moziplus again, or end it by `moziplus session stop`",
    ),
    "sign-in": Cause(
        level=_URGENT, says="{agent} cannot sign in: {reason}; sign in again, nothing is given to it meanwhile"
    ),
    "rate-limited": Cause(
        level=_ATTENTION,
        says="{agent} was refused for now {times} times in a row, the last time on task #{task}: {reason}; it is tried again"
        " less and less often, look at its provider's limits, or at the gateway that runs it",
    ),
    "not-started": Cause(
        level=_ATTENTION,
        says="{agent} could not be started or kept going {times} times in a row, the last time on task #{task}: {reason}; it is"
        " tried again less and less often, and no attempt is spent",
    ),
    "unfit": Cause(
        level=_ATTENTION,
        asks=True,
        says="{reason}; it is given nothing until that is mended, and no attempt is spent",
    ),
    "unassignable": Cause(level=_ATTENTION, asks=True, says="task #{task}: {reason}"),
    "budget": Cause(level=_ATTENTION, says="{reason}"),
    "cap-near": Cause(level=_ATTENTION, says="{reason}"),
    "no-progress": Cause(
        level=_ATTENTION, says="nothing has moved for {seconds} s, though there is work and somebody could do it"
    ),
    "fault": Cause(level=_ATTENTION, says="the scheduler fails to {what}, and tries on: {reason}; its log says more"),
    "skill": Cause(level=_ATTENTION, says="{reason}"),
    "experience-files": Cause(level=_ATTENTION, says="{reason}"),
    "schedule": Cause(level=_ROUTINE, says="schedule {name}: {reason}"),
    "report": Cause(level=_ROUTINE, says="{reason}"),
    # What is no alert and is told all the same: to whoever waits for it, and only by `notify.command`.
    "done": Cause(level=_ROUTINE, says="task #{task} is done: {title}"),
    "activity": Cause(level=Level.OPTIONAL, says="{agent} {what} on task #{task}"),
    # The home and its machine.
    "estop": Cause(level=_URGENT, says="the home is e-stopped: nothing is started before `moziplus resume`"),
    "set-aside": Cause(level=_URGENT, says="{reason}"),
    "unread": Cause(level=_URGENT, says="{reason}"),
    "replaced": Cause(level=_URGENT, says="{reason}"),
    "config": Cause(level=_URGENT, says="{reason}"),
    "disk": Cause(level=_URGENT, says="the disk is nearly full: nothing new is started until there is room"),
    "locks": Cause(level=_URGENT, says="{reason}"),
    "clock": Cause(level=_ATTENTION, says="{reason}"),
    "link": Cause(level=_ATTENTION, says="{reason}"),
    "hangs": Cause(level=_URGENT, says="{reason}"),
    "worktree": Cause(level=_ATTENTION, says="{reason}"),
    "update": Cause(level=_ATTENTION, says="{reason}"),
    "notify": Cause(level=_ATTENTION, says="notify.command cannot tell you of alerts: {reason}"),
    "backup": Cause(level=_ATTENTION, says="{reason}"),
    "backup-shrunk": Cause(level=_URGENT, says="{reason}"),
    "backup-destination": Cause(level=_ATTENTION, says="{reason}"),
    "inbox-bad": Cause(level=_ATTENTION, says="{reason}"),
    "inbox-flood": Cause(level=_ATTENTION, says="{reason}"),
    "inbox-refused": Cause(level=_ATTENTION, says="{reason}"),
    "inbox-file": Cause(level=_ATTENTION, says="{reason}"),
    "inbox-backlog": Cause(level=_ATTENTION, says="{reason}"),
    # What others call their own.
    "inbox": Cause(level=_ROUTINE, says="{reason}"),
}

ASKS = frozenset(kind for kind, cause in CAUSES.items() if cause.asks)
NEEDS = frozenset(kind for kind, cause in CAUSES.items() if cause.need)


def kind_of(cause: str) -> str:
    """`failed` of `failed:12`: the key in the list."""
    return cause.partition(":")[0]


def cause_of(kind: str, *about: object) -> str:
    """`failed:12` of `failed` and 12. Raises KeyError where the list has no such kind."""
    CAUSES[kind]
    return ":".join([kind, *map(str, about)])


def level_of(cause: str) -> Level:
    """How urgent it is. Raises KeyError where the list has no such kind."""
    return CAUSES[kind_of(cause)].level


def sentence(cause: str, **values: object) -> str:
    """What its alert says. Raises KeyError where the list has no such kind or a value is missing."""
    return CAUSES[kind_of(cause)].says.format(**values)
