"""Finds the files that travel with moziplus: config/, styles/, projects/. Reads nothing and never writes there.

A wheel carries them under console/shipped/; in a checkout they lie at its top level.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ("shipped",)

_PACKAGE = Path(__file__).resolve().parent
_WHEEL = _PACKAGE / "shipped"
_ROOT = _WHEEL if _WHEEL.is_dir() else _PACKAGE.parent


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder, as in `shipped("config", "default.yaml")`; it is not checked to exist."""
    return _ROOT.joinpath(*parts)
