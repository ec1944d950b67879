"""Owns the demo's script: the tasks of the shipped demo project and what its actors do in each round.

Reads shipped files only; it starts nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from console.scalars import value_of
from console.settings.yaml_file import read_yaml
from console.shipped_files import shipped

__all__ = ("TAG", "Round", "Scene", "demo_file", "distilling", "scene_of", "scenes")

TAG = "demo-"
"""A task's tag `demo-<key>` says which scene it is."""
_NUMBERS = ("fails", "tokens", "cost", "priority", "every", "score", "scores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of work on a task."""

    steps: tuple[Mapping[str, Any], ...] = ()
    summary: str = "done"
    rebuttal: str | None = None
    fails: int = 0
    """How many attempts break off before it works."""
    breaks: str = ""
    """What a broken attempt says last."""
    tokens: int = 0
    """What is reported to have been used where the conversation begins with it."""
    cost: float = 0.0
    """US dollars."""
    answers: tuple[str, ...] = ()
    """To the findings of the round before, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One task of the demo."""

    key: str
    title: str
    body: str = ""
    assignee: str | None = None
    role: str | None = None
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    priority: int = 2
    reviews: tuple[str, ...] = ()
    rounds: tuple[Round, ...] = ()
    tags: tuple[str, ...] = ()
    every: int | None = None
    """Seconds: a schedule makes it, for the first time at once; None is made with the project."""
    reviews_given: tuple[Mapping[str, Any], ...] = field(default=())
    plan: Mapping[str, Any] | None = None
    """The verdict on its own text, where that is reviewed."""
    escalation: Mapping[str, Any] | None = None
    """What an agent says whom a round goes to that settled nothing."""

    def round(self, number: int) -> Round:
        """The round of work `number` (from 1); after the last scripted one, it is played again."""
        return self.rounds[min(number, len(self.rounds)) - 1]

    def verdict(self, number: int, *, plan: bool = False, escalated: bool = False) -> Mapping[str, Any]:
        """The verdict on round `number`; a round that nobody wrote a verdict for is approved."""
        if plan and self.plan is not None:
            return self.plan
        if escalated and self.escalation is not None:
            return self.escalation
        if number <= len(self.reviews_given):
            return self.reviews_given[number - 1]
        return {"verdict": "approve", "score": 0.85, "comment": "（演示）这一轮没有写好的评语，按通过处理。"}


def demo_file(name: str) -> Path:
    """A file of the shipped demo project."""
    return shipped("projects", "demo", name)


def distilling() -> Scene:
    """What an actor does with a task that distils experiences into a skill."""
    return _scene({"key": "", "title": "", **_tree()["distil"]})


@cache
def _tree() -> dict[str, Any]:
    return read_yaml(demo_file("scenes.yaml")).values


@cache
def scenes() -> tuple[Scene, ...]:
    """Every scene in order; a scene depends only on earlier ones."""
    return tuple(_scene(dict(entry)) for entry in _tree()["tasks"])


def scene_of(tags: list[str]) -> Scene | None:
    """The scene that a task's tags name."""
    keys = {tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)}
    return next((scene for scene in scenes() if scene.key in keys), None)


def _scene(entry: dict[str, Any]) -> Scene:
    rounds = tuple(
        Round(**_numbers({**one, "steps": tuple(one.get("steps", ())), "answers": tuple(one.get("answers", ()))}))
        for one in entry.pop("rounds")
    )
    lists = ("needs", "after", "reviews", "reviews_given", "tags")
    values: dict[str, Any] = {name: tuple(value) if name in lists else value for name, value in entry.items()}
    return Scene(rounds=rounds, **_numbers(values))


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    """With numbers where they are meant; everything else stays the text that was written."""
    return {name: _meant(value, number=name in _NUMBERS) for name, value in values.items()}


def _meant(value: Any, *, number: bool) -> Any:
    if isinstance(value, dict):
        return {name: _meant(item, number=number or name in _NUMBERS) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_meant(item, number=number) for item in value)
    return value_of(value) if number else value
