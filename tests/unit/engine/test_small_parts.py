"""Promises of the engine's small parts: wakes, deadlines, home alerts, pages, the journal, run folders, live settings."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from console.engine.deadlines import next_deadline
from console.engine.home_alerts import home_alerts
from console.engine.in_charge import Holder
from console.engine.journal import Journal
from console.engine.live_settings import LiveSettings
from console.engine.observe import Trouble
from console.engine.pages import pages_to_turn
from console.engine.run_folder import RunFolder, list_runs, read_bootstrap, run_path
from console.engine.wakes import Wakes
from console.errors import ConfigError, MoziError, NotFound
from console.home import Home
from console.making import prepare_home
from console.records.alert import Level
from console.scheduler.actions import EndAlert, RaiseAlert, StartTask
from console.scheduler.snapshot import Snapshot
from tests.play import NOW, SECOND, agent, present, session, task, view

HOLDER = Holder(pid=1, host="mini", since=1_763_640_000_000, mode="headless", version="0")


async def test_causes_are_collected_and_handed_over_once() -> None:
    wakes = Wakes()
    wakes.tell("a")
    wakes.tell("b")
    asyncio.get_running_loop().call_later(0.01, wakes.tell, "c")
    assert await wakes.wait(5) == {"a", "b", "c"}
    began = time.monotonic()
    assert await wakes.wait(0.05) == frozenset()
    assert time.monotonic() - began < 1


async def test_a_cause_from_another_thread_wakes() -> None:
    wakes = Wakes()
    asyncio.get_running_loop().run_in_executor(None, wakes.tell_from_thread, "thread")
    assert await wakes.wait(5) == {"thread"}


def test_the_clock_gives_cause_at_the_next_of_a_sessions_limits() -> None:
    running = present(session("s1", 1, agent="dev1"), last_word_at=NOW)
    snapshot = Snapshot(projects=(view("quant", present=(running,), agents=(agent("dev1"),)),))
    first = next_deadline(snapshot, NOW)
    assert first is not None and NOW < first <= NOW + 120 * SECOND
    assert next_deadline(Snapshot(), NOW) is None


def test_an_alert_of_the_home_is_raised_once_and_ended_when_its_cause_is_gone() -> None:
    trouble = Trouble(MoziError("broken"), 1.0, 0.0, told=True)
    (raised,) = home_alerts({}, {"quant": trouble}, {})
    assert raised == RaiseAlert(project="", level=Level.URGENT, cause="set-aside:quant", body="broken")
    assert home_alerts({"set-aside:quant": "was broken otherwise"}, {"quant": trouble}, {}) == []
    assert home_alerts({"set-aside:quant": "broken", "disk": "full"}, {}, {}) == [
        EndAlert(project="", cause="set-aside:quant")
    ]


def test_another_mistake_in_the_settings_is_another_alert() -> None:
    told = {"config": "line 3", "config:quant": "line 1", "disk": "full"}
    assert home_alerts(told, {}, {"config": "line 3", "config:quant": "line 1"}) == []
    (raised,) = home_alerts(told, {}, {"config": "line 9", "config:quant": "line 1"})
    assert raised == RaiseAlert(project="", level=Level.URGENT, cause="config", body="line 9", anew=True)


def test_an_alert_does_not_end_while_its_project_is_only_tried_again() -> None:
    quiet = Trouble(MoziError("moving"), 1.0, 0.0, told=False)
    assert home_alerts({"set-aside:quant": "broken"}, {"quant": quiet}, {}) == []


def test_a_longer_page_is_read_only_for_somebody_who_is_free() -> None:
    free = view("free", ready=(task(1),), agents=(agent("dev1"), agent("dev2")))
    busy = view("busy", ready=(task(1),), agents=(agent("dev3"),), present=(present(session("s1", 2, agent="dev3")),))
    snapshot = Snapshot(projects=(free, busy))
    assert list(pages_to_turn(snapshot, [], 5)) == ["free"]
    assert list(pages_to_turn(snapshot, [StartTask(project="free", task_id=1, agent="dev1")], 5)) == []
    assert list(pages_to_turn(snapshot, [], 1)) == []


def test_the_journal_is_capped_and_each_line_is_json(tmp_path: Path) -> None:
    journal = Journal(tmp_path, cap=2000)
    for n in range(30):
        action = StartTask(project="quant", task_id=n, agent="dev1")
        journal.note(Snapshot(projects=(view("quant"),)), [action], now=NOW, causes=["clock"])
    sizes = [p.stat().st_size for p in tmp_path.iterdir()]
    assert len(sizes) == 2 and max(sizes) < 4000
    lines = [json.loads(line) for line in (tmp_path / "decisions.jsonl").read_text().splitlines()]
    assert lines[-1]["actions"] == [{"do": "StartTask", "project": "quant", "task_id": 29, "agent": "dev1"}]


def test_a_run_has_a_private_folder_of_its_own_even_in_the_same_second(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    first, second = (RunFolder.make(home, HOLDER, {"daemon": {"tick_interval": 30}}) for _ in range(2))
    assert (first.id, second.id) == ("20251120_120000", "20251120_120001")
    assert first.path.stat().st_mode & 0o777 == 0o700
    assert list_runs(home) == [second.id, first.id]
    front, body = read_bootstrap(run_path(home, first.id))
    assert front["config"] == {"daemon": {"tick_interval": 30}}
    assert body == first.body != ""
    with pytest.raises(NotFound):
        run_path(home, "20200101_000000")


def test_the_homes_own_bootstrap_template_is_taken_whole(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    (home.path / "prompt_templates" / "bootstrap.md").write_text("be brief\n")
    assert read_bootstrap(RunFolder.make(home, HOLDER, {}).path)[1] == "be brief\n"


def test_the_runtime_state_is_written_only_when_it_changed(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    run = RunFolder.make(home, HOLDER, {})
    file = run.path / "state" / "runtime_state.json"
    run.note({"a": 1})
    before = file.stat().st_ino
    run.note({"a": 1})
    assert file.stat().st_ino == before
    run.note({"a": 2})
    assert json.loads(file.read_text()) == {"a": 2}


def test_settings_that_turn_wrong_leave_the_last_good_ones_in_force(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    file = home.config / "default.yaml"
    live = LiveSettings(home, {})
    assert not live.refresh()
    file.write_text("daemon: {tick_interval: 5}")
    assert live.refresh() and live.current.daemon.tick_interval == 5
    file.write_text("daemon: {tick_interval: often}")
    assert not live.refresh()
    assert live.current.daemon.tick_interval == 5 and "tick_interval" in live.problems["config"]
    file.write_text("daemon: {tick_interval: 7}")
    assert live.refresh() and live.problems == {}


def test_settings_that_are_wrong_at_the_start_are_an_error(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    (home.config / "default.yaml").write_text("daemon: {tick_interval: often}")
    with pytest.raises(ConfigError):
        LiveSettings(home, {})


def test_a_wrong_review_protocol_keeps_the_last_good_one(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    folder = tmp_path / "home" / "projects" / "quant"
    own = folder / "config" / "review_protocols"
    own.mkdir(parents=True)
    protocols = LiveSettings(home, {}).protocols
    assert protocols.get(folder, "output_review").reviewers == ("@reviewer",)
    (own / "output_review.yaml").write_text("reviewers: [judge]")
    assert protocols.get(folder, "output_review").reviewers == ("judge",)
    (own / "output_review.yaml").write_text("reviewers: []")
    assert protocols.get(folder, "output_review").reviewers == ("judge",)
    assert list(protocols.problems) == ["config:quant:output_review"]
    (own / "output_review.yaml").unlink()
    assert protocols.get(folder, "output_review").reviewers == ("@reviewer",)
    assert protocols.problems == {}
