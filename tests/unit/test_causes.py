"""One list has every cause of an alert: nothing is raised that is not in it, and its level is the seed's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from console.records.alert import Level
from console.records.cause import CAUSES, NEEDS, kind_of, level_of, sentence
from console.records.need import NeedKind
from console.scheduler.actions import RaiseAlert
from tests.repository import product

_NAMES = re.compile(r"^_?(?:\w*CAUSE|FLOODS|MISHAP|REFUSED|UNREAD|SET_ASIDE)$")
_CALLS = {"RaiseAlert", "EndAlert", "observe", "tell", "end_alert"}


def test_no_alert_is_raised_whose_cause_is_not_in_the_list() -> None:
    found = sorted({(s.path, kind_of(head)) for s in product() for head in _heads(s.tree)})
    assert [(path, kind) for path, kind in found if kind and kind not in CAUSES] == []
    assert len({kind for _, kind in found} & CAUSES.keys()) > 10, "the search above no longer finds them"


def test_a_cause_that_is_not_in_the_list_cannot_be_decided() -> None:
    with pytest.raises(KeyError):
        RaiseAlert(project="p", cause="no-such-thing:1", body="b")


def test_the_levels_are_those_of_the_seed() -> None:
    urgent = {"failed", "set-aside", "disk", "config", "sign-in"}
    assert {kind: level_of(kind) for kind in urgent} == dict.fromkeys(urgent, Level.URGENT)
    attention = {"timeout", "held", "review", "blocking"}
    assert {kind: level_of(kind) for kind in attention} == dict.fromkeys(attention, Level.ATTENTION)
    assert level_of("report") == Level.ROUTINE


def test_every_kind_of_need_but_the_alert_itself_has_its_cause() -> None:
    assert len(NEEDS) == len(NeedKind) - 1


def test_a_sentence_has_its_values() -> None:
    assert sentence("failed:3", task=3, reason="exit code 3") == "task #3 has failed: exit code 3"


def _heads(tree: ast.Module) -> Iterator[str]:
    """What the texts that become causes begin with: constants with such a name, and `cause=` of whoever raises."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for name, value in _assigned(node.targets[0], node.value):
                if _NAMES.match(name):
                    yield from _text(value)
        elif isinstance(node, ast.Call) and _name(node.func) in _CALLS:
            for keyword in node.keywords:
                if keyword.arg == "cause":
                    yield from _text(keyword.value)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Name and value, also of `A, B = "a", "b"`."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, its)


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value)


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
