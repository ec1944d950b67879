"""Owns how an output reads whole: its lines with their numbers and the findings on them, and the tabs of all outputs.

Text was made safe where it was read.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from console.i18n import _, ngettext
from console.records.output import Output, plain_size
from widgets.anchors import Place, anchored
from widgets.cells import Line, line_width
from widgets.pages import WorkFile, WorkPage
from widgets.painted import Look
from widgets.prose import line
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("tabs", "work_paragraphs")


def work_paragraphs(page: WorkPage, file: WorkFile | None, look: Look) -> list[Paragraph]:
    """One output, or that there is none."""
    if file is None:
        none = _("Nothing was handed in yet.") if page.review is not None else _("It has no outputs yet.")
        return [line(("dim", none))]
    output = file.output
    about = [("strong", plain(output.path)), ("dim", f"  v{output.version}  {plain_size(output.size)}")]
    if file.why:
        return [line(*about, ("warning", f"  {file.why}"))]
    marks = page.marks(output)
    digits = max((len(str(number)) for number in file.numbers), default=1)
    found: list[Paragraph] = []
    for spans, number in zip(file.lines, file.numbers, strict=True):
        row = tuple((text, "strong") for text, _role in spans) if file.table and number == 1 else spans
        said = ((f"{_short(marks.get(number, '')):<3}", "warning"), (f"{number:>{digits}}  ", "dim"), *row)
        found += anchored(((digits + 5, said),), Place(output.path, number))
    if file.cut:
        more = ngettext("{n} more line: {path}", "{n} more lines: {path}", file.cut)
        found.append(line(("warning", more.format(n=file.cut, path=plain(output.path)))))
    return found or [line(*about, ("dim", "  " + _("nothing in it")))]


def tabs(page: WorkPage, output: Output | None, whole: bool, look: Look, cells: int) -> Line:
    """The names of the outputs, the one that is read first to be seen, and how it is read."""
    shown: list[tuple[str, str]] = []
    names = [(each, _name(each, page)) for each in page.outputs]
    at = next((n for n, (each, _said) in enumerate(names) if each == output), 0)
    for n, (each, name) in enumerate(names):
        changed = page.change_of(each) is not None
        role = "strong" if n == at else "dim"
        shown.append((f"  {name}{'*' if changed else ''}", role))
    mode = ""
    if output is not None and page.change_of(output) is not None:
        mode = "  " + (_("whole") if whole else _("changes"))
    while at > 0 and line_width((*shown[: at + 1], (mode, "dim"))) > cells:
        del shown[0]
        at -= 1
    while len(shown) > at + 1 and line_width((*shown, (mode, "dim"))) > cells:
        del shown[-1]
    return (*shown, (mode, "accent"))


def _name(output: Output, page: WorkPage) -> str:
    """Its file's name; with its folder where another one is called the same."""
    name = PurePosixPath(output.path).name
    alike = sum(PurePosixPath(each.path).name == name for each in page.outputs)
    return plain(output.path if alike > 1 else name)


def _short(mark: str) -> str:
    """In three cells: where many findings name a line, the first of them and that there are more."""
    return mark if len(mark) <= 3 else f"{mark.partition(',')[0]}+"
