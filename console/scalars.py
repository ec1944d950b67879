"""Owns plain words of a YAML file as they were written: what stands there, and what it is where no text is meant.

It never decides which is meant: whoever reads a text takes the word itself (`000001`, `15:00`, `3.10`, `NO`), whoever
reads a number or a flag takes `value_of`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ("Plain", "as_text", "value_of")

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)")
_NUMBER = re.compile(r"[-+]?(?=\.?[0-9])[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]{1,4})?")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NOTHING = ("", "~", "null", "Null", "NULL")


class Plain(str):
    """A word without quotes that YAML could take for something else than text."""

    __slots__ = ()

    def __repr__(self) -> str:
        """What stands in the file, for errors."""
        return str(self)

    @property
    def value(self) -> int | float | bool | str | None:
        """What it is as a number, a flag or nothing; itself where it is none of these."""
        word = str(self)
        if word in _NOTHING:
            return None
        if word in (word.lower(), word.upper(), word.title()) and word.lower() in _FLAGS:
            return _FLAGS[word.lower()]
        try:
            if _WHOLE.fullmatch(word):
                return int(word.replace("_", ""), 0)
            # A number that begins with zeros is an id, and `010` has been eight to some and ten to others.
            if _NUMBER.fullmatch(word) and not re.match(r"[-+]?0[0-9_]", word):
                number = float(word.replace("_", ""))
                return number if math.isfinite(number) else word
        except ValueError:  # more digits than a number may have
            return word
        return word


def plain(word: str) -> str | Plain | None:
    """What stands without quotes in a file; nothing where nothing stands there."""
    found = Plain(word)
    return None if not word else word if isinstance(found.value, str) else found


def value_of(value: Any) -> Any:
    """A number, flag or nothing where a plain word says one; everything else as it is."""
    return value.value if isinstance(value, Plain) else value


def as_text(value: Any) -> Any:
    """Every plain word in `value`, at any depth, as the text that was written; what is empty is an empty text."""
    if isinstance(value, Mapping):
        return {name: as_text(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(item) for item in value]
    return "" if value is None else str(value) if isinstance(value, str) else value
