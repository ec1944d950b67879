"""Owns how one of our programs is started by another: this interpreter, our code, nothing of the caller's PYTHON* or folder."""

from __future__ import annotations

import os
import sys

__all__ = ("python_command",)

_ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
"""The folder that holds the `console` package: a checkout or site-packages."""


def python_command(module: str) -> list[str]:
    """The arguments that run `main` of one of our modules: this interpreter, UTF-8, nothing taken from PYTHON* or cwd.

    `-m` would need the current folder or an installation; this also works from a checkout. Imports make no garbage, so
    its collector rests meanwhile: a seventh of a short command's time.
    """
    code = (
        f"import gc, sys; gc.disable(); {_ROOT!r} in sys.path or sys.path.insert(0, {_ROOT!r});"
        f" from {module} import main; gc.enable(); sys.exit(main())"
    )
    return [sys.executable, "-E", "-P", "-X", "utf8", "-c", code]
