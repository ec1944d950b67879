"""Promises of how full a conversation is, read from what real programs wrote in `recorded/`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.agents.acp.used import Used
from console.agents.folder import SessionFolder
from console.agents.handing_over import fill_of, note_fill
from console.agents.heard import Heard
from console.records.fill import Fill
from console.transcript.writer import Transcript

RECORDED = Path(__file__).parent / "recorded"
CONVERSATION = "c-1"


def fill_after(form: str, data: bytes, folder: Path) -> Fill:
    heard = Heard({"form": form}, Transcript(folder, lambda: 0))
    heard.feed(data)
    return heard.fill


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        ("claude-stream-work", Fill(used=1201, window=1_000_000)),
        ("claude-stream-resumed", Fill(used=1201, window=1_000_000)),
        ("claude-work", Fill(window=1_000_000)),
        ("qwen-work", Fill(used=1250)),
        ("opencode-work", Fill(used=1250)),
        ("pi-work", Fill(used=1250)),
        ("codex-work", Fill()),
        ("gemini-work", Fill()),
    ],
)
def test_the_last_call_of_the_model_tells_how_full_it_is_and_the_end_how_much_fits(
    tmp_path: Path, name: str, fill: Fill
) -> None:
    assert fill_after(name.partition("-")[0], (RECORDED / f"{name}.jsonl").read_bytes(), tmp_path) == fill


@pytest.mark.parametrize(("name", "fill"), [("claude", (1250, 1_000_000)), ("opencode", (1200, 100_000))])
def test_programs_that_speak_acp_tell_both(name: str, fill: tuple[int, int]) -> None:
    used = Used()
    for line in (RECORDED / "acp" / f"{name}.jsonl").read_text().splitlines():
        update = json.loads(line).get("params", {}).get("update")
        if isinstance(update, dict):
            used.update(update)
    assert (used.context, used.size) == fill


def test_what_its_own_agents_take_is_of_no_account(tmp_path: Path) -> None:
    of_its_own = {"type": "assistant", "parent_tool_use_id": "t", "message": {"usage": {"input_tokens": 9}}}
    assert fill_after("claude", json.dumps(of_its_own).encode() + b"\n", tmp_path) == Fill()


def test_a_new_conversation_is_told_of_anew(tmp_path: Path) -> None:
    lines = [
        {"kind": "status", "conversation": "one"},
        {"kind": "text", "text": "there"},
        {"kind": "usage", "context": 900, "context_size": 1000, "total": True},
        {"kind": "status", "conversation": "two"},
    ]
    heard = Heard({"form": "moziplus"}, Transcript(tmp_path, lambda: 0))
    heard.feed("".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (heard.conversation, heard.answers_in, heard.answered) == ("two", "one", False)
    assert heard.fill == Fill(window=1000)
    heard.feed(b'{"kind":"text","text":"here"}\n')
    assert heard.answers_in == "two"


def test_it_is_nearly_full_only_where_both_are_known() -> None:
    assert Fill(used=80, window=100).is_nearly_full(0.8)
    assert not Fill(used=79, window=100).is_nearly_full(0.8)
    assert not Fill(used=10**6).is_nearly_full(0.01)


def test_what_is_kept_is_of_one_conversation_and_an_agents_nonsense_is_nothing(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / "runs" / "r" / "agents" / "a" / "s")
    folder.make()
    place = str(folder.path)
    assert fill_of(place, CONVERSATION) is None
    note_fill(folder, CONVERSATION, Fill(used=5, window=10))
    assert fill_of(place, CONVERSATION) == Fill(used=5, window=10)
    assert fill_of(place, "another") is None and fill_of(place, None) is None and fill_of(None, CONVERSATION) is None
    for wrong in ("[]", '{"conversation":"c-1","used":-1}', '{"conversation":"c-1","used":"x","window":true}', "{"):
        folder.write(folder.context, wrong, durable=False)
        assert fill_of(place, CONVERSATION) is None
