"""Promises what `moziplus doctor` finds, what it says to do, and that it neither changes nor tells what it must not."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.cli.doctor.command import CHECKS
from console.cli.doctor.versions import has_wal_reset_fix
from console.engine.in_charge import holder
from tests.homes import SUBMITS, TeamHome, developer, eventually
from tests.program import Done, moziplus


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"quick": SUBMITS}, projects=("quant", "other"))
    made.task()
    made.close()
    yield made
    made.close()


def doctor(team: TeamHome, *arguments: str, **environ: Any) -> Done:
    return moziplus("doctor", *arguments, home=team.home.path, **environ)


def lines(team: TeamHome, *, code: int, **environ: Any) -> list[dict[str, str]]:
    """Every finding; the exit code is what it should be, and every finding that is not ok says what to do."""
    done = doctor(team, "--json", **environ)
    assert done.code == code, done.out + done.err
    assert all(row["do"] for row in done.records if row["state"] != "ok")
    assert not [row for row in done.records if "check itself failed" in row["means"]]
    return done.records


def wrong(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(row["check"], row["means"]) for row in rows if row["state"] == "wrong"]


def the(rows: list[dict[str, str]], check: str, word: str) -> dict[str, str]:
    (row,) = [row for row in rows if row["check"] == check and word in row["means"]]
    return row


def test_a_good_home_has_a_line_of_every_check_and_nothing_wrong(team: TeamHome) -> None:
    rows = lines(team, code=0)
    assert {row["check"] for row in rows} == set(CHECKS)
    assert all(set(row) == {"check", "state", "means", "do"} for row in rows)
    assert wrong(rows) == []
    assert "nobody is in charge" in the(rows, "in charge", "in charge")["means"]
    assert the(rows, "sandbox", "quant")["state"] == "ok"
    assert (
        "not configured" in the(rows, "gateway", "gateway")["means"]
        or "no gateway" in the(rows, "gateway", "gateway")["means"]
    )


def test_people_read_the_state_the_meaning_and_what_to_do(team: TeamHome) -> None:
    team.home.registry.write_text("nonsense")
    done = doctor(team)
    assert "→ `moziplus doctor --mend`" in done.out
    assert done.out.splitlines()[-1].endswith("0 wrong")


def test_the_registry_is_mended_only_when_asked(team: TeamHome) -> None:
    team.home.registry.write_text("nonsense")
    assert the(lines(team, code=0), "registry", "_registry")["state"] == "warn"
    assert team.home.registry.read_text() == "nonsense"
    assert doctor(team, "--mend").code == 0
    assert "quant" in team.home.registry.read_text()
    assert the(lines(team, code=0), "registry", "_registry")["state"] == "ok"


def test_every_fault_of_a_blackboard_is_named_and_the_others_are_still_checked(team: TeamHome) -> None:
    quant = team.home.project_folder("quant") / "blackboard.db"
    for fault, word in ((b"", "not ours"), (b"x" * 8192, "not a database")):
        quant.unlink()
        quant.write_bytes(fault)
        quant.chmod(0o600)
        rows = lines(team, code=1)
        assert the(rows, "databases", "quant")["state"] == "wrong", word
        assert the(rows, "databases", "other")["state"] == "ok"
    quant.unlink()
    gone = the(lines(team, code=1), "databases", "quant")
    assert "missing" in gone["means"] and "moziplus restore quant" in gone["do"]


def test_damage_inside_a_blackboard_is_found(team: TeamHome) -> None:
    quant = team.home.project_folder("quant") / "blackboard.db"
    with quant.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    row = the(lines(team, code=1), "databases", "quant")
    assert "restore" in row["do"]


def test_all_problems_of_all_settings_are_told_at_once(team: TeamHome) -> None:
    project = team.home.project_folder("quant") / "config" / "project.yaml"
    project.write_text("project: {agents: 5}\nfoo: 1\n")
    found = wrong(lines(team, code=1))
    assert len([means for check, means in found if check == "settings" and "project.yaml" in means]) == 2
    team.configure({"daemon": {"tick_interval": "soon"}, "nope": 1})
    found = wrong(lines(team, code=1))
    assert len([means for check, means in found if check == "settings"]) == 2


def test_what_others_can_read_is_told(team: TeamHome) -> None:
    (team.home.project_folder("quant") / "blackboard.db").chmod(0o644)
    row = the(lines(team, code=1), "home", "others can read")
    assert "blackboard.db" in row["means"] and "chmod -R go-rwx" in row["do"]


def test_agents_that_cannot_start_are_told_without_any_secret(team: TeamHome) -> None:
    team.configure(
        {
            "agents": {
                "quick": developer("true", env_required=["API_KEY", "OTHER_KEY"]),
                "lost": {"role": "developer", "backend": "command", "command": ["/nowhere/agent"]},
                "boxed": {"role": "developer", "backend": "command", "command": ["ssh", "elsewhere", "agent"]},
            }
        }
    )
    done = doctor(team, "--json", API_KEY="sk-hush-hush-hush-hush-1234")
    assert done.code == 1
    assert "hush" not in done.out + done.err
    assert "OTHER_KEY" in the(done.records, "agents", "quick needs")["means"]
    assert "API_KEY," not in the(done.records, "agents", "quick needs")["means"]
    assert the(done.records, "agents", "/nowhere/agent")["state"] == "wrong"
    assert the(done.records, "agents", "boxed")["state"] in ("warn", "wrong")


def test_agents_are_judged_by_the_environment_of_the_scheduler_in_charge(team: TeamHome) -> None:
    team.configure({"agents": {"quick": developer("true", env_required=["API_KEY"])}})
    scheduler = team.start("run", "--quiet", API_KEY="set")
    eventually(lambda: holder(team.home) is not None)
    try:
        rows = lines(team, code=0)
        assert the(rows, "agents", "quick")["state"] == "ok"
        assert f"pid {scheduler.pid}" in the(rows, "in charge", "in charge")["means"]
    finally:
        scheduler.terminate()
        scheduler.wait(10)


def test_a_scheduler_that_hangs_is_told_with_its_pid(team: TeamHome) -> None:
    team.configure({"daemon": {"tick_interval": 1}, "agents": {"quick": SUBMITS}})
    scheduler = team.start("run", "--quiet")
    found: list[dict[str, str]] = []

    def told() -> bool:
        found[:] = doctor(team, "--json").records
        return any("hangs" in means for _, means in wrong(found))

    try:
        eventually(lambda: holder(team.home) is not None)
        scheduler.send_signal(signal.SIGSTOP)
        eventually(told, account=lambda: f"{found}\nended: {scheduler.poll()}\n{team.account()}")
        assert f"kill -9 {scheduler.pid}" in the(lines(team, code=1), "in charge", "hangs")["do"]
    finally:
        scheduler.kill()
        scheduler.wait()


def test_a_blackboard_that_another_program_keeps_locked_is_waited_for_once(team: TeamHome) -> None:
    with closing(sqlite3.connect(team.home.project_folder("quant") / "blackboard.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        rows = lines(team, code=1)
    assert "locked by another program" in the(rows, "databases", "the blackboard of quant")["means"]
    assert "was not tried" in the(rows, "sandbox", "quant")["means"]
    assert the(rows, "sandbox", "other")["state"] == "ok"


def test_of_projects_that_lie_side_by_side_one_agent_is_started_for_all(tmp_path: Path) -> None:
    names = tuple(f"p{n}" for n in range(6))
    team = TeamHome(tmp_path / "home", {"quick": SUBMITS}, projects=names)
    counted, shell = tmp_path / "counted", tmp_path / "bin" / "sh"
    shell.parent.mkdir()
    shell.write_text(f'#!/bin/sh\necho started >> {counted}\nexec /bin/sh "$@"\n')
    shell.chmod(0o755)
    (team.home.project_folder("p3") / "blackboard.db").write_bytes(b"")
    path = f"{shell.parent}:{os.environ['PATH']}"
    rows = moziplus("doctor", "--json", home=team.home.path, PATH=path).records
    team.close()
    states = {row["means"].split()[3]: row["state"] for row in rows if row["check"] == "sandbox"}
    assert states == {name: "wrong" if name == "p3" else "ok" for name in names}
    assert counted.read_text().splitlines() == ["started"] * 2, "the first, and the one whose blackboard is odd"


def test_a_workdir_that_is_not_mounted_is_told(team: TeamHome, tmp_path: Path) -> None:
    project = team.home.project_folder("quant") / "config" / "project.yaml"
    project.write_text(f"project: {{agents: [quick], workdir: {tmp_path / 'nas'}}}\n")
    assert "is not there" in the(lines(team, code=1), "sandbox", "quant")["means"]


def test_a_gateway_that_is_down_is_told_and_what_to_do(team: TeamHome) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    team.configure({"gateway": {"url": f"http://127.0.0.1:{port}"}, "agents": {"quick": {"backend": "gateway"}}})
    row = the(lines(team, code=1), "gateway", "no gateway answers")
    assert "openclaw gateway run" in row["do"]


def test_what_answers_but_is_no_gateway_is_told(team: TeamHome) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_hello, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        team.configure({"gateway": {"url": url}, "agents": {"quick": {"backend": "gateway"}}})
        assert the(lines(team, code=1), "gateway", "not an OpenClaw Gateway")["do"] == "correct gateway.url"


def _answer_hello(server: socket.socket) -> None:
    try:
        while True:
            with server.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    except OSError:
        return


def test_a_home_that_is_none_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    done = moziplus("doctor", "--json", home=tmp_path / "nowhere")
    assert done.code == 1
    assert "is not a home" in the(done.records, "home", "nowhere")["means"]
    user = tmp_path / "user"
    user.mkdir()
    fresh = moziplus("doctor", "--json", cwd=user, HOME=str(user))
    assert the(fresh.records, "home", "no home yet")["state"] == "warn"
    assert list(user.iterdir()) == []


def test_a_locale_that_is_not_utf8_is_told(team: TeamHome) -> None:
    assert the(lines(team, code=0, LC_ALL="POSIX"), "locale", "UTF-8")["state"] == "warn"


def test_doctor_changes_nothing(team: TeamHome) -> None:
    def seen() -> dict[str, int]:  # a gate is made by whoever opens a blackboard
        found = (p for p in team.home.path.rglob("*") if p.is_file() and not p.name.endswith(("-shm", "-wal", ".gate")))
        return {str(path): path.stat().st_mtime_ns for path in found}

    before = seen()
    assert doctor(team).code == 0
    assert seen() == before
    assert not [name for name in os.listdir(team.home.state) if name.startswith(".doctor")]


def test_the_releases_of_sqlite_with_the_wal_reset_fix_are_known() -> None:
    fixed = [(3, 51, 3), (3, 52, 0), (3, 50, 7), (3, 44, 6)]
    unfixed = [(3, 51, 2), (3, 51, 0), (3, 50, 6), (3, 49, 9), (3, 44, 5), (3, 45, 0), (3, 40, 1)]
    assert [version for version in fixed if not has_wal_reset_fix(version)] == []
    assert [version for version in unfixed if has_wal_reset_fix(version)] == []
