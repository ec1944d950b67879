"""Owns what `console.yaml` may hold and its reading; what the values then do is the business of who uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.actions.registry import by_id
from console.app.key_names import key_of
from console.app.key_presets import PRESETS
from console.app.keymap import clashes, with_presets
from console.app.preferences import Preferences
from console.scalars import Plain
from console.settings.check import check
from console.settings.kinds import Each, Kind, Schema, choice, flag, text
from console.settings.yaml_file import Document, Problem, read_yaml

__all__ = ("read",)

_KEY_EXPECTED = "a key that a terminal can tell from others, or a list of them, as in [v, ctrl-x, f5, space], or none"
_QUIET = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


def _keys() -> Kind:
    def read_keys(value: Any) -> tuple[str, ...]:
        """As Textual names them."""
        if value == "none":
            return ()
        found = tuple(key_of(_word(item)) for item in (value if isinstance(value, list) else [value]))
        if not 0 < len(found) <= 8:
            raise ValueError
        return found

    return Kind(expected=_KEY_EXPECTED, read=read_keys, optional=False, json={})


def _word(value: Any) -> str:
    """A digit or `n` is a key, too, and not what YAML takes it for."""
    if isinstance(value, Plain | str):
        return str(value)
    raise ValueError


def _quiet() -> Kind:
    def read_quiet(value: Any) -> tuple[int, int]:
        found = _QUIET.fullmatch(str(value)) if isinstance(value, Plain | str) else None
        if found is None:
            raise ValueError
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
        if (hour, minute) == (end_hour, end_minute):
            raise ValueError
        return hour * 60 + minute, end_hour * 60 + end_minute

    return Kind(expected="two different times of the day, as in 22:00-07:00", read=read_quiet, optional=True, json={})


def _bell() -> Kind:
    def read_bell(value: Any) -> str:
        if str(value) not in ("on", "bell", "off"):
            raise ValueError
        return str(value)

    return Kind(expected="one of on, bell, off", read=read_bell, json={})


SCHEMA: Schema = {
    "theme": text(60),
    "language": choice("auto", "en", "zh"),
    "marks": choice("unicode", "ascii"),
    "mouse": flag(),
    "bell": _bell(),
    "quiet": _quiet(),
    "motion": flag(),
    "restore": flag(),
    "keymap": choice(*PRESETS),
    "keys": Each(text(60), _keys()),
}
"""As `settings.schema` has them for a home."""


def read(path: Path) -> Preferences:
    """What the file says; every problem in it has its line, and what is right holds."""
    problems: list[str] = []
    try:
        if not path.exists():
            raise Problem(f"{path}:1: expected a file, found a link to nothing")
        document = read_yaml(path)
    except Problem as problem:
        return Preferences(problems=(str(problem),))
    values = check(document, SCHEMA, problems)
    keymap = values.get("keymap", "moziplus")
    written = values.get("keys", {})
    keys = dict(_known(written, document, problems))
    problems += _clashing(keymap, keys, document, {name.replace("-", "_"): name for name in written})
    return Preferences(
        theme=values.get("theme", ""),
        theme_at=document.where(("theme",)),
        language="" if values.get("language", "auto") == "auto" else values["language"],
        ascii_marks=values.get("marks") == "ascii",
        mouse=values.get("mouse", True),
        bell=values.get("bell", "on"),
        quiet=values.get("quiet"),
        motion=values.get("motion", True),
        restore=values.get("restore", True),
        keymap=keymap,
        keys=keys,
        problems=tuple(problems),
    )


def _known(
    keys: Mapping[str, tuple[str, ...]], document: Document, problems: list[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Those of actions that there are; the way out of a box and to the command line stays."""
    from difflib import get_close_matches  # only here, and only where there are keys

    every, seen = by_id(), set[str]()
    for name, wanted in keys.items():
        action, where = name.replace("-", "_"), document.where(("keys", name))
        if action not in every:
            near = get_close_matches(action, every, n=1)
            expected = f"`{near[0]}`" if near else "the name of an action, as in docs/keys.md"
            problems.append(f"{where}: keys.{name}: expected {expected}, found a name that is not known")
        elif action in seen:
            problems.append(f"{where}: keys.{name}: expected each action once, found it a second time")
        elif not wanted and action in ("back", "command", "quit"):
            problems.append(f"{where}: keys.{name}: expected a key, for without one there is no way out, found none")
        else:
            seen.add(action)
            yield action, wanted


def _clashing(
    keymap: str, keys: Mapping[str, tuple[str, ...]], document: Document, lines: Mapping[str, str]
) -> Iterator[str]:
    """Keys that the file gives to two actions of one place, or takes from another; `lines` are actions as they are written."""
    for key, mine, other in clashes(with_presets(keymap, keys), own=keys):
        where = document.where(("keys", lines.get(mine, mine)))
        yield f"{where}: keys.{mine}: expected a key of its own, found `{key}`, which is also that of {other}"
