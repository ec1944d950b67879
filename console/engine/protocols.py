"""Owns the reading of review protocols: a file taken whole from the first place that has it (project, home, shipped)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from console.errors import ConfigError
from console.home import Home
from console.reviews.protocol import Protocol, protocol_from
from console.shipped_files import shipped

__all__ = ("load_protocol",)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_protocol(home: Home, project_folder: Path, name: str) -> Protocol:
    """The protocol `name` as it holds in a project; one that no file defines has the defaults. Raises ConfigError."""
    for folder in (project_folder / "config" / "review_protocols", home.config / "review_protocols"):
        if (file := folder / f"{name}.yaml").is_file():
            return protocol_from(_read(file), name=name, source=str(file))
    file = shipped("config", "review_protocols", f"{name}.yaml")
    return protocol_from(_read(file), name=name, source=str(file)) if file.is_file() else Protocol(name=name)


def _read(file: Path) -> Any:
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_Loader) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from error
