"""Promises what `moziplus service` writes, refuses, keeps and removes, and that a restart or a drain loses nothing."""

from __future__ import annotations

import os
import plistlib
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.sessions import sessions_of
from console.engine.in_charge import holder
from tests.homes import SUBMITS, TeamHome, developer, eventually
from tests.program import Done, moziplus

MANAGERS = ("launchd", "systemd", "pm2")
WAITS = 'while [ ! -e "$MOZIPLUS_HOME/go" ]; do sleep 0.05; done; echo x >>"$MOZIPLUS_HOME/ran"; blackboard submit --summary x'


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"waits": developer(WAITS), "quick": SUBMITS})
    yield made
    made.close()


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """The user's own folder, where service files go."""
    return tmp_path / "user"


def service(team: TeamHome, user: Path, *arguments: str, **environ: Any) -> Done:
    """`moziplus service` on a machine without any manager."""
    return moziplus(
        "service", *arguments, home=team.home.path, **{"HOME": str(user), "PATH": "/usr/bin:/bin", **environ}
    )


def file_of(done: Done) -> Path:
    return Path(done.record["file"])


@pytest.mark.parametrize("manager", MANAGERS)
def test_install_twice_changes_nothing_the_second_time(team: TeamHome, user: Path, manager: str) -> None:
    first, again = (service(team, user, "install", manager, "--json") for _ in range(2))
    assert (first.record["done"], again.record["done"]) == ("installed", "unchanged")
    assert stat.S_IMODE(file_of(first).stat().st_mode) == 0o600
    assert str(team.home.path) in file_of(first).read_text("utf-8")
    assert first.record["start"] and first.record["stop"] and first.record["restart"]
    changed = service(team, user, "install", manager, "--json", LOG_LEVEL="DEBUG")
    assert changed.record["done"] == "updated"


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_file_that_was_edited_by_hand_is_left_alone(team: TeamHome, user: Path, manager: str) -> None:
    file = file_of(service(team, user, "install", manager, "--json"))
    edited = file.read_text("utf-8").replace("PYTHONUTF8", "PYTHONUTF8X")
    file.write_text(edited, "utf-8")
    for refused in (service(team, user, "install", manager), service(team, user, "uninstall", manager)):
        assert refused.code == 4
        assert "edited by hand" in refused.err
        assert file.read_text("utf-8") == edited
    assert service(team, user, "install", manager, "--force").code == 0
    assert file.with_name(f"{file.name}.old").read_text("utf-8") == edited
    assert service(team, user, "install", manager, "--json").record["done"] == "unchanged"
    assert service(team, user, "uninstall", manager).code == 0
    assert not file.exists()
    assert service(team, user, "uninstall", manager).code == 3


def test_who_is_in_charge_after_a_service_was_taken_out_is_said(team: TeamHome, user: Path) -> None:
    file_of(service(team, user, "install", "systemd", "--json"))
    assert "nobody is in charge now" in service(team, user, "uninstall", "systemd").out
    file_of(service(team, user, "install", "systemd", "--json"))
    other = team.start("run", "--quiet")
    eventually(lambda: holder(team.home) is not None)
    assert service(team, user, "uninstall", "systemd", "--json").record["in_charge"] == other.pid
    other.terminate()
    other.wait()


def test_a_file_that_somebody_else_wrote_is_left_alone(team: TeamHome, user: Path) -> None:
    file = user / ".config/systemd/user/moziplus.service"
    file.parent.mkdir(parents=True)
    file.write_text("[Service]\nExecStart=/bin/true\n")
    refused = service(team, user, "install", "systemd")
    assert (refused.code, file.read_text()) == (4, "[Service]\nExecStart=/bin/true\n")
    assert "not written by moziplus" in refused.err


def test_a_second_home_needs_a_name_of_its_own(team: TeamHome, user: Path, tmp_path: Path) -> None:
    assert service(team, user, "install", "systemd").code == 0
    other = TeamHome(tmp_path / "other", {})
    refused = service(other, user, "install", "systemd")
    assert refused.code == 4
    assert "--name" in refused.err
    assert service(other, user, "install", "systemd", "--name", "moziplus-lab").code == 0
    other.close()


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_dry_run_shows_the_file_writes_nothing_and_tells_no_secret(team: TeamHome, user: Path, manager: str) -> None:
    shown = service(team, user, "install", manager, "--dry-run", "--env", "API_KEY", API_KEY="hush&hush")
    assert shown.code == 0
    assert "hush" not in shown.out and "API_KEY" in shown.out
    assert not user.exists() and not (team.home.config / "ecosystem.config.cjs").exists()
    kept = service(team, user, "install", manager, "--json", "--env", "API_KEY", API_KEY="hush&hush")
    assert "hush" not in kept.out + kept.err
    assert "hush" in file_of(kept).read_text("utf-8")


def test_what_the_service_will_lack_is_said(team: TeamHome, user: Path) -> None:
    team.configure({"agents": {"waits": developer("true", env_required=["API_KEY"]), "quick": SUBMITS}})
    done = service(team, user, "install", "systemd", API_KEY="hush")
    assert "--env API_KEY" in done.out and "hush" not in done.out
    silent = service(team, user, "install", "systemd", "--env", "API_KEY", API_KEY="hush")
    assert "will not have" not in silent.out


def test_status_says_what_is_installed_and_fails_for_what_is_not(team: TeamHome, user: Path) -> None:
    missing = service(team, user, "status", "systemd", "--json")
    assert (missing.code, missing.record["installed"]) == (1, False)
    file = file_of(service(team, user, "install", "launchd", "--json"))
    assert plistlib.loads(file.read_bytes())["Label"] == "local.moziplus"
    rows = {row["manager"]: row for row in service(team, user, "status", "--json").records}
    assert set(rows) == set(MANAGERS)
    assert (rows["launchd"]["installed"], rows["launchd"]["state"]) == (True, "unknown")


def test_a_restart_while_an_agent_works_adopts_it(team: TeamHome) -> None:
    task = team.task(assignee="waits")
    first = team.start("run", "--quiet")
    eventually(lambda: [s.status for s in sessions_of(team.db(), task.id)] == ["running"])
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    second = team.start("run", "--quiet")
    eventually(lambda: (who := holder(team.home)) is not None and who.pid == second.pid)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(task) == "done")
    assert [s.status for s in sessions_of(team.db(), task.id)] == ["succeeded"]
    assert (team.home.path / "ran").read_text() == "x\n"
    second.terminate()
    assert second.wait(10) == 0


def test_a_drain_lets_the_work_end_and_the_next_scheduler_goes_on(team: TeamHome) -> None:
    begun = team.task(assignee="waits")
    old = team.start("run", "--quiet")
    eventually(lambda: [s.status for s in sessions_of(team.db(), begun.id)] == ["running"])
    assert team.cli("drain").returncode == 0
    waiting = team.task(assignee="quick")
    (team.home.path / "go").touch()
    assert old.wait(20) == 0, "a drain ends the scheduler with 0, so that its manager starts the new code"
    assert (team.status(begun), team.status(waiting)) == ("done", "pending")
    new = team.start("run", "--quiet")
    eventually(lambda: team.status(waiting) == "done")
    assert len(sessions_of(team.db(), begun.id)) == 1
    new.terminate()
    assert new.wait(10) == 0


def test_quiet_says_nothing_and_logs_all(team: TeamHome) -> None:
    team.task(assignee="quick")
    done = team.cli("run", "--until-idle", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "in charge" in (team.home.logs / "moziplus.log").read_text("utf-8")


def test_beside_a_service_every_command_of_the_operator_works(team: TeamHome) -> None:
    running = team.start("run", "--quiet")
    eventually(lambda: holder(team.home) is not None)
    made = team.cli("task", "create", "--project", "quant", "--title", "t", "--assignee", "waits", "--no-review")
    assert made.returncode == 0, made.stderr
    eventually(lambda: [str(s.status) for s in sessions_of(team.db(), 1)] == ["running"])
    assert team.cli("task", "cancel", "1").returncode == 0
    eventually(lambda: team.present() == 0)
    assert [str(s.status) for s in sessions_of(team.db(), 1)] == ["cancelled"]
    assert (who := holder(team.home)) is not None and who.pid == running.pid
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait(10) == 0


def test_a_machine_is_kept_awake_while_an_agent_works_and_no_longer(team: TeamHome, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("caffeinate", "systemd-inhibit"):
        (tools / name).write_text(f"#!/bin/sh\necho $$ >'{tmp_path}/awake'\nexec sleep 600\n")
        (tools / name).chmod(0o755)
    team.configure({"daemon": {"keep_awake": True}, "agents": {"waits": developer(WAITS), "quick": SUBMITS}})
    task = team.task(assignee="waits")
    scheduler = team.start("run", "--quiet", PATH=f"{tools}:{os.environ['PATH']}")
    eventually(lambda: (tmp_path / "awake").exists() and (tmp_path / "awake").read_text().strip().isdigit())
    pid = int((tmp_path / "awake").read_text())
    assert psutil.pid_exists(pid)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(task) == "done")
    eventually(lambda: not psutil.pid_exists(pid))
    scheduler.terminate()
    assert scheduler.wait(10) == 0
