"""Owns where the gateway is and by which secret it is entered: our settings, OpenClaw's variables and file, in that order.

Read anew at every connect and kept nowhere. What was found says where it came from; the secret stands in no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os.path import expanduser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from console.errors import UsageError
from console.gateway.openclaw_file import OpenClawFile, read_openclaw, text_of
from console.gateway.settings import PASSWORD, TOKEN, GatewaySettings, http_url, read_token_file
from console.secrets import know

__all__ = ("PORT", "VARIABLES", "Found", "discover")

PORT = 18789
"""Of a gateway for which nobody says another one."""
VARIABLES = (
    *(TOKEN, PASSWORD, "OPENCLAW_GATEWAY_URL", "OPENCLAW_GATEWAY_PORT"),
    *("OPENCLAW_CONFIG_PATH", "OPENCLAW_STATE_DIR", "OPENCLAW_HOME"),
)
"""OpenClaw's own, which say where its gateway is."""
_URL = re.compile(r"(?:https?|wss?)://[^\s/@?#]+(?:/[^\s@?#]*)?")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REFERENCE = re.compile(r"(\$?)\$\{([A-Z_][A-Z0-9_]*)\}")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A gateway that can be connected to, where there is a secret."""

    url: str
    url_from: str
    secret: str | None = field(default=None, repr=False)
    secret_from: str = ""
    file: str = ""
    """OpenClaw's config, where it was looked for."""

    @property
    def told(self) -> str:
        """Where it came from."""
        said = f"its address comes from {self.url_from}"
        return f"{said}, its secret from {self.secret_from}" if self.secret_from else said


def discover(settings: GatewaySettings, environ: Mapping[str, str]) -> Found:
    """Look for it. Raises UsageError where what would say it cannot be read, with the file and line."""
    search = _Search(environ)
    url, url_from, of_file = search.address(settings)
    secret, secret_from = search.secret(settings, of_file)
    if secret is not None:
        know([secret], withhold=True)
    return Found(url=url, url_from=url_from, secret=secret, secret_from=secret_from, file=str(search.path))


class _Search:
    """One look; each file is read once, and only where nothing before it has said enough."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        home = environ.get("OPENCLAW_HOME") or environ.get("HOME") or "/nonexistent"
        self._state = Path(expanduser(environ.get("OPENCLAW_STATE_DIR") or f"{home}/.openclaw"))
        self.path = Path(expanduser(environ.get("OPENCLAW_CONFIG_PATH") or self._state / "openclaw.json"))

    @cached_property
    def own(self) -> OpenClawFile | None:
        """OpenClaw's config. Raises UsageError where it cannot be read."""
        return read_openclaw(self.path)

    @cached_property
    def dotenv(self) -> Mapping[str, str]:
        """Variables of the state folder's `.env`."""
        found = {}
        for line in (text_of(self._state / ".env") or "").splitlines():
            if (match := _LINE.fullmatch(line.strip())) is not None:
                value = match[2].strip()
                quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
                found[match[1]] = value[1:-1] if quoted else value.partition(" #")[0].strip()
        return found

    def address(self, settings: GatewaySettings) -> tuple[str, str, bool]:
        """The address, where it comes from, and whether it is the one of OpenClaw's file."""
        if settings.url is not None:
            return settings.url, "gateway.url of the settings", self._is_own(settings)
        for name, value, origin in self._variables("OPENCLAW_GATEWAY_URL"):
            if _URL.fullmatch(value) is None:
                raise UsageError(f"{name} must be an address without login or query, as in http://127.0.0.1:{PORT}")
            return value, origin, False
        return (*self._of_file(), True)

    def secret(self, settings: GatewaySettings, of_file: bool) -> tuple[str | None, str]:
        """The secret, and where it comes from."""
        if settings.token_file is not None:
            return read_token_file(settings.token_file), f"gateway.token_file {settings.token_file}"
        if of_file and (found := self._secret_of_file()) is not None:
            return found
        for _, value, origin in self._variables(TOKEN, PASSWORD):
            return value, origin
        if settings.url is not None:
            _ = self.own  # what it would have said cannot be known where it cannot be read
        return None, ""

    def _is_own(self, settings: GatewaySettings) -> bool:
        """Whether the address of our settings is OpenClaw's own; a file that cannot be read says no such thing."""
        if settings.token_file is not None:
            return False
        try:
            return self.own is not None and _same(settings.url or "", self._of_file()[0])
        except UsageError:
            return False

    def _of_file(self) -> tuple[str, str]:
        mode = self._value("gateway", "mode")
        if mode == "remote":
            url = self._text("gateway", "remote", "url")
            if self.own is not None and (url is None or _URL.fullmatch(url) is None):
                raise self.own.wrong(("gateway", "remote", "url"), "expected an address, since gateway.mode is remote")
            return url or "", f"gateway.remote.url of {self.path}"
        for name, value, origin in self._variables("OPENCLAW_GATEWAY_PORT"):
            if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
                raise UsageError(f"{name} must be a port, 1 to 65535")
            return f"http://127.0.0.1:{int(value)}", origin
        port = self._value("gateway", "port")
        if port is None or self.own is None:
            return f"http://127.0.0.1:{PORT}", "OpenClaw's default port"
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            raise self.own.wrong(("gateway", "port"), "expected a port, 1 to 65535")
        return f"http://127.0.0.1:{port}", f"gateway.port of {self.path}"

    def _secret_of_file(self) -> tuple[str, str] | None:
        remote = self._value("gateway", "mode") == "remote"
        section = ("gateway", "remote") if remote else ("gateway", "auth")
        names = ("token", "password")
        if not remote and self._value("gateway", "auth", "mode") == "password":
            names = ("password", "token")
        for name in names:
            keys = (*section, name)
            if (found := self._text(*keys)) is not None and self.own is not None:
                if not found or any(c.isspace() for c in found) or not found.isprintable():
                    raise self.own.wrong(keys, "expected the secret alone, in one word")
                return found, f"{'.'.join(keys)} of {self.path}"
        return None

    def _value(self, *keys: str) -> Any:
        return None if self.own is None else self.own.value(*keys)

    def _text(self, *keys: str) -> str | None:
        """A text, with what it refers to. Raises UsageError where that is not there."""
        found = self._value(*keys)
        if self.own is None or found is None:
            return None
        if isinstance(found, Mapping):
            if found.get("source") != "env":
                told = f"it is kept in a place that only OpenClaw can read ({found.get('source')!s:.40})"
                raise self.own.wrong(keys, f"{told}: write it into a file (0600) and name that by gateway.token_file")
            return self._refer(keys, str(found.get("id")))
        if not isinstance(found, str):
            raise self.own.wrong(keys, "expected a text")
        return _REFERENCE.sub(lambda match: match[0][1:] if match[1] else self._refer(keys, match[2]), found)

    def _refer(self, keys: tuple[str, ...], name: str) -> str:
        assert self.own is not None
        for _, value, _ in self._variables(name):
            return value
        inline = self._value("env", "vars", name)
        if isinstance(inline, str) and inline:
            return inline
        raise self.own.wrong(keys, f"it names the variable {name[:80]}, which is not set here")

    def _variables(self, *names: str) -> Iterator[tuple[str, str, str]]:
        """(name, value, where it comes from) of those that are set, the environment's before the file's."""
        for name in names:
            if value := self._environ.get(name, "").strip():
                yield name, value, name
        for name in names:
            if value := self.dotenv.get(name, ""):
                yield name, value, f"{name} of {self._state / '.env'}"


def _same(one: str, other: str) -> bool:
    """Whether two addresses are the same; all names of loopback are."""
    return _where(one) == _where(other)


def _where(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(http_url(url))
        host = parts.hostname or ""
        return parts.scheme, "127.0.0.1" if host in _LOOPBACK else host, parts.port
    except ValueError:
        return "", url, None
