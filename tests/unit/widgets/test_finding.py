"""Promises of widgets/finding.py: what stands in a text is found, also over the ends of lines, and is lit where it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.cells import Line
from widgets.finding import Find
from widgets.wrapping import wrapped

TEXT = st.text(st.sampled_from("ab 中文，。"), max_size=60)


def found(paragraphs: list[tuple[int, Line]], words: str, cells: int) -> tuple[Find, list[Line]]:
    lines: list[Line] = []
    starts = [0]
    for indent, spans in paragraphs:
        lines += wrapped(spans, indent, cells)
        starts.append(len(lines))
    find = Find()
    find.words = words
    find.look(paragraphs, lines, starts)
    return find, lines


def lit(find: Find, lines: list[Line]) -> str:
    return "".join(
        text for n, line in enumerate(lines) for text, role in find.shown(n, line) if role.startswith("found")
    )


@given(spans=st.lists(TEXT, min_size=1, max_size=4), indent=st.integers(0, 6), cells=st.integers(8, 30))
def test_every_place_is_found_and_lit_and_nothing_is_lost(spans: list[str], indent: int, cells: int) -> None:
    line = tuple((text, "text") for text in spans)
    find, lines = found([(indent, line), (0, (("ba", "dim"),))], "ba", cells)
    wanted = "".join(spans).count("ba") + 1
    assert len(find) == wanted
    assert lit(find, lines) == "ba" * wanted
    for n, one in enumerate(lines):
        assert "".join(text for text, _role in find.shown(n, one)) == "".join(text for text, _role in one)


def test_words_that_a_lines_end_divides_are_one_place_and_are_lit_on_both_lines() -> None:
    find, lines = found([(4, (("one two ", "text"), ("three four", "dim")))], "TWO three", 9)
    assert len(find) == 1 and len(lines) > 1
    assert lit(find, lines).replace(" ", "") == "twothree"


def test_one_goes_round_and_begins_where_one_reads() -> None:
    find, _lines = found([(0, ((text, "text"),)) for text in ("a", "b", "a", "a")], "a", 20)
    find.go_from(1)
    assert (find.told, find.line) == ("/a 2/3", 2)
    find.step(2)
    assert find.told == "/a 1/3"
    find.step(-1)
    assert find.told == "/a 3/3"


def test_what_is_nowhere_is_said_and_no_letter_is_a_pattern() -> None:
    find, _lines = found([(0, (("a.b", "text"),))], "axb", 20)
    assert find.told == "/axb 0/0"
    find.step(1)
    assert len(found([(0, (("a.b (c", "text"),))], ".b (", 20)[0]) == 1
