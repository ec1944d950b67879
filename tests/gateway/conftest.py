"""Owns the real gateways of a test session: both releases, started once; skipped where npm has not brought them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway.openclaw import RELEASES, OpenClaw, missing
from tests.gateway.provider import Provider
from tests.gateway.sessions import Live, Team, home_of, live


@dataclass
class World:
    """One real gateway, its model provider, a home."""

    gateway: OpenClaw
    provider: Provider
    home: Path
    failing: Live
    """A run whose provider has answered 500 since the session began; the gateway tries again for a minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs the gateways."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gateway)


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """Every release that is installed, ready, with its failing run under way."""
    found: dict[str, World] = {}
    with Provider() as provider:
        for release in RELEASES:
            if missing(release) is None:
                folder = tmp_path_factory.mktemp(f"openclaw-{release}")
                home = home_of(folder)
                failing = live(home, [{"status": 500}], agent="guanyu-dev")
                gateway = OpenClaw(folder / "gateway", release, provider.url).start(wait=False)
                found[release] = World(gateway, provider, home, failing)
        try:
            for world in found.values():
                world.gateway.wait_until_ready()
                asyncio.run(_start(world))
            yield found
        finally:
            for world in found.values():
                world.gateway.end()


async def _start(world: World) -> None:
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(world.failing.spec)


@pytest.fixture(scope="session", params=list(RELEASES))
def world(request: pytest.FixtureRequest) -> World:
    """One release after the other."""
    if (why := missing(request.param)) is not None:
        pytest.skip(f"OpenClaw {request.param}: {why}")
    worlds: dict[str, World] = request.getfixturevalue("worlds")
    return worlds[request.param]
