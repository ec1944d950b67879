"""Owns the check that `console` is ours: PyPI has another package of that name, which overwrites files of ours."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import console
from console import __version__
from console.cli.doctor.line import Line, ok, wrong
from console.cli.doctor.place import Place
from console.shipped_files import shipped

__all__ = ("check",)

_APART = "install moziplus in an environment of its own, with `pipx install` or `uv tool install`"


def check(place: Place) -> Iterator[Line]:
    """The package `console`, and the files that travel with it."""
    where = Path(console.__file__ or "").parent
    others = sorted(set(packages_distributions().get("console", ())) - {"moziplus"})
    if others:
        yield wrong(f"the package `console` in {where} is also that of {', '.join(others)}", _APART)
    else:
        yield ok(f"moziplus {__version__} in {where}; `console` is ours")
    missing = [name for name in ("config", "styles", "projects") if not shipped(name).is_dir()]
    if missing:
        yield wrong(f"the shipped files are not there: {', '.join(missing)}", f"install moziplus again; {_APART}")
