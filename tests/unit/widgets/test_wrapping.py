"""Promises of widgets/wrapping.py: no line is too wide, nothing is lost, and words and Chinese break where one reads on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.cells import Line, line_width
from widgets.wrapping import wrap, wrapped

TEXT = st.text(st.sampled_from("ab 中文，。（）e\u0301🙂"), max_size=60)


def lines_of(spans: Line, indent: int, cells: int) -> list[str]:
    """As text, without what ends a line unseen."""
    return ["".join(text for text, _role in line).rstrip() for line in wrapped(spans, indent, cells)]


@given(spans=st.lists(TEXT, min_size=1, max_size=4), indent=st.integers(0, 6), cells=st.integers(8, 30))
def test_no_line_is_wider_than_the_pane_and_no_word_is_lost(spans: list[str], indent: int, cells: int) -> None:
    paragraph = tuple((text, "text") for text in spans)
    lines = wrapped(paragraph, indent, cells)
    bare = [
        tuple((text.rstrip(" ") if n == len(line) else text, r) for n, (text, r) in enumerate(line, 1))
        for line in lines
    ]
    assert [line for line in bare if line_width(line) > cells and any(text.strip() for text, _r in line)] == []
    said = "".join(text for line in lines for text, _role in line)
    assert said.replace(" ", "") == "".join(spans).replace(" ", "")


@pytest.mark.parametrize(
    ("said", "cells", "expected"),
    [
        ("one two three four", 9, ["one two", "  three", "  four"]),
        ("安全库存取一倍半，还是两倍。", 12, ["安全库存取一", "  倍半，还是", "  两倍。"]),
        ("取 1.5 倍（或两倍）都行", 10, ["取 1.5 倍", "  （或两", "  倍）都行"]),
        ("x" * 20, 12, ["x" * 12, "  " + "x" * 8]),
        ("key " + "y" * 20, 14, ["key", "  " + "y" * 12, "  " + "y" * 8]),
    ],
)
def test_a_line_is_broken_where_one_reads_on(said: str, cells: int, expected: list[str]) -> None:
    assert lines_of(((said, "text"),), 2, cells) == expected


def test_a_word_that_no_line_holds_begins_beside_what_stands_before_it() -> None:
    spans = (("+ ", "success"), ("12  ", "dim"), ("y" * 20, "success"))
    assert lines_of(spans, 6, 14) == ["+ 12  " + "y" * 8, "      " + "y" * 8, "      " + "y" * 4]


def test_roles_stay_with_their_text() -> None:
    lines = wrapped((("simayi", "strong"), ("  approves", "success"), ("  method .4", "dim")), 4, 18)
    assert lines == (
        (("simayi", "strong"), ("  approves", "success")),
        (("    ", "text"), ("method .4", "dim")),
    )


def test_a_sentence_in_a_box_ends_no_line_before_its_full_stop() -> None:
    assert wrap("有就绪任务时会自动启动。", 22) == ["有就绪任务时会自动启", "动。"]
    assert wrap("one two  three", 8) == ["one two", "three"]
