"""Promises of a session whose agent put links, pipes, devices and folders where we read and write: it ends, and says why.

The agents are real, so is the scheduler; nothing outside an agent's own folders may be read, written or waited for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from console.engine.strays import at_work
from console.keeping.retention import clean
from console.settings import Retention
from tests.homes import CLOCK, QUICK, TeamHome, developer

# Prints the peak of a command. Run by a small process: Linux counts what the one that forks holds as the child's own.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
TASK = {
    "last words are a link": 'for i in 1 2 3; do ln -s "$VICTIM" $MOZIPLUS_TASK_DIR/outputs/last_words-$i.md; done',
    "last words are a pipe": "for i in 1 2 3; do mkfifo $MOZIPLUS_TASK_DIR/outputs/last_words-$i.md; done",
    "last words are a folder": "for i in 1 2 3; do mkdir $MOZIPLUS_TASK_DIR/outputs/last_words-$i.md; done",
    "last words are a hard link": 'for i in 1 2 3; do ln "$VICTIM" $MOZIPLUS_TASK_DIR/outputs/last_words-$i.md; done',
    "outputs is a link": 'rm -rf $MOZIPLUS_TASK_DIR/outputs; ln -s "$ELSEWHERE" $MOZIPLUS_TASK_DIR/outputs',
    "archive is a link": 'rm -rf $MOZIPLUS_TASK_DIR/archive; ln -s "$ELSEWHERE" $MOZIPLUS_TASK_DIR/archive',
    "the task's folder is a link": 'cd /; rm -rf $MOZIPLUS_TASK_DIR; ln -s "$ELSEWHERE" $MOZIPLUS_TASK_DIR',
    "the task's folder is a pipe": "cd /; rm -rf $MOZIPLUS_TASK_DIR; mkfifo $MOZIPLUS_TASK_DIR",
    "the task's folder is gone": "cd /; rm -rf $MOZIPLUS_TASK_DIR",
}
SESSION = {
    "output.log is a pipe": "rm $S/output.log; mkfifo $S/output.log",
    "output.log is a device": "rm $S/output.log; ln -s /dev/zero $S/output.log",
    "output.log is a secret": 'rm $S/output.log; ln -s "$VICTIM" $S/output.log',
    "output.log is a hard link": 'rm $S/output.log; ln "$VICTIM" $S/output.log',
    "exit.json is a folder": "mkdir $S/exit.json; touch $S/exit.json/x",
    "exit.json is a pipe": "mkfifo $S/exit.json",
    "exit.json is a link": 'ln -s "$VICTIM" $S/exit.json',
    "tree.json is a folder": "rm -rf $S/tree.json; mkdir $S/tree.json; (sleep 3 & wait)",
    "runner.json is a device": "rm $S/runner.json; ln -s /dev/zero $S/runner.json",
    "runner.log is a pipe": "rm $S/runner.log; mkfifo $S/runner.log",
    "stop is a pipe": "mkfifo $S/stop",
}

CLOSED = {
    "the session's folder": "chmod 000 $S",
    "the agent's folder": "chmod 000 $(dirname $S)",
    "the task's folder": "chmod 000 $MOZIPLUS_TASK_DIR",
    "its outputs": "chmod 000 $MOZIPLUS_TASK_DIR/outputs",
    "all that is in the session's folder": "chmod 000 $S/*",
    "all that is in the session's folder, and it": "chmod 000 $S/* $S",
    "all that is in the task's folder, and it": "chmod 000 $MOZIPLUS_TASK_DIR/* $MOZIPLUS_TASK_DIR",
    "a session's folder that nobody may write": "chmod 555 $S",
    "a task's folder that nobody may write": "chmod 555 $MOZIPLUS_TASK_DIR $MOZIPLUS_TASK_DIR/outputs",
}
FILES = (
    *("output.log", "exit.json", "tree.json", "runner.json", "runner.log", "stop", "alive.lock", "start.json"),
    *("prompt.md", "prompt.json", "blackboard"),
)
PUT = {
    "link": 'ln -s "$VICTIM" {}',
    "self": "ln -s x {0}; ln -sf $(basename {0}) {0}",
    "device": "ln -s /dev/zero {}",
    "pipe": "mkfifo {}",
    "hard": 'ln "$VICTIM" {}',
    "folder": "mkdir {0}; touch {0}/x",
    "socket": "{python} -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"x\")' && mv x {0}",
    "nothing": "true",
}


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What must stay as it is: a file and a folder of somebody else's."""
    monkeypatch.setenv("VICTIM", str(tmp_path / "victim"))
    monkeypatch.setenv("ELSEWHERE", str(tmp_path / "elsewhere"))
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "elsewhere").mkdir()
    yield tmp_path
    assert (tmp_path / "victim").read_text() == "precious"
    assert os.listdir(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("what", [*TASK, *SESSION])
def test_a_session_ends_well_whatever_its_agent_put_in_our_way(around: Path, what: str) -> None:
    script = f"S=$(dirname $MOZIPLUS_PROMPT_FILE); {(TASK | SESSION)[what]}; echo the last words"
    with closing(TeamHome(around / "home", {"dev": developer(script)})) as team:
        task = team.task()
        assert team.run() == 0
        [session] = sessions_of(team.db(), task.id)
        assert (session.status, session.gone_at is not None) == ("succeeded", True), team.account()
        found = get_task(team.db(), task.id)
        assert found.status == "review", team.account()
        kept = outputs_of(team.db(), task.id)
        for output in kept:
            place = team.home.project_folder("quant") / "artifacts" / str(task.id) / output.path
            assert place.is_file() and not place.is_symlink() and "the last words" in place.read_text()
        refused = {"last words are a folder", "outputs is a link", "archive is a link"}
        refused |= {"the task's folder is a link", "the task's folder is a pipe"}
        assert len(kept) == (0 if what in refused else 1)
        told = team.cli("review", "show", str(task.id), "--project", "quant").stdout
        assert "the last words" in told and ("could not be kept as a file" in told) == (what in refused), told


def test_last_words_never_reach_another_projects_live_blackboard(around: Path) -> None:
    live = "$MOZIPLUS_HOME/projects/other/blackboard.db"
    script = f"for i in 1 2 3; do ln -s {live} $MOZIPLUS_TASK_DIR/outputs/last_words-$i.md; done; echo GARBAGE"
    with closing(TeamHome(around / "home", {"dev": developer(script)}, projects=("quant", "other"))) as team:
        team.task()
        assert team.run() == 0
        with closing(open_project(team.home.project_folder("other"))) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_device_in_the_place_of_the_output_costs_no_memory(around: Path) -> None:
    script = f"S=$(dirname $MOZIPLUS_PROMPT_FILE); {SESSION['output.log is a device']}; echo the last words"
    with closing(TeamHome(around / "home", {"dev": developer(script)})) as team:
        team.task()
        most = subprocess.run(
            [sys.executable, "-I", "-S", "-c", PEAK, *team.command("run", "--until-idle")],
            capture_output=True,
            check=True,
        )
        assert int(most.stdout.split()[-1]) * (1 if sys.platform == "darwin" else 1024) < 400_000_000


def test_what_a_session_said_is_not_read_through_a_link_or_a_pipe(around: Path) -> None:
    script = "S=$(dirname $MOZIPLUS_PROMPT_FILE); rm $S/output.log; mkfifo $S/output.log; echo hello"
    with closing(TeamHome(around / "home", {"dev": developer(script)})) as team:
        task = team.task()
        assert team.run() == 0
        [session] = sessions_of(team.db(), task.id)
        done = team.cli("session", "log", session.id, "--raw")
        assert (done.returncode, "it is a pipe" in done.stderr) == (1, True), done


def test_tidying_follows_no_link_that_an_agent_left_for_a_sessions_folder(around: Path) -> None:
    with closing(TeamHome(around / "home", {}, settings=QUICK)) as team:
        precious = around / "precious"
        precious.mkdir()
        (precious / "work.txt").write_text("mine")
        agents = team.home.runs / "20260101_000000" / "agents" / "dev"
        agents.mkdir(parents=True)
        (agents / "s").symlink_to(precious)
        clean(team.home, Retention(), inbox=team.home.inbox / "daemon.jsonl", now=CLOCK.now() + 10_000 * 86_400_000)
        assert (precious / "work.txt").read_text() == "mine"


def test_an_agents_output_may_not_be_a_database_of_the_home_by_another_name(around: Path) -> None:
    script = (
        "ln $MOZIPLUS_HOME/projects/quant/blackboard.db $MOZIPLUS_TASK_DIR/outputs/a.txt;"
        ' ln "$VICTIM" $MOZIPLUS_TASK_DIR/outputs/b.txt;'
        " blackboard output outputs/b.txt && ! blackboard output outputs/a.txt && blackboard submit --summary done"
    )
    with closing(TeamHome(around / "home", {"dev": developer(script)})) as team:
        task = team.task()
        assert team.run() == 0
        assert team.status(task) == "done", team.account()
        assert [output.path for output in outputs_of(team.db(), task.id)] == ["outputs/b.txt"]


def _as_people_do(command: list[str]) -> list[str]:
    """Root may read everything: as such the command gives that up first."""
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and there is no setpriv")
    without = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", *command]


@pytest.mark.parametrize("what", CLOSED)
def test_a_session_ends_well_whatever_its_agent_has_closed_to_everybody(around: Path, what: str) -> None:
    script = f"S=$(dirname $MOZIPLUS_PROMPT_FILE); cd /; {CLOSED[what]}; echo the last words"
    with closing(TeamHome(around / "home", {"dev": developer(script)})) as team:
        task = team.task()
        subprocess.run(_as_people_do(team.command("run", "--until-idle")), check=True, timeout=90)
        [session] = sessions_of(team.db(), task.id)
        assert (session.status, session.gone_at is not None) == ("succeeded", True), team.account()
        assert get_task(team.db(), task.id).status == "review", team.account()
        told = team.cli("review", "show", str(task.id), "--project", "quant").stdout
        assert "the last words" in told, told


@pytest.mark.drill
@pytest.mark.parametrize("kind", PUT)
def test_a_session_ends_well_whatever_stands_in_the_place_of_any_of_its_files(around: Path, kind: str) -> None:
    put = PUT[kind].replace("{python}", sys.executable)
    agents = {}
    for name in FILES:
        place = f"$S/{name}"
        change = f"rm -f {place}; {put.replace('{}', place).replace('{0}', place)}"
        script = f"S=$(dirname $MOZIPLUS_PROMPT_FILE); cd $S; {change}; sleep 1.5; echo the last words"
        agents[name.replace(".", "-")] = developer(script)
    settings = {**QUICK, "daemon": {**QUICK["daemon"], "max_global_agents": 4}}
    with closing(TeamHome(around / "home", agents, settings=settings)) as team:
        tasks = {name: team.task(assignee=name) for name in agents}
        subprocess.run(team.command("run", "--until-idle"), check=True, timeout=240)
        ended = {
            name: [(str(s.status), s.failure) for s in sessions_of(team.db(), task.id)] for name, task in tasks.items()
        }
        assert at_work(team.home) == {}
        ended.pop("alive-lock")  # who takes the proof of its life away may be taken for lost
        assert ended == dict.fromkeys(ended, [("succeeded", None)])  # no account: that would read what stands there
