"""Owns the systemd user unit: its text, where it lies, and the commands that enable, restart and disable it.

Text only: nothing here runs systemctl.
"""

from __future__ import annotations

import re
from pathlib import Path

from console.open_files import WANTED
from console.services.manager import Commands, Word
from console.services.plan import ServicePlan
from console.services.stamp import PLACE

__all__ = ("commands", "file_of", "notes", "question", "text", "understood")

_UNIT = """\
# {place}
[Unit]
Description=moziplus, the scheduler of {home}
# Ten starts in five minutes mean that starting again does not help; `systemctl --user reset-failed {name}` forgives.
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
ExecStart={command}
WorkingDirectory={folder}
{environment}
# It comes back after a crash, and after a drain with the code that is then installed.
Restart=always
RestartSec=3
# Agents are in this unit's group of processes and outlive the scheduler; the next one adopts them.
KillMode=process
TimeoutStopSec=20
# An agent that the kernel ends for its memory is a failed attempt, not the end of the scheduler.
OOMPolicy=continue
UMask=0077
LimitNOFILE={files}

[Install]
WantedBy=default.target
"""


def file_of(name: str, user: Path) -> Path:
    """The file that systemd reads for `user` (their folder)."""
    return user / ".config" / "systemd" / "user" / f"{name}.service"


def text(plan: ServicePlan) -> str:
    """The unit."""
    return _UNIT.format(
        place=PLACE,
        files=WANTED,
        name=plan.name,
        home=_specifier(str(plan.home)),
        folder=_specifier(str(plan.home)),
        command=" ".join(_argument(part) for part in plan.command),
        environment="\n".join(f"Environment={_quoted(f'{k}={v}')}" for k, v in plan.environment.items()),
    )


def commands(name: str, file: Path) -> Commands:
    """For the user's own manager."""
    reread = ("systemctl", "--user", "daemon-reload")
    return Commands(
        start=(reread, ("systemctl", "--user", "enable", "--now", name)),
        restart=(("systemctl", "--user", "restart", name),),
        stop=(("systemctl", "--user", "disable", "--now", name),),
        reload=(reread, ("systemctl", "--user", "restart", name)),
    )


def question(name: str) -> tuple[str, ...]:
    """The command whose answer `understood` reads."""
    return ("systemctl", "--user", "show", f"{name}.service", "-p", "LoadState", "-p", "ActiveState", "-p", "MainPID")


def understood(name: str, code: int, answer: str) -> Word:
    """What systemd says of the unit."""
    said = dict(re.findall(r"^(\w+)=(.*)$", answer, re.MULTILINE))
    if code != 0 or "ActiveState" not in said:
        return Word(state="unknown", detail="the user's systemd cannot be reached from this shell")
    if said["ActiveState"] in ("active", "activating", "reloading"):
        return Word(state="running", pid=int(said.get("MainPID") or 0) or None)
    return Word(state="not loaded" if said.get("LoadState") == "not-found" else "stopped")


def notes() -> tuple[str, ...]:
    """What the operator should know."""
    return ("`loginctl enable-linger` lets it run without anybody logged in, and start with the machine",)


def _specifier(value: str) -> str:
    return value.replace("%", "%%")


def _quoted(value: str) -> str:
    escaped = _specifier(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _argument(value: str) -> str:
    return _quoted(value).replace("$", "$$")
