"""Runs `moziplus` as a user does: a process of its own with a given environment, under umask 0. Judges nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tests.forked import Done, run
from tests.repository import ROOT

__all__ = ("Done", "moziplus")


def moziplus(*arguments: str, home: Path | None = None, cwd: Path | None = None, **environ: str) -> Done:
    """Run `moziplus` with `arguments`; `home` is named by MOZIPLUS_HOME, `environ` added to the environment."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    if home is not None:
        given["MOZIPLUS_HOME"] = str(home)
    return run("console.cli.main", arguments, given, cwd=cwd, umask=0)
