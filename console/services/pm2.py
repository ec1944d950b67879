"""Owns PM2's ecosystem file: its text, where it lies, and the commands that start, restart and delete the app.

Text only: nothing here runs pm2.
"""

from __future__ import annotations

import json
from pathlib import Path

from console.services.manager import Commands, Word
from console.services.plan import ServicePlan
from console.services.stamp import PLACE

__all__ = ("commands", "file_of", "notes", "question", "text", "understood")


def file_of(name: str, home: Path) -> Path:
    """The file, in the home that it serves: PM2 has no folder of its own for them."""
    return home / "config" / ("ecosystem.config.cjs" if name == "moziplus" else f"{name}.config.cjs")


def text(plan: ServicePlan) -> str:
    """The file: JSON, which is JavaScript too."""
    program, *arguments = plan.command
    app = {
        "name": plan.name,
        "script": program,
        "args": arguments,
        "interpreter": "none",
        "exec_mode": "fork",
        "cwd": str(plan.home),
        "watch": False,
        "autorestart": True,
        "min_uptime": 10_000,
        "max_restarts": 10,
        "restart_delay": 3000,
        "kill_timeout": 20_000,
        "treekill": False,
        "env": dict(plan.environment),
        "out_file": str(plan.out_log),
        "error_file": str(plan.err_log),
        "merge_logs": True,
    }
    body = json.dumps({"apps": [app]}, indent=2, ensure_ascii=False)
    return (
        f"// {PLACE}\n"
        "// treekill is off: agents outlive the scheduler, and the next one adopts them.\n"
        f"module.exports = {body};\n"
    )


def commands(name: str, file: Path) -> Commands:
    """For the user's own PM2."""
    start = ("pm2", "start", str(file))
    return Commands(
        start=(start, ("pm2", "save")),
        restart=(("pm2", "restart", name),),
        stop=(("pm2", "delete", name), ("pm2", "save", "--force")),
        reload=(("pm2", "delete", name), start, ("pm2", "save")),
    )


def question(name: str) -> tuple[str, ...]:
    """The command whose answer `understood` reads."""
    return ("pm2", "jlist")


def understood(name: str, code: int, answer: str) -> Word:
    """What PM2 says of the app; warnings may stand before its JSON."""
    try:
        listed = json.loads(answer[answer.index("[{") if "[{" in answer else answer.rindex("[]") :])
        (app,) = [app for app in listed if app["name"] == name] or [None]
        if app is None:
            return Word(state="not loaded")
        running = app["pm2_env"]["status"] in ("online", "launching")
        home = app["pm2_env"].get("pm_cwd")
        return Word(state="running" if running else "stopped", pid=app.get("pid") or None, home=home)
    except (ValueError, KeyError, TypeError):
        return Word(state="unknown", detail="pm2 gave no list of its programs")


def notes() -> tuple[str, ...]:
    """What the operator should know."""
    return (
        "`pm2 startup` prints the one command that starts PM2 with the machine; that command asks for root, nothing else does",
        "PM2 does not rotate logs by itself: `pm2 install pm2-logrotate`, or `pm2 flush` now and then",
    )
