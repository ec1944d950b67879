"""Owns one call for `mcp_server`, as a process: its request is on stdin, and what it does is the command of `blackboard`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import time
from typing import Any, NoReturn

from console.cli.blackboard import main as blackboard
from console.cli.diagnostics import guarded
from console.cli.mcp_tools import PERMISSION, WAIT, command_line, tools
from console.cli.output import Output

__all__ = ("main",)


def main() -> NoReturn:
    """List the tools, or call one, and end the process with its exit code."""
    asked: dict[str, Any] = json.load(sys.stdin.buffer)
    if "name" not in asked:
        sys.exit(guarded(lambda: _list(asked["in_session"]), program="blackboard"))
    if asked["name"] in WAIT:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    words: list[str] = []
    code = guarded(lambda: words.extend(_words(asked)), program="blackboard")
    if code:
        sys.exit(code)
    if asked["name"] != PERMISSION:  # that one is asked by the agent's program
        _leave_sign(os.environ.get("MOZIPLUS_PROMPT_FILE", ""))
    blackboard(words)


def _leave_sign(prompt: str) -> None:
    """That the session called: what the `blackboard` beside its prompt leaves for a command of the shell."""
    if prompt:
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        with contextlib.suppress(OSError):
            os.close(os.open(os.path.join(os.path.dirname(prompt), "called"), flags, 0o600))


def _end_with(server: int) -> None:
    """A server that was killed cannot end its calls: whoever waits for a person would wait for nobody."""
    while os.getppid() == server:
        time.sleep(1)
    os._exit(1)


def _list(in_session: bool) -> None:
    Output(as_json=True).one(tools(in_session, "MOZIPLUS_PERMISSION" in os.environ), "")  # type: ignore[arg-type]


def _words(asked: dict[str, Any]) -> list[str]:
    line = command_line(asked["name"], asked["arguments"])
    sys.stdin = io.TextIOWrapper(io.BytesIO((line.stdin or "").encode()), "utf-8")
    return line.words
