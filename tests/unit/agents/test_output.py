"""Promises of the output log: whole lines, redacted before they are stored, capped, with a tail and a last line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.agents.output import LINE, MARGIN, TAIL, OutputLog
from console.redact import HIDDEN
from console.secrets import secrets_in

SECRET = "sk-" + "a1B2" * 10


def test_lines_are_stored_whole_and_the_last_one_is_safe_for_a_terminal(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, "output.log")
    for chunk in (b"one\r", b"\ntw", b"o\n\x1b[31m", "三 \x07red\n\n".encode(), b"no end"):
        log.feed(chunk)
    assert log.last_line == "三 red"
    log.close()
    assert (tmp_path / "output.log").read_text(encoding="utf-8").splitlines()[:2] == ["one", "two"]
    assert (tmp_path / "output.log").read_text(encoding="utf-8").endswith("no end\n")
    assert stat.S_IMODE((tmp_path / "output.log").stat().st_mode) == 0o600


@given(st.lists(st.integers(1, 40), max_size=12))
def test_a_secret_is_hidden_however_its_bytes_arrive(cuts: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output.log"
        log = OutputLog(path.parent, path.name)
        data = f"before\nkey {SECRET} end\nafter".encode()
        for size in cuts:
            log.feed(data[:size])
            data = data[size:]
        log.feed(data)
        log.close()
        assert SECRET not in path.read_text(encoding="utf-8") and SECRET not in log.tail
        assert "after" in log.tail


def test_a_line_without_end_is_cut_and_a_secret_across_the_cut_is_hidden(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, "output.log")
    log.feed(b"x" * (LINE - 20) + b" " + SECRET.encode() + b" " + b"y" * 100_000)
    log.feed(b"z" * 100_000 + b"\nnext\n")
    log.close()
    text = (tmp_path / "output.log").read_text(encoding="utf-8")
    assert SECRET[:12] not in text
    assert "(long line cut)" in text and text.endswith("next\n") and len(text) < LINE + 200
    assert log.total > 200_000


@pytest.mark.parametrize("piece", [1_000, 20_000, 65_536])
def test_of_one_line_without_an_end_one_piece_is_kept_however_it_comes(tmp_path: Path, piece: int) -> None:
    log = OutputLog(tmp_path, "output.log")
    line = b"".join(b"%06d " % n + SECRET.encode() + b" " for n in range(6_000))
    for at in range(0, len(line), piece):
        log.feed(line[at : at + piece])
    log.feed(b"\nnext\n")
    log.close()
    text = (tmp_path / "output.log").read_text(encoding="utf-8")
    assert text.count("\n") == 2 and text.endswith("(long line cut)\nnext\n"), len(text)
    assert SECRET[:8] not in text


def test_the_value_of_a_secret_variable_is_hidden_whatever_it_looks_like(tmp_path: Path) -> None:
    environ = {"MY_API_KEY": "plainwords", "DB_PASSWORD": "hunter2hunter2", "HOME": "/somewhere/else", "A_KEY": "short"}
    log = OutputLog(tmp_path, "output.log", secrets=secrets_in(environ))
    log.feed(b"it is plainwords and hunter2hunter2 in /somewhere/else, short\n")
    log.close()
    assert log.tail == f"it is {HIDDEN} and {HIDDEN} in /somewhere/else, short\n"


def test_beyond_the_cap_the_log_ends_and_the_tail_goes_on(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, "output.log", cap=1_000)
    for n in range(1_000):
        log.feed(f"line {n}\n".encode())
    log.close()
    text = (tmp_path / "output.log").read_text(encoding="utf-8")
    assert len(text) < 1_200 and "is full" in text
    assert log.tail.endswith("line 999\n") and len(log.tail) == TAIL


def test_output_in_gbk_is_readable(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, "output.log")
    for chunk in ("数据已经".encode("gbk")[:5], "数据已经".encode("gbk")[5:] + b"\n", "写好\n".encode()):
        log.feed(chunk)
    log.close()
    assert (tmp_path / "output.log").read_text(encoding="utf-8") == "数据已经\n写好\n"
    assert log.last_line == "写好"


@pytest.mark.parametrize(
    "inside", ["\x1b[m\x1b[K", "\x1b]0;t\x07", "\x1b]8;;http://x\x1b\\", "\u200d", "\u00ad", "\u2060"]
)
def test_a_secret_that_a_terminal_would_show_whole_is_hidden(tmp_path: Path, inside: str) -> None:
    """As `grep --color` writes it, and worse."""
    log = OutputLog(tmp_path, "output.log", secrets=["known-value-1"])
    log.feed(f"key sk-ant{inside}-api03-AAAABBBBCCCCDDDDEEEE1234 and known-{inside}value-1\n".encode())
    log.close()
    told = (tmp_path / "output.log").read_text("utf-8") + log.tail + log.last_line
    assert "AAAABBBB" not in told and "value-1" not in told
    assert log.last_line == f"key {HIDDEN} and {HIDDEN}"


@pytest.mark.parametrize("mark", ["s\x08s", "_\x08s"])
def test_a_secret_that_is_struck_over_as_a_manual_page_does_is_hidden(tmp_path: Path, mark: str) -> None:
    log = OutputLog(tmp_path, "output.log")
    log.feed("".join(mark.replace("s", c) for c in SECRET).encode() + b"\n")
    log.close()
    assert log.tail == f"{HIDDEN}\n"


def test_what_is_hidden_before_a_cut_does_not_let_the_beginning_of_a_secret_behind_it_through(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, "output.log")
    many = (SECRET.encode() + b" ") * (LINE // (len(SECRET) + 1))
    rest = LINE + MARGIN - len(many) - 20
    log.feed(many + b"x" * (rest - 1) + b" " + SECRET.encode() + b"\n")
    log.close()
    assert SECRET[:12] not in (tmp_path / "output.log").read_text("utf-8") + log.tail
