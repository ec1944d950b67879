"""Owns the skill as it leaves the house: in a list, shown whole, checked, begun."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.api.shape import Shape

__all__ = ("Skill", "SkillBegun", "SkillChecked", "SkillShown")


class Skill(Shape, frozen=True, kw_only=True):
    """A skill."""

    id: str
    """Its folder's name."""
    version: str | None
    """Null where it is broken."""
    origin: str
    """project, custom or builtin."""
    state: str
    """used, overridden, draft or broken."""
    description: str | None
    """What it is for."""
    source: str | None
    """Where it came from."""
    tags: tuple[str, ...]
    """Tasks with one of them get it."""
    roles: tuple[str, ...]
    """Agents of one of them get it; * is everybody."""
    folder: Path
    """Absolute."""
    template: Path | None
    """Its template, where it has one."""
    files: tuple[str, ...]
    """What came with it."""
    problems: tuple[str, ...]
    """Why it is broken."""


class SkillShown(Skill, frozen=True, kw_only=True):
    """A skill with its text."""

    body: str
    """As agents get it."""
    front: Mapping[str, Any]
    """Its whole front matter."""


class SkillChecked(Shape, frozen=True, kw_only=True):
    """A skill that was looked at."""

    id: str
    """Its folder's name."""
    folder: Path
    """Absolute."""
    ok: bool
    """It can be used."""
    draft: bool
    """It is not, before it is called ready."""
    problems: tuple[str, ...]
    """Why it cannot."""
    advice: tuple[str, ...]
    """What could be better; it keeps no skill from being used."""


class SkillBegun(Shape, frozen=True, kw_only=True):
    """A skill that was begun."""

    id: str
    """Its folder's name."""
    folder: Path
    """Absolute."""
    files: tuple[str, ...]
    """What is in it."""
