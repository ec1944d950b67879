"""Owns how the changes between two rounds read: what became of each output, then its lines. Text is made safe here.

A line is told by its sign, and only then by its colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from console.i18n import _, ngettext
from console.records.comparison import Against, Comparison
from console.records.output import Change, Output, RoundChanges, plain_size
from console.text import safe
from widgets.anchors import Place, about, anchored
from widgets.marks import Glyphs
from widgets.pages import DiffPage, FileDiff
from widgets.painted import Look
from widgets.prose import BLANK, line
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("between", "diff_paragraphs", "file_paragraphs", "heading", "inert")

NONE: Mapping[int, str] = MappingProxyType({})
ROLES = {"+": "success", "-": "error", "@": "dim", "\\": "dim"}


def diff_paragraphs(page: DiffPage, look: Look) -> list[Paragraph]:
    """Which rounds are compared, file by file what changed, then what stayed as it was."""
    head = [line(("strong", plain(page.task.title)))]
    about = f"{page.project}#{page.task.id}  {plain(page.review.protocol)}  "
    changes = page.changes
    if changes is None:
        return [*head, line(("dim", about)), BLANK, line(("text", _("Nothing was handed in yet.")))]
    if changes.before == 0:
        return [*head, line(("dim", about)), BLANK, *_only_round(changes)]
    moved = [each for each in changes.outputs if each.change != Change.SAME]
    counted = ngettext("{n} of {all} output changed", "{n} of {all} outputs changed", len(changes.outputs))
    said = counted.format(n=len(moved), all=len(changes.outputs)) if changes.outputs else _("no outputs")
    found = [*head, line(("dim", about), ("text", f"{_rounds(changes, look.glyphs)}  {said}"))]
    for file in page.files:
        found += [BLANK, *_file(file, _rounds(changes, look.glyphs), look.glyphs)]
    if (left := len(moved) - len(page.files)) > 0:
        found += [BLANK, line(("dim", ngettext("comparing {n} more", "comparing {n} more", left).format(n=left)))]
    same = [each.after for each in changes.outputs if each.change == Change.SAME and each.after is not None]
    if same:
        found += [BLANK, line(("title", _("AS BEFORE"))), *map(_listed, same)]
    return found


def file_paragraphs(
    file: FileDiff, compared: Comparison, look: Look, marks: Mapping[int, str] = NONE
) -> list[Paragraph]:
    """What changed in one output, alone; `marks` are the numbers of findings by the lines that they name."""
    found = list(_file(file, between(compared, look.glyphs), look.glyphs))
    for n, (said, place) in enumerate(file.lines, 1) if marks else ():
        if place is not None and place in marks and not said.startswith("-"):
            indent, spans = found[n]
            marked = (indent, (*spans, (f"  {marks[place]}", "warning")))  # behind: the sign stands first
            found[n : n + 1] = anchored((marked,), about(found[n]))
    return found


def heading(file: FileDiff, compared: Comparison, look: Look) -> Paragraph:
    """What became of one output between what and what."""
    return _heading(file, between(compared, look.glyphs), look.glyphs)


def between(compared: Comparison, glyphs: Glyphs) -> str:
    """What is compared with what."""
    change = compared.change
    if compared.against != Against.LOOK or change.before is None or change.after is None:
        before, after = compared.rounds
        return _("round {a} {to} {b}").format(a=before, to=glyphs.to, b=after)
    said = _("v{a}, which you saw last {to} v{b}")
    return said.format(a=change.before.version, to=glyphs.to, b=change.after.version)


def _only_round(changes: RoundChanges) -> list[Paragraph]:
    said = _("Only round {n} was handed in: there is none before it to compare with.").format(n=changes.after)
    outputs = [each.after for each in changes.outputs if each.after is not None]
    if not outputs:
        return [line(("text", said)), line(("dim", _("It has no outputs.")))]
    return [line(("text", said)), BLANK, line(("title", _("OUTPUTS"))), *map(_listed, outputs)]


def _listed(output: Output) -> Paragraph:
    return line(("text", plain(output.path)), ("dim", f"  v{output.version}  {plain_size(output.size)}"))


def _rounds(changes: RoundChanges, glyphs: Glyphs) -> str:
    return _("round {a} {to} {b}").format(a=changes.before, to=glyphs.to, b=changes.after)


@lru_cache(64)
def _file(file: FileDiff, rounds: str, glyphs: Glyphs) -> tuple[Paragraph, ...]:
    """Path, rounds and how much; then the lines. Made once while further files come."""
    found = [_heading(file, rounds, glyphs)]
    digits = max((len(str(place)) for _text, place in file.lines if place is not None), default=1)
    for said, place in file.lines:
        row = _diff_line(said, place, digits)
        is_line = place is not None and not said.startswith("-")  # a removed one has its number in the version before
        found += anchored((row,), Place(file.change.path, place)) if is_line and place is not None else [row]
    if file.cut:
        cut = ngettext("{n} more line of this diff", "{n} more lines of this diff", file.cut)
        found.append(line(("warning", cut.format(n=file.cut))))
    return tuple(found)


def _heading(file: FileDiff, rounds: str, glyphs: Glyphs) -> Paragraph:
    """Path, rounds and how much, or why its lines are not shown."""
    about = [("strong", plain(file.change.path)), ("dim", f"  {rounds}")]
    became = ("dim", f"  {_became(file, glyphs)}")
    if file.why:
        return line(*about, became, ("warning", f"  {file.why}"))
    return line(*about, ("success", f"  +{file.added}"), ("error", f" {glyphs.minus}{file.removed}"), became)


def _became(file: FileDiff, glyphs: Glyphs) -> str:
    change = file.change
    sizes = [plain_size(side.size) for side in (change.before, change.after) if side is not None]
    word = {
        Change.ADDED: _("added"),
        Change.REMOVED: _("removed"),
        Change.CHANGED: _("changed"),
        Change.SAME: _("as before"),
    }[change.change]
    return f"{word}, " + f" {glyphs.to} ".join(sizes if change.change == Change.CHANGED else sizes[-1:])


def _diff_line(said: str, place: int | None, digits: int) -> Paragraph:
    """Sign, number, text; what follows where it is wrapped stands under the text."""
    sign, body = said[:1], inert(said[1:])
    role = ROLES.get(sign, "text")
    indent = digits + 4
    if sign == "@":
        return indent, ((" " * indent + sign + body, role),)
    number = f"{place:>{digits}}" if place is not None else " " * digits
    return indent, ((f"{sign} ", role), (f"{number}  ", "dim"), (body, role))


def inert(body: str) -> str:
    """A line of a file as it may be shown."""
    if body.isascii() and body.isprintable():  # asked first: a diff has thousands of lines
        return body
    return safe(body).expandtabs(4)
