"""Owns the journal of decisions: for each tick that decided something, what the scheduler saw and what it chose to do.

Lines of JSON in the run's folder, capped: it explains a decision afterwards, it is not a record that anything relies on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from console.clock import iso
from console.quiet import Quiet
from console.scheduler.actions import Action
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("Journal", "as_words")

CAP = 8 * 1024 * 1024
"""Bytes of one journal file; then it becomes `decisions.1.jsonl`, and what was that is forgotten."""

_log = logging.getLogger("moziplus.engine")


class Journal:
    """`state/decisions.jsonl` of one run."""

    def __init__(self, folder: Path, *, cap: int = CAP) -> None:
        self._path = folder / "decisions.jsonl"
        self._cap, self._quiet = cap, Quiet(_log)

    def note(self, snapshot: Snapshot, actions: Sequence[Action], *, now: int, causes: Sequence[str] = ()) -> None:
        """Append one line. A full disk costs a line of the journal, nothing else."""
        line = {
            "at": iso(now),
            "now": now,
            "causes": sorted(causes),
            "saw": _saw(snapshot),
            "actions": as_words(actions),
        }
        try:
            if self._path.exists() and self._path.stat().st_size > self._cap:
                self._path.replace(self._path.with_name("decisions.1.jsonl"))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        except OSError as error:
            self._quiet.say("the journal of decisions misses lines", str(error))
        else:
            self._quiet.over("the journal of decisions misses lines")


def as_words(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Actions as plain mappings: the name of what to do, then its fields."""
    return [{"do": type(action).__name__, **_plain(asdict(action))} for action in actions]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _saw(snapshot: Snapshot) -> dict[str, Any]:
    """What the decision rested on, by id and status; titles and texts stay on the blackboard."""
    flags = {f.name: getattr(snapshot, f.name) for f in fields(snapshot) if isinstance(getattr(snapshot, f.name), bool)}
    return {**flags, "projects": {view.id: _saw_project(view) for view in snapshot.projects}}


def _saw_project(view: ProjectView) -> dict[str, Any]:
    assert is_dataclass(view)
    return {
        "paused": view.state.paused_at is not None,
        "order": view.order,
        "ready": [task.id for task in view.ready],
        "present": [
            [p.session.id, p.session.agent, str(p.session.status), str(p.life), p.task_status] for p in view.present
        ],
        "rounds": [[r.review.id, r.review.round, len(r.seats), len(r.verdicts)] for r in view.rounds],
        "tally": {str(status): n for status, n in view.tally.counts.items() if n},
    }
