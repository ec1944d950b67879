"""Promises of reading YAML: hostile files end in one clear line, never in code that runs, a hang or a huge memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.scalars import value_of
from console.settings.yaml_file import SIZE_LIMIT, Problem, parse, read_yaml

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a,*a]\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a: !!python/object/apply:os.system [id]", 1, "found a tag"),
        ("x: 1\na: !mine 1", 2, "found a tag"),
        ("a: !!binary aGk=", 1, "found a tag"),
        (BOMB, 1, "found an anchor"),
        ("a: 1\nb: *a", 2, "alias"),
        ("a: 1\nb: 2\na: 3", 3, "a: expected once, found again (first in line 1)"),
        ("s:\n  k: 1\n  k: 2", 3, "s.k: expected once"),
        ("[" * 33, 1, "at most 32 levels"),
        ("[" * 100_000, 1, "expected"),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(1, 60)), None, "expected"),
        ("a: \x00", 1, "expected YAML"),
        ("? [a]\n: 1", 1, "expected a word before `:`"),
        ("- a\n- b", 1, "found a list"),
        ("just text", 1, "found `just text`"),
        ("a: b: c", 1, "expected YAML"),
        ("a:\n  b: 1\n c: 2", 3, "expected YAML"),
        ("a: 1\n---\nb: 2", 2, "expected YAML"),
        ("a: [", None, "expected YAML"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_hostile_text_is_refused_with_its_line(text: str, line: int | None, expected: str) -> None:
    with pytest.raises(Problem) as problem:
        parse(text, "f.yaml")
    message = str(problem.value)
    assert message.startswith("f.yaml:" if line is None else f"f.yaml:{line}: ")
    assert expected in message and len(message) < 400 and "\n" not in message


def test_a_merge_key_is_an_ordinary_key() -> None:
    assert parse("<<: {a: b}", "f").values == {"<<": {"a": "b"}}


def test_plain_values_and_their_lines_are_read() -> None:
    document = parse("# note\na: 1\nb:\n  c: [x, 2.5, true, null]\n  d: 2026-11-20\n量: '3'\n", "f")
    assert document.values == {"a": "1", "b": {"c": ["x", "2.5", "true", "null"], "d": "2026-11-20"}, "量": "3"}
    assert [value_of(value) for value in document.values["b"]["c"]] == ["x", 2.5, True, None]
    assert (value_of(document.values["a"]), value_of(document.values["量"])) == (1, "3")
    assert document.where(("b", "d")) == "f:5"
    assert document.where(("b", "c", "1")) == "f:4"
    assert document.where(("b", "nowhere")) == "f:3"


@pytest.mark.parametrize("text", ["", "# only a note\n", "~", "---\n"])
def test_an_empty_file_says_nothing(text: str) -> None:
    assert parse(text, "f").values == {}


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    assert read_yaml(tmp_path / "none.yaml").values == {}


def test_files_that_are_large_binary_or_no_plain_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    os.mkfifo(tmp_path / "pipe")
    for content, expected in (
        (b"a: " + b"x" * 10_000_000, f"at most {SIZE_LIMIT}"),
        (b"a: 1\nb: \xff", ":2: expected UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(Problem, match=expected):
            read_yaml(path)
    for strange in (tmp_path / "pipe", tmp_path):
        with pytest.raises(Problem, match="expected a plain file"):
            read_yaml(strange)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbfa: b\n")
    assert read_yaml(tmp_path / "f.yaml").values == {"a": "b"}


@given(st.text(alphabet=st.characters() | st.sampled_from("&*!{}[]:-#|>'\"%@`?, \n\ta1"), max_size=200))
def test_any_text_is_either_values_or_one_problem(text: str) -> None:
    try:
        assert isinstance(parse(text, "f").values, dict)
    except Problem as problem:
        assert str(problem).startswith("f:") and len(str(problem).splitlines()) == 1


WORDS = ("000001", "15:00", "3.10", "NO", "1e3", "2026-01-01", "0x1F", "1_000", "yes", "-7", "010", ".5", "+1", "off")


@pytest.mark.parametrize("word", [*WORDS, "~", "null"])
def test_a_word_stays_as_it_was_written(word: str) -> None:
    assert parse(f"a: {word}\nb: [{word}]\n{word}: x", "f").values == {"a": word, "b": [word], word: "x"}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1e3", 1000.0),
        ("0x1F", 31),
        ("1_000", 1000),
        ("-7", -7),
        (".5", 0.5),
        ("3.10", 3.1),
        ("NO", False),
        ("On", True),
        ("~", None),
        ("NULL", None),
        ("15:00", "15:00"),  # neither 900 nor 54000: nobody who writes it means a number
        ("000001", "000001"),
        ("010", "010"),
        ("yEs", "yEs"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("٣", "٣"),
    ],
)
def test_where_no_text_is_meant_a_word_is_the_number_or_flag_that_it_says(word: str, value: object) -> None:
    assert value_of(parse(f"a: {word}", "f").values["a"]) == value
    assert value_of(parse(f"a: '{word}'", "f").values["a"]) == word
