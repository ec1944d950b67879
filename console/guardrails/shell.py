"""Owns the reading of a shell command: which simple commands and redirections it is made of. Pure; it runs and expands nothing.

Only what is certain is read. Whatever may mean something else to some shell makes the reading unsure, and what is unsure is
never allowed by a rule: loops, functions, here-documents, quotes that do not end, a program whose name is computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ("Command", "Read", "Word", "read_command", "words_of")

DEPTH = 6
"""Commands within commands that are read."""
LONGEST = 20_000
_RESERVED = frozenset(
    ("if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function")
    + ("{", "}", "!", "[[", "time", "coproc")
)
_SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ksh"))
_GLOB = frozenset("*?[{}")
_OPERATOR = re.compile(r"&&|\|\||\|&|[;&|\n]")
_REDIRECT = re.compile(r"(?:\d*|&)(?:<<<|<<-?|<>|>>|>\||>&|<&|&>>|>|<)")
_NO_FILE = re.compile(r"\d+-?|-")
_UNKNOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LOOSE = re.compile(r"[^\s;&|()<>`'\"$]+")
_SINKS = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr"))


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command."""

    text: str
    plain: bool
    """It stands for itself: nothing in it is expanded when it runs."""


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command, or one redirection: `>` or `<` and its file."""

    words: tuple[Word, ...]


@dataclass(slots=True)
class Read:
    """What a command line was found to be."""

    commands: list[Command] = field(default_factory=list)
    sure: bool = True


def read_command(text: str) -> Read:
    """Its simple commands, in the order in which they stand; those within `$(…)` and `sh -c '…'` too."""
    return _read(text, 0)


def words_of(text: str) -> tuple[str, ...]:
    """What looks like a word in it, whatever it means."""
    return tuple(_LOOSE.findall(text[:LONGEST]))


def _read(text: str, depth: int) -> Read:
    reader = _Reader(text, depth)
    if len(text) > LONGEST or depth > DEPTH or _UNKNOWN.search(text):
        reader.found.sure = False
        return reader.found
    reader.commands("")
    return reader.found


class _Reader:
    def __init__(self, text: str, depth: int) -> None:
        self.text, self.depth, self.at = text, depth, 0
        self.found = Read()

    def commands(self, until: str) -> None:
        """Read up to the `until` that closes them, or to the end."""
        words: list[Word] = []
        while self.at < len(self.text):
            if until and self.text.startswith(until, self.at):
                self.at += 1
                return self._end(words)
            if self.text.startswith("\\\n", self.at):
                self.at += 2
            elif self.text[self.at] in " \t":
                self.at += 1
            elif redirect := _REDIRECT.match(self.text, self.at):
                self.at = redirect.end()
                self._redirect(redirect[0].lstrip("0123456789"))
            elif operator := _OPERATOR.match(self.text, self.at):
                self.at = operator.end()
                self._end(words)
            elif self.text[self.at] == "(" and not words:
                self.at += 1
                self.commands(")")
            elif self.text[self.at] in "()#":
                self.found.sure = False
                self.at += 1
            else:
                words.append(self._word())
        if until:
            self.found.sure = False
        return self._end(words)

    def _end(self, words: list[Word]) -> None:
        if not words:
            return
        first = words[0]
        if not first.plain or first.text in _RESERVED:
            self.found.sure = False
        inner = _of_shell(words)
        if inner is None:
            self.found.commands.append(Command(tuple(words)))
        else:
            self._take(_read(inner.text, self.depth + 1))
            self.found.sure &= inner.plain
        words.clear()

    def _take(self, inner: Read) -> None:
        self.found.commands += inner.commands
        self.found.sure &= inner.sure

    def _redirect(self, kind: str) -> None:
        if kind in ("<<", "<<-"):
            self.found.sure = False
            return
        if self.text.startswith("(", self.at):  # <(…) and >(…)
            self.at += 1
            self.commands(")")
            return
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        word = self._word()
        if not word.text:
            self.found.sure = False
        elif kind != "<<<" and not (
            word.plain and (word.text in _SINKS or kind in (">&", "<&") and _NO_FILE.fullmatch(word.text))
        ):
            self.found.commands.append(Command((Word("<" if kind == "<" else ">", True), word)))

    def _word(self) -> Word:
        text, plain = "", True
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in " \t\n;&|<>()":
                if c == "(":  # a function, an array, a pattern that runs something
                    self.found.sure = False
                break
            self.at += 1
            if c == "\\":
                text += "" if self._next() == "\n" else self._next()
                self.at += 1
            elif c == "'":
                text += self._up_to("'")
            elif c == '"':
                inner, same = self._double()
                text, plain = text + inner, plain and same
            elif c in "$`":
                plain = False
                text += self._expansion(c)
            else:
                plain = plain and c not in _GLOB
                text += c
        if text.startswith("~") and not text.startswith("~/") and text != "~":
            plain = False
        return Word(text, plain)

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _up_to(self, end: str) -> str:
        begin, found = self.at, self.text.find(end, self.at)
        if found < 0:
            self.found.sure = False
            found = len(self.text)
        self.at = found + 1
        return self.text[begin:found]

    def _double(self) -> tuple[str, bool]:
        text, plain = "", True
        while self.at < len(self.text):
            c = self.text[self.at]
            self.at += 1
            if c == '"':
                return text, plain
            if c == "\\" and self._next() in ("$", "`", '"', "\\", "\n"):
                text += self._next().strip("\n")
                self.at += 1
            elif c in "$`":
                plain = False
                text += self._expansion(c)
            else:
                text += c
        self.found.sure = False
        return text, plain

    def _expansion(self, c: str) -> str:
        """What follows `$` or a backtick; what it runs is read as commands of their own."""
        begin = self.at - 1
        if c == "`":
            inner = self._up_to("`")
            self._take(_read(inner, self.depth + 1))
            self.found.sure &= "\\" not in inner
        elif self.text.startswith("((", self.at) or self._next() in ("'", "["):
            self.found.sure = False
        elif self._next() == "(":
            self.at += 1
            if self.depth < DEPTH:
                self.depth += 1
                self.commands(")")
                self.depth -= 1
            else:
                self.found.sure = False
        elif self._next() == "{":
            inner = self._up_to("}")
            self.found.sure &= not set(inner) & set("$`@")
        return self.text[begin : self.at]


def _of_shell(words: list[Word]) -> Word | None:
    """The text that `sh -c` is given; None for any other command."""
    if len(words) != 3 or words[0].text.rpartition("/")[2] not in _SHELLS or words[1].text not in ("-c", "-lc"):
        return None
    return words[2]
