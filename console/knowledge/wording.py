"""Owns the reading of what prompts are made of: components, templates, an agent's SOUL.md, each from its first place.

A file is taken whole from the project, else the home, else what was shipped. Everything is read and checked before any
of it counts; nothing here is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from console.errors import ConfigError
from console.prompts.components import Components, Template, Wording, components_from
from console.settings.yaml_file import Problem, parse
from console.shipped_files import shipped

__all__ = ("COMPONENTS", "Soul", "has_own_wording", "load_wording", "read_soul", "shipped_wording", "wording_files")

COMPONENTS = "template_components.yaml"
TEMPLATES = "prompt_templates"
LARGEST = 200_000
"""Bytes of a template or SOUL.md; a larger one is a mistake."""
_YAML_LARGEST = 1_048_576

Stamp = tuple[str, int, int, int]


class Soul:
    """An agent's SOUL.md, where there is one."""

    def __init__(self, text: str = "", file: str = "", problem: str = "") -> None:
        self.text = text
        self.file = file
        self.problem = problem
        """Why a file that is there is left out."""


def load_wording(home: Path, project_folder: Path | None) -> Wording:
    """The components and templates as they hold in a project, or in the home alone. Raises ConfigError with every problem."""
    return _load(_component_places(home, project_folder), tuple(_template_places(home, project_folder)))


def shipped_wording() -> Wording:
    """What was shipped, whatever home and project say. Raises ConfigError."""
    return _load([shipped("config", COMPONENTS)], (shipped("config", TEMPLATES),))


def has_own_wording(project_folder: Path) -> bool:
    """Whether a project says anything of its own about prompts."""
    return os.path.lexists(project_folder / "config" / COMPONENTS) or bool(_stamps(project_folder / TEMPLATES))


def wording_files(home: Path, project_folder: Path | None) -> tuple[Stamp, ...]:
    """Name, time, size and inode of every file that `load_wording` may read: equal ones give an equal wording."""
    found: list[Stamp] = []
    for place in _template_places(home, project_folder):
        found += _stamps(place)
    for file in _component_places(home, project_folder):
        found += _stamp(file)
    return tuple(found)


def read_soul(home: Path, project_folder: Path | None, agent: str) -> Soul:
    """config/agents/<agent>/SOUL.md of the project, else of the home. One that cannot be read is left out, and says why."""
    file = _first(layer / "config" / "agents" / agent / "SOUL.md" for layer in _layers(home, project_folder))
    if file is None:
        return Soul()
    try:
        return Soul(_text(file, LARGEST), str(file))
    except ValueError as error:
        return Soul(problem=str(error))


def _load(component_places: Iterable[Path], template_places: tuple[Path, ...]) -> Wording:
    file = _first(component_places)
    if file is None:
        raise ConfigError([f"there is no {COMPONENTS}; the shipped one is missing, install moziplus again"])
    components = _components(file)
    templates: dict[str, Template] = {}
    problems: list[str] = []
    for name in dict.fromkeys(part.template for part in components.parts if part.template):
        found = _first(place / name for place in template_places)
        try:
            if found is None:
                raise ValueError(f"{file}:1: parts: expected templates that exist, found {name}, which no place has")
            templates[name] = Template(text=_text(found, LARGEST), file=str(found))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError(problems)
    return Wording(components=components, file=str(file), templates=templates)


def _layers(home: Path, project_folder: Path | None) -> tuple[Path, ...]:
    return (home,) if project_folder is None else (project_folder, home)


def _component_places(home: Path, project_folder: Path | None) -> Iterator[Path]:
    yield from (layer / "config" / COMPONENTS for layer in _layers(home, project_folder))
    yield shipped("config", COMPONENTS)


def _template_places(home: Path, project_folder: Path | None) -> Iterator[Path]:
    yield from (layer / TEMPLATES for layer in _layers(home, project_folder))
    yield shipped("config", TEMPLATES)


def _components(file: Path) -> Components:
    try:
        document = parse(_text(file, _YAML_LARGEST), str(file))
    except (Problem, ValueError) as error:
        raise ConfigError([str(error)]) from error
    return components_from(document.values, document.where)


def _first(places: Iterable[Path]) -> Path | None:
    return next((path for path in places if os.path.lexists(path)), None)


def _text(path: Path, most: int) -> str:
    """What a plain file says. Raises ValueError with `file:line` and what was expected."""
    try:
        if not path.is_file():
            raise ValueError(f"{path}:1: expected a plain file, found something else")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise ValueError(f"{path}:1: expected a file that can be read, found: {error.strerror}") from error
    if len(content) > most:
        raise ValueError(f"{path}:1: expected at most {most} bytes, found more")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}:{line}: expected UTF-8 text, found byte 0x{content[error.start]:02x}") from error


def _stamps(folder: Path) -> list[Stamp]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".md"))
    except OSError:
        return []
    return [stamp for name in names for stamp in _stamp(folder / name)]


def _stamp(file: Path) -> list[Stamp]:
    try:
        found = os.stat(file)
    except OSError:
        return [(str(file), 0, 0, 0)] if os.path.lexists(file) else []
    return [(str(file), found.st_mtime_ns, found.st_size, found.st_ino)]
