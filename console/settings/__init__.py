"""Config as frozen records: shipped, home, project and environment, merged and checked. Nothing here writes a file."""

from __future__ import annotations

from console.settings.load import load_settings
from console.settings.model import (
    Backup,
    Daemon,
    Experience,
    Gateway,
    Inbox,
    Logging,
    Notify,
    ProjectSettings,
    Retention,
    Settings,
    Worktrees,
)

__all__ = (
    "Backup",
    "Daemon",
    "Experience",
    "Gateway",
    "Inbox",
    "Logging",
    "Notify",
    "ProjectSettings",
    "Retention",
    "Settings",
    "Worktrees",
    "load_settings",
)
