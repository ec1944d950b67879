"""Owns `blackboard output`: records a file as an output of the task, or withdraws one."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.cli.blackboard_commands.call import Call
from console.cli.words import line
from console.commands.agent.output import TakeOutput, take_output
from console.commands.agent.withdraw import WithdrawOutput, withdraw_output
from console.errors import UsageError
from console.records.output import Output

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what it is."""
    parser.add_argument("path", metavar="PATH", help="the file, relative to the current folder")
    parser.add_argument("--copy", action="store_true", help="take it from anywhere: it is copied into outputs/")
    parser.add_argument("--withdraw", action="store_true", help="it is no output any more; its file stays where it is")
    parser.add_argument("--kind", default="file", metavar="K", help="what it is, in one word: file, diff, report, …")


def run(call: Call) -> None:
    """Record it, or withdraw it."""
    asked = call.asked
    if asked.withdraw:
        return _withdraw(call)
    wanted = TakeOutput(path=asked.path, here=Path.cwd(), kind=line(asked.kind), task=call.task_asked, copy=asked.copy)
    made, copied = take_output(call.desk, wanted)
    call.out.one(
        _record(call, made) | {"copied": copied}, f"recorded {made.path} (version {made.version}, {made.size} bytes)"
    )
    return None


def _withdraw(call: Call) -> None:
    asked = call.asked
    if asked.copy or asked.kind != "file":
        raise UsageError("--withdraw takes an output back; it goes with neither --copy nor --kind")
    gone = withdraw_output(call.desk, WithdrawOutput(path=asked.path, here=Path.cwd(), task=call.task_asked))
    call.out.one(
        _record(call, gone) | {"copied": False, "withdrawn": True}, f"withdrew {gone.path} (version {gone.version})"
    )


def _record(call: Call, output: Output) -> dict[str, object]:
    return {
        "project": call.project,
        "task": output.task_id,
        "path": output.path,
        "kind": output.kind,
        "version": output.version,
        "round": output.round,
        "size": output.size,
        "sha256": output.sha256,
    }
