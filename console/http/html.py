"""Owns how a page is written: elements whose texts and attributes are escaped, whoever wrote them. It knows no page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ("Markup", "document", "tag")

_VOID = frozenset(("input", "meta", "link", "br", "hr"))


class Markup(str):
    """Text that is HTML already; any other text is escaped where it is put in."""

    __slots__ = ()


Part = str | Markup | None | Iterable["Part"]


def tag(name: str, /, *parts: Part, **attributes: str | bool | None) -> Markup:
    """An element; `class_` and `for_` are class and for, a `_` within a name is `-`; what is False or None is left out."""
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{told}>" if name in _VOID else f"<{name}{told}>{_within(parts)}</{name}>")


def document(language: str, title: str, *parts: Part, again: int | None = None) -> str:
    """A whole page; `again` is the seconds after which it is asked for anew."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="stylesheet", href="/phone.css"),
        tag("meta", http_equiv="refresh", content=str(again)) if again is not None else None,
    ]
    page = tag("html", tag("head", head), tag("body", parts), lang="zh-CN" if language == "zh" else "en")
    return f"<!doctype html>\n{page}\n"


def _within(part: Part) -> str:
    if part is None:
        return ""
    if isinstance(part, str):
        return str(part) if isinstance(part, Markup) else escape(part)
    return "".join(map(_within, part))
