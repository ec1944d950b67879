"""Owns the identity of a process: its pid, its raw start time and the boot it lives in, so that no stranger is hit.

A pid alone comes back for another process; a start time in epoch seconds moves when the clock is set. The raw start
time is what the kernel keeps: seconds since boot on Linux, the moment of the fork on macOS. Only one boot's can be compared.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import psutil

__all__ = ("alive", "asked_start", "boot_id", "raw_start", "start_of")


@cache
def boot_id() -> str:
    """A word that is the same until the machine starts again. Linux: the kernel's; macOS: its boot session."""
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
        found = subprocess.run(command, env={}, capture_output=True, text=True, check=False).stdout.strip()
    else:
        try:
            found = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            found = ""
    return found or f"since-{psutil.boot_time():.0f}"


def raw_start(process: psutil.Process) -> float:
    """The raw start time of a process. Raises psutil.NoSuchProcess."""
    try:
        return float(process._proc.create_time(monotonic=True))  # type: ignore[attr-defined]
    except TypeError:  # psutil before 7.1 keeps the raw time on macOS and adds the boot time on Linux
        started = process.create_time()
        return started if sys.platform == "darwin" else round(started - psutil.boot_time(), 2)


def start_of(pid: int) -> float | None:
    """The raw start time of whoever has `pid` now; None where nobody has."""
    try:
        return raw_start(psutil.Process(pid))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def asked_start(pid: int) -> float | None:
    """The same, None also where the system cannot be asked just now: out of descriptors, say."""
    try:
        return start_of(pid)
    except OSError:
        return None


def alive(pid: int, start: float, boot: str) -> bool:
    """Whether exactly this process still runs; a zombie does not."""
    if boot != boot_id() or pid <= 1 or pid == os.getpid():
        return False
    try:
        process = psutil.Process(pid)
        return raw_start(process) == start and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
