"""Runs `moziplus` as a user does: a fresh process with a given environment, under umask 0. Judges nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.repository import ROOT

__all__ = ("Done", "moziplus")


class Done(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """What it said with --json: one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> dict[str, Any]:
        """The one object that it said."""
        (record,) = self.records
        return record


def moziplus(*arguments: str, home: Path | None = None, cwd: Path | None = None, **environ: str) -> Done:
    """Run `moziplus` with `arguments`; `home` is named by MOZIPLUS_HOME, `environ` added to the environment."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    if home is not None:
        given["MOZIPLUS_HOME"] = str(home)
    done = subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=given,
        cwd=cwd,
        umask=0,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)
