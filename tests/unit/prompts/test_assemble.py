"""Promises of the assembler: order, caps, who is cut first, notes of cuts, and values that are never read as placeholders."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from console.prompts.assemble import NOTE, Part, assemble, fill
from console.prompts.quoting import open_fence
from console.text import safe


def part(name: str, text: str, *, cap: int = 20_000, cut: int | None = None) -> Part:
    return Part(name=name, text=text, cap=cap, cut=cut, rest="`blackboard read` has all")


def test_parts_come_in_their_order_and_empty_ones_leave_no_gap() -> None:
    prompt = assemble([part("a", "one"), part("b", "  \n"), part("c", "three")], total=10_000)
    assert prompt.text == "one\n\nthree\n"
    assert [p.name for p in prompt.parts] == ["a", "c"]
    assert prompt.cuts == ()


def test_a_part_above_its_cap_is_cut_at_a_line_and_says_so() -> None:
    prompt = assemble([part("task", "\n".join(f"line {n}" for n in range(200)), cap=300)], total=10_000)
    assert prompt.text.startswith("line 0\n") and len(prompt.text) <= 301
    (note,) = prompt.cuts
    assert note.startswith("task: ") and note.endswith("`blackboard read` has all") and f"[cut: {note}]" in prompt.text
    kept = prompt.text.split("\n[cut: ")[0]
    assert f"{prompt.parts[0].whole - len(kept)} of {prompt.parts[0].whole} characters" in note


def test_the_lowest_number_loses_everything_before_the_next_loses_anything() -> None:
    parts = [part("late", "l" * 3_000, cut=9), part("first", "f" * 3_000, cut=1), part("never", "n" * 3_000)]
    prompt = assemble(parts, total=7_500)
    assert [p.name for p in prompt.parts if p.note] == ["first"] and "n" * 3_000 in prompt.text
    tighter = assemble(parts, total=5_000)
    late, first, never = tighter.parts
    assert first.text == f"[cut: {first.note}]" and late.note and 100 < len(late.text) < 3_000
    assert never.text == "n" * 3_000 and len(tighter.text) <= 5_000


def test_a_cut_in_a_fence_closes_it_and_an_open_fence_swallows_nothing() -> None:
    cut = assemble([part("skills", "```sh\n" + "x\n" * 400, cap=400)], total=10_000)
    assert "```\n[cut: skills" in cut.text and open_fence(cut.text) == ""
    assert assemble([part("soul", "~~~\nabc"), part("task", "do it")], total=10_000).text == "~~~\nabc\n~~~\n\ndo it\n"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4_000) | st.text(
    st.sampled_from("ab \n`~#>"), max_size=4_000
)
PARTS = st.lists(st.tuples(TEXTS, st.integers(300, 6_000), st.none() | st.integers(1, 4)), min_size=1, max_size=8)


@given(PARTS, st.integers(2_000, 20_000))
@example([("x" * 3_000, 300, None), ("`" * 400, 300, 1)], 2_000)
def test_no_prompt_is_longer_than_its_total_and_what_is_not_cut_is_verbatim(
    wanted: list[tuple[str, int, int | None]], total: int
) -> None:
    parts = [part(f"p{n}", text, cap=cap, cut=cut) for n, (text, cap, cut) in enumerate(wanted)]
    never = sum(p.cap if p.cut is None else NOTE for p in parts) + 2 * len(parts)
    prompt = assemble(parts, total=max(total, never))
    assert len(prompt.text) <= max(total, never)
    names = [p.name for p in prompt.parts]
    assert names == [p.name for p in parts if p.name in names]
    at = 0
    for placed in prompt.parts:
        given_text = next(p.text for p in parts if p.name == placed.name)
        assert len(placed.text) <= placed.cap
        if not placed.note:
            assert placed.text.startswith(safe(given_text).strip())
        at = prompt.text.index(placed.text, at) + len(placed.text)
    losers = [p for p in prompt.parts if p.note and p.whole <= p.cap]
    assert all(p.cut is not None for p in losers)
    for loser in losers:  # whoever is to lose before it has nothing left but its note
        earlier = [p for p in prompt.parts if p.cut is not None and loser.cut is not None and p.cut < loser.cut]
        assert all(len(p.text) <= NOTE for p in earlier)


@given(TEXTS)
def test_what_was_made_safe_once_is_not_changed_by_being_shown(text: str) -> None:
    shown = assemble([part("a", text)], total=30_000).text
    assert safe(shown) == shown


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert fill("{agent} and {unknown} {", {"agent": "{task}", "task": "no"}) == "{task} and {unknown} {"
