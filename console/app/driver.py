"""Owns the driver of the console's terminal: Textual's own, but one that a terminal which is gone cannot hang.

Textual's writer dies of the first write that fails, and whoever writes afterwards waits for ever; its reader spins on the
end of its input. It decides nothing: that the terminal is gone is for `console.app.hang_up` to act upon.
"""

from __future__ import annotations

import os
import termios
import threading
from contextlib import suppress
from typing import IO, Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

__all__ = ("ConsoleDriver", "Patient")

LEAVE = b"\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"
"""No pasting in brackets, no mouse, no focus, no key codes, lines wrap, the other screen, the cursor."""


class ConsoleDriver(LinuxDriver):
    """Notes that the terminal is gone, and writes no more then."""

    def __init__(self, app: Any, **how: Any) -> None:
        super().__init__(app, **how)
        self.gone = threading.Event()
        """A read or a write failed; nothing is shown to anybody from then on."""
        self._patient = Patient(cast(TextIO, self._file), self.gone)
        self._file = cast(Any, self._patient)

    @property
    def descriptors(self) -> tuple[int, int]:
        """What it reads from and writes to."""
        return self.fileno, self._patient.fileno()

    def write(self, data: str) -> None:
        """As ever; to nowhere once the terminal is gone, instead of into a queue that nobody empties."""
        if not self.gone.is_set():
            super().write(data)

    def use_mouse(self, *, on: bool) -> None:
        """Take the mouse, or leave it to the terminal."""
        if on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    def give_back(self) -> None:
        """Leave the terminal as it was found, as far as that goes without waiting for anybody: the app cannot do it."""
        if self.gone.is_set():
            return
        with suppress(OSError, termios.error, TypeError):
            termios.tcsetattr(self.fileno, termios.TCSANOW, cast(Any, self.attrs_before))
        output = self._patient.fileno()
        with suppress(OSError):
            os.set_blocking(output, False)
            try:
                os.write(output, LEAVE)
            finally:
                os.set_blocking(output, True)

    def run_input_thread(self) -> None:
        """Read until the end, or until reading fails: then the terminal is gone, and that is no error of ours."""
        try:
            super().run_input_thread()
        except OSError:
            self.gone.set()

    def _sigcont_application(self, *_: object) -> None:
        """A hang-up sends SIGCONT too: only what was suspended is resumed, on a terminal that is still there."""
        if self._must_signal_resume:
            super()._sigcont_application()


class Patient:
    """A file for Textual's writer, which must not die: what cannot be written is dropped, and `gone` is set."""

    def __init__(self, file: IO[str], gone: threading.Event) -> None:
        self._file, self._gone = file, gone

    def write(self, text: str) -> None:
        """Write, or drop."""
        if not self._gone.is_set():
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self._gone.set()

    def flush(self) -> None:
        """Write what is buffered, or drop it."""
        if not self._gone.is_set():
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._gone.set()

    def fileno(self) -> int:
        """The number of the file behind it."""
        return self._file.fileno()
