"""Owns what the server of tests/forked.py has imported before it forks: both programs with all their commands."""

from __future__ import annotations

import importlib

from console.cli import blackboard, main

for command in main.COMMANDS.values():
    importlib.import_module(command.module)
for name in blackboard.COMMANDS:
    importlib.import_module(f"console.cli.blackboard_commands.{name}")
