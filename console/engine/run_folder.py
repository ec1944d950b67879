"""Owns the folder of one life of the scheduler: its name, its BOOTSTRAP.md, its runtime state, the folders of its sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from console.engine.in_charge import Holder
from console.errors import NotFound
from console.home import Home, make_private_folder, write_atomically
from console.redact import hide_known, hide_values
from console.shipped_files import shipped

__all__ = ("BOOTSTRAP", "RunFolder", "bootstrap_template", "list_runs", "read_bootstrap", "run_path")

BOOTSTRAP = "BOOTSTRAP.md"
TEMPLATE = "bootstrap.md"


class RunFolder:
    """`runs/<YYYYMMDD_HHMMSS>/`, made anew for each life. Times in the name are UTC."""

    def __init__(self, path: Path, body: str) -> None:
        self.path = path
        self.body = body
        """The run's prompt body: what BOOTSTRAP.md says after its front matter."""
        self._state: str | None = None

    @property
    def id(self) -> str:
        """The run's name."""
        return self.path.name

    @classmethod
    def make(cls, home: Home, holder: Holder, config: Mapping[str, Any]) -> RunFolder:
        """Create the folder and its BOOTSTRAP.md: the effective config (without secrets), then the prompt body."""
        path = _new_folder(home, holder.since)
        body, _ = bootstrap_template(home)
        body = hide_known(body)
        front = {"run": path.name, "started_by": str(holder), "config": hide_values(config)}
        text = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
        write_atomically(path / BOOTSTRAP, f"---\n{text}---\n\n{body}")
        return cls(path, body)

    def session_folder(self, agent: str, session: str) -> Path:
        """Where a session's files go; not made here."""
        return self.path / "agents" / agent / session

    def note(self, state: Mapping[str, Any]) -> None:
        """Replace `state/runtime_state.json` where `state` differs from what was noted last."""
        text = json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if text != self._state:
            write_atomically(self.path / "state" / "runtime_state.json", text)
            self._state = text


def list_runs(home: Home) -> list[str]:
    """The names of all runs, newest first."""
    if not home.runs.is_dir():
        return []
    return sorted((entry.name for entry in home.runs.iterdir() if entry.is_dir()), reverse=True)


def run_path(home: Home, run: str) -> Path:
    """The folder of a run. Raises NotFound."""
    if run not in list_runs(home):
        raise NotFound(f"there is no run {run[:40]!r}; `moziplus runs list` shows them")
    return home.runs / run


def read_bootstrap(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the prompt body of a run's BOOTSTRAP.md; both empty where there is none."""
    try:
        text = (path / BOOTSTRAP).read_text("utf-8")
    except FileNotFoundError:
        return {}, ""
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front) or {}, body.lstrip("\n")


def bootstrap_template(home: Home) -> tuple[str, str]:
    """The prompt body of a run that begins now, and its file: the home's own template, else the shipped one, taken whole."""
    for path in (home.path / "prompt_templates" / TEMPLATE, shipped("config", "prompt_templates", TEMPLATE)):
        if path.is_file():
            return path.read_text("utf-8"), str(path)
    return "", ""


def _new_folder(home: Home, since: int) -> Path:
    """Two lives may begin in one second: the later one takes the next free second."""
    make_private_folder(home.runs)
    second = since // 1000
    while True:
        path = home.runs / f"{datetime.fromtimestamp(second, UTC):%Y%m%d_%H%M%S}"
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            second += 1
            continue
        for folder in (path, path / "state", path / "agents"):
            make_private_folder(folder)
        return path
