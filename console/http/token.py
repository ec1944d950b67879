"""Owns the word that lets somebody in: a file of 0600 in the home, made once, made anew on demand. It is never logged.

What a browser keeps instead is made of it, so that a new word ends every one of those, too.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from console.errors import ConfigError, Unavailable, said_of
from console.home import Home
from console.secrets import know

__all__ = ("DAYS", "Key", "key_of", "new_key")

NAME = "serve.token"
DAYS = 30
"""How long a browser stays signed in."""
_DAY_MS = 86_400_000
_LEAST, _MOST = 24, 400


class Key:
    """The word in force, and what is made of it."""

    def __init__(self, word: str) -> None:
        self._word = word.encode()

    @property
    def word(self) -> str:
        """The word itself, for whoever may read its file."""
        return self._word.decode()

    def is_word(self, said: str) -> bool:
        """Whether that is it; how long the answer takes tells nothing."""
        return hmac.compare_digest(self._mark("word", said), self._mark("word", self._word.decode()))

    def pass_until(self, until: int) -> str:
        """What a browser keeps: good until then (epoch ms)."""
        made = f"{until}.{secrets.token_urlsafe(12)}"
        return f"{made}.{self._mark('pass', made).hex()}"

    def is_pass(self, said: str, now: int) -> bool:
        """Whether a browser was given that and may still use it."""
        made, _, mark = said.rpartition(".")
        until = made.partition(".")[0]
        right = hmac.compare_digest(mark.encode(), self._mark("pass", made).hex().encode())
        return right and until.isascii() and until.isdigit() and now < int(until) <= now + DAYS * _DAY_MS

    def _mark(self, what: str, text: str) -> bytes:
        return hmac.digest(self._word, f"{what}:{text}".encode(), hashlib.sha256)


def key_of(home: Home) -> Key:
    """The key of a home, made where there is none. Raises ConfigError where its file is open to others or odd."""
    place = home.state / NAME
    try:
        stat = place.stat()
        word = place.read_text("ascii").strip()
    except FileNotFoundError:
        return new_key(home)
    except (OSError, ValueError) as error:
        raise ConfigError([f"{place}: {error}; `moziplus serve --new-token` makes another"]) from error
    if stat.st_mode & 0o077:
        raise ConfigError([f"{place}: others may read it; `moziplus serve --new-token` makes another (0600)"])
    if not _LEAST <= len(word) <= _MOST or not word.isprintable() or " " in word:
        told = f"{place}: expected one word of {_LEAST} to {_MOST} characters"
        raise ConfigError([f"{told}; `moziplus serve --new-token` makes another"])
    know([word])
    return Key(word)


def new_key(home: Home) -> Key:
    """Another one, from now on. Raises Unavailable where it cannot be kept."""
    word = secrets.token_urlsafe(32)
    place = home.state / NAME
    fresh = Path(f"{place}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{word}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    except OSError as error:
        raise Unavailable(f"the token cannot be kept: {said_of(error, place)}") from error
    finally:
        with suppress(OSError):
            fresh.unlink()
    know([word])
    return Key(word)
