"""Owns where prompt templates are read: taken whole from the first place that has one, project, home, then shipped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.errors import UsageError
from console.prompts.first import TEMPLATES
from console.shipped_files import shipped

__all__ = ("prompt_templates",)

LARGEST = 200_000
"""Characters of a template that are read."""


def prompt_templates(home: Path, project_folder: Path, names: Iterable[str] = TEMPLATES) -> dict[str, str]:
    """The text of each template by its file name. Raises UsageError where one cannot be read."""
    places = (project_folder / "prompt_templates", home / "prompt_templates", shipped("config", "prompt_templates"))
    return {name: _first(name, places) for name in names}


def _first(name: str, places: Iterable[Path]) -> str:
    for place in places:
        path = place / name
        try:
            with path.open(encoding="utf-8") as file:
                return file.read(LARGEST)
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the prompt template {path} cannot be read: {error}") from error
    raise UsageError(f"there is no prompt template {name}; the shipped one is missing, install moziplus again")
