"""Owns the reading of review protocols: a file taken whole from the first place that has it (project, home, shipped).

A file that changed is read again; where it is wrong, the last good one stays in force, and there is an alert.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from console.engine.stamps import Stamp, refuse_empty, stamp_of
from console.errors import ConfigError
from console.home import Home
from console.reviews.protocol import Protocol, protocol_from
from console.settings.yaml_file import Problem, read_yaml
from console.shipped_files import shipped

__all__ = ("Protocols", "check_protocols", "protocol_files", "protocol_names")

FOLDER = "review_protocols"


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
        stamps = [stamp_of(file) for file in files]
        known = self._known.get((project_folder, name))
        if known is not None and known[0] == stamps:
            return known[1]
        cause = f"config:{project_folder.name}:{name}"
        last = known[1] if known is not None else Protocol(name=name)
        try:
            file, stamp = next(((f, s) for f, s in zip(files, stamps, strict=True) if s is not None), (None, None))
            if file is not None and known is not None:
                refuse_empty(file, stamp)
            last = Protocol(name=name) if file is None else protocol_from(_read(file), name=name, source=str(file))
            self.problems.pop(cause, None)
        except ConfigError as error:
            self.problems[cause] = f"{error}; the last good protocol stays in force"
        self._known[project_folder, name] = stamps, last
        return last

    def _places(self, project_folder: Path) -> tuple[Path, ...]:
        return (
            project_folder / "config" / FOLDER,
            self._home.config / FOLDER,
            shipped("config", FOLDER),
        )


def protocol_names(home: Home, project_folder: Path) -> list[str]:
    """Every protocol that a task of the project may name."""
    places = (project_folder / "config" / FOLDER, home.config / FOLDER, shipped("config", FOLDER))
    return sorted({file.stem for place in places for file in place.glob("*.yaml")})


def protocol_files(home: Home) -> list[Path]:
    """The files of the protocols that hold in the home, by name."""
    places = (home.config / FOLDER, shipped("config", FOLDER))
    found: dict[str, Path] = {}
    for place in places:
        for file in place.glob("*.yaml"):
            found.setdefault(file.stem, file)
    return [file for _name, file in sorted(found.items())]


def check_protocols(home: Home, project_folders: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The protocol files of a home and its projects, and everything that is wrong with them."""
    files: list[Path] = []
    problems: list[str] = []
    for config in (home.config, *(folder / "config" for folder in project_folders)):
        for file in sorted((config / FOLDER).glob("*.yaml")):
            files.append(file)
            try:
                protocol_from(_read(file), name=file.stem, source=str(file))
            except ConfigError as error:
                problems += error.problems
    return files, problems


def _read(file: Path) -> Any:
    try:
        return read_yaml(file).values
    except Problem as problem:
        raise ConfigError([str(problem)]) from problem
