"""Owns the check of what a person wants of their console: its file, its themes, the keys that it moves."""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, wrong
from console.cli.doctor.place import Place

__all__ = ("check",)


def check(place: Place) -> Iterator[Line]:
    """A line for each problem; nothing where there is no file and no theme."""
    from console.app.dressing import no_theme, themes_in
    from console.app.preferences import config_file, theme_folder
    from console.app.preferred import preferences

    file, folder = config_file(place.environ), theme_folder(place.environ)
    if not file.exists() and not folder.is_dir():
        yield ok(f"there is no {file}: the console has its own colours and keys")
        return
    wanted, (own, problems) = preferences(place.environ), themes_in(folder)
    found = [*wanted.problems, *problems, *filter(None, (no_theme(wanted, own),))]
    for problem in found:
        yield wrong(problem, "mend that line; the console goes on without it")
    if not found:
        yield ok(f"{file} and {len(own)} theme(s) of your own are right")
