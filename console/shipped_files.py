"""Finds the files that travel with moziplus: config/, styles/, projects/. Reads no file and never writes there.

A wheel carries them under console/shipped/; in a checkout they lie at its top level.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ("shipped", "yaml_names")

_PACKAGE = Path(__file__).resolve().parent
_WHEEL = _PACKAGE / "shipped"
_ROOT = _WHEEL if _WHEEL.is_dir() else _PACKAGE.parent


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder, as in `shipped("config", "default.yaml")`; it is not checked to exist."""
    return _ROOT.joinpath(*parts)


def yaml_names(kind: str, *configs: Path) -> tuple[str, ...]:
    """The names, in order, that have a file `<kind>/<name>.yaml` in one of `configs` (config folders) or were shipped."""
    return tuple(
        sorted({file.stem for folder in (*configs, shipped("config")) for file in (folder / kind).glob("*.yaml")})
    )
