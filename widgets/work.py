"""Owns how an output reads whole: its lines with their numbers and the findings on them, and the tabs of all outputs.

Text was made safe where it was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from console.i18n import _, ngettext
from console.records.output import Output, plain_size
from widgets.cells import Line, line_width
from widgets.pages import FindingRow, WorkFile, WorkPage
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
    marks = _marks(page, output)
    digits = max((len(str(number)) for number in file.numbers), default=1)
    found: list[Paragraph] = []
    for spans, number in zip(file.lines, file.numbers, strict=True):
        mark = marks.get(number, "")
        row = tuple((text, "strong") for text, _role in spans) if file.table and number == 1 else spans
        found.append((digits + 5, ((f"{mark:<3}", "warning"), (f"{number:>{digits}}  ", "dim"), *row)))
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


def _marks(page: WorkPage, output: Output) -> Mapping[int, str]:
    """Line to the number of the finding that names it."""
    found: dict[int, str] = {}
    for finding in page.findings:
        path, _colon, number = finding.place.rpartition(":")
        if number.isdecimal() and _names(path, output, finding) and int(number) not in found:
            found[int(number)] = str(finding.number)
    return found


def _names(path: str, output: Output, finding: FindingRow) -> bool:
    return bool(path) and (output.path == path or output.path.endswith(f"/{path.lstrip('./')}"))
