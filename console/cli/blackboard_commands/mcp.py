"""Owns `blackboard mcp`: every verb as a typed tool of the Model Context Protocol, on stdin and stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from console.cli.mcp_server import serve as speak
from console.cli.output import Output

__all__ = ("arguments", "serve")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether it answers permission prompts, too."""
    parser.add_argument(
        "--permission",
        metavar="TIME",
        help="offer the tool `permission` to Claude Code; what nobody answers within TIME is refused",
    )


def serve(asked: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Answer until stdin ends. The flags of this command stand for all calls."""
    given = dict(environ)
    for name in ("home", "project", "task", "review", "seat", "agent", "session", "fence"):
        if (value := getattr(asked, name, None)) is not None:
            given[f"MOZIPLUS_{name.upper()}"] = str(value)
    if asked.permission is not None:
        from console.when import span

        span(asked.permission)
        given["MOZIPLUS_PERMISSION"] = asked.permission
    out = Output(as_json=True)
    speak(sys.stdin.buffer, lambda message: out.line(message, ""), given)
