"""Owns what goes to the terminal besides the screen: a ring, a notice, a copy. Each is a sequence; nothing comes back.

The terminal is the operator's, at the other end of SSH, so nothing here may use the clipboard or the desktop of this machine.
Inside tmux a sequence is sent bare and wrapped: which of the two gets through depends on tmux's settings (doctor names them).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from console.text import one_line

__all__ = ("COPY_MAX", "Terminal")

COPY_MAX = 56_000
"""Bytes of a copy: terminals drop sequences that are longer than about 75 kB, and base64 makes four of three."""
NOTICE_MAX = 200


class Terminal:
    """How to say things to one terminal."""

    def __init__(self, environ: Mapping[str, str], bell: str = "on") -> None:
        self._tmux = bool(environ.get("TMUX"))
        self.bell = bell

    def call(self, text: str) -> str:
        """Ring, and tell the terminal what for (OSC 9); the bell is on, bell (no notice) or off."""
        if self.bell == "off":
            return ""
        notice = "" if self.bell == "bell" else self._through(f"\x1b]9;moziplus: {one_line(text, NOTICE_MAX)}\x07")
        return "\x07" + notice

    def copy(self, text: str) -> tuple[str, bool]:
        """Put `text` on the clipboard (OSC 52); with whether all of it fits."""
        whole = text.encode()
        kept = whole[:COPY_MAX].decode(errors="ignore").encode()
        return self._through(f"\x1b]52;c;{base64.b64encode(kept).decode()}\x07"), len(kept) == len(whole)

    def _through(self, sequence: str) -> str:
        if not self._tmux:
            return sequence
        return sequence + "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
