"""Owns the hand-written gateway of these tests and a task that is ready to be sent to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.gateway import FakeGateway
from tests.gateway.sessions import Live, home_of, live


@pytest.fixture
async def fake() -> AsyncIterator[FakeGateway]:
    """A gateway that answers as the real one does."""
    async with FakeGateway() as gateway:
        yield gateway


@pytest.fixture
def one(tmp_path: Path) -> Live:
    """A claimed task of an agent that the gateway knows."""
    return live(home_of(tmp_path), [])
