"""Owns the program `moziplus`: the table of its commands, and what happens without one (the console opens).

A command is a file: `console/cli/<noun>.py` with an attribute of the command's name. It is imported only when it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

import click

from console import __version__
from console.cli.diagnostics import guarded
from console.cli.needs_terminal import need_terminal
from console.cli.options import Here, LazyCommand, LazyGroup, pass_here
from console.umask import keep_private

__all__ = ("COMMANDS", "main", "moziplus")

WITHOUT = "`moziplus run` schedules, `moziplus status` says how things stand"
_CONTROL = "console.cli.control"
COMMANDS = {
    "init": LazyCommand("console.cli.init", "Make a home."),
    "demo": LazyCommand("console.cli.demo", "A scripted team on a fresh home: no gateway, no model."),
    "run": LazyCommand("console.cli.run", "The scheduler, headless, in the foreground."),
    "status": LazyCommand("console.cli.status", "Who is in charge, and how each project stands."),
    "stats": LazyCommand("console.cli.stats", "Cost, tasks done and waiting, day by day."),
    "needs": LazyCommand("console.cli.needs", "What needs you, and the command that answers it."),
    "doctor": LazyCommand("console.cli.doctor.command", "Check everything that moziplus stands on."),
    "serve": LazyCommand("console.cli.serve", "The home over HTTP, for a phone and for programs."),
    "service": LazyCommand("console.cli.service", "Run the scheduler under launchd, systemd or PM2."),
    "events": LazyCommand("console.cli.events", "What happened, from the change feed."),
    "search": LazyCommand("console.cli.search", "Find a text in tasks, comments, findings, decisions and transcripts."),
    "log": LazyCommand("console.cli.log", "Read moziplus's own log."),
    "runs": LazyCommand("console.cli.runs", "The lives of the scheduler."),
    "config": LazyCommand("console.cli.config", "Show and check the settings."),
    "project": LazyCommand("console.cli.project", "Create, list and edit projects."),
    "agent": LazyCommand("console.cli.agent", "List and check the agents."),
    "task": LazyCommand("console.cli.task", "Create, list, explain and steer tasks."),
    "schedule": LazyCommand("console.cli.schedule", "Work that comes again, and the daily report."),
    "review": LazyCommand("console.cli.review", "Read reviews and give verdicts."),
    "experience": LazyCommand("console.cli.experience", "List, search and read what the team has learnt."),
    "skill": LazyCommand("console.cli.skill", "List, show and check skills, and begin new ones."),
    "session": LazyCommand("console.cli.session", "See, read and stop agents' sessions, and send them messages."),
    "ask": LazyCommand("console.cli.ask", "See and answer what agents ask."),
    "guardrail": LazyCommand("console.cli.guardrail", "See the rules on what agents do, and try them."),
    "alert": LazyCommand("console.cli.alert", "List and acknowledge alerts."),
    "inbox": LazyCommand("console.cli.inbox", "Show, send and retry messages of the inbox."),
    "backup": LazyCommand("console.cli.backup", "Copy every blackboard while it is in use."),
    "restore": LazyCommand("console.cli.restore", "Bring a project's blackboard back from a copy."),
    "clean": LazyCommand("console.cli.clean", "Remove what is older than the settings keep."),
    "man": LazyCommand("console.cli.man", "The manual page."),
    "spec": LazyCommand("console.cli.spec", "Every command and what its JSON holds, for programs."),
    "pause": LazyCommand(_CONTROL, "Start no new sessions, in a project or the home."),
    "resume": LazyCommand(_CONTROL, "Take back a pause or an emergency stop."),
    "drain": LazyCommand(_CONTROL, "Let sessions end, then end the scheduler."),
    "estop": LazyCommand(_CONTROL, "Emergency stop: pause, and stop every agent."),
}
"""Every command; the order is the one of `moziplus --help`."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--read-only", is_flag=True, help="Look on: never take charge, change nothing.")
@click.version_option(__version__, prog_name="moziplus", message="%(prog)s %(version)s")
@click.pass_context
@pass_here
def moziplus(here: Here, ctx: click.Context, read_only: bool) -> None:
    """The operator's console for a team of AI agents. Without a command it opens the console."""
    if ctx.invoked_subcommand is None:
        need_terminal(here.environ, WITHOUT)
        if read_only:
            here.look_only()
        from console.app.main import run_console

        ctx.exit(run_console(here.home, read_only=read_only) or 0)
    if read_only:
        raise click.UsageError(f"--read-only is for the console, not for `{ctx.invoked_subcommand}`", ctx)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run `moziplus` and end the process with its exit code."""
    keep_private()
    here = Here()
    if "_MOZIPLUS_COMPLETE" in here.environ:
        import_module("console.cli.completing")  # it mends what click says to fish

    def run() -> object:
        return moziplus.main(arguments, prog_name="moziplus", standalone_mode=False, obj=here)

    sys.exit(guarded(run, crash_folder=lambda: here.known_logs))
