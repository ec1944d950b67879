"""Owns the real gateways of a test session: both releases, started once; skipped where npm has not brought them.

Each test finds its gateway up and at rest: what an earlier one left going is aborted, a gateway that it broke is replaced.
A test that failed while its gateway said that it could not run an agent is run again, on a new one, twice at most.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.gateway import wire
from tests.gateway.openclaw import RELEASES, OpenClaw, missing
from tests.gateway.provider import Provider
from tests.gateway.quant import Quant
from tests.gateway.sessions import Live, Team, happens, home_of, live


class OwnFault(Exception):
    """The test failed, and meanwhile the gateway had a fault of its own, told in its log."""


class World:
    """One real gateway, its model provider, a home."""

    gateway: OpenClaw
    failing: Live
    """A run whose provider has answered 500 since the gateway began; the gateway tries again for a minute."""

    def __init__(self, folder: Path, release: str, provider: Provider) -> None:
        self.release = release
        self.provider = provider
        self.home = home_of(folder)
        self._folder = folder
        self._numbers = itertools.count(1)

    def begin(self) -> None:
        """Start a gateway that knows nothing yet, with its failing run; it is warm when that has got to the model."""
        self.gateway = OpenClaw(self._folder / f"gateway-{next(self._numbers)}", self.release, self.provider.url)
        self.gateway.start()
        self.failing = live(self.home, [{"status": 500}], agent="guanyu-dev")
        asyncio.run(self._fail())

    def own_fault(self) -> str | None:
        """What its gateway says of it, where it has one."""
        if not self.gateway.own_fault():
            return None
        return f"OpenClaw {self.release} could not run an agent: {self.gateway.log()}"

    def mend(self) -> None:
        """Up and at rest, whatever the last test left."""
        if self.gateway.usable():
            asyncio.run(self._rest())
        else:
            self.gateway.end()
            self.begin()

    async def _fail(self) -> None:
        async with Team(self.gateway.url) as team:
            await (await team.up()).agents.start(self.failing.spec)
            await happens(lambda: self.provider.asked(self.failing.spec.session) > 0)

    async def _rest(self) -> None:
        async with Team(self.gateway.url) as team:
            await team.up()
            for row in await team.sessions({"limit": 100}):
                if row.has_active_run and self.failing.spec.session not in row.key:
                    await team.gateway.call("sessions.abort", {"key": row.key}, wire.Aborted)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs the gateways; with `-n 2 --dist loadgroup` each worker has one release.

    What came of the run that fails is asked for first: some minutes after its end the gateway no longer knows.
    """
    items.sort(key=lambda item: "a_provider_that_fails" not in item.name)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gateway)
            item.add_marker(pytest.mark.flaky(reruns=2, only_rerun=OwnFault.__name__))
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                item.add_marker(pytest.mark.xdist_group(str(item.callspec.params.get("one_world"))))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A failure on a gateway that had a fault of its own says so."""
    try:
        return (yield)
    except Exception as error:
        world = getattr(item, "funcargs", {}).get("world")
        if isinstance(world, World) and (told := world.own_fault()) is not None:
            raise OwnFault(told) from error
        raise


@pytest.fixture(scope="session", params=list(RELEASES))
def one_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One release after the other."""
    release: str = request.param
    if (why := missing(release)) is not None:
        pytest.skip(f"OpenClaw {release}: {why}")
    with Provider() as provider:
        made = World(tmp_path_factory.mktemp(f"openclaw-{release}"), release, provider)
        try:
            made.begin()
            yield made
        finally:
            made.gateway.end()


@pytest.fixture
def world(one_world: World) -> World:
    """One release, up and at rest."""
    one_world.mend()
    return one_world


@pytest.fixture
def quant(world: World, tmp_path: Path) -> Iterator[Quant]:
    """A home on one of the gateways."""
    made = Quant(tmp_path, world.gateway.url)
    yield made
    made.close()
