"""Promises of all agents as one: who runs a session is known by its traits; one that nobody knows breaks nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.agents.base import Around, LocalAgents
from console.agents.everybody import AllAgents
from console.agents.folder import SessionFolder
from console.agents.spec import StartSpec
from console.backends import BACKENDS, traits_of
from console.clock import SystemClock
from console.errors import Unavailable
from console.home import Home
from console.making import prepare_home
from console.records.ending import Life
from console.records.session import Session, StopReason
from console.settings import load_settings


def session(folder: Path, backend: str) -> Session:
    return Session(id="s" * 36, task_id=1, agent="dev", backend=backend, fence=1, folder=str(folder))


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """A runner holds the session's lock."""
    laid = SessionFolder(folder)
    laid.make()
    lock = os.open(laid.lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)


@pytest.mark.parametrize("backend", ["telepathy", "gateway"])
async def test_of_a_session_that_nobody_here_can_ask_about_only_a_lock_is_believed(
    backend: str, tmp_path: Path
) -> None:
    agents = AllAgents(LocalAgents())
    one = session(tmp_path / "a", backend)
    assert agents.life(one) is Life.UNKNOWN and agents.ending(one) is None
    assert not await agents.stop(one, StopReason.OPERATOR) and not await agents.sweep(one)
    assert not await agents.send(one, "hello") and not await agents.nudge(one)
    with at_work(tmp_path / "a"):
        assert agents.life(one) is Life.ALIVE
    agents.adopt([one])
    await agents.close()


async def test_one_that_claimed_for_itself_lives_as_long_as_its_lease_and_is_nobodys_to_end(tmp_path: Path) -> None:
    agents = AllAgents(LocalAgents())
    one = session(tmp_path / "a", "external")
    assert agents.life(one) is Life.ALIVE
    assert not await agents.stop(one, StopReason.OPERATOR)
    assert await agents.sweep(one), "nothing of it is ours to sweep"
    await agents.close()


async def test_a_link_is_made_when_somebody_needs_it_and_says_how_it_stands(tmp_path: Path) -> None:
    settings = load_settings(prepare_home(Home(tmp_path)), {})
    around = Around(lambda: settings, {}, SystemClock(), lambda session: None, lambda link: None)
    agents = AllAgents(LocalAgents(), around)
    agents.need({"command", "demo", "external", "telepathy"})
    assert agents.links() == {}
    agents.need({"gateway"})
    (link,) = agents.links().values()
    assert (link.name, link.up, link.kind) == ("gateway", False, "connecting") and agents.pending
    assert link.why == "the gateway at http://127.0.0.1:18789 has not answered yet"
    assert link.since is not None and agents.links() == {"gateway": link}
    await agents.close()


async def test_an_agent_of_an_unknown_backend_cannot_be_started(tmp_path: Path) -> None:
    spec = StartSpec(
        home="/h", project="p", project_folder="/p", task=1, task_dir="/t", agent="dev", session="s", fence=1,
        backend="telepathy", prompt_file=str(tmp_path / "prompt.md"), cwd="/",
    )  # fmt: skip
    with pytest.raises(Unavailable, match="telepathy"):
        await AllAgents(LocalAgents()).start(spec)


def test_every_backend_says_who_runs_it_and_traits_do_not_contradict_each_other() -> None:
    for name, traits in BACKENDS.items():
        assert traits is traits_of(name) and traits.name == name
        assert traits.claims + traits.own_process + traits.elsewhere == 1
        assert bool(traits.agents) is not traits.own_process
        assert traits.own_process or not traits.module
        assert not (traits.takes_messages and traits.link is None), "messages go over a link"
    unknown = traits_of("telepathy")
    assert unknown.name == "telepathy" and unknown.elsewhere and not unknown.takes_messages
