"""Promises of GatewayAgents on real gateways of both releases: what becomes of a run, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.agents.gateway_note import read_note
from console.errors import AgentUnfit, UsageError
from console.gateway import wire
from console.gateway.examine import examine
from console.gateway.settings import GatewaySettings
from console.gateway.states import GatewayFault, Kind
from console.records.ending import Life
from console.records.session import SessionStatus, StopReason
from console.records.task import TaskStatus
from console.records.transcript import EntryKind
from console.transcript.reader import read
from tests.gateway.conftest import World
from tests.gateway.openclaw import AGENTS, DRAIN, TOKEN
from tests.gateway.sessions import WORK, Live, Team, happens, live


async def test_a_task_is_done_by_a_gateway_agent_with_its_blackboard(world: World) -> None:
    one = live(world.home, WORK)
    async with Team(world.gateway.url) as team:
        await (await team.up()).run(one)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.exit_code == 0 and ending.stopped is None
        assert await team.agents.sweep(one.session())
        await happens(lambda: one.session().tokens)
    session = one.session()
    assert one.task().status == TaskStatus.DONE and session.status == SessionStatus.SUCCEEDED
    assert session.tokens == 3 * 132 and session.cost == pytest.approx(3 * 0.000144)
    assert session.last_line == "handed in" and "recorded outputs/a.md" in one.said()
    kinds = [entry.kind for entry in read(one.folder.path)]
    assert kinds.count(EntryKind.TOOL_CALL) == kinds.count(EntryKind.TOOL_RESULT) == 2 and EntryKind.TEXT in kinds
    assert [path for path in everything(world.home) if TOKEN.encode() in path.read_bytes()] == []


async def test_several_runs_go_on_at_once(world: World, tmp_path: Path) -> None:
    go = tmp_path / "go"
    team_of = [live(world.home, [{"until": str(go), "say": "here"}], agent=name) for name in AGENTS]
    async with Team(world.gateway.url) as team:
        await team.up()
        for one in team_of:
            await team.agents.start(one.spec)
        await happens(lambda: all(asks(world, one) for one in team_of))
        await happens(lambda: {team.life(one) for one in team_of} == {Life.ALIVE})
        assert team.ended == []
        go.touch()
        await happens(lambda: {one.spec.session for one in team_of} <= set(team.ended))
    assert [one.said() for one in team_of] == ["here\n"] * len(AGENTS)


async def test_an_abort_reaches_the_provider_and_is_confirmed(world: World) -> None:
    one = live(world.home, [{"hang": True}])
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(one.spec)
        await asked(world, one)
        dropped = world.provider.dropped
        assert await team.agents.stop(one.session(), StopReason.CANCEL)
        await happens(lambda: world.provider.dropped > dropped)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.stopped == "cancel" and ending.exit_code is None
        assert await team.agents.stop(one.session(), StopReason.CANCEL), "stopping twice is no fault"


async def test_a_run_that_takes_too_long_has_timed_out(world: World) -> None:
    one = live(world.home, [{"hang": True}], task_timeout=2)
    async with Team(world.gateway.url) as team:
        await (await team.up()).run(one)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.timed_out and ending.stopped is None


async def test_what_is_sent_reaches_the_agent(world: World, tmp_path: Path) -> None:
    go = tmp_path / "go"
    one = live(world.home, [{"until": str(go), "sh": "echo on"}, {"say": "done"}])
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(one.spec)
        await asked(world, one)
        await team.agents.send(one.session(), f"mind the gap of {one.spec.session}")
        await team.agents.nudge(one.session())
        go.touch()
        await happens(lambda: one.spec.session in team.ended)
        assert world.provider.asked(f"mind the gap of {one.spec.session}") > 0
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.exit_code == 0
        with pytest.raises(UsageError):
            await team.agents.send(one.session(), "too late")


async def test_a_child_runs_under_its_parent_and_outlives_it(world: World, tmp_path: Path) -> None:
    begun, alone = tmp_path / "begun", tmp_path / "alone"
    parent = live(world.home, [{"until": str(begun), "say": "I have a child"}])
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(parent.spec)
        await asked(world, parent)
        script = [{"until": str(alone), "say": "I am"}]
        child = live(world.home, script, agent="guanyu-dev", parent_session=parent.spec.session)
        await team.agents.start(child.spec)
        (row,) = await rows(team, child)
        assert row.parent_session_key == f"agent:zhangfei-dev:moziplus:{parent.spec.session}"
        await asked(world, child)
        begun.touch()
        await happens(lambda: team.ended == [parent.spec.session])
        assert team.life(child) is Life.ALIVE
        alone.touch()
        await happens(lambda: team.ended == [parent.spec.session, child.spec.session])
        ending = team.agents.ending(child.session())
    assert ending is not None and ending.exit_code == 0 and child.said() == "I am\n"


async def test_an_agent_that_the_gateway_does_not_know_is_refused_before_anything_runs(world: World) -> None:
    one = live(world.home, WORK, agent="lvbu")
    async with Team(world.gateway.url) as team:
        await team.up()
        with pytest.raises(
            AgentUnfit, match=r"no agent lvbu \(it has guanyu-dev, simayi-challenger, zhangfei-dev, zhaoyun"
        ):
            await team.agents.start(one.spec)
        assert team.life(one) is Life.UNBORN and await team.agents.sweep(one.session())
    found = await examine(GatewaySettings(url=world.gateway.url), {"OPENCLAW_GATEWAY_TOKEN": TOKEN})
    assert found.of_agent("zhangfei-dev").up
    assert found.of_agent("lvbu").kind is Kind.AGENT_UNKNOWN


async def test_a_client_that_starts_anew_adopts_the_run_and_repeats_nothing(world: World, tmp_path: Path) -> None:
    go = tmp_path / "go"
    one = live(world.home, [{"until": str(go), "say": "still here"}])
    short = live(world.home, WORK, agent="simayi-challenger")
    async with Team(world.gateway.url) as first:
        await first.up()
        await first.agents.start(one.spec)
        await first.agents.start(short.spec)
        await asked(world, one)
    await happens(lambda: short.task().status == TaskStatus.DONE)
    async with Team(world.gateway.url) as second:
        assert second.life(one) is Life.UNKNOWN
        second.agents.adopt([one.session(), short.session()])
        await happens(lambda: [second.life(each) for each in (one, short)] == [Life.ALIVE, Life.DEAD])
        go.touch()
        await happens(lambda: [second.life(each) for each in (one, short)] == [Life.DEAD, Life.DEAD])
        endings = [second.agents.ending(each.session()) for each in (one, short)]
    assert [ending.exit_code for ending in endings if ending is not None] == [0, 0]
    assert asks(world, one) == 1 and asks(world, short) == 3
    assert one.session().tokens == 132, "what was used is counted once"


async def test_a_wrong_token_is_told_in_plain_words_and_kept_nowhere(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong = "a-wrong-token-that-nobody-may-see"
    one = live(world.home, WORK)
    async with Team(world.gateway.url, wrong) as team:
        await happens(lambda: team.gateway.state.kind is Kind.TOKEN_REFUSED)
        assert "refuses our token" in team.gateway.state.sentence and team.gateway.state.advice
        with pytest.raises(GatewayFault) as caught:
            await team.agents.start(one.spec)
        assert caught.value.unsent and team.life(one) is Life.UNBORN
    assert wrong not in caplog.text and TOKEN not in caplog.text and wrong not in repr(caught.value)
    assert [path for path in everything(world.home) if wrong.encode() in path.read_bytes()] == []
    async with Team(world.gateway.url, None) as team:
        await happens(lambda: team.gateway.state.kind is Kind.TOKEN_MISSING)


async def test_a_provider_that_fails_ends_the_run_as_failed_and_opens_the_breaker(world: World) -> None:
    from console.gateway.breaker import BreakerSettings

    async with Team(world.gateway.url, breaker=BreakerSettings(failures=1, open_for=60)) as team:
        await team.up()
        team.agents.adopt([world.failing.session()])
        await happens(lambda: world.failing.spec.session in team.ended)
        ending = team.agents.ending(world.failing.session())
        assert ending is not None and ending.exit_code == 1 and ending.failure
        assert team.gateway.state.kind is Kind.STRUGGLING and team.gateway.starts_left() == 0
        with pytest.raises(GatewayFault, match="failed several times in a row"):
            await team.agents.start(live(world.home, WORK).spec)


async def test_a_run_is_lost_when_its_gateway_is_killed_and_never_before_that_is_known(world: World) -> None:
    one = live(world.home, [{"hang": True}])
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(one.spec)
        await asked(world, one)
        world.gateway.kill9()
        await happens(lambda: team.gateway.state.kind is Kind.RESTARTING)
        assert team.life(one) is Life.UNKNOWN and not await team.agents.stop(one.session(), StopReason.OPERATOR)
        (one.folder.path / "stop").unlink()
        with pytest.raises(GatewayFault, match="gone for a moment"):
            await team.agents.start(live(world.home, WORK).spec)
        await asyncio.to_thread(world.gateway.start)
        await happens(lambda: one.spec.session in team.ended)
        assert team.life(one) is Life.DEAD and team.agents.ending(one.session()) is None
        assert await team.agents.sweep(one.session())
        async with asyncio.timeout(60):  # its archive comes after its end
            while True:
                if not await rows(team, one):
                    break
                await asyncio.sleep(0.2)
        again = live(world.home, WORK)
        await team.run(again)
    # The newer release sometimes begins an interrupted run again by itself; that one is aborted with ours.
    assert asks(world, one) <= (1 if world.gateway.release == "2026.5.7" else 2)
    assert again.task().status == TaskStatus.DONE


async def test_a_gateway_that_shuts_down_takes_nothing_new_and_what_became_of_its_runs_is_known(
    world: World, tmp_path: Path
) -> None:
    """Of one that ends while the gateway still drains another, at once; of the other, once it is back."""
    go, on = tmp_path / "go", tmp_path / "on"
    one, long = (live(world.home, [{"until": str(file), "say": "in time"}]) for file in (go, on))
    async with Team(world.gateway.url) as team:
        await team.up()
        for each in (one, long):
            await team.agents.start(each.spec)
            await asked(world, each)
        world.gateway.terminate()
        await happens(lambda: not world.gateway.ready())
        with pytest.raises(GatewayFault) as caught:
            await team.agents.start(live(world.home, WORK).spec)
        assert caught.value.unsent
        await happens(lambda: Kind.DRAINING in team.states)
        # The newer release lets its runs end first; the older one drops them and is gone.
        drains = world.gateway.release != "2026.5.7"
        if drains:
            assert caught.value.state.kind is Kind.DRAINING and team.ended == [] and not world.gateway.gone()
        go.touch()
        if drains:
            await happens(lambda: one.spec.session in team.ended)
            assert one.said() == "in time\n" and not world.gateway.gone() and team.ended == [one.spec.session]
        on.touch()
        await happens(world.gateway.gone, seconds=DRAIN)
        await asyncio.to_thread(world.gateway.start)
        await happens(lambda: {one.spec.session, long.spec.session} <= set(team.ended))
        endings = [team.agents.ending(each.session()) for each in (one, long)]
    assert [asks(world, each) for each in (one, long)] == [1, 1]
    codes = [None if ending is None else ending.exit_code for ending in endings]
    assert codes == ([0, 0] if drains else [None, None])


async def asked(world: World, one: Live) -> None:
    """Wait until the model is asked on behalf of a session."""
    await happens(lambda: world.provider.asked(one.spec.session) > 0)


def asks(world: World, one: Live) -> int:
    """How often the model was asked on behalf of a session."""
    return world.provider.asked(one.spec.session)


async def rows(team: Team, one: Live) -> list[wire.SessionRow]:
    """What the gateway lists of a session. 2026.5.7 may write an empty row after the session has been archived."""
    note = read_note(one.folder)
    found = await team.sessions({"search": one.spec.session, "limit": 5})
    return [row for row in found if note is not None and row.key == note.key and not is_shell(row)]


def is_shell(row: wire.SessionRow) -> bool:
    """A row of a session that has never had a run, nor has one."""
    return row.status is None and row.ended_at is None and row.has_active_run is False


def everything(folder: Path) -> list[Path]:
    """Every file that is kept, without the databases, which nothing but SQLite may open."""
    return [path for path in folder.rglob("*") if path.is_file() and "blackboard.db" not in path.name]
