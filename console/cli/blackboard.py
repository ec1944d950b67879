"""Owns the program `blackboard`, the agents' tool: the table of its commands and the reading of its command line.

Agents call it often and each call is a process, so it imports little: argparse in place of click (a fifth of the
start-up time, measured by tests/benchmarks/bench_cli.py), and of the commands only the one that is called.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

from console import __version__
from console.cli.diagnostics import guarded
from console.cli.in_words import in_words
from console.cli.output import READS, Output, for_reading
from console.clock import SystemClock
from console.errors import UsageError
from console.umask import keep_private

__all__ = ("COMMANDS", "main", "parser_of")

COMMANDS = {
    "read": "Read the briefing of a task (with a seat: of the review to give), or list the open tasks.",
    "create": "Create a task; inside a session it is a part of the session's task.",
    "claim": "Confirm the claim of this session; without one, claim a task or a review seat for yourself.",
    "renew": "Keep the claim for another lease.",
    "release": "Give the task or seat back unfinished.",
    "output": "Record a file as an output of the task.",
    "submit": "Hand in the work and end the session.",
    "ask": "Ask the operator, and wait for the answer or end the turn until there is one.",
    "answer": "Answer what another agent asks, in the operator's place, and end the session.",
    "pass": "Leave what another agent asks to the operator, and end the session.",
    "comment": "Say something about the task or its review.",
    "decide": "Record a decision, for everyone who comes later.",
    "observe": "Record something noticed; with a level it reaches the operator.",
    "review": "Give the verdict of this review seat and end the session.",
    "experience": "Record what was learnt, for later tasks.",
    "mcp": "Serve these commands as tools of the Model Context Protocol, on stdin and stdout.",
    "permission": "Ask whether a tool may be used, for Claude Code's --permission-prompt-tool.",
    "usage": "Report tokens and cost that this session has spent.",
}
"""Every command with its line of help; each is console/cli/blackboard_commands/<name>.py."""

HELP = "help"
"""Says all of a command, as the skill has it; whoever is told only the short of it asks by this."""
_SKILL = ("config", "skills", "blackboard_operations", "SKILL.md")

_CONTEXT = (
    ("home", "DIR", "the home, instead of MOZIPLUS_HOME"),
    ("project", "P", "the project, instead of MOZIPLUS_PROJECT"),
    ("task", "N", "the task, 12 or quant#12, instead of MOZIPLUS_TASK"),
    ("review", "N", "the review, instead of MOZIPLUS_REVIEW"),
    ("seat", "N", "the review seat, instead of MOZIPLUS_SEAT"),
    ("agent", "A", "who you are, instead of MOZIPLUS_AGENT"),
    ("session", "ID", "the session of your claim, instead of MOZIPLUS_SESSION"),
    ("fence", "N", "the fence of your claim, instead of MOZIPLUS_FENCE"),
)


class _Parser(argparse.ArgumentParser):
    """One that raises where argparse would print and exit, and whose formatter does not ask for the terminal's width."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, add_help=False, allow_abbrev=False, formatter_class=_wide)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def _wide(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100, max_help_position=28)


def parser_of(name: str) -> argparse.ArgumentParser:
    """What the command `name` takes: its own arguments, then the shared ones."""
    parser = _Parser(f"blackboard {name}", COMMANDS[name])
    import_module(f"console.cli.blackboard_commands.{name}").arguments(parser)
    _add_shared(parser)
    return parser


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run `blackboard` and end the process with its exit code."""
    keep_private()
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(guarded(lambda: _run(words, os.environ), program="blackboard"))


def _run(words: list[str], environ: Mapping[str, str]) -> None:
    before, name, after = _split(words)
    if "--version" in before:
        return _say(f"blackboard {__version__}")
    if name is None:
        if "--help" in before or "-h" in before:
            return _say(_overview())
        raise UsageError("which command? see `blackboard --help`")
    if name == HELP:
        return _help(after)
    if name not in COMMANDS:
        raise UsageError(f"no command {name[:40]!r}; see `blackboard --help`")
    parser = parser_of(name)
    if "--help" in _flags(after) or after[:1] == ["-h"]:
        return _say(_in_full(parser))
    asked = parser.parse_args([*before, *after])
    module = import_module(f"console.cli.blackboard_commands.{name}")
    if name == "mcp":
        return module.serve(asked, environ)  # type: ignore[no-any-return]
    for_reading(name in READS)
    from console.cli.blackboard_commands.call import Call  # storage, which a server of tools has no use for

    call = Call(asked, environ, SystemClock())
    try:
        module.run(call)
    finally:  # it counts as told, also where the command itself is refused
        call.tell()
    return None


def _help(asked: list[str]) -> None:
    if not asked:
        return _say(f"{_overview()}\n\n{in_words('`blackboard help COMMAND` says all of a command.')}")
    name = asked[0]
    if name not in COMMANDS:
        raise UsageError(f"no command {name[:40]!r}; see `blackboard --help`")
    from console.shipped_files import shipped

    text = shipped(*_SKILL).read_text("utf-8")
    _, _, section = text.partition(f"### blackboard {name}\n\n")
    return _say(f"{COMMANDS[name]}\n\n{section.partition(chr(10) + '##')[0].strip()}")


def _split(words: list[str]) -> tuple[list[str], str | None, list[str]]:
    """The flags before the command, the command, and what follows it."""
    alone = ("--json", "--help", "-h", "--version")
    n = 0
    while n < len(words) and words[n].startswith("-"):
        n += 1 if words[n] in alone or "=" in words[n] else 2
    return words[:n], words[n] if n < len(words) else None, words[n + 1 :]


def _flags(words: list[str]) -> list[str]:
    """Those before `--`: what follows it is text, whatever it looks like."""
    return words[: words.index("--")] if "--" in words else words


def _add_shared(parser: argparse.ArgumentParser) -> None:
    taken = parser._option_string_actions
    for name, metavar, text in _CONTEXT:
        if f"--{name}" not in taken:
            parser.add_argument(f"--{name}", metavar=metavar, default=argparse.SUPPRESS, help=text)
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="JSON on stdout")
    parser.add_argument("--help", action="store_true", default=argparse.SUPPRESS, help="this text")


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {in_words(text)}" for name, text in COMMANDS.items()]
    shared = [f"  --{name} {metavar}: {in_words(text)}" for name, metavar, text in _CONTEXT]
    head = ["usage: blackboard COMMAND …", "", in_words("The blackboard of a project, for its agents.")]
    return "\n".join([*head, "", *lines, "", in_words("Every command takes --json, --help and"), *shared])


def _in_full(parser: argparse.ArgumentParser) -> str:
    """The help of a command, in the language of this shell."""
    parser.description = in_words(parser.description or "")
    for action in parser._actions:
        action.help = in_words(action.help or "")
    text = parser.format_help()
    for word in ("usage: ", "options:"):
        text = text.replace(word, in_words(word), 1)
    return text


def _say(text: str) -> None:
    Output(as_json=False).one({}, lambda: text)


if __name__ == "__main__":
    main()
