"""Promises of sessions of real gateways that go on: a run that was ended at its cap works on when that is raised."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from console.blackboard.writes.stamps import the_task
from console.records.session import SessionStatus, StopReason
from tests.gateway.conftest import World
from tests.gateway.quant import Quant
from tests.gateway.sessions import happens
from tests.program import moziplus


async def test_a_run_is_ended_within_one_call_of_its_cap_and_its_conversation_goes_on_when_that_is_raised(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    quant.change({"zhangfei-dev": {"cap": {"tokens": 200}}})
    go = tmp_path / "go"
    works: list[dict[str, Any]] = [
        {"sh": "echo one"},
        {"sh": "echo two"},
        {"until": str(go), "sh": "$BB submit --summary whole"},
        {"say": "handed in"},
    ]
    task = quant.task(works)
    scheduler = quant.run()
    await happens(lambda: quant.status(task) == "held", what="the end at the cap")
    (first,) = quant.sessions(task)
    assert (first.tokens, first.status, first.stop_reason) == (2 * 132, SessionStatus.CANCELLED, StopReason.HOLD)
    assert world.provider.asked(first.id) <= 3, "its third call was under way"
    assert quant.read(lambda db: the_task(db, task)).hold_reason == "at its cap: 264 of 200 tokens by zhangfei-dev"
    go.touch()
    more = partial(moziplus, "task", "raise", str(task), "--tokens", "2000", "--project", "quant", home=quant.home)
    raised = await asyncio.to_thread(more)
    assert raised.code == 0, raised
    await happens(lambda: quant.status(task) == "done")
    await happens(lambda: quant.sessions(task)[-1].gone_at)
    second = quant.sessions(task)[-1]
    assert second.external_id == first.external_id is not None
    news = (Path(second.folder or "") / "prompt.md").read_text()
    assert "[[play" not in news and "at its cap" in news
    await happens(
        lambda: quant.sessions(task)[-1].tokens == 4 * 132, what="the use of the second session, and only that"
    )
    assert quant.sessions(task)[0].tokens == 2 * 132
    scheduler.terminate()
    scheduler.wait(60)
