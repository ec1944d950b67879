"""Owns the reading of review protocols: a file taken whole from the first place that has it (project, home, shipped).

A file that changed is read again; where it is wrong, the last good one stays in force, and there is an alert.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from console.errors import ConfigError
from console.home import Home
from console.reviews.protocol import Protocol, protocol_from
from console.shipped_files import shipped

__all__ = ("Protocols",)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Stamp = tuple[int, int] | None


class Protocols:
    """The protocols of a home, by project and name."""

    def __init__(self, home: Home) -> None:
        self.problems: dict[str, str] = {}
        """Cause of an alert → what is wrong."""
        self._home = home
        self._known: dict[tuple[Path, str], tuple[list[Stamp], Protocol]] = {}

    def get(self, project_folder: Path, name: str) -> Protocol:
        """The protocol `name` as it holds in a project; one that no file defines, or a wrong one, has the defaults."""
        files = [folder / f"{name}.yaml" for folder in self._places(project_folder)]
        stamps = [_stamp(file) for file in files]
        known = self._known.get((project_folder, name))
        if known is not None and known[0] == stamps:
            return known[1]
        cause = f"config:{project_folder.name}:{name}"
        last = known[1] if known is not None else Protocol(name=name)
        try:
            file = next((file for file, stamp in zip(files, stamps, strict=True) if stamp is not None), None)
            last = Protocol(name=name) if file is None else protocol_from(_read(file), name=name, source=str(file))
            self.problems.pop(cause, None)
        except ConfigError as error:
            self.problems[cause] = f"{error}; the last good protocol stays in force"
        self._known[project_folder, name] = stamps, last
        return last

    def _places(self, project_folder: Path) -> tuple[Path, ...]:
        return (
            project_folder / "config" / "review_protocols",
            self._home.config / "review_protocols",
            shipped("config", "review_protocols"),
        )


def _stamp(file: Path) -> Stamp:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(file: Path) -> Any:
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_Loader) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from error
