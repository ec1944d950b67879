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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs the gateways; with `-n 2 --dist loadgroup` each worker has one release."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gateway)
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                item.add_marker(pytest.mark.xdist_group(str(item.callspec.params.get("world"))))


@pytest.fixture(scope="session", params=list(RELEASES))
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One release after the other, each started once, with its failing run under way."""
    release: str = request.param
    if (why := missing(release)) is not None:
        pytest.skip(f"OpenClaw {release}: {why}")
    folder = tmp_path_factory.mktemp(f"openclaw-{release}")
    home = home_of(folder)
    with Provider() as provider:
        gateway = OpenClaw(folder / "gateway", release, provider.url)
        made = World(gateway, provider, home, live(home, [{"status": 500}], agent="guanyu-dev"))
        try:
            gateway.start()
            asyncio.run(_start(made))
            yield made
        finally:
            gateway.end()


async def _start(world: World) -> None:
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(world.failing.spec)
