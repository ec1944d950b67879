"""Owns the upkeep of the catalogs: `python -m tests.app.catalog` extracts the msgids, updates the .po and compiles the .mo.

The tests hold that nothing is left untranslated and that .mo and .po are in step; they write nothing.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.repository import ROOT

PO = ROOT / "config" / "translations" / "zh_CN" / "LC_MESSAGES" / "moziplus.po"
MO = PO.with_suffix(".mo")
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


def stored() -> Catalog:
    """The catalog in the repository."""
    if not PO.exists():
        return Catalog(locale="zh_CN", domain="moziplus")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def compiled(catalog: Catalog) -> bytes:
    """A catalog as gettext reads it; the same bytes whenever it is made."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def update() -> list[str]:
    """Bring both files up to date; gives what is not translated yet."""
    catalog = stored()
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalog, width=110, no_location=True, omit_header=False, sort_output=True)
    lines = [line for line in text.getvalue().decode().splitlines() if not line.startswith('"PO-Revision-Date')]
    lines = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"Generated-By', "#,", "# "))]
    PO.write_text("\n".join(lines) + "\n", "utf-8")
    MO.write_bytes(compiled(stored()))
    return [str(message.id) for message in stored() if message.id and not _translated(message.string)]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    left = update()
    raise SystemExit("\n".join(["not translated:", *left]) if left else 0)
