"""Promises of console.text: nothing that comes out acts on a terminal, and widths are right for wide characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.text import cells, cut, decoded, fit, one_line, safe

HOSTILE = st.text(alphabet=st.characters() | st.sampled_from("\x1b[]\x07\x9b\x9d\\;?0123mHJ\r\n\u202e\u2066\ud800"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]52;c;ZXZpbA==\x1b\\x", "x"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("\x1b]never ended", "never ended"),
        ("a\rb", "a\nb"),
        ("a\x08b\x00c\x7f", "abc"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("\u2066iso\u2069", "iso"),
        ("\ufeffbom\u200b", "bom"),
        ("\ud800x", "\ufffdx"),
        ("量化\t实战\n", "量化\t实战\n"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_hostile_text_becomes_harmless(text: str, expected: str) -> None:
    assert safe(text) == expected


@given(HOSTILE)
@example("\x1b\x1b[[31m")
@example("\x1b[\x1b[31mx")
@example("\x1b]\x1b]0;\x07\x07")
def test_nothing_that_comes_out_can_act_on_a_terminal(text: str) -> None:
    out = safe(text)
    assert not [c for c in out if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not set(out) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert safe(out) == out


@given(HOSTILE, st.integers(0, 60))
def test_a_line_is_one_line_and_no_longer_than_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= max(limit, 1)
    assert len(line.splitlines()) <= 1 and line == line.strip()


def test_marks_do_not_pile_up_over_other_lines() -> None:
    assert len(safe("e" + "\u0301" * 500)) == 5


@given(st.text(alphabet=st.sampled_from("ab量化é\u0301…ｗ👍")), st.integers(0, 30), st.booleans())
def test_a_fitted_text_takes_exactly_its_width(text: str, width: int, right: bool) -> None:
    assert cells(fit(text, width, right=right)) == width


def test_wide_characters_take_two_columns() -> None:
    assert [cells(text) for text in ("abc", "量化", "é", "e\u0301", "👍", "")] == [3, 4, 1, 1, 2, 0]
    assert fit("量化实战", 6) == "量化… "
    assert fit("12", 4, right=True) == "  12"
    assert cut("abcdef", 4) == "abc…"


def test_a_huge_text_is_cut_before_it_is_read_to_its_end() -> None:
    assert one_line("x" * 50_000_000, 20) == "x" * 19 + "…"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("量化".encode(), "量化"),
        ("量化实战".encode("gbk"), "量化实战"),
        ("量化".encode()[:-1], "量"),
        ("量化".encode()[1:], "化"),
        ("量化".encode()[2:-2], ""),
        (b"caf\xe9 au lait", "caf\ufffd au lait"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
    ],
)
def test_bytes_of_others_are_readable_or_marked(content: bytes, text: str) -> None:
    assert decoded(content) == text or (text == "" and len(decoded(content)) <= 2)


@given(st.binary(max_size=40))
def test_any_bytes_become_some_text(content: bytes) -> None:
    decoded(content).encode("utf-8")
