"""Promises about the token and the addresses: read where it is used, refused where others can read it, shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import UsageError
from console.gateway.settings import TOKEN, GatewaySettings, read_token

SECRET = "a-token-that-nobody-may-see"


def file_of(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A token file."""
    path = folder / "token"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_variable_goes_before_the_file_and_both_may_be_missing(tmp_path: Path) -> None:
    settings = GatewaySettings(token_file=file_of(tmp_path, f"{SECRET}\n"))
    assert read_token(settings, {}) == SECRET
    assert read_token(settings, {TOKEN: " other "}) == "other"
    assert read_token(GatewaySettings(), {}) is None
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [(SECRET, 0o644, "chmod 600"), ("", 0o600, "alone"), (f"{SECRET}\nx", 0o600, "alone"), ("\x1b[2J", 0o600, "alone")],
)
def test_a_file_that_cannot_be_trusted_is_refused_without_its_content(
    tmp_path: Path, text: str, mode: int, told: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        read_token(GatewaySettings(token_file=file_of(tmp_path, text, mode)), {})
    assert SECRET not in str(caught.value) and "\x1b" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_token(GatewaySettings(token_file=tmp_path / "none"), {})


@pytest.mark.parametrize("url", ["http://h:1", "ws://h:1", "http://h:1/", "ws://h:1/"])
def test_either_form_of_the_address_serves_both_channels(url: str) -> None:
    assert GatewaySettings(url=url).http_url == "http://h:1" and GatewaySettings(url=url).ws_url == "ws://h:1/"
    assert GatewaySettings(url="https://h").ws_url == "wss://h/"
