"""`moziplus run`: the scheduler, headless, in the foreground. Says what it does on stderr and in the log, not on stdout."""

from __future__ import annotations

import sys

import click

from console.cli.options import Here, command, pass_here
from console.cli.output import Column

__all__ = ("run",)

_COLUMNS = (
    Column("ACTION", "do"),
    Column("PROJECT", "project"),
    Column("TASK", "task_id", right=True),
    Column("AGENT", "agent"),
    Column(
        "WHY",
        lambda record: record.get("reason") or record.get("failure") or record.get("body"),
        gives=True,
        words=True,
    ),
)


@command("run")
@click.option(
    "--until-idle",
    is_flag=True,
    help="End when nothing can move without the operator, a date or a schedule; a limit that ends is waited for, and said.",
)
@click.option("--max-ticks", type=click.IntRange(1), metavar="N", help="End after N timed ticks; agents go on.")
@click.option("--dry-run", is_flag=True, help="Print what a tick would do now; do nothing, take no charge.")
@click.option("--quiet", is_flag=True, help="Nothing on stderr; the log has it all.")
@pass_here
def run(here: Here, until_idle: bool, max_ticks: int | None, dry_run: bool, quiet: bool) -> int:
    """Schedule this home until SIGTERM, SIGINT or a drain. Agents go on when it ends; the next scheduler adopts them.

    Beside a scheduler in charge it waits in the wings and takes over when that one ends; with --until-idle or
    --max-ticks it ends with 4 and names it. --dry-run JSON: one action a line, `do` names it.
    """
    from console.engine import host
    from console.engine.journal import as_words
    from console.logs import set_up_logs

    settings = here.settings
    if dry_run:
        actions = host.dry_run(here.home, clock=here.clock, environ=here.environ)
        here.out.many(as_words(actions), _COLUMNS, empty="nothing to do now")
        return 0
    set_up_logs(here.home.logs, settings.logging, terminal=None if quiet else sys.stderr)
    return host.run_headless(
        here.home, until_idle=until_idle, max_ticks=max_ticks, clock=here.clock, environ=here.environ
    )
