"""Owns the question which program keeps a database locked, asked of the system in a process of its own.

To ask it a descriptor of the file is needed, and closing one drops every lock that its process has on the file: so it is
never asked in a process that may be connected.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ("lockers",)

_ASK = """
import fcntl, os, struct, sys
linux = sys.platform.startswith("linux")
for name, first, length in ((sys.argv[1], 0x40000000, 512), (sys.argv[1] + "-shm", 120, 8)):
    try:
        file = os.open(name, os.O_RDWR)
    except OSError:
        continue
    asked = (fcntl.F_RDLCK, 0, first, length, 0) if linux else (first, length, 0, fcntl.F_RDLCK, 0)
    form = "hhqqi" if linux else "qqihh"
    told = struct.unpack(form, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(form, *asked)))
    kind, pid = (told[0], told[4]) if linux else (told[3], told[2])
    if kind != fcntl.F_UNLCK and pid > 0:
        print(pid)
"""
"""SQLite locks bytes of the file (from 0x40000000 on) and, for its log, bytes 120 to 127 of the index. Whoever only reads
holds them shared, so what is in the way of a shared lock is somebody who writes or keeps the whole file."""
PATIENCE = 5.0


def lockers(path: Path) -> tuple[int, ...]:
    """The pids of the programs that keep the database at `path` locked now, where the system tells them."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _ASK, str(path)],
            env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(dict.fromkeys(int(line) for line in done.stdout.split() if line.isdecimal()))
