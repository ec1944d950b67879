"""`moziplus man`: the manual page, made from the commands themselves, so that it says what this version can do."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from console import __version__
from console.cli.json_fields import fields_of
from console.cli.options import Here, command, pass_here
from console.clock import iso

__all__ = ("EXITS", "man")

_SHARED = ("--home", "--json")
EXITS = (
    ("0", "done"),
    ("1", "failed"),
    ("2", "a word, option or setting is wrong"),
    ("3", "not found"),
    ("4", "conflict: claimed by another, held, archived, paused"),
    ("5", "unavailable: locked, read-only, gateway down"),
)
_VARIABLES = (
    (
        "MOZIPLUS_HOME",
        "The home: the folder that holds everything. Else the current folder where it is one, else ~/.moziplus.",
    ),
    ("MOZIPLUS_PROJECT", "The project that is meant where none is named."),
    ("MOZIPLUS_LANGUAGE", "zh or en; else LC_ALL, LC_MESSAGES and LANG say it."),
    ("LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR or CRITICAL, in place of logging.level."),
    ("VISUAL, EDITOR", "The editor for longer texts and for settings."),
)
_FILES = (
    ("config/default.yaml", "Your settings, in the home."),
    ("projects/ID/config/project.yaml", "The settings of a project."),
    ("projects/ID/blackboard.db", "Its blackboard. Copy it with moziplus backup, never by hand."),
)


@command("man", prints="control.ManPage")
@pass_here
def man(here: Here) -> None:
    """Print the manual page: `moziplus man | man -l -`, or into a file moziplus.1 on your MANPATH."""
    from console.api.control import ManPage

    page = manual((iso(here.now()) or "")[:10])
    here.out.one(ManPage(page=page), lambda: page)


def manual(day: str) -> str:
    """The page of that day in man(7), which mandoc and groff render."""
    from console.cli.main import moziplus

    context = click.Context(moziplus, info_name="moziplus")
    lines = [
        f'.TH MOZIPLUS 1 "{day}" "moziplus {__version__}"',
        ".SH NAME",
        r"moziplus \- the console and scheduler of a team of AI agents",
        ".SH SYNOPSIS",
        r".B moziplus",
        r"[\fB\-\-home\fR \fIDIR\fR] [\fB\-\-json\fR] [\fICOMMAND\fR ...]",
        ".SH DESCRIPTION",
        *_text(inspect.cleandoc(moziplus.help or "")),
        ".PP",
        *_text("Every command takes --home DIR (the home to use) and --json (one object, or one a line, on stdout)."),
        ".SH COMMANDS",
    ]
    for name in moziplus.list_commands(context):
        found = moziplus.get_command(context, name)
        if found is not None:
            lines += _command(found, click.Context(found, info_name=name, parent=context))
    for title, rows in (("ENVIRONMENT", _VARIABLES), ("FILES", _FILES), ("EXIT STATUS", EXITS)):
        lines.append(f".SH {title}")
        for term, meaning in rows:
            lines += [".TP", rf"\fB{_escaped(term)}\fR", *_text(meaning)]
    return "\n".join(lines) + "\n"


def _command(found: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(piece for piece in found.collect_usage_pieces(context) if piece not in ("[OPTIONS]", ""))
    yield rf".SS {_escaped(context.command_path)} {_escaped(pieces)}".rstrip()
    yield from _text(inspect.cleandoc(found.help or ""))
    yield from (".PP", *_text(fields)) if (fields := fields_of(found)) else ()
    for param in found.get_params(context):
        record = param.get_help_record(context)
        if record is None or not isinstance(param, click.Option) or {*param.opts} & {*_SHARED, "--help"}:
            continue
        yield from (".TP", rf"\fB{_escaped(record[0])}\fR", *(_text(record[1]) or [r"\&"]))
    if isinstance(found, click.Group):
        for name in found.list_commands(context):
            below = found.get_command(context, name)
            if below is not None:
                yield from _command(below, click.Context(below, info_name=name, parent=context))


def _text(text: str) -> list[str]:
    """Paragraphs, each line safe from being taken for a request."""
    found: list[str] = []
    for n, part in enumerate(" ".join(part.split()) for part in text.replace("\b", "").split("\n\n")):
        found += [*([".PP"] if n else []), _escaped(part)]
    return [line for line in found if line]


def _escaped(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain[:1] in (".", "'") else plain
