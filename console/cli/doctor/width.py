"""Owns the question to the terminal how wide it draws a character of ambiguous width: it prints one and asks for the cursor.

Leaves the line and the terminal's settings as they were. A terminal that does not answer is not waited for.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import tty

__all__ = ("ambiguous_width",)

_ASK = b"\r\x1b[6n\xe2\x97\x8f\x1b[6n\r\x1b[K"
"""Where is the cursor, ●, where is it now; then wipe the line."""
_ANSWER = re.compile(rb"\x1b\[\d+;(\d+)R")
_PATIENCE = 0.5


def ambiguous_width() -> int | None:
    """1 or 2 columns; None without a terminal on both sides, or where it does not say."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    sys.stdout.flush()
    try:
        return _asked(sys.stdin.fileno(), sys.stdout.fileno())
    except (OSError, termios.error):
        return None


def _asked(source: int, target: int) -> int | None:
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source, termios.TCSADRAIN)
        os.write(target, _ASK)
        answer = b""
        while select.select([source], [], [], _PATIENCE)[0] and len(_ANSWER.findall(answer)) < 2:
            answer += os.read(source, 64)
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)
    columns = [int(column) for column in _ANSWER.findall(answer)]
    return columns[1] - columns[0] if len(columns) == 2 and 1 <= columns[1] - columns[0] <= 2 else None
