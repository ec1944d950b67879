"""Owns the reading of one YAML file into plain values and the line of each; it never lets a file run, grow or surprise.

Refused: tags, anchors and aliases, duplicate keys, keys that are not text, files that are large, deep, binary or no
plain file. One problem of this kind is the only one of its file, because nothing behind it can be trusted.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from console.scalars import plain
from console.text import one_line

__all__ = ("Document", "Problem", "read_yaml")

SIZE_LIMIT = 1_048_576
DEPTH_LIMIT = 32

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class Problem(Exception):
    """What is wrong, in one line: `file:line: key: expected …, found …`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file says, each word as it was written (`console.scalars`), and the line of each key by its dotted path."""

    file: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def where(self, path: tuple[str, ...]) -> str:
        """`file:line` of `path`, or of the nearest key above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"


def read_yaml(path: Path) -> Document:
    """The mapping in `path`; an empty or missing file is an empty one. Raises Problem."""
    text = _text(path)
    if text is None:
        return Document(file=str(path))
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """The mapping in `text`, which came from `file`. Raises Problem."""
    try:
        _check_events(text, file)
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeError) as error:
        raise Problem(_syntax(error, file)) from error
    document = Document(file=file)
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == "tag:yaml.org,2002:null"):
        return document
    if not isinstance(root, yaml.MappingNode):
        raise Problem(f"{file}:1: expected `key: value` lines, found {kind_of(root)}")
    document.values.update(_mapping(root, (), document))
    return document


def kind_of(node: yaml.Node) -> str:
    """What a node is, in words."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "a mapping" if isinstance(node, yaml.MappingNode) else f"`{one_line(str(node.value), 40)}`"


def _text(path: Path) -> str | None:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Problem(f"{path}:1: expected a plain file, found something else")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(f"{path}:1: expected a file that can be read, found: {error.strerror}") from error
    if len(content) > SIZE_LIMIT:
        raise Problem(f"{path}:1: expected at most {SIZE_LIMIT} bytes, found more")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Problem(f"{path}:{line}: expected UTF-8 text, found byte 0x{content[error.start]:02x}") from error


def _check_events(text: str, file: str) -> None:
    """Look at the flat stream first: composing follows aliases and nests, the stream does neither."""
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
    for event in events:
        line = event.start_mark.line + 1
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            what = "an alias" if isinstance(event, yaml.AliasEvent) else "an anchor"
            raise Problem(f"{file}:{line}: expected a value, found {what} ({one_line(anchor, 40)})")
        if tag:
            raise Problem(f"{file}:{line}: expected a plain value, found a tag ({one_line(tag, 60)})")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                raise Problem(f"{file}:{line}: expected at most {DEPTH_LIMIT} levels, found more")
        elif isinstance(event, _ENDS):
            depth -= 1


def _syntax(error: Exception, file: str) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "text that cannot be read"
    line = mark.line + 1 if mark else 1
    return f"{file}:{line}: expected YAML, found: {one_line(str(what), 120)}"


def _mapping(node: yaml.MappingNode, path: tuple[str, ...], document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise Problem(f"{document.file}:{line}: expected a word before `:`, found {kind_of(key_node)}")
        key = str(key_node.value)
        below = (*path, key)
        if key in values:
            shown = one_line(".".join(below), 120)
            first = document.lines[below]
            raise Problem(f"{document.file}:{line}: {shown}: expected once, found again (first in line {first})")
        document.lines[below] = line
        values[key] = _value(value_node, below, document)
    return values


def _value(node: Any, path: tuple[str, ...], document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        found = []
        for n, child in enumerate(node.value):
            below = (*path, str(n))
            document.lines[below] = child.start_mark.line + 1
            found.append(_value(child, below, document))
        return found
    return str(node.value) if node.style else plain(str(node.value))
