"""Owns the launchd agent: its property list, where it lies, and the commands that load, restart and unload it.

Text only: nothing here runs launchctl.
"""

from __future__ import annotations

import os
import plistlib
import re
from pathlib import Path

from console.open_files import WANTED
from console.services.manager import Commands, Word
from console.services.plan import ServicePlan
from console.services.stamp import PLACE

__all__ = ("commands", "file_of", "notes", "question", "text", "understood")

_THROTTLE = 10
"""Seconds between two starts of a scheduler that ends at once."""
_EXIT = 20
"""Seconds that it gets to let go after SIGTERM; agents are not part of it."""


def label(name: str) -> str:
    """The job's label."""
    return f"local.{name}"


def file_of(name: str, user: Path) -> Path:
    """The file that launchd reads when `user` (their folder) logs in."""
    return user / "Library" / "LaunchAgents" / f"{label(name)}.plist"


def text(plan: ServicePlan) -> str:
    """The property list. It always comes back: after a crash, and after a drain with the code that is then installed."""
    job = {
        "Label": label(plan.name),
        # stderr is a file that nobody rotates; the scheduler's own log says the same and is rotated.
        "ProgramArguments": [*plan.command, "--quiet"],
        "WorkingDirectory": str(plan.home),
        "EnvironmentVariables": dict(plan.environment),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": _THROTTLE,
        "ExitTimeOut": _EXIT,
        # Anything less is throttled, and so would be the agents.
        "ProcessType": "Interactive",
        # Agents outlive the scheduler; the next one adopts them.
        "AbandonProcessGroup": True,
        "Umask": 0o077,
        # launchd's own 256 are used up by some 60 blackboards.
        "SoftResourceLimits": {"NumberOfFiles": WANTED},
        "HardResourceLimits": {"NumberOfFiles": WANTED},
        "StandardOutPath": str(plan.out_log),
        "StandardErrorPath": str(plan.err_log),
    }
    body = plistlib.dumps(job, sort_keys=False).decode()
    return re.sub(r"(<plist )", lambda found: f"<!-- {PLACE} -->\n{found[1]}", body, count=1)


def commands(name: str, file: Path) -> Commands:
    """For the session of a user who is logged in at the screen, which an SSH shell may address, too."""
    domain = f"gui/{os.getuid()}"
    return Commands(
        start=(("launchctl", "bootstrap", domain, str(file)),),
        restart=(("launchctl", "kickstart", "-k", f"{domain}/{label(name)}"),),
        stop=(("launchctl", "bootout", f"{domain}/{label(name)}"),),
        reload=(
            ("launchctl", "bootout", f"{domain}/{label(name)}"),
            ("launchctl", "bootstrap", domain, str(file)),
        ),
    )


def question(name: str) -> tuple[str, ...]:
    """The command whose answer `understood` reads."""
    return ("launchctl", "print", f"gui/{os.getuid()}/{label(name)}")


def understood(name: str, code: int, answer: str) -> Word:
    """What launchd says of the job."""
    if code != 0:
        return Word(state="not loaded")
    pid = re.search(r"^\s*pid = (\d+)", answer, re.MULTILINE)
    return Word(state="running", pid=int(pid[1])) if pid else Word(state="stopped")


def notes() -> tuple[str, ...]:
    """What the operator should know."""
    return (
        "launchd starts it when you log in at the screen; for a machine that restarts by itself turn on automatic login",
    )
