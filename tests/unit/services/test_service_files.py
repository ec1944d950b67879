"""Promises that each service file says the same to its manager, whatever the home is called, and holds no secret unasked."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.errors import UsageError
from console.home import Home
from console.making import prepare_home
from console.services import launchd, pm2, systemd
from console.services.kinds import KINDS
from console.services.plan import ServicePlan, plan_for, search_path
from console.services.stamp import read_stamp, stamped

ODD = ("home", "家 with space", "a--b", "50%n", "$HOME", 'quo"te', "back\\slash", "it's", "<&>")
SHELL = {
    "PATH": "/usr/bin:relative::/bin:/usr/bin",
    "LANG": "zh_CN.UTF-8",
    "SECRET": "s3cret",
    "OPENCLAW_GATEWAY_TOKEN": "t",
}


@pytest.fixture(params=ODD)
def plan(tmp_path: Path, request: pytest.FixtureRequest) -> ServicePlan:
    """A service of a home with a name that some syntax trips over."""
    home = prepare_home(Home(tmp_path / str(request.param)))
    return plan_for(home, SHELL, keep=("SECRET",))


def test_a_property_list_says_what_was_planned(plan: ServicePlan) -> None:
    job = plistlib.loads(stamped(launchd.text(plan), plan.home).encode())
    assert tuple(job["ProgramArguments"]) == (*plan.command, "--quiet")
    assert job["EnvironmentVariables"] == plan.environment
    assert job["WorkingDirectory"] == str(plan.home)
    assert (job["KeepAlive"], job["RunAtLoad"], job["AbandonProcessGroup"]) == (True, True, True)
    assert job["ProcessType"] == "Interactive"
    assert {job["StandardOutPath"], job["StandardErrorPath"]} == {str(plan.out_log), str(plan.err_log)}


def test_an_ecosystem_file_says_what_was_planned_to_node_itself(plan: ServicePlan, tmp_path: Path) -> None:
    file = tmp_path / "ecosystem.config.cjs"
    file.write_text(stamped(pm2.text(plan), plan.home), "utf-8")
    (app,) = evaluated(file)["apps"]
    assert (app["script"], *app["args"]) == plan.command
    assert app["env"] == plan.environment
    assert app["cwd"] == str(plan.home)
    assert (app["treekill"], app["autorestart"], app["interpreter"]) == (False, True, "none")


def test_systemd_itself_finds_nothing_wrong_with_the_unit(plan: ServicePlan, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    file = tmp_path / "moziplus.service"
    file.write_text(stamped(systemd.text(plan), plan.home), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        capture_output=True,
        text=True,
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_unit_says_what_was_planned(plan: ServicePlan) -> None:
    unit = systemd.text(plan)
    lines = dict(line.partition("=")[::2] for line in unit.splitlines() if line.startswith(("ExecStart", "Work")))
    assert tuple(unquoted(lines["ExecStart"])) == plan.command
    assert lines["WorkingDirectory"].replace("%%", "%") == str(plan.home)
    values = [value for line in unit.splitlines() if line.startswith("Environment=") for value in unquoted(line[12:])]
    assert dict(value.partition("=")[::2] for value in values) == plan.environment
    assert "\nKillMode=process\n" in unit and "\nRestart=always\n" in unit and "\nStartLimitBurst=10\n" in unit


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_stamp_names_the_home_and_finds_every_edit(kind: Any, plan: ServicePlan) -> None:
    text = stamped(kind.text(plan), plan.home)
    stamp = read_stamp(text)
    assert stamp is not None
    assert stamp == (str(plan.home), False)
    other = read_stamp(text.replace("PYTHONUTF8", "PYTHONUTF9"))
    assert other is not None and other.edited
    assert read_stamp(kind.text(plan)) is None


def test_a_service_has_a_utf8_locale_and_a_path_without_folders_that_move(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    assert plan_for(home, {"LANG": "zh_CN.UTF-8"}).environment["LANG"] == "zh_CN.UTF-8"
    assert plan_for(home, {"LANG": "POSIX"}, mac=False).environment["LANG"] == "C.UTF-8"
    assert plan_for(home, {}, mac=True).environment["LANG"] == "en_US.UTF-8"
    assert search_path({"PATH": "/usr/bin:relative::/bin:/usr/bin"}).startswith("/usr/bin:/bin")
    assert "relative" not in search_path({"PATH": "/usr/bin:relative"})


def test_only_what_the_operator_names_is_kept_of_the_shell(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    assert set(plan_for(home, SHELL).environment) == {"PATH", "LANG", "PYTHONUTF8"}
    assert plan_for(home, SHELL | {"LOG_LEVEL": "DEBUG"}).environment["LOG_LEVEL"] == "DEBUG"
    kept = plan_for(home, SHELL, keep=("SECRET",))
    assert kept.environment["SECRET"] == "s3cret"
    assert "s3cret" not in "".join(kind.text(kept.shown()) for kind in KINDS.values())
    with pytest.raises(UsageError, match="UNSET"):
        plan_for(home, SHELL, keep=("UNSET",))
    with pytest.raises(UsageError, match="control characters"):
        plan_for(home, SHELL | {"SECRET": "two\nlines"}, keep=("SECRET",))
    with pytest.raises(UsageError, match="name of a service"):
        plan_for(home, SHELL, name="../evil")


def test_a_managers_answer_is_understood() -> None:
    unit = "LoadState=loaded\nActiveState=active\nMainPID=77\n"
    assert (systemd.understood("moziplus", 0, unit).state, systemd.understood("moziplus", 0, unit).pid) == (
        "running",
        77,
    )
    assert (
        systemd.understood("moziplus", 0, "LoadState=not-found\nActiveState=inactive\nMainPID=0\n").state
        == "not loaded"
    )
    assert systemd.understood("moziplus", 0, "LoadState=loaded\nActiveState=failed\nMainPID=0\n").state == "stopped"
    assert systemd.understood("moziplus", 1, "").state == "unknown"
    assert launchd.understood("moziplus", 113, "").state == "not loaded"
    job = "gui/501/local.moziplus = {\n\tactive count = 1\n\tstate = running\n\tpid = 4242\n}\n"
    assert launchd.understood("moziplus", 0, job).pid == 4242
    assert launchd.understood("moziplus", 0, "x = {\n\tstate = not running\n}\n").state == "stopped"
    listed = json.dumps([{"name": "moziplus", "pid": 9, "pm2_env": {"status": "online"}}])
    assert pm2.understood("moziplus", 0, f">>>> In-memory PM2 is out-of-date\n{listed}\n").pid == 9
    assert pm2.understood("other", 0, listed).state == "not loaded"
    assert pm2.understood("moziplus", 0, "[]").state == "not loaded"
    assert pm2.understood("moziplus", 0, "nonsense").state == "unknown"


def evaluated(file: Path) -> Any:
    """What node makes of the file."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on this machine")
    script = "process.stdout.write(JSON.stringify(require(process.argv[1])))"
    done = subprocess.run(
        [node, "-e", script, str(file)], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    return json.loads(done.stdout)


def unquoted(line: str) -> Iterator[str]:
    """The words of a line as systemd reads them: double quotes, backslashes, and doubled % and $."""
    word, inside, escaped = "", False, False
    for character in line:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            escaped = True
        elif character == '"':
            if inside:
                yield word.replace("%%", "%").replace("$$", "$")
            word, inside = "", not inside
        elif inside:
            word += character
