"""Owns changes in a YAML text, of single values and of the items of a list, that leave everything else as it stands. Pure.

The result is read back: either it says exactly what was asked for, or UsageError says to edit by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from console.errors import UsageError
from console.scalars import value_of
from console.settings.yaml_file import Problem, parse

__all__ = ("append", "in_one_line", "remove", "set_values")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def set_values(text: str, section: str, changes: Mapping[str, Any], name: str) -> str:
    """`text` (the file called `name`) with `changes` made in its mapping `section`. Raises UsageError."""
    for key, value in changes.items():
        text = _set(text, section, key, list(value) if isinstance(value, tuple) else value, name)
    return text


def append(text: str, key: str, item: Mapping[str, Any], name: str) -> str:
    """`text` (the file called `name`) with one more mapping at the end of its list `key`. Raises UsageError."""
    try:
        wanted = parse(text, name).values
        changed = _appended(text, key, in_one_line(item))
        found = parse(changed, name).values
    except Problem as problem:
        raise UsageError(str(problem)) from problem
    before, after = wanted.get(key) or [], found.get(key)
    same = {k: v for k, v in found.items() if k != key} == {k: v for k, v in wanted.items() if k != key}
    if not same or not isinstance(after, list) or after[:-1] != before or len(after) != len(before) + 1:
        raise _by_hand(name)
    return changed


def remove(text: str, key: str, named: str, name: str) -> str:
    """`text` (the file called `name`) without the mapping of its list `key` whose `name` is `named`. Raises UsageError."""
    try:
        wanted = dict(parse(text, name).values)
        kept = [item for item in wanted.get(key) or [] if item.get("name") != named]
        changed = _without(text, key, named)
        found = dict(parse(changed, name).values)
    except (Problem, AttributeError) as problem:
        raise UsageError(str(problem)) from problem
    if (found.pop(key, None) or []) != kept or found != {k: v for k, v in wanted.items() if k != key}:
        raise _by_hand(name)
    return changed


def _without(text: str, key: str, named: str) -> str:
    root = yaml.compose(text, Loader=_LOADER)
    found = _child(root, key) if isinstance(root, yaml.MappingNode) else None
    label, body = found or (None, None)
    if label is None or not isinstance(body, yaml.SequenceNode):
        return text
    items = body.value
    at = next((n for n, item in enumerate(items) if _is_named(item, named)), None)
    if at is None:
        return text
    start, end = items[at].start_mark.index, _end(items[at])
    if len(items) == 1:
        return f"{text[: label.end_mark.index]}: []{text[_end(body) :]}"
    if body.flow_style:
        start, end = (start, items[at + 1].start_mark.index) if at + 1 < len(items) else (_end(items[at - 1]), end)
        return text[:start] + text[end:]
    line = text.find("\n", end)  # a comment beside it goes with it
    return text[: text.rfind("\n", 0, start) + 1] + ("" if line < 0 else text[line + 1 :])


def _is_named(item: yaml.Node, named: str) -> bool:
    found = _child(item, "name") if isinstance(item, yaml.MappingNode) else None
    return found is not None and found[1].value == named


def _by_hand(name: str) -> UsageError:
    return UsageError(
        f"{name} has a form that cannot be changed from here; edit it by hand (`moziplus project edit` alone does)"
    )


def _appended(text: str, key: str, item: str) -> str:
    root = yaml.compose(text, Loader=_LOADER)
    found = _child(root, key) if isinstance(root, yaml.MappingNode) else None
    if found is None:
        return f"{text.rstrip()}\n\n{key}:\n  - {item}\n".lstrip("\n")
    name, body = found
    if not isinstance(body, yaml.SequenceNode) or not body.value:  # `acts:` with nothing below it, or `acts: []`
        return f"{text[: name.end_mark.index]}:\n  - {item}{text[max(_end(body), name.end_mark.index + 1) :]}"
    if body.flow_style:
        return _inserted(text, _end(body.value[-1]), f", {item}")
    line = text.find("\n", _end(body.value[-1]))  # a comment beside the last item stays beside it
    at = len(text) if line < 0 else line
    return _inserted(text, at, f"\n{' ' * body.start_mark.column}- {item}")


def _set(text: str, section: str, key: str, value: Any, name: str) -> str:
    try:
        wanted = dict(parse(text, name).values)
        changed = _changed(text, section, key, value)
        found = parse(changed, name).values
    except Problem as problem:
        raise UsageError(str(problem)) from problem
    wanted[section] = {**(value_of(wanted.get(section)) or {}), key: value}
    if isinstance(body := found.get(section), dict) and key in body:
        found[section] = {**body, key: _meant(body[key], value)}
    if found != wanted:
        raise _by_hand(name)
    return changed


def _changed(text: str, section: str, key: str, value: Any) -> str:
    root = yaml.compose(text, Loader=_LOADER)
    new = in_one_line(value)
    if not isinstance(root, yaml.MappingNode):
        return f"{text.rstrip()}\n{section}:\n  {_lines(key, value)}\n".lstrip("\n")
    found = _child(root, section)
    if found is None:
        if root.flow_style:
            return _inserted(text, root.start_mark.index + 1, f"{section}: {{{key}: {new}}}, ")
        return f"{text.rstrip()}\n\n{section}:\n  {_lines(key, value)}\n"
    section_key, body = found
    if not isinstance(body, yaml.MappingNode) and isinstance(value, dict):
        return _entered(text, section_key, body, key, value)
    if not isinstance(body, yaml.MappingNode):  # `project:` with nothing below it
        return _inserted(text, section_key.end_mark.index + 1, f" {{{key}: {new}}}")
    pair = _child(body, key)
    if pair is None and isinstance(value, dict) and not (body.flow_style and body.value):
        return _entered(text, section_key, body, key, value)
    if pair is None:
        start = body.start_mark.index
        if body.flow_style:
            return _inserted(text, start + 1, f"{key}: {new}{', ' if body.value else ''}")
        return _inserted(text, start, f"{key}: {new}\n{' ' * body.start_mark.column}")
    return f"{text[: pair[0].end_mark.index]}: {new}{text[_end(pair[1]) :]}"


def _entered(text: str, section: yaml.Node, body: yaml.Node, key: str, value: Mapping[str, Any]) -> str:
    """A mapping of its own lines, behind all that the section has, and behind the comment of its last line."""
    if isinstance(body, yaml.MappingNode) and body.value:
        column, at = body.start_mark.column, _end(body)
    else:  # nothing, or `{}`, which goes
        column, at = section.start_mark.column + 2, section.end_mark.index + 1
        text = (
            text[:at] + text[at : body.end_mark.index].replace("{", "").replace("}", "") + text[body.end_mark.index :]
        )
    end = text.find("\n", at)
    at = len(text) if end < 0 else end
    return _inserted(text, at, f"\n{' ' * column}{_lines(key, value, column)}")


def _lines(key: str, value: Any, column: int = 2) -> str:
    """A value below its section: a mapping has a line for each of its keys."""
    if not isinstance(value, dict):
        return f"{key}: {in_one_line(value)}"
    return "\n".join([f"{key}:", *(f"{' ' * (column + 2)}{name}: {in_one_line(item)}" for name, item in value.items())])


def _child(mapping: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((name, value) for name, value in mapping.value if name.value == key), None)


def _end(node: yaml.Node) -> int:
    """Where a value ends: a block's own mark lies behind the comments and blank lines that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return int(node.end_mark.index) - 1
    return int(node.end_mark.index)


def _inserted(text: str, at: int, new: str) -> str:
    return text[:at] + new + text[at:]


def in_one_line(value: Any) -> str:
    """A value in one line, in a form that holds within braces too; text is quoted only where it must be."""
    if isinstance(value, list):
        return f"[{', '.join(map(in_one_line, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {in_one_line(item)}' for name, item in value.items())}}}"
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        (read,) = parse(f"x: [{value}]", "").values["x"]
        plain = type(read) is str and read == value and not set(value) & set("#'\"")
    except (Problem, TypeError, ValueError):
        plain = False
    return value if plain else json.dumps(value, ensure_ascii=False)


def _meant(read: Any, value: Any) -> Any:
    """What was read back, as the kind of value that was asked for."""
    if isinstance(value, dict) and isinstance(read, dict):
        return {name: _meant(item, value.get(name)) for name, item in read.items()}
    return read if isinstance(value, str) else value_of(read)
