"""Promises about the token file and the addresses: refused where others can read it, shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import UsageError
from console.gateway.settings import http_url, read_token_file, ws_url

SECRET = "a-token-that-nobody-may-see"


def file_of(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A token file."""
    path = folder / "token"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_file_holds_the_token_alone(tmp_path: Path) -> None:
    assert read_token_file(file_of(tmp_path, f"{SECRET}\n")) == SECRET


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [(SECRET, 0o644, "chmod 600"), ("", 0o600, "alone"), (f"{SECRET}\nx", 0o600, "alone"), ("\x1b[2J", 0o600, "alone")],
)
def test_a_file_that_cannot_be_trusted_is_refused_without_its_content(
    tmp_path: Path, text: str, mode: int, told: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        read_token_file(file_of(tmp_path, text, mode))
    assert SECRET not in str(caught.value) and "\x1b" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_token_file(tmp_path / "none")


@pytest.mark.parametrize("url", ["http://h:1", "ws://h:1", "http://h:1/", "ws://h:1/"])
def test_either_form_of_the_address_serves_both_channels(url: str) -> None:
    assert http_url(url) == "http://h:1" and ws_url(url) == "ws://h:1/"
    assert ws_url("https://h") == "wss://h/"
