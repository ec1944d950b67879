"""Owns `blackboard output`: records a file as an output of the task."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.cli.blackboard_commands.call import Call
from console.cli.words import line
from console.commands.agent.output import TakeOutput, take_output

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what it is."""
    parser.add_argument("path", metavar="PATH", help="the file, relative to the current folder")
    parser.add_argument("--copy", action="store_true", help="take it from anywhere: it is copied into outputs/")
    parser.add_argument("--kind", default="file", metavar="K", help="what it is, in one word: file, diff, report, …")


def run(call: Call) -> None:
    """Record it."""
    asked = call.asked
    wanted = TakeOutput(path=asked.path, here=Path.cwd(), kind=line(asked.kind), task=call.task_asked, copy=asked.copy)
    made, copied = take_output(call.desk, wanted)
    record = {
        "project": call.project,
        "task": made.task_id,
        "path": made.path,
        "kind": made.kind,
        "version": made.version,
        "round": made.round,
        "size": made.size,
        "sha256": made.sha256,
        "copied": copied,
    }
    call.out.one(record, f"recorded {made.path} (version {made.version}, {made.size} bytes)")
