"""Owns what can be told of a picture without showing it: its kind and its size in pixels, from the first bytes of its file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from console.safe_files import read

__all__ = ("Picture", "picture_in", "picture_of")

_HEAD = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """As its file says."""

    kind: str
    width: int
    """Pixels."""
    height: int


def picture_of(top: Path, name: PurePath) -> Picture | None:
    """What picture a file is; None where it is none, or cannot be read."""
    with suppress(OSError):
        return picture_in(read(top, name, most=_HEAD))
    return None


def picture_in(head: bytes) -> Picture | None:
    """The same, of the first bytes."""
    found: tuple[str, int, int] | None = None
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        found = "PNG", int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    elif head[:6] in (b"GIF87a", b"GIF89a"):
        found = "GIF", int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    elif head[:2] == b"BM":
        sides = (int.from_bytes(head[at : at + 4], "little", signed=True) for at in (18, 22))
        found = "BMP", next(sides), abs(next(sides))
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = _webp(head)
    elif head[:2] == b"\xff\xd8":
        found = _jpeg(head)
    if found is None or found[1] <= 0 or found[2] <= 0:
        return None
    return Picture(kind=found[0], width=found[1], height=found[2])


def _webp(head: bytes) -> tuple[str, int, int] | None:
    if head[12:16] == b"VP8X":
        return "WebP", int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return "WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head[12:16] == b"VP8 ":
        return "WebP", int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return None


def _jpeg(head: bytes) -> tuple[str, int, int] | None:
    """From the frame; what stands before it is passed over."""
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return "JPEG", int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 2 + max(length, 2)
    return None
