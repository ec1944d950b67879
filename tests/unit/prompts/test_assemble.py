"""Promises of the assembler: order, caps, notes of cuts, and values that are never read as placeholders."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.prompts.assemble import Part, assemble, fill


def test_parts_come_in_their_order_and_empty_ones_leave_no_gap() -> None:
    prompt = assemble([Part(name="a", text="one"), Part(name="b", text="  \n"), Part(name="c", text="three")])
    assert prompt.text == "one\n\nthree\n"
    assert [part.name for part in prompt.parts] == ["a", "c"]
    assert prompt.cuts == ()


def test_a_part_above_its_cap_is_cut_at_a_line_and_says_so() -> None:
    prompt = assemble([Part(name="task", text="\n".join(f"line {n}" for n in range(200)), cap=100)])
    assert prompt.text.startswith("line 0\n")
    (note,) = prompt.cuts
    assert note.startswith("task: ") and f"[cut: {note}]" in prompt.text


def test_a_whole_that_is_too_long_loses_what_can_be_spared_first() -> None:
    how = "how to submit " * 100
    prompt = assemble([Part(name="task", text="x" * 9_000, spare=True), Part(name="how", text=how)], total=4_000)
    assert how.strip() in prompt.text
    assert [cut.split(":")[0] for cut in prompt.cuts] == ["task"]
    assert len(prompt.text) < 4_400


@given(st.lists(st.text(max_size=3_000), max_size=6), st.integers(600, 5_000))
def test_no_prompt_is_much_longer_than_its_total(texts: list[str], total: int) -> None:
    parts = [Part(name=f"p{n}", text=text, spare=n % 2 == 0) for n, text in enumerate(texts)]
    assert len(assemble(parts, total=total).text) <= max(total, 500 * len(parts)) + 200 * len(parts)


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert fill("{agent} and {unknown} {", {"agent": "{task}", "task": "no"}) == "{task} and {unknown} {"
