"""Promises of what a command prints: what is done ends with 0 whoever reads of it; what only prints says what was lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.output import READS
from console.own_python import python_command
from tests.agent import Desk
from tests.repository import ROOT

FULL = Path("/dev/full")
SUMMARY = "加总 é 🙂 = 42"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def begun(desk: Desk, program: str, *arguments: str, shell: str = '"$@"', **environ: str) -> subprocess.Popen[bytes]:
    """A program of ours as a child of a shell, which may close or lead elsewhere what it writes to."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("MOZIPLUS_")}
    given |= {"PYTHONPATH": str(ROOT), **desk.context, **environ}
    words = ["sh", "-c", shell, "sh", sys.executable, "-m", program, *arguments]
    return subprocess.Popen(words, env=given, cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err.decode()


def nobody_reads(desk: Desk, program: str, *arguments: str) -> tuple[int, str]:
    """The end of a program whose reader has gone before it writes."""
    process = begun(desk, program, *arguments, shell='sleep 0.3; exec "$@"')
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    code, _, err = ended(process)
    return code, err


def full(desk: Desk, program: str, *arguments: str) -> tuple[int, str]:
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    code, _, err = ended(begun(desk, program, *arguments, shell='exec "$@" > /dev/full'))
    return code, err


def closed(desk: Desk, program: str, *arguments: str) -> tuple[int, str]:
    code, _, err = ended(begun(desk, program, *arguments, shell='exec "$@" 0<&- >&-'))
    return code, err


def all_full(desk: Desk, program: str, *arguments: str) -> tuple[int, str]:
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    code, _, err = ended(begun(desk, program, *arguments, shell='exec "$@" > /dev/full 2>&1'))
    return code, err


Way = Callable[..., tuple[int, str]]


@pytest.mark.parametrize("way", [nobody_reads, full, closed, all_full])
def test_what_is_done_ends_with_0_whatever_becomes_of_the_word_on_it(desk: Desk, way: Way) -> None:
    desk.claim("--task", str(desk.task()))
    for words in (("comment", "half way"), ("submit", "--summary", SUMMARY)):
        code, err = way(desk, "console.cli.blackboard", *words)
        assert code == 0 and "Traceback" not in err and _lines(err) <= 1, err
    (task,) = desk.rows("SELECT status FROM tasks")
    assert task["status"] == "done"
    code, err = way(desk, "console", "task", "create", "--project", "quant", "--title", SUMMARY)
    assert code == 0 and _lines(err) <= 1, err
    assert [row["title"] for row in desk.rows("SELECT title FROM tasks")] == ["work", SUMMARY]


def test_an_act_on_several_goes_on_when_the_first_word_on_it_is_lost(desk: Desk) -> None:
    for _ in range(3):
        assert desk("observe", "look", "--level", "attention").code == 0
    names = [f"quant#{row['id']}" for row in desk.rows("SELECT id FROM observations")]
    assert nobody_reads(desk, "console", "alert", "ack", *names)[0] == 0
    assert all(row["acked_at"] for row in desk.rows("SELECT acked_at FROM observations"))


def test_what_only_prints_fails_where_it_cannot(desk: Desk) -> None:
    desk.task()
    code, err = full(desk, "console", "task", "list", "--project", "quant")
    assert (code, err.count("\n")) == (5, 1) and "stdout" in err
    code, err = full(desk, "console.cli.blackboard", "read")
    assert (code, err.count("\n")) == (5, 1)
    code, err = nobody_reads(desk, "console", "task", "list", "--project", "quant")
    assert (code, err) == (1, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_an_encoding_has_not_is_escaped_and_json_stays_json(desk: Desk, encoding: str) -> None:
    desk.claim("--task", str(desk.task(SUMMARY)))
    code, out, err = ended(
        begun(desk, "console.cli.blackboard", "decide", SUMMARY, "--json", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    )
    assert (code, err) == (0, "") and json.loads(out.decode(encoding))["title"] == SUMMARY
    shown = ("task", "list", "--project", "quant")
    code, out, err = ended(begun(desk, "console", *shown, PYTHONIOENCODING=encoding, PYTHONUTF8="0"))
    assert (code, err) == (0, "") and b"= 42" in out
    code, out, err = ended(
        begun(desk, "console.cli.blackboard", "decide", SUMMARY, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    )
    assert (code, err) == (0, "") and out.startswith(b"decided: ")


def test_each_name_that_is_said_to_only_read_is_one_of_a_command() -> None:
    import click

    from console.cli.blackboard import COMMANDS
    from console.cli.main import moziplus

    def names(group: click.Group) -> set[str]:
        found = {
            name: group.get_command(click.Context(group), name) for name in group.list_commands(click.Context(group))
        }
        below = [names(each) for each in found.values() if isinstance(each, click.Group)]
        return set(found).union(*below)

    assert names(moziplus) | set(COMMANDS) >= READS


@pytest.mark.parametrize("how", ["reader", "terminal"])
@pytest.mark.parametrize("command", [("events", "--follow"), ("log", "--follow"), ("needs", "--follow")])
def test_what_is_followed_ends_soon_after_its_reader_though_nothing_more_happens(
    desk: Desk, command: tuple[str, ...], how: str
) -> None:
    ours, theirs = os.openpty() if how == "terminal" else os.pipe()
    home = ("--home", desk.context["MOZIPLUS_HOME"])
    process = subprocess.Popen(
        [*python_command("console.cli.main"), *home, *command],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,  # no SIGHUP tells it
    )
    os.close(theirs)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        os.close(ours)
        process.wait(30)
    finally:
        process.kill()
        process.communicate()


def _lines(err: str) -> int:
    """Lines on stderr besides the notes on what was created, which are for whoever reads them."""
    return sum(not line.startswith("moziplus: note: ") for line in err.splitlines())
