"""Promises of a hand-over as who listens to the agent sees it: a note that takes too long, and what both runs used."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from console.agents.allowance import Allowance
from console.agents.handing_over import NO_NOTE, NOTE_FOR, handed_over
from console.agents.listening import Listening
from console.clock import SystemClock
from console.records.budget import Usage
from console.transcript.reader import read
from tests.fakes.clock import VirtualClock
from tests.live_sessions import Live, session_for

OLD = "c-old"
CLOCK = SystemClock()


def handing_over(tmp_path: Path, form: str, **fields: int) -> tuple[Live, Listening]:
    usage = {"form": form}
    live = session_for(tmp_path, [form], usage=usage, conversation=OLD, hands_over=True).again(**fields)
    live.folder.write(live.folder.whole, "the whole\n", durable=False)
    ear = Listening(live.spec, live.folder, CLOCK)
    ear.begin()
    return live, ear


def hear(ear: Listening, *objects: Mapping[str, object]) -> None:
    reader, writer = os.pipe()
    os.write(writer, "".join(json.dumps(one) + "\n" for one in objects).encode())
    os.close(writer)
    while ear.read(reader, lambda step, *given: step(*given)):
        pass
    ear.flush()
    os.close(reader)


def test_it_has_a_quarter_of_its_run_time_for_the_note_and_never_long(tmp_path: Path) -> None:
    for run_time, most in ((40, 10), (7200, NOTE_FOR)):
        clock = VirtualClock(1_795_000_000_000)
        live, _ = handing_over(tmp_path, "claude", task_timeout=run_time)
        allowance = Allowance(live.spec, clock)
        allowance.begin(live.spec)
        clock.move_to(clock.now() + most * 1000)
        assert not allowance.is_over()
        clock.move_to(clock.now() + 100)
        assert allowance.is_over()


def test_tokens_that_a_meter_counts_are_written_down_by_that_alone(tmp_path: Path) -> None:
    live, _ = handing_over(tmp_path, "opencode")
    ear = Listening(replace(live.spec, options={"meter": "openai"}), live.folder, VirtualClock(1_795_000_000_000))
    hear(ear, {"type": "step_finish", "sessionID": "s", "part": {"tokens": {"total": 70}, "cost": 0.5}})
    assert ear.used == Usage(cost=0.5)


def test_what_a_killed_agent_told_on_the_way_counts_at_its_end(tmp_path: Path) -> None:
    live = session_for(tmp_path, ["claude"], usage={"form": "claude"})
    ear = Listening(live.spec, live.folder, CLOCK)
    message = {"id": "m1", "content": [{"type": "text", "text": "First"}], "usage": {"input_tokens": 70}}
    hear(ear, {"type": "assistant", "session_id": "c", "message": message})
    assert ear.ending(-9, live.spec, stopped="operator", timed_out=False).tokens == 70


def test_a_note_that_takes_too_long_is_let_go_and_what_it_used_counts(tmp_path: Path) -> None:
    live, ear = handing_over(tmp_path, "claude")
    message = {"id": "m1", "content": [{"type": "text", "text": "First"}], "usage": {"input_tokens": 70}}
    hear(ear, {"type": "assistant", "session_id": OLD, "message": message})
    assert ear.conversation == OLD
    assert ear.begins_anew(-15, timed_out=True)
    ear.flush()
    assert live.folder.text(live.folder.prompt) == "the whole\n"
    assert NO_NOTE in [entry.text for entry in read(live.folder.path)]
    assert ear.used == Usage(tokens=70)
    assert handed_over(str(live.folder.path)) == (OLD, Usage(tokens=70))
    assert ear.conversation == OLD, "until a model has answered in the new one"
    assert not ear.begins_anew(-15, timed_out=True), "once"


def test_what_counts_a_whole_conversation_is_counted_once_on_both_sides(tmp_path: Path) -> None:
    live, ear = handing_over(tmp_path, "codex", tokens_before=1000)
    words = {"type": "item.completed", "item": {"type": "agent_message", "text": "The PEARS are counted."}}
    turn = {"type": "turn.started"}
    hear(ear, turn, words, {"type": "turn.completed", "usage": {"input_tokens": 1200, "output_tokens": 100}})
    assert ear.begins_anew(0, timed_out=False)
    assert "> The PEARS are counted." in live.folder.text(live.folder.prompt)
    assert ear.used == Usage(tokens=300)
    thread = {"type": "thread.started", "thread_id": "c-new"}
    hear(ear, thread, turn, words, {"type": "turn.completed", "usage": {"input_tokens": 40, "output_tokens": 2}})
    ending = ear.ending(0, live.spec, stopped=None, timed_out=False)
    assert (ending.tokens, ending.conversation) == (342, "c-new")
    totals = [entry.fields["tokens"] for entry in read(live.folder.path) if entry.fields.get("total")]
    assert totals == [300, 342]


def test_a_note_that_is_too_long_loses_its_end(tmp_path: Path) -> None:
    live, ear = handing_over(tmp_path, "claude")
    hear(ear, {"type": "result", "result": "n" * 9_000, "usage": {"input_tokens": 1}, "session_id": OLD})
    assert ear.begins_anew(0, timed_out=False)
    assert live.folder.text(live.folder.note).endswith("n … (1000 more characters)\n")
    assert len(live.folder.text(live.folder.prompt)) < 9_000
