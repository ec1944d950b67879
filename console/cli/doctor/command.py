"""`moziplus doctor`: looks at everything that moziplus stands on, and says what each finding means and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from console.cli.doctor import (
    agents,
    charge,
    databases,
    gateway,
    homes,
    locales,
    locks,
    package,
    preferred,
    prompts,
    registry,
    sandbox,
    settings,
    terminal,
    versions,
    worktrees,
)
from console.cli.doctor.line import Line, State, wrong
from console.cli.doctor.place import Place
from console.cli.in_words import in_words
from console.cli.options import Here, command, pass_here
from console.text import fit, one_line

__all__ = ("CHECKS", "doctor")

CHECKS: dict[str, Callable[[Place], Iterator[Line]]] = {
    "package": package.check,
    "versions": versions.check,
    "home": homes.check,
    "settings": settings.check,
    "prompts": prompts.check,
    "registry": registry.check,
    "databases": databases.check,
    "in charge": charge.check,
    "locks": locks.check,
    "gateway": gateway.check,
    "agents": agents.check,
    "sandbox": sandbox.check,
    "worktrees": worktrees.check,
    "terminal": terminal.check,
    "console": preferred.check,
    "locale": locales.check,
}
"""In the order in which they are looked at: what others stand on first."""


@command("doctor", prints="doctor.Diagnosis", each=True)
@click.option("--mend", is_flag=True, help="Write projects/_registry.yaml anew where it is not in step.")
@click.pass_context
@pass_here
def doctor(here: Here, ctx: click.Context, mend: bool) -> None:
    """Check everything that moziplus stands on. Exit code 1 where something is wrong; changes nothing without --mend."""
    place = Place(here.home_option, here.environ, here.clock, mend=mend)
    counts = dict.fromkeys(State, 0)
    for name, check in CHECKS.items():
        for line in _looked(check, place):
            counts[line.state] += 1
            head = f"{fit(in_words(line.state), 6)} {fit(in_words(name), 10)}"
            here.out.line(line.told(name), f"{head} {one_line(in_words(line.means), 2000)}")
            if line.do:
                here.out.say(f"{'':<17} → {one_line(in_words(line.do), 2000)}")
    here.out.say(f"{counts[State.OK]} ok, {counts[State.WARN]} to know, {counts[State.WRONG]} wrong")
    if counts[State.WRONG]:
        ctx.exit(1)


def _looked(check: Callable[[Place], Iterator[Line]], place: Place) -> Iterator[Line]:
    """The check's lines; one that fails itself is a line, and the others go on."""
    try:
        yield from check(place)
    except Exception as error:
        yield wrong(
            f"this check itself failed ({type(error).__name__}: {error})",
            "please pass this on; the other checks went on",
        )
