"""Owns the sending of a message: checked as the reader will check it, then appended whole by one write."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.errors import Unavailable, UsageError
from console.home import make_private_folder
from console.inbox.parse import LINE_MAX, Reject, parse
from console.safe_files import open_to_append

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
        flags = os.O_RDWR | os.O_APPEND
        descriptor = open_to_append(path.parent, path.name, flags=flags, databases=frozenset)
    except OSError as error:
        raise Unavailable(f"the inbox {path.name} cannot be written: {error.strerror}") from None
    try:
        if _ends_open(descriptor):
            line = b"\n" + line
        if os.write(descriptor, line) != len(line):
            raise Unavailable("the message was written in part only: the disk may be full")
    except OSError as error:
        raise Unavailable(f"the inbox {path.name} cannot be written: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _ends_open(descriptor: int) -> bool:
    """Whether the last line lacks its end: somebody else's, to which ours must not be glued."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
