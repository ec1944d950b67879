"""Owns reading a long text in the operator's own pager, for which the screen steps aside. It makes no text safe."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from console.app.errands import Errands
from console.environments import for_operator
from console.errors import MoziError
from console.sentences import spoken
from console.umask import former
from console.user_paths import pager_command

__all__ = ("show_in_pager", "written")

Folder = tempfile.TemporaryDirectory[str]


def show_in_pager(app: App[int], errands: Errands, lines: Callable[[], Iterable[str]]) -> None:
    """Have the lines read off the screen's own thread, then step aside until the pager ends."""

    def read(folder: Folder) -> None:
        try:
            with folder:
                _read(app, Path(folder.name) / "text")
        except MoziError as error:
            app.notify(spoken(str(error)), severity="error", markup=False)

    errands.fetch_long(lambda: written(lines()), read)


def written(lines: Iterable[str]) -> Folder:
    """A folder of our own with the lines in its one file; it goes when it is let go of."""
    folder = Folder(prefix="moziplus-")
    with (Path(folder.name) / "text").open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return folder


def _read(app: App[int], file: Path, environ: Mapping[str, str] = os.environ) -> None:
    command = pager_command(environ)
    try:
        with app.suspend():
            subprocess.run([*command, str(file)], env=for_operator(os.environ), umask=former(), check=False)
    except SuspendNotSupported as error:
        raise MoziError("this terminal cannot make room for a pager") from error
    except OSError as error:
        raise MoziError(f"{command[0]} could not be started ({error.strerror}); set PAGER") from error
