"""Promises of `moziplus run` with real gateways of both releases: tasks are done there, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.outputs import outputs_of
from console.blackboard.writes.stamps import the_task
from console.records.session import SessionStatus
from tests.gateway.conftest import World
from tests.gateway.openclaw import TOKEN
from tests.gateway.quant import DO_IT, Quant, held
from tests.gateway.sessions import happens
from tests.program import moziplus


async def test_tasks_are_done_in_the_gateway_and_the_scheduler_ends_when_nothing_is_left(quant: Quant) -> None:
    first = quant.task(DO_IT)
    second = quant.task(DO_IT, "simayi-challenger")
    process = quant.run("--until-idle")
    await happens(lambda: process.poll() is not None)
    assert process.returncode == 0 and quant.status(first) == quant.status(second) == "done"
    for task in (first, second):
        (session,) = quant.sessions(task)
        assert session.backend == "gateway" and session.status == SessionStatus.SUCCEEDED and session.gone_at
        assert session.tokens == 3 * 132
        assert [output.path for output in quant.read(partial(outputs_of, task_id=task))] == ["outputs/a.md"]
    kept = [p for p in quant.home.rglob("*") if p.is_file() and ".db" not in p.name]
    assert [p for p in kept if TOKEN.encode() in p.read_bytes()] == []


async def test_a_killed_scheduler_is_followed_by_one_that_adopts_the_run(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    task = quant.task(held(go))
    first = quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    first.kill()
    first.wait(10)
    second = quant.run("--until-idle")
    await happens(lambda: quant.in_charge() == second.pid)
    go.touch()
    await happens(lambda: second.poll() is not None)
    (session,) = quant.sessions(task)
    assert quant.status(task) == "done" and session.status == SessionStatus.SUCCEEDED
    assert world.provider.asked(session.id) == 3, "every turn of the model was asked for once"


@pytest.mark.parametrize("in_charge", [True, False], ids=["in_charge", "nobody"])
async def test_an_emergency_stop_ends_what_runs_in_the_gateway_and_names_it(
    quant: Quant, world: World, tmp_path: Path, in_charge: bool
) -> None:
    go = tmp_path / "go"
    task = quant.task(held(go))
    scheduler = quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    if not in_charge:
        scheduler.kill()
        scheduler.wait(10)
    (session,) = quant.sessions(task)
    done = await asyncio.to_thread(partial(moziplus, "estop", "--json", home=quant.home, OPENCLAW_GATEWAY_TOKEN=TOKEN))
    assert (done.code, done.record["alive"], done.record["stopped"]) == (0, [], [session.id]), done
    assert quant.sessions(task)[0].status == SessionStatus.CANCELLED and quant.status(task) == "pending"
    go.touch()


async def test_without_a_token_nothing_starts_and_status_says_what_to_do(quant: Quant) -> None:
    task = quant.task(DO_IT)
    quant.run(token="")
    told: dict[str, Any] = {}

    def says() -> bool:
        told.update(moziplus("status", "--json", home=quant.home).record)
        return bool(told["gateway"] == "token_missing")

    await happens(says)
    assert "OPENCLAW_GATEWAY_TOKEN" in told["gateway_state"]["advice"] and quant.status(task) == "pending"


async def test_a_task_made_within_a_session_runs_under_it_while_the_parent_works(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    create = "$BB create --title part --body 'say something' --assignee simayi-challenger --no-review"
    parent = quant.task(
        [
            {"sh": f"$BB claim && {create}"},
            {"until": str(go), "sh": "$BB submit --summary whole"},
            {"say": "handed in"},
        ]
    )
    process = quant.run("--until-idle")
    await happens(lambda: quant.sessions(parent + 1) and quant.sessions(parent + 1)[0].status != SessionStatus.STARTING)
    go.touch()
    await happens(lambda: process.poll() is not None)
    (above,), (below,) = quant.sessions(parent), quant.sessions(parent + 1)
    part = quant.read(lambda db: the_task(db, parent + 1))
    assert (part.parent, part.created_by, quant.status(parent)) == (parent, "zhangfei-dev", "done")
    assert (below.backend, below.agent, below.status) == ("gateway", "simayi-challenger", SessionStatus.SUCCEEDED)
    (under,) = quant.read(
        lambda db: db.execute("SELECT parent_session FROM sessions WHERE id = ?", (below.id,)).fetchone()
    )
    assert under == above.id and above.ended_at and above.created_at < below.created_at < above.ended_at


async def test_a_gateway_killed_in_the_middle_costs_one_attempt_and_local_agents_go_on(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    task = quant.task(held(go))
    quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    world.gateway.kill9()
    beside = quant.task([], "scribe")
    await happens(lambda: quant.status(beside) == "done", what="the local agent while the gateway is gone")
    assert quant.status(task) == "working", "a run that nobody can ask about is neither alive nor dead"
    await asyncio.to_thread(world.gateway.start)
    await happens(lambda: quant.sessions(task)[0].status == SessionStatus.LOST)
    go.touch()
    await happens(lambda: quant.status(task) == "done")
    first, second = quant.sessions(task)
    assert (first.status, second.status) == (SessionStatus.LOST, SessionStatus.SUCCEEDED)


async def test_what_a_gateway_began_again_by_itself_and_ended_while_nobody_looked_is_done_once(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    """As after a power cut: the newer release goes on with an interrupted run five seconds after its start."""
    go = tmp_path / "go"
    task = quant.task(held(go))
    scheduler = quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    scheduler.kill()
    scheduler.wait(10)
    world.gateway.kill9()
    go.touch()
    await asyncio.to_thread(world.gateway.start)
    begins_again = world.release != "2026.5.7"
    if begins_again:
        await happens(lambda: quant.status(task) == "done")
    process = quant.run("--until-idle")
    await happens(lambda: process.poll() is not None)
    assert quant.status(task) == "done"
    ended = [session.status for session in quant.sessions(task)]
    assert ended == ([] if begins_again else [SessionStatus.LOST]) + [SessionStatus.SUCCEEDED]
