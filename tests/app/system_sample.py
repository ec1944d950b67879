"""Makes what the System view shows: a log as moziplus writes it, and how a home stands, the same on every machine."""

from __future__ import annotations

import json
from dataclasses import replace

from textual.pilot import Pilot

from console.app.app import Console
from console.app.messages import WorldChanged
from console.clock import iso
from console.home import Home
from tests.app.sample import DAY, HOUR, MINUTE, NOW, SECOND
from tests.app.world import settle, until
from widgets.models import LinkTold, LinkUse, Raised, SchedulerState, System

WELL = SchedulerState(
    known=True,
    running=True,
    headless=True,
    mode="headless",
    pid=4711,
    host="studio",
    since=NOW - 2 * DAY,
    run="20261118_091500",
    last_tick_at=NOW - 12 * SECOND,
    tick_ms=3,
    orders=(("lake", "fifo"), ("quant", "priority"), ("vnpy", "priority")),
    links=(LinkTold(name="gateway", kind="up", version="2026.9.6"),),
)
IN_ORDER = System(
    known=True,
    order="priority",
    links=(LinkUse(name="gateway", used=True, address="http://127.0.0.1:18789"),),
    inbox_waiting=2,
    inbox_files=(1, 0, 3),
    backup_at=NOW - 20 * MINUTE,
    backup_every=3600,
    destination="/volume/backups",
    disk_free=212 << 30,
    disk_floor=500 << 20,
)
ILL = replace(
    WELL,
    since=NOW - 2 * DAY,
    last_tick_at=NOW - 12 * MINUTE,
    hung=True,
    pause=Raised(by="operator", at=NOW - HOUR, reason="the exchange is closed"),
    links=(
        LinkTold(
            name="gateway",
            kind="token_refused",
            sentence="the gateway at http://127.0.0.1:18789 refuses our token",
            advice="put the value of its gateway.auth.token into OPENCLAW_GATEWAY_TOKEN",
        ),
    ),
)
OUT_OF_ORDER = replace(
    IN_ORDER,
    inbox_bad=2,
    backup_at=NOW - 5 * HOUR,
    destination_trouble="the backup destination /volume/backups is not there; mount it, or make the folder",
    disk_free=420 << 20,
)


def write_log(home: Home, *messages: tuple[int, str, str, str], mode: str = "a") -> None:
    """Lines of (ms before NOW, level, component, message)."""
    with (home.logs / "moziplus.log").open(mode, encoding="utf-8") as file:
        for ago, level, component, message in messages:
            line = {"at": iso(NOW - ago), "level": level, "component": component, "message": message, "pid": 4711}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_a_day(home: Home) -> None:
    """A log with something of every level, begun the day before."""
    write_log(
        home,
        (
            26 * HOUR,
            "INFO",
            "scheduler",
            "in charge of the home: headless scheduler, pid 4711 on studio, run 20261118_091500",
        ),
        (25 * HOUR, "INFO", "keeping", "removed what is old: 12 transcripts, 3 logs"),
        (9 * HOUR, "WARNING", "gateway", "gateway: no gateway answers at http://127.0.0.1:18789"),
        (
            9 * HOUR - MINUTE,
            "INFO",
            "gateway",
            "gateway: the gateway at http://127.0.0.1:18789 is up (OpenClaw 2026.9.6)",
        ),
        (HOUR, "ERROR", "scheduler", "blackboard of archive_2025 set aside: malformed page 41"),
        *(
            (n * MINUTE, "INFO", "scheduler", f"schedule {n} of quant made #{90 - n} 夜间行情入库")
            for n in range(40, 20, -1)
        ),
        (20 * MINUTE, "INFO", "keeping", "backed up 4 of 4 databases"),
        (MINUTE, "DEBUG", "scheduler", "tick: 3 projects, nothing to start"),
    )


async def standing(app: Console, pilot: Pilot[int], scheduler: SchedulerState, system: System) -> None:
    """From now on the home stands so, whatever the disk of this machine says: the feed has ended."""
    app.feed.close()
    await until(pilot, lambda: not app.feed.is_alive(), "the feed has ended")
    app.post_message(WorldChanged(replace(app.world, scheduler=scheduler, system=system)))
    await pilot.press("6")
    await settle(app, pilot)
    await until(pilot, lambda: app.world.system == system, "the world is shown")
    await settle(app, pilot)


def shown(app: Console) -> str:
    """The screen as text, lines one after the other."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips(app.size)
    )
