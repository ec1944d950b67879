"""`moziplus service`: puts the scheduler of a home under launchd, systemd or PM2, says how it stands, takes it out again."""

from __future__ import annotations

from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import Conflict

if TYPE_CHECKING:
    from console.api.service import Service
    from console.services.kinds import Kind
    from console.services.manager import Argv, Commands
    from console.services.plan import ServicePlan

__all__ = ("service",)

_MANAGERS = click.Choice(["launchd", "systemd", "pm2"])
_name = click.option("--name", default="moziplus", metavar="NAME", help="Of this service: one for each home.")
_now = click.option("--now", is_flag=True, help="Also run the commands that it would tell you to type.")
_force = click.option("--force", is_flag=True, help="Even where it was edited by hand; that one is kept as *.old.")


@group("service")
def service() -> None:
    """Run the scheduler under launchd, systemd or PM2. Nothing here needs root."""


@service.command("install", prints="service.Installed")
@click.argument("manager", type=_MANAGERS)
@_name
@click.option("--env", "keep", multiple=True, metavar="NAME", help="Keep this variable's value in the file (0600).")
@click.option("--dry-run", is_flag=True, help="Show the file and write nothing; kept values are hidden.")
@_force
@_now
@pass_here
def install(here: Here, manager: str, name: str, keep: tuple[str, ...], dry_run: bool, force: bool, now: bool) -> None:
    """Write the service file for this home, with the PATH and locale of this shell, and say what starts it.

    Again, it renews the file; one that was edited by hand is left alone.
    """
    from msgspec.structs import replace

    from console.api.service import Installed
    from console.services.asking import ask, carry_out
    from console.services.files import install as write
    from console.services.plan import plan_for
    from console.services.stamp import stamped

    kind, file = _kind(here, manager, name)
    plan = plan_for(here.home, here.environ, name=name, keep=keep)
    text = stamped(kind.text(plan.shown() if dry_run else plan), here.home.path)
    word = ask(kind, name, here.environ)
    if word.home not in (None, str(here.home.path)) and not force:
        raise Conflict(f"{manager} runs a {name} for another home, {word.home}; give this home's service a --name")
    done = "shown" if dry_run else write(file, text, here.home.path, force=force)
    commands = kind.commands(name, file)
    todo = _todo(commands, word.state, done)
    notes = [*kind.notes(), *_left_out(here, plan)]
    record = Installed(
        manager=manager,
        name=name,
        file=file,
        done=done,
        start=todo,
        notes=tuple(notes),
        restart=commands.restart,
        stop=commands.stop,
    )
    if dry_run:
        here.out.one(replace(record, text=text), lambda: in_words(f"{file} would hold:") + f"\n\n{text}")
        return
    if now:
        carry_out(todo, here.environ)
    here.out.one(record, f"{done}: {file}\n" + _told(todo, notes, now=now))


@service.command("status", prints="service.Service", each=True)
@click.argument("manager", type=_MANAGERS, required=False)
@_name
@click.pass_context
@pass_here
def status(here: Here, ctx: click.Context, manager: str | None, name: str) -> None:
    """Say how the service stands: its file, its manager's word, and who is in charge. Exit code 1 where the named
    manager does not run it.
    """
    from console.api.service import Service
    from console.engine.in_charge import holder
    from console.services.asking import ask
    from console.services.files import look

    who = holder(here.home)
    rows: list[Service] = []
    for wanted in [manager] if manager else _MANAGERS.choices:
        kind, file = _kind(here, wanted, name)
        found, word = look(file), ask(kind, name, here.environ)
        rows.append(
            Service(
                manager=wanted,
                name=name,
                file=file,
                installed=found.there,
                edited=found.edited,
                home=found.home,
                state=word.state,
                pid=word.pid,
                detail=word.detail,
                in_charge=who.pid if who else None,
            )
        )
    here.out.many(rows, _columns(here.home.path), empty="")
    if manager and not (rows[0].installed and rows[0].state in ("running", "unknown")):
        ctx.exit(1)


@service.command("uninstall", prints="service.Uninstalled")
@click.argument("manager", type=_MANAGERS)
@_name
@_force
@_now
@pass_here
def uninstall(here: Here, manager: str, name: str, force: bool, now: bool) -> None:
    """Remove the service file. Ends with 4 while the manager still runs it, and says what stops it; --now does both."""
    from console.api.service import Uninstalled
    from console.engine.hand_over import who_follows
    from console.services.asking import ask, carry_out
    from console.services.files import check
    from console.services.files import uninstall as remove

    kind, file = _kind(here, manager, name)
    check(file, here.home.path, force=force)
    stop = kind.commands(name, file).stop
    if ask(kind, name, here.environ).state == "running":
        if not now:
            typed = " && ".join(join(command) for command in stop)
            raise Conflict(f"{manager} still runs {name}; `{typed}` stops it (agents go on), --now does that for you")
        carry_out(stop, here.environ)
    remove(file, here.home.path, force=force)
    who = who_follows(here.home)
    pid = who.pid if who else None
    record = Uninstalled(manager=manager, name=name, file=file, removed=True, in_charge=pid)
    then = (
        f"in charge now: {who}" if who else "nobody is in charge now: `moziplus` or `moziplus run` starts a scheduler"
    )
    here.out.one(record, f"removed: {file}\n{then}")


def _columns(home: Path) -> list[Column]:
    return [
        Column("MANAGER", "manager"),
        Column("FILE", lambda row: _file_words(row, home), most=200, gives=True),
        Column(
            "STATE",
            lambda row: f"{row.state}{': ' if row.detail else ''}{row.detail}",
            most=80,
            words=True,
        ),
        Column("PID", "pid", right=True),
        Column("IN CHARGE", "in_charge", right=True),
    ]


def _kind(here: Here, manager: str, name: str) -> tuple[Kind, Path]:
    from console.services.kinds import KINDS

    kind = KINDS[manager]
    return kind, kind.file(name, here.home, Path("~").expanduser())


def _todo(commands: Commands, state: str, done: str) -> tuple[Argv, ...]:
    """What makes the manager run what the file says now."""
    if state == "running":
        return () if done == "unchanged" else commands.reload
    return commands.reload if state == "stopped" else commands.start


def _left_out(here: Here, plan: ServicePlan) -> list[str]:
    """Variables that this shell has, that agents or the gateway want, and that the service will not have."""
    from console.gateway.discovery import VARIABLES

    wanted = {name for agent in here.settings.agents.values() for name in agent.env_required}
    if here.settings.gateway.token_file is None:
        wanted.update(VARIABLES)
    lost = sorted(name for name in wanted if here.environ.get(name) and name not in plan.environment)
    return [f"the service will not have {name}, which is set here: `--env {name}` keeps its value" for name in lost]


def _told(todo: tuple[Argv, ...], notes: list[str], *, now: bool) -> str:
    first = "it runs" if now or not todo else "start it with:\n" + "\n".join(f"  {join(part)}" for part in todo)
    return "\n".join([first, *(f"note: {note}" for note in notes)])


def _file_words(row: Service, home: Path) -> str:
    if not row.installed:
        return in_words("not installed")
    edited = in_words(" (edited by hand)") if row.edited else ""
    other = in_words(f" (for another home, {row.home})") if row.home not in (None, str(home)) else ""
    return f"{row.file}{edited}{other}"
