"""Owns the settings as they leave the house: what holds, whether the files are right, where they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.api.guardrail import ActRule
from console.api.shape import Shape

__all__ = ("ConfigChecked", "ConfigPath", "ConfigShown", "File", "Guardrails", "Rule")


class Rule(Shape, frozen=True, kw_only=True):
    """A guardrail."""

    name: str
    """Unique among them."""
    effect: str
    """What it does."""
    stages: tuple[str, ...]
    """When it is asked."""
    protocol: str | None
    """The review that it wants."""
    reason: str
    """Why, in words."""
    where: str
    """File and line."""


class Guardrails(Shape, frozen=True, kw_only=True):
    """The guardrails that hold."""

    file: str
    """Where they stand."""
    default: str
    """What holds where none fits."""
    rules: tuple[Rule, ...]
    """In their order; the first that fits holds."""
    acts: tuple[ActRule, ...]
    """Those on what agents do, in their order; a project has its own before them."""
    budgets: Mapping[str, Mapping[str, float | None]]
    """Scope to unit to limit; null for none."""


class ConfigShown(Shape, frozen=True, kw_only=True):
    """The settings that hold; secrets are hidden."""

    home: Path
    """Absolute path of its folder."""
    project: str | None
    """In which they hold; null for the home."""
    settings: Mapping[str, Any]
    """As in the file, with what is shipped."""
    sources: Mapping[str, str]
    """Setting to where it comes from: shipped, environment, or file and line."""
    guardrails: Guardrails
    """The rules."""


class ConfigChecked(Shape, frozen=True, kw_only=True):
    """Whether the files are right."""

    ok: bool
    """They are."""
    files: tuple[str, ...]
    """What was read."""
    problems: tuple[str, ...]
    """What is wrong, with file and line."""
    warnings: tuple[str, ...]
    """What may not be meant."""


class File(Shape, frozen=True, kw_only=True):
    """A file of settings."""

    path: Path
    """Absolute."""
    exists: bool
    """It is there."""


class ConfigPath(Shape, frozen=True, kw_only=True):
    """Where the settings are."""

    home: Path
    """Absolute path of its folder."""
    path: Path
    """The file to edit."""
    files: tuple[File, ...]
    """All that are merged, in that order."""
