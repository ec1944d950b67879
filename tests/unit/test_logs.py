"""Promises of the log: JSON lines, private, rotated without losing a line between processes, without secrets."""

from __future__ import annotations

import fcntl
import io
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.logs import set_up_logs
from console.settings import Logging


@pytest.fixture(autouse=True)
def leave_logging_as_it_was() -> Iterator[None]:
    top = logging.getLogger()
    handlers, level, raises = top.handlers[:], top.level, logging.raiseExceptions
    yield
    for handler in [handler for handler in top.handlers if handler not in handlers]:
        top.removeHandler(handler)
        handler.close()
    top.setLevel(level)
    logging.raiseExceptions = raises
    logging.getLogger("moziplus").setLevel(logging.NOTSET)


def lines(logs: Path) -> list[dict[str, Any]]:
    files = sorted(logs.glob("moziplus.log*"), reverse=True)
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_a_line_is_json_in_a_private_file_and_readable_on_the_terminal(tmp_path: Path) -> None:
    terminal = io.StringIO()
    set_up_logs(tmp_path / "logs", Logging(), terminal=terminal)
    logging.getLogger("moziplus.engine").info("started %s", "量化", extra={"session": "7f2c"})
    (line,) = lines(tmp_path / "logs")
    assert {key: line[key] for key in ("level", "component", "message", "session")} == {
        "level": "INFO",
        "component": "engine",
        "message": "started 量化",
        "session": "7f2c",
    }
    assert line["at"].endswith("Z") and isinstance(line["pid"], int)
    assert terminal.getvalue().endswith(" INFO     engine     started 量化\n")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "logs").iterdir()} == {0o600}


def test_each_component_has_its_level(tmp_path: Path) -> None:
    settings = Logging(level="WARNING", levels={"scheduler": "DEBUG"})
    set_up_logs(tmp_path, settings, terminal=None)
    for name in ("moziplus.scheduler", "moziplus.engine", "httpx"):
        logging.getLogger(name).debug("d")
        logging.getLogger(name).info("i")
        logging.getLogger(name).warning("w")
    assert [(line["component"], line["message"]) for line in lines(tmp_path)] == [
        ("scheduler", "d"),
        ("scheduler", "i"),
        ("scheduler", "w"),
        ("engine", "w"),
        ("httpx", "w"),
    ]
    set_up_logs(tmp_path, Logging(level="WARNING"), terminal=None)
    logging.getLogger("moziplus.scheduler").info("no longer")
    assert lines(tmp_path)[-1]["message"] == "w"


def test_secrets_and_escapes_reach_neither_the_file_nor_the_terminal(tmp_path: Path) -> None:
    terminal = io.StringIO()
    set_up_logs(tmp_path, Logging(), terminal=terminal, secrets=["swordfish"])
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        logging.getLogger("moziplus.x").exception("swordfish \x1b[2J", extra={"url": "http://u:pass1@h"})
    written = (tmp_path / "moziplus.log").read_text()
    for text in (written, terminal.getvalue()):
        assert not [secret for secret in ("hunter2", "swordfish", "pass1", "\x1b") if secret in text]
    assert "ValueError" in json.loads(written)["error"]


def test_processes_that_write_and_rotate_one_log_lose_no_line(tmp_path: Path) -> None:
    script = (
        "import logging, sys\nfrom pathlib import Path\nfrom console.logs import set_up_logs\n"
        "from console.settings import Logging\n"
        "set_up_logs(Path(sys.argv[1]), Logging(max_file_size=40_000), terminal=None)\n"
        "for n in range(250): logging.getLogger('moziplus.w').info('%s-%s', sys.argv[2], n)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(n)]) for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert len(list(tmp_path.glob("moziplus.log.*"))) >= 1
    found = [line["message"] for line in lines(tmp_path)]
    assert sorted(found) == sorted(f"{w}-{n}" for w in range(4) for n in range(250))


def _home(path: Path, name: str = "one") -> Path:
    (path / "state").mkdir(parents=True)
    (path / "state" / "home.json").write_text(name)
    return path / "logs"


def _say(text: str) -> None:
    logging.getLogger("moziplus.engine").warning("%s", text)


def test_a_log_whose_folder_was_removed_is_made_anew_and_whoever_logs_goes_on(tmp_path: Path) -> None:
    logs = _home(tmp_path / "home")
    set_up_logs(logs, Logging(), terminal=None)
    for round_ in range(3):
        _say(f"before {round_}")
        shutil.rmtree(logs)
        _say(f"after {round_}")
        _say(f"again {round_}")
        assert [line["message"] for line in lines(logs)] == [f"after {round_}", f"again {round_}"]
        assert logs.stat().st_mode & 0o777 == 0o700


def test_the_log_of_a_home_that_is_away_is_written_neither_to_its_mount_point_nor_to_another_home(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    logs = _home(home)
    set_up_logs(logs, Logging(), terminal=None)
    _say("here")
    home.rename(tmp_path / "away")
    _say("nowhere")
    assert not home.exists()
    home.mkdir()
    _say("an empty mount point")
    assert list(home.iterdir()) == []
    shutil.rmtree(home)
    other = _home(home, "another")
    _say("another home")
    assert not other.exists()
    shutil.rmtree(home)
    (tmp_path / "away").rename(home)
    _say("back")
    assert [line["message"] for line in lines(logs)] == ["here", "back"]


def test_whatever_is_wrong_with_the_file_or_the_terminal_nobody_who_logs_fails(tmp_path: Path) -> None:
    logs, terminal = _home(tmp_path / "home"), io.StringIO()
    set_up_logs(logs, Logging(), terminal=terminal)
    terminal.close()
    _say("a closed terminal")
    (logs / "moziplus.log").unlink()
    (logs / "moziplus.log").mkdir()
    _say("a folder in its place")
    (logs / "moziplus.log").rmdir()
    (logs / "moziplus.log").symlink_to("/dev/full")
    _say("a full disk" * 1000)
    (logs / "moziplus.log").unlink()
    _say("well again")
    assert [line["message"] for line in lines(logs)] == ["well again"]
    (tmp_path / "file").write_text("")
    set_up_logs(tmp_path / "file" / "logs", Logging(), terminal=None)
    _say("a folder that cannot be made")


def test_a_line_after_one_that_was_torn_by_a_full_disk_is_whole(tmp_path: Path) -> None:
    logs = _home(tmp_path / "home")
    logs.mkdir()
    (logs / "moziplus.log").write_text('{"message": "to')
    set_up_logs(logs, Logging(), terminal=None)
    _say("whole")
    assert json.loads((logs / "moziplus.log").read_text().splitlines()[1])["message"] == "whole"


def test_nobody_waits_for_a_process_that_was_stopped_while_it_rotated(tmp_path: Path) -> None:
    logs = _home(tmp_path / "home")
    set_up_logs(logs, Logging(max_file_size=2000), terminal=None)
    _say("x" * 1990)
    with (logs / ".rotating.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        _say("while it is held")
    _say("later")
    assert [line["message"] for line in lines(logs)][1:] == ["while it is held", "later"]
