"""Owns what the operator saw last of each output: a file of the console's own in the home, bounded, beside what it remembers.

It is a convenience: what cannot be read or written is forgotten without a word. Call it on a thread that may take its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from console.home import Home, write_atomically
from console.records.comparison import Sight

__all__ = ("Seen",)

_SIZE = 4 << 20
_TASKS, _SIGHTS, _EACH = 400, 100, 2
"""Tasks that are remembered, sights of one task, and of each of its outputs: what is read now, and what was before."""

Of = dict[tuple[str, int], tuple[Sight, ...]]


class Seen:
    """By project and task, in the order of the looks."""

    def __init__(self, home: Home, *, writes: bool) -> None:
        """One that does not write remembers only while this console lives."""
        self._home, self._writes = home, writes
        self._file = home.state / "seen.json"
        self._own: Of = {}

    def of(self, project: str, task: int) -> tuple[Sight, ...]:
        """What was seen of a task's outputs."""
        return self._all().get((project, task), ())

    def note(self, project: str, task: int, path: str, sha256: str, now: int) -> None:
        """This version is seen now; the same again changes nothing."""
        found, key = self._all(), (project, task)
        before = found.get(key, ())
        last = next((one for one in reversed(before) if one.path == path), None)
        if last is not None and last.sha256 == sha256:
            return
        found[key] = _bounded((*before, Sight(path=path, sha256=sha256, at=now)))
        newest = sorted(found, key=lambda one: found[one][-1].at)[-_TASKS:]
        self._own = {one: found[one] for one in newest if self._is_there(*one)}
        if self._writes:
            self._keep()

    def _all(self) -> Of:
        """As another console may have left it."""
        if not self._writes and self._own:
            return dict(self._own)
        try:
            with open(self._file, encoding="utf-8") as file:
                return dict(_read(json.loads(file.read(_SIZE))))
        except (OSError, ValueError, AttributeError, TypeError):
            return dict(self._own)

    def _keep(self) -> None:
        written: dict[str, dict[str, list[tuple[str, str, int]]]] = {}
        for (project, task), sights in self._own.items():
            written.setdefault(project, {})[str(task)] = [(one.path, one.sha256, one.at) for one in sights]
        with suppress(OSError):
            write_atomically(self._file, json.dumps(written, ensure_ascii=False) + "\n")

    def _is_there(self, project: str, task: int) -> bool:
        """Of a task that is gone nothing is left to compare with."""
        return (self._home.project_folder(project) / "artifacts" / str(task)).is_dir()


def _bounded(sights: Iterable[Sight]) -> tuple[Sight, ...]:
    """The newest of each output, each version once."""
    kept: list[Sight] = []
    for one in reversed(tuple(sights)):
        alike = [each for each in kept if each.path == one.path]
        if len(alike) < _EACH and all(each.sha256 != one.sha256 for each in alike):
            kept.append(one)
    return tuple(reversed(list(islice(kept, _SIGHTS))))


def _read(found: Mapping[str, Any]) -> Iterable[tuple[tuple[str, int], tuple[Sight, ...]]]:
    for project, tasks in found.items():
        for task, sights in tasks.items():
            yield (project, int(task)), tuple(Sight(path=str(p), sha256=str(s), at=int(at)) for p, s, at in sights)
