"""Owns stderr, the only way there: one line that says what to do, and the exit code that goes with it.

Nothing unexpected reaches the terminal: it goes, without local variables and secrets, to a file that only its owner reads.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.cli.output import OutputLost, local_times, lost_output, nowhere, open_streams
from console.errors import ConfigError, MoziError, Refused
from console.text import one_line

if TYPE_CHECKING:
    import click

__all__ = ("complain", "for_agents", "guarded")

INTERRUPTED = 130
_UNAVAILABLE = {errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def complain(message: str, program: str = "moziplus") -> None:
    """One line on stderr."""
    from console.redact import redact  # its patterns take as long as a small command, and most say nothing here

    try:
        said = in_words(message)
        said = said if program == "moziplus" else for_agents(said)
        print(f"{program}: {local_times(one_line(redact(said), 2000))}", file=sys.stderr, flush=True)
    except OSError:  # nobody hears it; the exit code says it too
        nowhere(sys.stderr)


def for_agents(text: str) -> str:
    """Without the clauses that name a command of the operator's: an agent has none of these."""
    for mark in ("; ", "；"):
        clauses = text.split(mark)
        text = mark.join(clause for n, clause in enumerate(clauses) if n == 0 or "`moziplus " not in clause)
    return text


def guarded(
    run: Callable[[], object], *, program: str = "moziplus", crash_folder: Callable[[], Path | None] = lambda: None
) -> int:
    """Run a command and return its exit code; every failure is one line (config, a refused submit: one for each problem).

    A report of the unexpected goes to `crash_folder`, or to the machine's folder for temporary files where that is none.
    What was done stays done, and ends with 0, where only the word on it could not be written.
    """
    open_streams()
    code = _guarded(run, program, crash_folder)
    lost, reading = lost_output()
    if lost is not None and reading:
        return code or _unread(lost, program)
    if lost is not None and code == 0 and not isinstance(lost, BrokenPipeError):
        complain(f"it is done, but stdout could not take the word on it: {lost.strerror}", program)
    return code


def _guarded(run: Callable[[], object], program: str, crash_folder: Callable[[], Path | None]) -> int:
    try:
        return _code(run())
    except (ConfigError, Refused) as error:
        for problem in error.problems:
            complain(problem, program)
        return error.exit_code
    except MoziError as error:
        complain(str(error), program)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except OutputLost:
        return 0
    except Exception as error:
        code = _of_click(error, program)
        return _unexpected(error, program, crash_folder) if code is None else code


def _code(outcome: object) -> int:
    return outcome if isinstance(outcome, int) and not isinstance(outcome, bool) else 0


def _of_click(error: Exception, program: str) -> int | None:
    """The exit code of click's own exceptions. A program without click (`blackboard`) does not load it for this."""
    if "click" not in sys.modules:
        return None
    import click

    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        complain(_usage(error), program)
        return 2
    return INTERRUPTED if isinstance(error, click.Abort) else None


def _usage(error: click.ClickException) -> str:
    import click

    message = error.format_message().rstrip(".?")
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        message = "something is missing"
    return message if "--help" in message else f"{message}; see `{context.command_path} --help`"


def _unread(lost: OSError, program: str) -> int:
    """The exit code of a command whose output is what it was asked for, and was lost."""
    if isinstance(lost, BrokenPipeError):
        return 1
    complain(f"stdout could not be written: {lost.strerror}", program)
    return 5


def _unexpected(error: Exception, program: str, crash_folder: Callable[[], Path | None]) -> int:
    if isinstance(error, OSError) and error.errno in _UNAVAILABLE:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror}; free some space or allow writing there, then try again", program)
        return 5
    kept = _keep_report(error, crash_folder)
    complain(
        f"something went wrong that should not ({type(error).__name__}); please pass on the report: {kept}", program
    )
    return 1


def _keep_report(error: Exception, crash_folder: Callable[[], Path | None]) -> Path | str:
    import tempfile
    import traceback

    from console.redact import redact

    try:
        folder = crash_folder()
    except Exception:  # the home itself may be what is wrong
        folder = None
    report = redact("".join(traceback.format_exception(error)))
    for place in (folder, None):
        try:
            descriptor, name = tempfile.mkstemp(prefix="crash-", suffix=".log", dir=place)  # 0600
        except OSError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
        return Path(name)
    return "no file (none could be written)"
