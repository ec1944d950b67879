"""Owns how an output reads whole: its lines with their numbers and the findings on them, and the tabs of all outputs.

Text was made safe where it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from console.i18n import _, ngettext
from console.records.comparison import Against, Comparison
from console.records.output import Output, plain_size
from widgets.anchors import Place, anchored
from widgets.cells import Line, line_width
from widgets.pages import WorkFile, WorkPage
from widgets.painted import Look
from widgets.prose import line
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("in_sight", "tabs", "work_paragraphs")


def work_paragraphs(
    page: WorkPage, file: WorkFile | None, look: Look, closed: frozenset[int] = frozenset()
) -> list[Paragraph]:
    """One output, or that there is none; what the `closed` lines hold is counted."""
    if file is None:
        none = _("No output was handed in.") if page.review is not None else _("It has no outputs yet.")
        return [line(("dim", none))]
    output = file.output
    kept = f"  v{output.version}  {plain_size(output.size)}" if output.sha256 else ""
    about = [("strong", plain(output.path)), ("dim", kept)]
    if file.why:
        return [line(*about, ("warning", f"  {file.why}"))]
    marks, others = page.marks(output), page.marked_places
    digits = max((len(str(number)) for number in file.numbers), default=1)
    found: list[Paragraph] = []
    for n in in_sight(file, closed):
        number, place = file.numbers[n], file.places[n] if file.places else None
        spans = (
            tuple((text, "strong") for text, _role in file.lines[n]) if file.table and number == 1 else file.lines[n]
        )
        said = [_marked(file, row, marks, others) for row in ((range(n, file.ends[n])) if n in closed else (n,))]
        mark = next((one for one in said if one), "")
        if n in closed:
            spans = (*spans, *_held(file, n, look))
        shown = str(number) if place is None else str(place.line or "")
        row: Line = ((f"{_short(mark):<3}", "warning"), (f"{shown:>{digits}}  ", "dim"), *spans)
        where = Place(output.path, number, n) if place is None else Place(place.path, place.line, n)
        found += anchored(((digits + 5, row),), where)
    if file.cut:
        more = ngettext("{n} more line: {path}", "{n} more lines: {path}", file.cut)
        found.append(line(("warning", more.format(n=file.cut, path=plain(output.path)))))
    return found or [line(*about, ("dim", "  " + _("nothing in it")))]


def in_sight(file: WorkFile, closed: frozenset[int]) -> Iterator[int]:
    """The lines that are shown."""
    n = 0
    while n < len(file.lines):
        yield n
        n = file.ends[n] if n in closed else n + 1


def _marked(file: WorkFile, n: int, marks: Mapping[int, str], others: Mapping[Place, str]) -> str:
    place = file.places[n] if file.places else None
    return marks.get(file.numbers[n], "") or ("" if place is None else others.get(place, ""))


def _held(file: WorkFile, n: int, look: Look) -> Line:
    """What a closed line does not show: how much, and with what it ends."""
    last = "".join(text for text, _role in file.lines[file.ends[n] - 1]).strip()
    tail = last if last[:1] in ("}", "]") else ""
    lines = file.ends[n] - n - 1 - bool(tail)
    held = ngettext("{n} line", "{n} lines", lines).format(n=lines)
    return ((f" {look.glyphs.more} ", "dim"), (tail, "text"), (f"  {look.glyphs.fold} {held}", "dim"))


def tabs(
    page: WorkPage, output: Output | None, compared: Comparison | None, sided: bool, look: Look, cells: int
) -> Line:
    """The names of the outputs, the one that is read first to be seen, and how it is read."""
    shown: list[tuple[str, str]] = []
    names = [(each, _name(each, page)) for each in page.outputs]
    at = next((n for n, (each, _said) in enumerate(names) if each == output), 0)
    for n, (each, name) in enumerate(names):
        changed = bool(page.compared(each))
        role = "strong" if n == at else "dim"
        shown.append((f"  {name}{'*' if changed else ''}", role))
    mode = ""
    if output is not None and page.compared(output):
        mode = "  " + (_("whole") if compared is None else _mode(compared))
        mode += ", " + _("side by side") if sided else ""
    while at > 0 and line_width((*shown[: at + 1], (mode, "dim"))) > cells:
        del shown[0]
        at -= 1
    while len(shown) > at + 1 and line_width((*shown, (mode, "dim"))) > cells:
        del shown[-1]
    return (*shown, (mode, "accent"))


def _mode(compared: Comparison) -> str:
    """Since when, in words."""
    if compared.against == Against.LOOK:
        return _("since your last look")
    return _("since round {n}").format(n=compared.rounds[0])


def _name(output: Output, page: WorkPage) -> str:
    """Its file's name; with its folder where another one is called the same."""
    if not output.sha256:  # what stands on the branch now, which nobody recorded
        return _("branch")
    name = PurePosixPath(output.path).name
    alike = sum(PurePosixPath(each.path).name == name for each in page.outputs)
    return plain(output.path if alike > 1 else name)


def _short(mark: str) -> str:
    """In three cells: where many findings name a line, the first of them and that there are more."""
    return mark if len(mark) <= 3 else f"{mark.partition(',')[0]}+"
