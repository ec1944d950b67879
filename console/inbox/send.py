"""Owns the sending of a message: checked as the reader will check it, then appended whole by one write."""

from __future__ import annotations

import json
import os
import stat
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.errors import Unavailable, UsageError
from console.home import make_private_folder
from console.inbox.parse import LINE_MAX, Reject, parse

__all__ = ("send",)


def send(path: Path, message: Mapping[str, Any]) -> str:
    """Append `message` to the inbox and give its id; one without an id gets one, so that it is safe to send again.

    Raises UsageError where it would go into quarantine, Unavailable where the file cannot be written.
    """
    whole = {"v": 1, "id": str(uuid.uuid4()), **message}
    line = json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    if len(line) > LINE_MAX:
        raise UsageError(f"the message has {len(line)} bytes; at most {LINE_MAX} fit, write a file and send its path")
    for found in parse(line):
        if isinstance(found, Reject):
            raise UsageError(f"the message is refused: {found.reason}")
    _append(path, line)
    return str(whole["id"])


def _append(path: Path, line: bytes) -> None:
    """One write on an appending descriptor goes in whole and after everything else, whoever writes beside it."""
    try:
        if not path.parent.is_dir():
            make_private_folder(path.parent)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise Unavailable(f"the inbox {path.name} cannot be written: {error.strerror}") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unavailable(f"the inbox {path.name} is not a regular file; move it away")
        if _ends_open(path):
            line = b"\n" + line
        if os.write(descriptor, line) != len(line):
            raise Unavailable("the message was written in part only: the disk may be full")
    except OSError as error:
        raise Unavailable(f"the inbox {path.name} cannot be written: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _ends_open(path: Path) -> bool:
    """Whether the last line lacks its end: somebody else's, to which ours must not be glued."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
