"""Owns how text from others becomes safe for a terminal, and how wide it is there. It does not hide secrets: see redact.

Titles, comments, agents' output, file names and config all come from outside: each may hold escape sequences that
move the cursor, set the clipboard or forge a line, and marks that turn the reading order around.
"""

from __future__ import annotations

import os
import re
import unicodedata
from codecs import utf_8_decode
from functools import lru_cache

__all__ = ("as_meant", "bare", "cells", "cut", "decoded", "fit", "one_line", "safe", "same_name")

MORE = "…"

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor, modes
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])(?:[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c))?"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"  # every other escape
)
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f"
    r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # order, no width, annotations
    r"\U000e0000-\U000e0fff]"  # tags
)
_WIDTHLESS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_WITHIN = re.compile(f"(?<=[!-~])[{_WIDTHLESS}]+(?=[!-~])")
"""Between two characters of ASCII these join or part nothing; elsewhere some of them make an emoji or a script."""
_ACTS = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f{_WIDTHLESS}\ud800-\udfff]")
"""A text without any of these is bare already."""
_ACTS_ASCII = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FOREIGN = re.compile(r"[\udc80-\udcff]")
"""Bytes that were none of the shell's encoding, as they arrive in an argument."""
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_CONTINUED = bytes(range(0x80, 0xC0))
"""What stands in UTF-8 within a character only."""
_PILE = 4
"""Marks that may stand on one letter; more of them climb over the neighbouring lines."""


def safe(text: str, limit: int | None = None) -> str:
    """`text` without anything that acts on a terminal; lines and tabs stay, at most `limit` characters."""
    if limit is not None:
        text = text[: limit * 4 + 64]  # sequences cost nothing in the result, so look a little further, not without end
    text = _LINE_ENDS.sub("\n", _SEQUENCES.sub("", text))
    text = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))
    if not text.isascii():
        text = _thinned(text)
    return text if limit is None else cut(text, limit)


def decoded(content: bytes) -> str:
    """Bytes that others wrote: UTF-8, else GBK (GB 18030), else UTF-8 with a mark for each byte that is none."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    cut_at_start = content[:3].lstrip(_CONTINUED)  # it may begin and end within a character
    try:
        found, _ = utf_8_decode(cut_at_start + content[3:], "strict", False)
        if found:
            return found
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def as_meant(argument: str) -> str:
    """A command line's argument, whose bytes may be in another encoding than that of the shell."""
    return argument if argument.isascii() or _FOREIGN.search(argument) is None else decoded(os.fsencode(argument))


def same_name(text: str) -> str:
    """A name in the form in which names are compared: `é` is one character, however it was typed or stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def bare(text: str) -> str:
    """`text` as a terminal would show it in the end: escapes, overstrikes and marks without width are gone, line ends stay."""
    if (_ACTS_ASCII if text.isascii() else _ACTS).search(text) is None:
        return text
    text = _SEQUENCES.sub("", text)
    if "\x08" in text:
        text = _struck_over(text)
    return _SURROGATES.sub("\ufffd", _WITHIN.sub("", _UNSEEN.sub("", text)))


def one_line(text: str, limit: int = 500) -> str:
    """`safe` text in one line with single blanks, at most `limit` characters."""
    return cut(_BLANKS.sub(" ", safe(text[: limit * 4 + 64])).strip(), limit)


def cut(text: str, limit: int) -> str:
    """The first `limit` characters; the last is an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + MORE


def cells(text: str) -> int:
    """How many columns `text` (safe, one line) takes: two for wide characters, none for marks that combine."""
    return len(text) if text.isascii() else sum(map(_width, text))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` columns: padded (on the left with `right`), or cut with an ellipsis."""
    missing = width - cells(text)
    if missing < 0:
        text, missing = _shortened(text, width)
    return " " * missing + text if right else text + " " * missing


def _struck_over(text: str) -> str:
    """What stands there after each backspace has taken back a character."""
    kept: list[str] = []
    for character in text:
        if character != "\x08":
            kept.append(character)
        elif kept and kept[-1] != "\n":
            kept.pop()
    return "".join(kept)


def _shortened(text: str, width: int) -> tuple[str, int]:
    kept, used = [], 0
    for character in text:
        if used + _width(character) > width - 1:
            break
        kept.append(character)
        used += _width(character)
    if width < 1:
        return "", 0
    return "".join(kept) + MORE, width - 1 - used


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _thinned(text: str) -> str:
    """`text` with no more than `_PILE` marks on one letter."""
    kept, pile = [], 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= _PILE:
            kept.append(character)
    return "".join(kept)
