"""Owns sentences in the language of whoever reads them: one made in English is known again by what is fixed in it.

Errors, findings and reasons are made deep inside, and logs, JSON and blackboards keep them as they are; only a door that
shows one to a person asks here. What was filled in (names, titles, paths) is never changed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from console.i18n import language
from console.shipped_files import shipped

__all__ = ("in_chinese", "spoken")

CATALOGS = ("cli", "moziplus")
_PLACE = re.compile(r"\{(\w*)(?::[^{}]*)?\}")
_WORD = re.compile(r"[A-Za-z]+")
_LINE = re.compile(r":\d+$")
_WORD_FOLLOWS = re.compile(r"\b(?:is|are|expected|found|of any)(?: already)? $")
"""What a status or the name of a kind of value follows, which may be one word; any other single word may be a title."""


def spoken(text: str) -> str:
    """A reason, a finding, an error in the language in use; what an agent or a person wrote stays as it is."""
    return in_chinese(text, ours=False) if language() == "zh" else text


@lru_cache(2000)  # the console shows the same few again and again
def in_chinese(text: str, *, ours: bool = True) -> str:
    """`text`, one sentence or one on each line; English where it is not known.

    `ours` says that it was made by us; where an agent or a person may have written it, more of it must be fixed.
    """
    if "\n" in text:
        return "\n".join(in_chinese(line, ours=ours) for line in text.split("\n"))
    bare = text.lstrip()
    read = [found for one in dict.fromkeys((text, bare)) if (found := _found(one, strong=not ours)) is not None]
    if not read:
        return text
    found = max(read, key=lambda each: each.known)
    return found.chinese if found.of == text else text[: len(text) - len(bare)] + found.chinese


class _Form(NamedTuple):
    """A sentence with places: how it is known again, and what it is in Chinese."""

    msgid: str
    chinese: str
    anchor: str
    """Its longest fixed piece."""
    words: int
    """Fixed words; with fewer than two it is known only where it stands alone."""


class _Found(NamedTuple):
    """What a text is in Chinese, and how many of its characters were known."""

    of: str
    chinese: str
    known: int


def _found(text: str, *, strong: bool) -> _Found | None:
    """The reading in which most of `text` is known."""
    exact, forms = _known()
    if text in exact:
        return _Found(text, exact[text], len(text))
    read = [
        _filled(form, match)
        for form in forms
        if form.anchor in text and (form.words > 1 or not strong)
        if (match := _pattern(form.msgid).fullmatch(text)) is not None
    ]
    return max([*read, *_joined(text)], key=lambda found: found.known, default=None)


def _joined(text: str) -> Iterator[_Found]:
    """Sentences behind each other, each of them known; one behind the name of what it is about."""
    first, then, rest = text.partition("; ")
    if then and (one := _found(first, strong=True)) and (other := _found(rest, strong=True)):
        yield _Found(text, f"{one.chinese}；{other.chinese}", one.known + other.known + len(then))
    name, colon, rest = text.partition(": ")
    key = _LINE.search(name) and " " not in rest  # `file:line: key` is as it is written in the file
    if colon and " " not in name and not key and (said := _found(rest, strong=True)):
        yield _Found(text, f"{name}：{said.chinese}", said.known)


def _filled(form: _Form, match: re.Match[str]) -> _Found:
    """The Chinese of a form with what stands in its places; a part that is a sentence of ours is Chinese, too."""
    names = _PLACE.findall(form.msgid)
    values = [_part(match, n) for n in range(1, len(names) + 1)]
    chinese = dict(zip(names, (value.chinese for value in values), strict=True))
    fixed = sum(map(len, _PLACE.split(form.msgid)[::2]))
    return _Found(
        match.string,
        _PLACE.sub(lambda place: chinese.get(place[1], place[0]), form.chinese),
        fixed + sum(value.known for value in values),
    )


def _part(match: re.Match[str], n: int) -> _Found:
    part = match[n]
    if len(_WORD.findall(part)) > 1:
        found = _found(part, strong=True)
    else:
        word = _known()[0].get(part) if _WORD_FOLLOWS.search(match.string[: match.start(n)]) else None
        found = None if word is None else _Found(part, word, len(part))
    return found or _Found(part, part, 0)


@cache
def _pattern(msgid: str) -> re.Pattern[str]:
    """A place right behind another is a part that may be missing: it begins as one does."""
    fixed = list(map(re.escape, _PLACE.split(msgid)[::2]))
    places = [r"((?:[:;,] .*| .*)?)" if n and not before else "(.*?)" for n, before in enumerate(fixed[:-1])]
    return re.compile("".join(text for pair in zip(fixed, [*places, ""], strict=True) for text in pair))


@cache
def _known() -> tuple[Mapping[str, str], tuple[_Form, ...]]:
    """Sentences without places, and the others."""
    exact: dict[str, str] = {}
    forms = []
    for catalog in reversed(CATALOGS):  # the first has the last word
        for msgid, chinese in _read(catalog).items():
            fixed = _PLACE.split(msgid)[::2]
            words = sum(len(_WORD.findall(piece)) for piece in fixed)
            if len(fixed) == 1:
                exact[msgid] = chinese
            elif words > 1 or (words and catalog == CATALOGS[0]):
                forms.append(_Form(msgid, chinese, max(fixed, key=len), words))
    return exact, tuple(forms)


def _read(catalog: str) -> dict[str, str]:
    """msgid → Chinese of a compiled catalog, as msgfmt lays it out; gettext has no way to list what it knows."""
    content = (shipped("config", "translations") / "zh_CN" / "LC_MESSAGES" / f"{catalog}.mo").read_bytes()
    _magic, _version, count, ids, texts = struct.unpack("<5I", content[:20])
    found = {}
    for n in range(count):
        pair = []
        for table in (ids, texts):
            length, at = struct.unpack("<2I", content[table + 8 * n : table + 8 * n + 8])
            pair.append(content[at : at + length].decode("utf-8"))
        msgid, *plural = pair[0].split("\0")
        for one in (msgid, *plural):
            found[one] = pair[1].split("\0")[0]
    found.pop("", None)
    return found
