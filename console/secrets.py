"""Owns which values this process knows to be secret, by their variables' names, by the settings, or by a digest of them.

A value that would hide ordinary words is none: too short, a path, a plain address, a word that everybody uses. Never writes
a value down.
"""

from __future__ import annotations

import os
import re
import zlib
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping

__all__ = (
    "withheld",
    "NAMES",
    "digest",
    "digests",
    "hidden_names",
    "know",
    "known",
    "looks_secret",
    "secrets_in",
    "worth_hiding",
)

NAMES = "MOZIPLUS_SECRETS"
"""The variable in which a session is told what else is secret: names of variables, and digests of values that it has not."""
_LEAST = 8
"""Characters; a shorter value would hide ordinary words."""
_WORDS = frozenset(
    {"SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "PAT", "CREDENTIAL", "CREDENTIALS"}
)
_LAST = frozenset({"KEY", "APIKEY", "ACCESSKEY", "AUTH", "AUTHORIZATION", "COOKIE", "PASS", "PWD", "DSN", "WEBHOOK"})
_NOT = frozenset({"FILE", "PATH", "DIR", "ID", "NAME", "URL", "URI", "HOST", "LIMIT", "COUNT", "TTL", "EXPIRY"})
"""Endings of a name that tells of a secret and holds none."""
_NEVER = frozenset(
    (
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "PWD",
        "OLDPWD",
        "LANG",
        "LANGUAGE",
        "TERM",
        "TMPDIR",
        "TZ",
        "HOSTNAME",
    )
)
_COMMON = frozenset(
    ("password", "changeme", "disabled", "required", "optional", "undefined", "production", "development", "operator")
)
_PLAIN = re.compile(r"[a-z][a-z0-9+.-]*://[^@?\s]*|[A-Za-z]{0,11}|\d{1,11}|[\d.]{1,15}")
"""An address without login, a lone word, a number, a version: what a setting holds that is no secret."""
_UNQUOTED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")
_QUOTED = re.compile("%[0-9A-F]{2}")
_RUNS = re.compile(r"[^\s\"'`<>]+")
_RUN_MAX = 2_000
_known: tuple[str, ...] | None = None
_withheld: dict[str, None] = {}
_digests: dict[int, frozenset[str]] = {}


def looks_secret(name: str) -> bool:
    """Whether a variable's name says that its value is secret."""
    words = name.upper().strip("_").split("_")
    if words[-1] in _NOT or name.upper() in _NEVER:
        return False
    return words[-1] in _LAST or words[-1].endswith(("TOKEN", "SECRET", "PASSWORD")) or not _WORDS.isdisjoint(words)


def worth_hiding(value: str, *, named: bool = True) -> bool:
    """Whether to hide `value` wherever it stands; `named` says that its variable's name calls it secret."""
    if len(value) < _LEAST or value.casefold() in _COMMON or value in _of_everybody():
        return False
    if value.startswith(("/", "~", "./", "file:")) and (os.path.exists(os.path.expanduser(value)) or ":/" in value):
        return False
    return not (_PLAIN.fullmatch(value) and (not named or "://" in value))


def secrets_in(environ: Mapping[str, str], required: Iterable[str] = ()) -> list[str]:
    """The values to hide of variables whose names say that they are secret, and of the `required` ones."""
    wanted = set(required) - _NEVER
    found = [value for name, value in environ.items() if looks_secret(name) and worth_hiding(value)]
    named = (environ.get(name, "") for name in wanted if not looks_secret(name) and not name.startswith("LC_"))
    return found + [value for value in named if worth_hiding(value, named=False)]


def withheld() -> tuple[str, ...]:
    """Known values that agents are not given."""
    return tuple(_withheld)


def know(values: Iterable[str], *, withhold: bool = False) -> None:
    """Hide these too, from now on, in this process; `withhold` says that agents are not given them."""
    global _known
    values = [value for value in values if len(value) >= _LEAST]
    if withhold:
        _withheld.update(dict.fromkeys(values))
    new = {part for value in values for part in _parts(value)}
    if not new <= set(before := known()):
        _known = tuple(sorted({*before, *new}, key=len, reverse=True))


def known() -> tuple[str, ...]:
    """Every value that this process knows to be secret, the longest first; its own environment's are asked once."""
    global _known
    if _known is None:
        told = os.environ.get(NAMES, "").split()
        _read_digests(part[1:] for part in told if part.startswith("#"))
        found = secrets_in(os.environ, [part for part in told if not part.startswith("#")])
        _known = tuple(sorted({part for value in found for part in _parts(value)}, key=len, reverse=True))
    return _known


def hidden_names(required: Iterable[str], withheld: Iterable[str], salt: str) -> str:
    """What a session is told in `NAMES`: its required variables, and digests of the values that are `withheld` from it."""
    return " ".join([*required, *(f"#{digest(value, salt)}" for value in withheld if value)])


def digest(value: str, salt: str) -> str:
    """So much of a value that it is known again, and cannot be found by who has only this: 32 bits, its length, the salt."""
    return f"{salt}:{len(value)}:{_hash(value, salt)}"


def digests(text: str) -> list[str]:
    """What stands in `text` that is known by its digest."""
    known()
    if not _digests:
        return []
    return [
        piece
        for run in _RUNS.findall(text)
        if len(run) <= _RUN_MAX
        for size, wanted in _digests.items()
        for piece in (run[at : at + size] for at in range(len(run) - size + 1))
        if any(_hash(piece, salt) == hashed for salt, hashed in (one.split(":") for one in wanted))
    ]


def _read_digests(told: Iterable[str]) -> None:
    for one in told:
        salt, size, hashed = (one.split(":") + ["", ""])[:3]
        if size.isdecimal() and int(size) >= _LEAST and hashed:
            _digests[int(size)] = _digests.get(int(size), frozenset()) | {f"{salt}:{hashed}"}


def _hash(value: str, salt: str) -> str:
    """A sum is enough: 32 bits of it tell no more than 32 bits of anything else, and OpenSSL takes 5 ms to load."""
    return f"{zlib.crc32(f'{salt}{value}'.encode('utf-8', 'replace')):08x}"


def _parts(value: str) -> list[str]:
    """A value of several lines (a key) is hidden line by line; as JSON writes it; and in the forms that tools turn it into."""
    found = [value, *(line.strip() for line in value.splitlines() if len(line.strip()) >= 2 * _LEAST)]
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return list(dict.fromkeys((*found, escaped, *_forms(value.encode("utf-8", "replace")))))


def _forms(value: bytes) -> Iterator[str]:
    """As an address has it, in hex, and what of it stands in base64 whatever stands before and after it there."""
    quoted = "".join(chr(b) if b in _UNQUOTED else f"%{b:02X}" for b in value)
    for text in (quoted, quoted.replace("%2F", "/")):
        yield from (text, _QUOTED.sub(lambda found: found[0].lower(), text))
    yield from (value.hex(), value.hex().upper())
    for before in range(3):
        coded = b2a_base64(bytes(before) + value, newline=False).decode()
        sure = coded[(0, 2, 3)[before] : (before + len(value)) * 8 // 6]
        if len(sure) >= _LEAST:
            yield from (sure, sure.replace("+", "-").replace("/", "_"))


def _of_everybody() -> frozenset[str]:
    """Names that stand in every log of this machine."""
    env = os.environ
    return frozenset(env.get(name, "") for name in ("USER", "LOGNAME", "HOME", "HOSTNAME", "SHELL"))
