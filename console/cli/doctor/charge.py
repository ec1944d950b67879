"""Owns the check of who is in charge, and of the services that are installed for this home. Takes no charge itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.blackboard.connection import open_home
from console.blackboard.reads.home import flags, scheduler_status
from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.clock import iso
from console.engine.hanging import hangs, unpublished
from console.errors import MoziError
from console.home import Home
from console.services.asking import ask
from console.services.files import look
from console.services.kinds import KINDS
from console.services.plan import NAME
from console.settings import Settings

__all__ = ("check",)


def check(place: Place) -> Iterator[Line]:
    """The holder of the lock, a pause, then each manager that has a file for this home."""
    home = place.home
    if home is None:
        return
    try:
        published, raised = _published(home)
    except MoziError:
        published, raised = {}, {}  # the check of databases says so
    yield _holder(place, published.get("last_tick"))
    for flag, word in (("estop", "an emergency stop"), ("pause", "a pause")):
        if flag in raised:
            by, since = raised[flag]["actor"], iso(raised[flag]["at"])
            yield warn(f"{word} by {by} since {since}: nothing new is started", "`moziplus resume` goes on")
    yield from _services(home, place)


def _holder(place: Place, last_tick: str | None) -> Line:
    who = place.holder
    if who is None:
        return warn(
            "nobody is in charge: no agent is started", "open `moziplus`, run `moziplus run`, or install a service"
        )
    interval = place.settings.daemon.tick_interval if isinstance(place.settings, Settings) else 30
    assert place.home is not None
    if hangs(place.home, who, last_tick, interval, place.clock.now()):
        return wrong(
            f"the {who} is in charge and hangs: its last tick was at {last_tick or iso(who.since)}",
            f"`kill -9 {who.pid}`; its service or the next scheduler goes on, agents at work are adopted",
        )
    if (why := unpublished(place.home, who, last_tick, interval, place.clock.now())) is not None:
        return warn(why, "free some space, or make its disk writable again: one with errors is mounted read-only")
    return ok(f"in charge: {who}")


def _services(home: Home, place: Place) -> Iterator[Line]:
    for kind in KINDS.values():
        try:
            found = look(kind.file(NAME, home, Path("~").expanduser()))
        except MoziError as error:
            yield warn(str(error), f"`moziplus service install {kind.name} --force`")
            continue
        if not found.there or found.home not in (None, str(home.path)):
            continue
        word = ask(kind, NAME, place.environ)
        if word.state in ("running", "unknown"):
            detail = f" ({word.detail})" if word.detail else ""
            yield ok(f"the service for {kind.name} is installed: {word.state}{detail}")
        else:
            yield warn(
                f"the service for {kind.name} is installed but {word.state}",
                f"`moziplus service install {kind.name} --now`, or `moziplus service uninstall {kind.name}`",
            )


def _published(home: Home) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    db = open_home(home.state_db, read_only=True, busy_ms=1000)
    try:
        return scheduler_status(db) or {}, {name: dict(flag) for name, flag in flags(db).items()}
    finally:
        db.close()
