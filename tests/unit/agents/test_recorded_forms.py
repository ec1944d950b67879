"""Promises of each form of output, read from what real programs wrote in `recorded/`: how it ended, what it used and did.

Each answer of the provider that they were recorded with is worth 1,250 tokens: 1,000 and 200 cached in, 50 out.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from console.agents.forms import FORMS, Kind, Said
from console.agents.usage import UsageTail
from console.records.budget import Usage
from console.records.transcript import Entry, EntryKind

RECORDED = Path(__file__).parent / "recorded"
NOW = 1_795_834_000_000
DONE = "All done: the answer is 42."
CHUNK = 700
"""Bytes that are fed at once, so that every line is cut somewhere."""


def tail_of(name: str) -> UsageTail:
    tail = UsageTail({"form": name.partition("-")[0]})
    data = (RECORDED / f"{name}.jsonl").read_bytes()
    for at in range(0, len(data), CHUNK):
        tail.feed(data[at : at + CHUNK])
    return tail


def said(name: str, status: int = 0) -> Said:
    left = RECORDED / f"{name}.left.json"
    return tail_of(name).said(NOW, json.loads(left.read_text()) if left.exists() else None, status)


@pytest.mark.parametrize(
    ("name", "tokens", "cost"),
    [
        ("claude-work", 6250, 0.0252),
        ("claude-stream-work", 6250, 0.0252),
        ("codex-work", 6250, 0),
        ("opencode-work", 6250, 0.01905),
        ("opencode-resumed", 6250, 0.01905),
        ("opencode-done", 1250, 0.00381),
        ("gemini-work", 6250, 0),
        ("gemini-resumed", 6250, 0),
        ("gemini-json-work", 6250, 0),
        ("qwen-work", 6250, 0),
        ("qwen-json-work", 6250, 0),
        ("pi-work", 6250, 0.01905),
        ("pi-resumed", 6250, 0.01905),
        ("pi-done", 1250, 0.00381),
    ],
)
def test_a_run_that_worked_is_told_with_its_words_and_all_that_it_used(name: str, tokens: int, cost: float) -> None:
    found = said(name)
    assert (found.kind, found.text) == (Kind.RESULT, DONE)
    assert found.usage.tokens == tokens
    assert found.usage.cost == pytest.approx(cost)


@pytest.mark.parametrize(
    ("name", "status", "kind", "text"),
    [
        ("opencode-401", 1, Kind.SIGNED_OUT, "invalid x-api-key"),
        (
            "opencode-429",
            1,
            Kind.LIMITED,
            "This request would exceed your account's rate limit. Please try again later.",
        ),
        ("opencode-500", 1, Kind.ERROR, "Internal server error"),
        ("gemini-401", 145, Kind.SIGNED_OUT, "invalid x-api-key"),
        (
            "gemini-429",
            173,
            Kind.LIMITED,
            "This request would exceed your account's rate limit. Please try again later.",
        ),
        ("gemini-529", 17, Kind.LIMITED, "Overloaded"),
        ("gemini-json-401", 145, Kind.SIGNED_OUT, "invalid x-api-key"),
        ("gemini-json-429", 173, Kind.LIMITED, "This request would exceed your account's rate limit"),
        ("gemini-json-500", 244, Kind.ERROR, "Internal server error"),
        ("qwen-401", 1, Kind.SIGNED_OUT, "invalid x-api-key"),
        ("qwen-json-401", 1, Kind.SIGNED_OUT, "invalid x-api-key"),
        ("pi-401", 0, Kind.SIGNED_OUT, "invalid x-api-key"),
        ("pi-429", 0, Kind.LIMITED, "This request would exceed your account's rate limit. Please try again later."),
        ("pi-529", 0, Kind.LIMITED, "Overloaded"),
    ],
)
def test_a_provider_that_refuses_is_told_in_its_own_words_whatever_the_exit_status(
    name: str, status: int, kind: Kind, text: str
) -> None:
    found = said(name, status)
    assert (found.kind, found.usage) == (kind, Usage())
    assert found.text.startswith(text) and "{" not in found.text


def test_what_a_resumed_run_tells_of_the_whole_conversation_is_marked() -> None:
    # Both had used 6,250 tokens before, and used as many again.
    assert said("claude-resumed").usage == Usage(tokens=6250, cost=0.05040000000000001)
    assert said("claude-resumed").whole == {"cost"}
    assert said("claude-stream-resumed").whole == {"cost"}
    assert said("codex-resumed").usage.tokens == 12_500
    assert said("codex-resumed").whole == {"tokens"}
    assert said("qwen-resumed").usage.tokens == 12_500
    assert said("qwen-resumed").whole == {"tokens"}
    assert {name for name in ("opencode", "gemini", "pi") if said(f"{name}-resumed").whole} == set()


def entries(name: str) -> list[Entry]:
    form = FORMS[name.partition("-")[0]]
    assert form.entries is not None
    found: list[Entry] = []
    for line in (RECORDED / f"{name}.jsonl").read_text().splitlines():
        if line.startswith("{"):
            found += form.entries(json.loads(line))
    return found


@pytest.mark.parametrize(
    "name", ["claude-stream-work", "codex-work", "opencode-work", "gemini-work", "qwen-work", "pi-work"]
)
def test_the_transcript_has_each_command_with_its_result_the_last_words_and_the_use(name: str) -> None:
    found = entries(name)
    counts = Counter(entry.kind for entry in found)
    assert counts[EntryKind.TOOL_CALL] == counts[EntryKind.TOOL_RESULT] == 4
    calls = [entry for entry in found if entry.kind == EntryKind.TOOL_CALL]
    results = [entry for entry in found if entry.kind == EntryKind.TOOL_RESULT]
    assert [entry.id for entry in calls] == [entry.id for entry in results] and len({e.id for e in calls}) == 4
    assert all("blackboard" in entry.fields["command"] or "echo" in entry.fields["command"] for entry in calls)
    assert "Say what the answer is" in results[0].text
    assert [entry.text for entry in found if entry.kind == EntryKind.TEXT] == [DONE]
    used = [entry.fields for entry in found if entry.kind == EntryKind.USAGE]
    whole = sum(fields["tokens"] for fields in used if not fields["total"]) or used[-1]["tokens"]
    assert whole == 6250


@pytest.mark.parametrize("name", ["opencode-429", "gemini-429", "pi-429", "codex-429", "claude-stream-429"])
def test_the_transcript_says_what_went_wrong(name: str) -> None:
    wrong = [entry.text for entry in entries(name) if entry.kind == EntryKind.ERROR]
    assert len(wrong) == 1 and ("limit" in wrong[0] or "429" in wrong[0])


@pytest.mark.parametrize("form", sorted(FORMS))
def test_objects_of_any_shape_break_no_form(form: str) -> None:
    odd: list[object] = [None, 1, "x", [], {}, [[]], {"x": 1}]
    names = (
        "type",
        "message",
        "part",
        "item",
        "error",
        "result",
        "stats",
        "usage",
        "info",
        "messages",
        "exit_code",
        "role",
    )
    types = (
        *(
            "result",
            "assistant",
            "user",
            "error",
            "step_finish",
            "tool_use",
            "message_end",
            "turn.completed",
            "turn.failed",
        ),
        *("item.completed", "item.started", "tool_execution_end", "message", "text", "system", "rate_limit_event"),
    )
    for kind in types:
        for value in odd:
            one = dict.fromkeys(names, value) | {"type": kind}
            for object_ in (one, one | {"message": {"role": "assistant", "content": [value, {"type": value}]}}):
                found = FORMS[form]
                found.read([object_], NOW)
                found.words(object_)
                list(found.entries(object_) if found.entries else ())
                if found.step:
                    found.step[1](object_)
