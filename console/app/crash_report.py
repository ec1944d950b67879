"""Owns the report of a failure of our own: a traceback without the values of variables, in a file that only its owner reads."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from console import __version__
from console.redact import redact

__all__ = ("write_report",)


def write_report(folder: Path, failure: BaseException | None, *, now: int) -> Path | str:
    """Write the report and say where it is; where it cannot be written, say so instead."""
    text = "".join(traceback.format_exception(failure)) if failure is not None else "no exception is known\n"
    path = folder / f"crash-{now}.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"moziplus {__version__}\n{redact(text)}")
    except OSError as error:
        return f"{path}, which could not be written ({error.strerror})"
    return path
