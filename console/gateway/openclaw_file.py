"""Owns what OpenClaw's own config file says: JSON5, its `$include`s, and where in it a value stands. It decides nothing.

Only what is asked for is looked at: a part of the file that is none of our business may be as wrong as it likes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.errors import UsageError

__all__ = ("OpenClawFile", "read_openclaw", "text_of")

_INCLUDE = "$include"
_LARGEST = 2 * 1024 * 1024
"""Bytes, as OpenClaw itself takes of an include."""
_DEEPEST = 10
"""Files that include each other."""
_NESTED = 200
_NEAR = re.compile(r"(.*) near (\d+)(.*)")
_ADVICE = "mend it; `openclaw doctor` names what OpenClaw itself makes of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClawFile:
    """One config, as it was when it was read."""

    path: Path
    text: str = field(repr=False)
    root: Mapping[str, Any] = field(repr=False)

    def value(self, *keys: str) -> Any:
        """What stands under `keys`; None where nothing does. Raises UsageError where the way there is no object."""
        found: Any = self.root
        for n, key in enumerate(keys):
            found = _included(found, self.path, _DEEPEST)
            if not isinstance(found, Mapping):
                raise self.wrong(keys[:n], "expected an object")
            found = found.get(key)
            if found is None:
                return None
        return _included(found, self.path, _DEEPEST)

    def wrong(self, keys: tuple[str, ...], told: str) -> UsageError:
        """The error that what stands under `keys` is wrong."""
        line = _line_of(self.text, keys)
        return UsageError(f"{self.path}{f':{line}' if line else ''}: {'.'.join(keys) or 'the file'}: {told}; {_ADVICE}")


def read_openclaw(path: Path) -> OpenClawFile | None:
    """The config at `path`; None where there is none. Raises UsageError where it cannot be read, with its line."""
    text = text_of(path)
    if text is None:
        return None
    root = _parsed(text, path)
    if not isinstance(root, Mapping):
        raise UsageError(f"{path}:1: expected an object; {_ADVICE}")
    return OpenClawFile(path=path, text=text, root=root)


def text_of(path: Path) -> str | None:
    """What a file holds; None where there is none. Raises UsageError where it cannot be read."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise UsageError(f"{path} cannot be read: it is no plain file")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UsageError(f"{path} cannot be read: it is larger than {_LARGEST} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: it is not UTF-8 text; {_ADVICE}") from None


def _parsed(text: str, path: Path) -> Any:
    import pyjson5  # only where a gateway is looked for

    try:
        return pyjson5.decode(text, maxdepth=_NESTED)
    except pyjson5.Json5DecoderException as error:
        told = str(error.args[0]) if error.args else ""  # the other arguments hold what was read so far
        near = _NEAR.fullmatch(told)
        at = int(near[2]) if near is not None else 0
        what = "it ends too early" if isinstance(error, pyjson5.Json5EOF) else "it is not JSON5"
        line = len(text) if isinstance(error, pyjson5.Json5EOF) else max(at - 1, 0)
        raise UsageError(f"{path}:{text.count(chr(10), 0, line) + 1}: {what}; {_ADVICE}") from None


def _included(value: Any, path: Path, left: int) -> Any:
    """`value` with the files that it includes in the place of their names; what stands beside them comes last."""
    if not isinstance(value, Mapping) or _INCLUDE not in value:
        return value
    names = value[_INCLUDE]
    merged: Any = {}
    for name in names if isinstance(names, list) else [names]:
        if not isinstance(name, str) or not left:
            told = "includes go too deep, or in a circle" if not left else "expected names of files"
            raise UsageError(f"{path}: {_INCLUDE}: {told}; {_ADVICE}")
        other = path.parent / os.path.expanduser(name)
        text = text_of(other)
        if text is None:
            raise UsageError(f"{path}: {_INCLUDE}: there is no file {other}; {_ADVICE}")
        merged = _merged(merged, _included(_anchored(_parsed(text, other), other.parent), other, left - 1))
    return _merged(merged, {key: each for key, each in value.items() if key != _INCLUDE})


def _anchored(value: Any, folder: Path) -> Any:
    """`value`, in which the names of further files are whole paths: each is relative to the file that names it."""
    if isinstance(value, list):
        return [_anchored(each, folder) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {key: _anchored(each, folder) for key, each in value.items()}
    names = value.get(_INCLUDE)
    if isinstance(names, str):
        found[_INCLUDE] = str(folder / os.path.expanduser(names))
    elif isinstance(names, list):
        found[_INCLUDE] = [str(folder / os.path.expanduser(each)) if isinstance(each, str) else each for each in names]
    return found


def _merged(below: Any, above: Any) -> Any:
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    return {**below, **{key: _merged(below[key], each) if key in below else each for key, each in above.items()}}


def _line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """The line of a key, found by the keys on the way to it; None where it stands in another file."""
    at = 0
    for key in keys:
        found = re.compile(rf"""(?<![\w$])["']?{re.escape(key)}["']?\s*:""").search(text, at)
        if found is None:
            return None
        at = found.end()
    return text.count("\n", 0, at) + 1
