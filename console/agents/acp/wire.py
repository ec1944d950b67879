"""Owns the pipes to an agent's program: messages of JSON-RPC, one a line, in and out, never more of them than may be kept.

What it writes is bounded before it is read as JSON. Nothing here knows what a message means.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from console.agents.acp.lines import Lines
from console.text import decoded, one_line
from console.umask import former

__all__ = ("Gone", "Message", "Wire")

Message = dict[str, Any]

CHUNK = 65_536
AT_ONCE = 16
"""Chunks that are taken between two looks at all else."""
UNSENT = 16_000_000
"""Bytes that wait to be read by the program; one that reads none of what it asks for is given up."""
STRAY = 4_000
"""Characters of a line that is no message."""
STRAYS = 200
"""Such lines that are passed on; the rest is counted."""


class Gone(Exception):
    """The program has ended, or hears nothing any more; why, in words."""


class Wire:
    """One running program."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        say: Callable[[str], None],
        wake: int | None = None,
    ) -> None:
        """`say` takes what it writes that is no message; `wake` ends a wait when it can be read. Raises OSError."""
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**env, "PWD": cwd},
            umask=former(),
            bufsize=0,
        )
        self._say = say
        self._wake = wake
        self._lines, self._words = Lines(), Lines(STRAY * 4)
        self._unsent = bytearray()
        self._strays = 0
        self._last_words = ""
        self._waiting = selectors.PollSelector()
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._in, self._out, self._err = self._process.stdin, self._process.stdout, self._process.stderr
        for pipe in (self._in, self._out, self._err):
            os.set_blocking(pipe.fileno(), False)
        self._waiting.register(self._out, selectors.EVENT_READ)
        self._waiting.register(self._err, selectors.EVENT_READ)
        if wake is not None:
            self._waiting.register(wake, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Let it have a message, as soon as it reads. Raises Gone."""
        self._unsent += json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        if len(self._unsent) > UNSENT:
            raise Gone("its program does not read what it is told")
        self._flush()

    def hear(self, patience: float) -> list[Message]:
        """What it has said, after at most `patience` seconds. Raises Gone once it has ended and all of it was heard."""
        if self._out.closed:
            raise Gone(self._why())
        found: list[Message] = []
        for key, _ in self._waiting.select(max(0.0, patience)):
            if key.fileobj is self._in:
                self._flush()
            elif key.fileobj is self._err:
                self._read_words()
            elif key.fileobj is self._out:
                found += self._read()
        if not found and self._process.poll() is not None and not self._out.closed:
            found = self._read()  # whoever it left behind may hold its pipe open
            if not found:
                self._let_go(self._out)
        return found

    def close(self, patience: float) -> bool:
        """Tell it that nobody is there any more; whether it ended by itself within so many seconds."""
        self._let_go(self._in)
        until = time.monotonic() + patience
        while self._process.poll() is None and (left := until - time.monotonic()) > 0:
            if self._out.closed:
                time.sleep(min(left, 0.02))
                continue
            with suppress(Gone):  # its last words must not block it
                self.hear(min(left, 0.05))
        for pipe in (self._out, self._err):
            self._let_go(pipe)
        return self._process.poll() is not None

    def _flush(self) -> None:
        try:
            while self._unsent and not self._in.closed:
                sent = os.write(self._in.fileno(), self._unsent[:CHUNK])
                del self._unsent[:sent]
        except BlockingIOError:
            if self._in not in self._waiting.get_map():
                self._waiting.register(self._in, selectors.EVENT_WRITE)
            return
        except OSError:
            self._let_go(self._in)
        if self._in.closed:
            self._unsent.clear()  # nobody reads it any more; that it has ended shows where it is read
        elif self._in in self._waiting.get_map():
            self._waiting.unregister(self._in)

    def _read(self) -> list[Message]:
        found: list[Message] = []
        for chunk in self._chunks(self._out):
            before = self._lines.too_long
            for line in self._lines.feed(chunk):
                found += self._messages(line)
            if self._lines.too_long > before:
                self._stray("a line that is too long for a message was left out")
        if self._out.closed and (rest := self._lines.rest()).strip():
            self._stray(decoded(rest[:STRAY]))
        return found

    def _messages(self, line: bytes) -> list[Message]:
        """What one line holds; older releases of JSON-RPC allow several messages in one."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            self._stray(decoded(line[: STRAY * 4]))
            return []
        found = said if isinstance(said, list) else [said]
        if not all(isinstance(one, dict) for one in found):
            self._stray(decoded(line[: STRAY * 4]))
        return [one for one in found if isinstance(one, dict)]

    def _read_words(self) -> None:
        for chunk in self._chunks(self._err):
            for line in self._words.feed(chunk):
                self._stray(decoded(line))

    def _stray(self, text: str) -> None:
        if text.strip():
            self._last_words = one_line(text, 300)
        self._strays += 1
        if self._strays <= STRAYS:
            self._say(one_line(text, STRAY))
        elif self._strays == STRAYS + 1:
            self._say(f"(what else its program writes beside the protocol is left out: more than {STRAYS} lines)")

    def _chunks(self, pipe: Any) -> list[bytes]:
        found: list[bytes] = []
        try:
            for _ in range(AT_ONCE):
                chunk = os.read(pipe.fileno(), CHUNK)
                if not chunk:
                    self._let_go(pipe)
                    break
                found.append(chunk)
        except BlockingIOError:
            pass
        except OSError:
            self._let_go(pipe)
        return found

    def _let_go(self, pipe: Any) -> None:
        if not pipe.closed:
            if pipe in self._waiting.get_map():
                self._waiting.unregister(pipe)
            pipe.close()

    def _why(self) -> str:
        if not self._err.closed:
            self._read_words()
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "its program closed the connection"
        how = f"its program ended by itself (exit {code})" if code >= 0 else f"its program was ended by signal {-code}"
        return f"{how}: {self._last_words}" if self._last_words else how
