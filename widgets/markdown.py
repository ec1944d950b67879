"""Owns how Markdown reads: line by line as it was written, so that findings keep their lines, with its marks as what they mean.

Nothing is left out: what is no text for a reader (a comment, the address of a link) stands there all the same, faint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from widgets.cells import Line, Span, line_width
from widgets.code import coloured, coloured_as
from widgets.diff import inert
from widgets.marks import Glyphs

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ("is_markdown", "markdown_lines")

LONGEST = 200_000
"""Characters up to which a text is rendered."""
_COLUMN_MAX = 40
_STYLES = {"strong": "strong", "em": "secondary", "s": "dim", "link": "key"}


def is_markdown(path: str) -> bool:
    """By its name."""
    return path.casefold().endswith((".md", ".markdown"))


def markdown_lines(lines: Sequence[str], glyphs: Glyphs) -> tuple[Line, ...]:
    """Each line in spans; as many as there are lines."""
    if sum(map(len, lines)) > LONGEST:
        return coloured(".md", lines)
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("entity")
    made = _Made(lines, glyphs)
    tokens = parser.parse("\n".join(lines))
    for n, token in enumerate(tokens):
        made.block(token, tokens[n - 1] if n else token)
    return made.done()


class _Made:
    """The lines as far as they are rendered."""

    def __init__(self, lines: Sequence[str], glyphs: Glyphs) -> None:
        self._source, self._glyphs = lines, glyphs
        self._found: list[Line | None] = [None] * len(lines)
        self._rows: dict[int, list[Line]] = {}
        """Of the table that is read: its cells by the line."""

    def done(self) -> tuple[Line, ...]:
        """All of them; of what nobody rendered the source, faint."""
        pairs = zip(self._source, self._found, strict=True)
        return tuple(((inert(source), "dim"),) if found is None else _shown(found) for source, found in pairs)

    def block(self, token: Token, before: Token) -> None:
        """One token of the parser."""
        first, end = token.map or (0, 0)
        if token.type == "inline":
            self._inline(token, before)
        elif token.type == "fence":
            self._fence(token, first, end)
        elif token.type == "code_block":
            for n in range(first, end):
                self._put(n, ((self._source[n], "accent"),))
        elif token.type == "hr":
            self._put(first, ((self._glyphs.horizontal * 40, "rule"),))
        elif token.type == "table_open":
            self._rows = {}
        elif token.type == "table_close":
            self._table()

    def _put(self, n: int, spans: Line) -> None:
        if 0 <= n < len(self._found):
            self._found[n] = spans

    def _inline(self, token: Token, before: Token) -> None:
        first, end = token.map or (0, 0)
        if before.type in ("th_open", "td_open"):
            (cell, *_more) = list(_spans(token.children or (), "strong" if before.type == "th_open" else "text"))
            self._rows.setdefault(first, []).append(cell)
            return
        role = "strong" if before.type == "heading_open" else "text"
        said = token.content.split("\n")
        rows = list(_spans(token.children or (), role))
        if len(rows) != len(said):  # a piece of code that goes over the end of its line
            rows = [((each, role),) for each in said]
        for n, (row, text) in enumerate(zip(rows, said, strict=True), first):
            if n < len(self._source):
                self._put(n, (*_lead(self._source[n], text, self._glyphs), *row))
        if before.type == "heading_open" and before.markup in ("=", "-"):
            self._put(end, ((self._source[end], "dim"),) if end < len(self._source) else ())

    def _fence(self, token: Token, first: int, end: int) -> None:
        self._put(first, ((self._source[first], "dim"),))
        said = token.content.split("\n")[:-1]
        spans = coloured_as((token.info.split() or [""])[0], said)
        for n, (text, row) in enumerate(zip(said, spans, strict=True), first + 1):
            if n < len(self._source):
                source = self._source[n]
                lead = source[: len(source) - len(text)] if source.endswith(text) else ""
                self._put(n, ((lead, "dim"), *row))
        if first + 1 + len(said) < end:
            self._put(end - 1, ((self._source[end - 1], "dim"),))

    def _table(self) -> None:
        """Its cells in columns; the line below the names of the columns is one."""
        rule, between = self._glyphs.horizontal, f" {self._glyphs.vertical} "
        widths: list[int] = []
        for row in self._rows.values():
            widths += [0] * (len(row) - len(widths))
            for n, cell in enumerate(row):
                widths[n] = min(max(widths[n], line_width(cell)), _COLUMN_MAX)
        for n, row in self._rows.items():
            spans: list[Span] = []
            for at, (cell, cells) in enumerate(zip(row, widths, strict=False)):
                gap = " " * max(0, cells - line_width(cell))
                spans += [(between, "rule")] if at else []
                spans += [*cell, (gap, "text")]
            self._put(n, tuple(spans))
        if self._rows:
            self._put(next(iter(self._rows)) + 1, ((rule * (sum(widths) + 3 * (len(widths) - 1)), "rule"),))


def _spans(tokens: Sequence[Token], role: str) -> Iterator[Line]:
    """The lines of a text with its marks as roles."""
    spans: list[Span] = []
    styles: list[tuple[str, str]] = []
    for token in tokens:
        name, _under, side = token.type.rpartition("_")
        if token.type in ("softbreak", "hardbreak"):
            yield tuple(spans)
            spans = []
        elif side == "open":
            styles.append((_STYLES.get(name, role), str(token.attrs.get("href", ""))))
        elif side == "close" and styles:
            _style, address = styles.pop()
            said = "".join(text for text, _role in spans)
            if address and not said.endswith(address):
                spans.append((f" ({address})", "dim"))
        elif token.type == "image":
            spans += [(f"[{token.content}]", "key"), (f" ({token.attrs.get('src', '')})", "dim")]
        else:
            usual = styles[-1][0] if styles else role
            kind = {"code_inline": "accent", "html_inline": "dim"}.get(token.type, usual)
            spans.append((token.content, kind))
    yield tuple(spans)


def _lead(source: str, text: str, glyphs: Glyphs) -> Line:
    """What stands before the words of a line: its place in a list, a quotation, a heading."""
    at = source.find(text.strip()) if text.strip() else len(source)
    lead = source[: max(0, at)]
    mark = lead.strip()
    if mark in ("-", "*", "+"):
        return ((lead.replace(mark, glyphs.dot), "accent"),)
    if mark.startswith(">"):
        return ((lead.replace(">", glyphs.vertical), "secondary"),)
    return ((lead, "dim"),)


def _shown(spans: Line) -> Line:
    return tuple((inert(text), role) for text, role in spans if text)
