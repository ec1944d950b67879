"""Promises of what an ACP driver says to its runner: few enough to be kept, and always what the agent said last."""

from __future__ import annotations

import json
from pathlib import Path

from console.agents.acp.teller import Teller
from console.records.transcript import Entry, EntryKind


def test_what_an_agent_said_last_is_told_though_there_was_no_room_for_it(tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as file:
        teller = Teller(file.fileno())
        for number in range(5_000):
            teller.say(Entry(kind=EntryKind.TEXT, text=f"{number}", id=f"m{number}"))
            teller.say(Entry(kind=EntryKind.TOOL_CALL, text="x", id=f"c{number}"))
        teller.end(Entry(kind=EntryKind.STATUS, text="", fields={"end": "result"}))
    lines = [json.loads(line) for line in (tmp_path / "said").read_text().splitlines()]
    assert len(lines) < 5_000
    assert [line["text"] for line in lines if line["kind"] == "text"][-1] == "4999"
    kept = len(lines) - 2
    assert lines[-2]["text"] == f"{10_000 - kept} entries were left out: too many at once"
