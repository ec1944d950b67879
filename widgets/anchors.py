"""Owns paragraphs that stand for something that can be gone to: a line of a file, a finding. It draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from widgets.cells import Line
from widgets.finding import Paragraph

__all__ = ("Anchored", "Place", "about", "anchored")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of an output, as findings name it."""

    path: str
    line: int
    """From 1; 0 where only the file is meant."""
    row: int = field(default=-1, compare=False)
    """Which row of its page it is, where rows hold others."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path

    @classmethod
    def read(cls, said: str) -> Place | None:
        """Of `path:line`; None where it names no line."""
        path, _colon, number = said.rpartition(":")
        return cls(path, int(number)) if path and number.isascii() and number.isdecimal() else None


class Anchored(tuple[int, Line]):
    """A paragraph as every other, that knows what it is about."""

    about: object = None


def anchored(paragraphs: Iterable[Paragraph], what: object) -> list[Paragraph]:
    """The same paragraphs, all about this."""
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        one = Anchored(paragraph)
        one.about = what
        found.append(one)
    return found


def about(paragraph: Paragraph) -> object:
    """What it stands for; None where it stands for nothing."""
    return getattr(paragraph, "about", None)
