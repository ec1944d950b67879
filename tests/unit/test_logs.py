"""Promises of the log: JSON lines, private, rotated without losing a line between processes, without secrets."""

from __future__ import annotations

import io
import json
import logging
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
