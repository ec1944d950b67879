"""Owns what is said of an agent that ended well and never used its blackboard: that is no success, and why it was so.

Takes its word for nothing: the mark that `blackboard` leaves when it is called, or what it wrote, is the witness. A plain
program, whose output has no known form, may hand in by its last words alone; but not where its shell missed `blackboard`.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.spec import StartSpec
from console.blackboard.connection import open_project
from console.blackboard.reads.sessions import has_written
from console.errors import MoziError
from console.records.ending import Ending

__all__ = ("held_to_its_blackboard",)

LOOKED_AT = 1_000_000
"""Bytes of the end of its output in which the shell's word is looked for."""
OWN = "moziplus"
"""The form of our own drivers and of programs that write it themselves: what those say is believed."""
_NOT_FOUND = re.compile(rb"blackboard: (?:command )?not found|command not found: blackboard")
NOT_FOUND = (
    "its shell did not find `blackboard` (command not found): its profile sets another PATH after the session's;"
    " see login shells in docs/agents.md"
)
NEVER = "it ended well and no call of `blackboard` was seen, so that nothing was handed in; see what its command allows"


def held_to_its_blackboard(ending: Ending, spec: StartSpec, folder: SessionFolder) -> Ending:
    """The end of an author as it counts. Where nobody can say whether it wrote anything, it is believed."""
    well = ending.exit_code == 0 and not (ending.failed or ending.rate_limited or ending.signed_out or ending.stopped)
    if not well or spec.seat is not None or ending.timed_out or folder.has(folder.called):
        return ending
    why = NOT_FOUND if _missed(folder) else NEVER if spec.usage.get("form", OWN) != OWN else None
    if why is None or _wrote(spec):
        return ending
    return replace(ending, failed=True, failure=why)


def _missed(folder: SessionFolder) -> bool:
    try:
        return _NOT_FOUND.search(folder.last(folder.output, LOOKED_AT)) is not None
    except OSError:
        return False


def _wrote(spec: StartSpec) -> bool:
    try:
        with closing(open_project(Path(spec.project_folder), read_only=True)) as db:
            return has_written(db, spec.session)
    except (MoziError, OSError):
        return True
