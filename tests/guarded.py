"""Gives a home its guardrails for tests, and looks at what they decided. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from console.blackboard.reads.guardrails import decisions_on
from console.home import Home
from console.records.task import Task
from tests.homes import TeamHome

__all__ = ("decided", "guard")


def guard(home: Home, *rules: dict[str, Any], project: str | None = None, **rest: Any) -> None:
    """Write the guardrails of the home, or of a project."""
    folder = home.config if project is None else home.project_folder(project) / "config"
    text = json.dumps({"default": "allow", "rules": list(rules), **rest})  # also YAML
    (folder / "guardrails.yaml").write_text(text)


def decided(team: TeamHome, task: Task | int) -> Sequence[tuple[str, str, str, str]]:
    """(rule, effect, stage, by) of every decision on a task."""
    number = task if isinstance(task, int) else task.id
    return [(d.rule, str(d.effect), str(d.stage), d.actor) for d in decisions_on(team.db(), number)]
