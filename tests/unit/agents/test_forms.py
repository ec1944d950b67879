"""Promises of what a known form says of a run, read from `recorded/` outputs of claude 2.1.332 and codex 0.171.0."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.agents.endings import after_exit
from console.agents.forms import FORMS, Kind, Said
from console.agents.forms.causes import is_full, judged
from console.agents.forms.resets import named_time, reset_time
from console.agents.usage import TAIL, UsageTail
from console.records.budget import Usage
from console.settings import schema

RECORDED = Path(__file__).parent / "recorded"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = int(datetime(2026, 11, 27, 7, 53, 40, tzinfo=UTC).timestamp() * 1000)
"""When the outputs were recorded: 8:53:40 in Berlin."""


def said(form: str, *text: str | bytes, now: int = NOW) -> Said:
    tail = UsageTail({"form": form})
    for one in text:
        tail.feed(one if isinstance(one, bytes) else one.encode())
    return tail.said(now)


def recorded(name: str) -> Said:
    return said(f"{name.partition('-')[0]}_json", (RECORDED / f"{name}.jsonl").read_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("claude-done", Kind.RESULT, "All done: the answer is 42."),
        ("claude-400", Kind.ERROR, "Prompt is too long"),
        ("claude-429", Kind.LIMITED, "API Error: Request rejected (429)"),
        ("claude-stream-429", Kind.LIMITED, "API Error: Request rejected (429)"),
        ("claude-stream-limit", Kind.LIMITED, "You've hit your 5-hour limit · resets 7:54am (UTC)"),
        ("claude-quota", Kind.LIMITED, "You exceeded your current quota"),
        ("claude-529", Kind.LIMITED, "529 Overloaded"),
        ("claude-401", Kind.SIGNED_OUT, "Invalid API key"),
        ("claude-not-logged-in", Kind.SIGNED_OUT, "Not logged in · Please run /login"),
        ("codex-done", Kind.RESULT, "All done: the answer is 42."),
        ("codex-400", Kind.ERROR, "prompt is too long: 250000 tokens > 200000 maximum"),
        ("codex-429", Kind.LIMITED, "exceeded retry limit, last status: 429"),
        ("codex-limit", Kind.LIMITED, "You’ve hit your usage limit"),
        ("codex-quota", Kind.LIMITED, "Quota exceeded"),
        ("codex-500", Kind.ERROR, "high demand"),
        ("codex-401", Kind.SIGNED_OUT, "401 Unauthorized"),
    ],
)
def test_each_end_of_a_real_run_is_told_for_what_it_was(name: str, kind: Kind, text: str) -> None:
    found = recorded(name)
    assert found.kind == kind
    assert text in found.text and "{" not in found.text


def test_the_stream_names_the_reset_to_the_second_and_the_result_to_the_minute() -> None:
    assert recorded("claude-stream-limit").until == 1795766042_000
    lines = (RECORDED / "claude-stream-limit.jsonl").read_text().splitlines()
    only_result = said("claude_json", lines[-1])
    assert only_result.until == int(datetime(2026, 11, 27, 7, 54, tzinfo=UTC).timestamp() * 1000)
    assert recorded("claude-429").until is None


def test_an_array_on_one_line_is_read_like_its_objects() -> None:
    objects = [json.loads(line) for line in (RECORDED / "claude-stream-limit.jsonl").read_text().splitlines()]
    assert said("claude_json", json.dumps(objects)) == recorded("claude-stream-limit")


@pytest.mark.parametrize("form", sorted(FORMS))
def test_an_end_without_a_result_is_an_empty_one_unless_the_form_has_none(form: str) -> None:
    kind = Kind.RESULT if FORMS[form].plain else Kind.EMPTY
    assert said(form).kind == said(form, "plain words\n").kind == kind
    assert said("claude_json", '{"type":"result","subtype":"success","is_error":false,"result":""}').kind == Kind.EMPTY
    assert said("codex_json", '{"type":"turn.started"}\n{"type":"turn.completed","usage":{}}').kind == Kind.EMPTY


def test_of_a_result_too_long_to_be_kept_nothing_is_said() -> None:
    tail = UsageTail({"form": "claude_json"})
    tail.feed(b'{"type":"result","result":"' + b"x" * (2 * TAIL) + b'"}\n')
    tail.feed(b" ")
    assert tail.said(NOW) == Said(kind=Kind.RESULT)


def test_a_limit_of_its_own_is_an_error_and_no_refusal() -> None:
    result = {
        "type": "result",
        "subtype": "error_max_turns",
        "is_error": True,
        "errors": ["Reached maximum number of turns (3)"],
    }
    assert said("claude_json", json.dumps(result)) == Said(
        kind=Kind.ERROR, text="Reached maximum number of turns (3)", whole=frozenset(("cost",))
    )


def test_an_agent_that_quotes_a_limit_has_none() -> None:
    result = {"type": "result", "is_error": False, "result": "I wrote: rate limit reached, please run /login (429)"}
    assert said("claude_json", json.dumps(result)).kind == Kind.RESULT
    assert judged("the upload failed: 1429 rows, token limit of the model 200000", NOW).kind == Kind.ERROR


def test_the_settings_know_every_form() -> None:
    assert set(FORMS) <= set(schema.FORMS)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Claude AI usage limit reached|1795766042", "2026-11-27T07:54:02"),
        ("resets_at: 1795766042000", "2026-11-27T07:54:02"),
        ("limit resets at 2026-11-27T15:00:00Z", "2026-11-27T15:00:00"),
        ("available again after 2026-11-27 15:00 UTC", "2026-11-27T15:00:00"),
        ("You've hit your session limit · resets 3pm (Europe/Berlin)", "2026-11-27T14:00:00"),
        ("Your limit will reset at 3pm (America/Santiago).", "2026-11-27T18:00:00"),
        ("limit reached ∙ resets 15:30", "2026-11-27T14:30:00"),
        ("Weekly limit reached ∙ resets Nov 28, 9pm", "2026-11-28T20:00:00"),
        ("resets Dec 3 at 5pm (America/New_York)", "2026-12-03T22:00:00"),
        ("or try again at Dec 3rd, 2026 3:05 PM.", "2026-12-03T14:05:00"),
        ("resets Mon 9am", "2026-11-30T08:00:00"),
        ("resets tomorrow at 9am", "2026-11-28T08:00:00"),
        ("resets at midnight UTC", "2026-11-28T00:00:00"),
        ("or try again at 8:53 AM.", "2026-11-27T07:54:00"),  # of this very minute: its end, not tomorrow
        ("or try again at 8:40 AM.", "2026-11-28T07:40:00"),
        ("try again in 20s", "2026-11-27T07:54:00"),
        ("Please try again in 1.898s.", "2026-11-27T07:53:41.898"),
        ("try again in 350ms", "2026-11-27T07:53:40.350"),
        ("try again in 1m30s", "2026-11-27T07:55:10"),
        ("try again in 2 days 3 hours 5 minutes", "2026-11-29T10:58:40"),
        ("resets in 2h 15m", "2026-11-27T10:08:40"),
        ("429, Retry-After: 120", "2026-11-27T07:55:40"),
        ('{"retryDelay": "34s"}', "2026-11-27T07:54:14"),
    ],
)
def test_the_time_that_a_refusal_names_is_found(text: str, moment: str) -> None:
    assert reset_time(text, NOW, BERLIN) == round(datetime.fromisoformat(f"{moment}+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "This request would exceed your account's rate limit. Please try again later.",
        "exceeded retry limit, last status: 429 Too Many Requests",
        "spend limit reached · resets Aug 8 · request an increase",  # too far to be believed
        "resets 25:99",
        "try again at Feb 31 3pm",
        "resets 3",
        "",
    ],
)
def test_nothing_is_made_of_words_that_name_no_time(text: str) -> None:
    assert reset_time(text, NOW, BERLIN) is None


def test_a_time_apart_is_seconds_or_milliseconds_and_never_before_now() -> None:
    assert named_time(1795766042, NOW) == named_time(1795766042_000, NOW) == 1795766042_000
    assert named_time(NOW // 1000 - 60, NOW) == NOW
    assert named_time(True, NOW) is named_time(None, NOW) is named_time(10**30, NOW) is None


def test_its_own_result_decides_against_it_with_exit_0_and_never_for_it() -> None:
    def ended(
        status: int, kind: Kind, words: str = "", stopped: str | None = None
    ) -> tuple[bool, bool, bool, str | None]:
        result = Said(kind=kind, text=words, until=9)
        found = after_exit(status, "tail", stopped=stopped, timed_out=None, said=result, words=words)
        return found.failed, found.rate_limited, found.signed_out, found.failure

    assert ended(0, Kind.RESULT, "fine") == (False, False, False, None)
    assert ended(3, Kind.RESULT, "fine")[0] is False
    assert ended(0, Kind.ERROR, "API Error: 500\nmore") == (True, False, False, "API Error: 500 more")
    assert ended(1, Kind.ERROR, "API Error") == (True, False, False, "API Error (exit 1)")
    assert ended(0, Kind.EMPTY) == (True, False, False, "it ended without a result")
    assert ended(0, Kind.LIMITED, "later") == (False, True, False, "later")
    assert ended(1, Kind.SIGNED_OUT, "log in") == (False, False, True, "log in (exit 1)")
    assert ended(-15, Kind.LIMITED, "later", stopped="cancel") == (False, False, False, None)


def test_what_a_failed_run_used_is_counted() -> None:
    result = {"type": "result", "is_error": True, "result": "x", "usage": {"input_tokens": 5}, "total_cost_usd": 0.1}
    assert said("claude_json", json.dumps(result)).usage == Usage(tokens=5, cost=0.1)


def test_the_newest_words_are_the_agents_own_and_no_data() -> None:
    tail = UsageTail({"form": "codex_json"})
    tail.feed((RECORDED / "codex-done.jsonl").read_bytes())
    assert tail.newest_words() == "All done: the answer is 42."
    tail = UsageTail({"form": "claude_json"})
    message = {
        "content": [{"type": "text", "text": "Looking\nat it"}, {"type": "tool_use", "name": "Bash", "input": {}}]
    }
    tail.feed(json.dumps({"type": "assistant", "message": message}).encode() + b'\n{"type":"user"}\n{"half')
    assert tail.newest_words() == "Looking\nat it"
    assert UsageTail({}).newest_words() == ""


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("API Error: 400 prompt is too long: 250000 tokens > 200000 maximum", True),
        ("Prompt is too long", True),
        (
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 130012 tokens.",
            True,
        ),
        ("Your input exceeds the context window of this model. Please adjust your input and try again.", True),
        ("Codex ran out of room in the model's context window. Start a new conversation", True),
        ("The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).", True),
        ("error: context_length_exceeded", True),
        ("the file name is too long", False),
        ("exceeds the maximum size of a file", False),
        ("it gave me the context of the window", False),
    ],
)
def test_a_conversation_without_room_is_known_by_its_error(said: str, full: bool) -> None:
    assert is_full(said) is full
