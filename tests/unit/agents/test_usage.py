"""Promises of usage read from an output: what a known form says, once, bounded, and nothing that it does not say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.agents.usage import TAIL, UsageTail
from console.records.budget import Usage

RESULT = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "duration_ms": 2300,
    "num_turns": 4,
    "result": 'done; it said "total_cost_usd": 99',
    "session_id": "x",
    "total_cost_usd": 0.0421,
    "usage": {
        "input_tokens": 12,
        "cache_creation_input_tokens": 300,
        "cache_read_input_tokens": 4000,
        "output_tokens": 50,
        "server_tool_use": {"web_search_requests": 0},
        "service_tier": "standard",
    },
}
TURN = {"type": "turn.completed", "usage": {"input_tokens": 26549, "cached_input_tokens": 22272, "output_tokens": 1590}}


def read(form: dict[str, str], *chunks: str | bytes) -> Usage:
    tail = UsageTail(form)
    for chunk in chunks:
        tail.feed(chunk if isinstance(chunk, bytes) else chunk.encode())
    return tail.read()


def lines(*said: object) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in said) + "\n"


@pytest.mark.parametrize("before", ["", lines({"type": "system"}, {"type": "assistant", "message": {"usage": {}}})])
def test_the_last_object_of_claude_says_it(before: str) -> None:
    assert read({"form": "claude_json"}, before, lines(RESULT)) == Usage(tokens=4362, cost=0.0421)


def test_the_turn_of_codex_says_it_and_knows_no_cost() -> None:
    said = lines({"type": "thread.started"}, {"type": "item.completed", "item": {"text": "{}"}}, TURN)
    assert read({"form": "codex_json"}, said) == Usage(tokens=28139)


def test_an_answer_longer_than_a_line_of_the_log_is_read_whole() -> None:
    long = {**RESULT, "result": "x" * 400_000}
    text = lines(long).encode()
    assert read({"form": "claude_json"}, *(text[at : at + 65_536] for at in range(0, len(text), 65_536))).cost == 0.0421


def test_no_more_than_the_end_of_the_output_is_kept() -> None:
    tail = UsageTail({"form": "claude_json"})
    for _ in range(40):
        tail.feed(b"y" * (TAIL // 10) + b"\n")
    assert len(tail._kept) <= 2 * TAIL
    tail.feed(lines(RESULT).encode())
    assert tail.read().cost == 0.0421


def test_patterns_find_the_last_number_and_separators_do_not_matter() -> None:
    form = {"tokens": r"tokens used: ([\d,]+)", "cost": r"\$([\d.]+)"}
    said = lines("tokens used: 7", "cost so far $0.10", "tokens used: 12,345 ($0.25, was $0.20)", "bye")
    assert read(form, said) == Usage(tokens=12345, cost=0.20)
    assert read({"tokens": r"\d+ tokens"}, "1_000 tokens\n").tokens == 0


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no json at all\n",
        lines({**RESULT, "total_cost_usd": "free", "usage": None}),
        lines({**RESULT, "total_cost_usd": -1, "usage": {"input_tokens": -5}}),
        lines({**RESULT, "total_cost_usd": 1e300, "usage": {"input_tokens": 1e300}}),
        '{"type": "result", "total_cost_usd": NaN}\n',
        '{"type": "result"\n',
        "[" * 5000 + "\n",
    ],
)
def test_what_says_nothing_that_can_be_true_gives_nothing(said: str) -> None:
    assert read({"form": "claude_json"}, said) == Usage()


def test_without_a_form_nothing_is_kept_and_nothing_read() -> None:
    assert read({}, lines(RESULT)) == Usage()


@given(st.binary(max_size=300), st.sampled_from(["claude_json", "codex_json"]))
def test_no_output_breaks_the_reading(said: bytes, form: str) -> None:
    used = read({"form": form}, said)
    assert used.tokens >= 0 and used.cost >= 0
