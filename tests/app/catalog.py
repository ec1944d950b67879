"""Owns the upkeep of the catalogs: `python -m tests.app.catalog` extracts the msgids, updates each .po and compiles each .mo.

`moziplus` is what the console says through gettext; `cli` what the command line says, translated by console/sentences.py.

The tests hold that nothing is left untranslated and that .mo and .po are in step; they write nothing.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.app.sentences import said
from tests.repository import ROOT

PO = ROOT / "config" / "translations" / "zh_CN" / "LC_MESSAGES" / "moziplus.po"
CLI = PO.with_name("cli.po")
DIFFERENT = {"home"}
"""What the command line says otherwise than the console, where it stands for all projects."""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


@cache
def extracted() -> Catalog:
    """What the code marks for translation now."""
    found = Catalog(project="moziplus", domain="moziplus", charset="utf-8")
    for package in ("console", "widgets"):
        method = [("**.py", "python")]
        for path, line, message, _notes, _context in extract_from_dir(ROOT / package, method, keywords=KEYWORDS):
            found.add(message, locations=[(f"{package}/{path}", line)])
    return found


@cache
def spoken() -> Catalog:
    """What the command line says now and the console does not."""
    found = Catalog(project="moziplus", domain="cli", charset="utf-8")
    known = extracted()
    for text in sorted(said()):
        if text not in known or text in DIFFERENT:
            found.add(text)
    return found


def stored(po: Path = PO) -> Catalog:
    """A catalog in the repository."""
    with po.open("rb") as file:
        return read_po(file, locale="zh_CN")


def compiled(catalog: Catalog) -> bytes:
    """A catalog as gettext reads it; the same bytes whenever it is made."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def update(po: Path, wanted: Catalog) -> list[str]:
    """Bring a .po and its .mo up to date; gives what is not translated yet."""
    catalog = stored(po)
    catalog.update(wanted, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalog, width=110, no_location=True, omit_header=False, sort_output=True)
    lines = [line for line in text.getvalue().decode().splitlines() if not line.startswith('"PO-Revision-Date')]
    lines = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"Generated-By', "#,", "# "))]
    po.write_text("\n".join(lines) + "\n", "utf-8")
    po.with_suffix(".mo").write_bytes(compiled(stored(po)))
    return left(po)


def left(po: Path) -> list[str]:
    """The msgids of a catalog that have no Chinese."""
    return [str(message.id) for message in stored(po) if message.id and not _translated(message.string)]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    missing = [*update(PO, extracted()), *update(CLI, spoken())]
    raise SystemExit("\n".join(["not translated:", *missing]) if missing else 0)
