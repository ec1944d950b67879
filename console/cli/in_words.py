"""Owns the language of what a command prints: English as it was made, or Chinese where this shell asks for it.

English, which most shells speak, loads nothing for it. What a program reads (JSON, ids, names of commands and options) never
passes here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from console.i18n import choose_language
from console.text import fit

__all__ = ("facts", "in_words", "speaks_chinese")


def speaks_chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether MOZIPLUS_LANGUAGE, else LC_ALL, LC_MESSAGES or LANG, asks for Chinese."""
    return choose_language(environ, environ.get("MOZIPLUS_LANGUAGE")) == "zh"


def in_words(text: str, *, ours: bool = True) -> str:
    """Sentences, one a line, in the language of this shell; what is no sentence of ours stays as it is."""
    if not text or not speaks_chinese():
        return text
    from console.sentences import in_chinese

    return in_chinese(text, ours=ours)


def facts(known: Iterable[tuple[str, object]]) -> list[str]:
    """What is known of a thing, a line for each: its name in the language of this shell, then its value."""
    return [f"  {fit(in_words(name), 12)} {value}" for name, value in known]
