"""Owns the paragraphs that pages share: a line of spans, a text from outside, a comment. Text is made safe here."""

from __future__ import annotations

from console.records.note import Comment
from console.text import safe
from widgets.ages import age
from widgets.cells import Line
from widgets.painted import Look
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("BLANK", "INDENT", "TAB", "comment", "line", "output_paragraphs", "text")

INDENT = 6
BLANK: Paragraph = (0, ())
TAB = 4
"""Cells: a terminal jumps over those of a tab, and clears none of them."""


def line(*spans: tuple[str, str]) -> Paragraph:
    """From (role, text) pairs, which read better where they are written."""
    return INDENT, tuple((said, role) for role, said in spans)


def text(said: str, indent: int, role: str = "text", lead: Line = ()) -> list[Paragraph]:
    """What somebody wrote, line by line; `lead` stands before its first line in the place of the indent."""
    lines = [each.expandtabs(TAB) for each in safe(said, 20_000).strip().splitlines()]
    found: list[Paragraph] = [(indent, ((" " * indent + each, role),)) for each in lines]
    if lead:
        found[:1] = [(indent, (*lead, (lines[0] if lines else "", role)))]
    return found


def comment(found: Comment, look: Look) -> list[Paragraph]:
    """Who said it, and what."""
    about = f"  {plain(found.comment_type)}  {age(found.at, look.now)}"
    return [line(("strong", plain(found.actor)), ("dim", about)), *text(found.body, 2)]


def output_paragraphs(said: str) -> list[Paragraph]:
    """What a session said, line by line."""
    return [(0, ((each.expandtabs(TAB), "text"),)) for each in safe(said).splitlines()]
