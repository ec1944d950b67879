"""Owns the judgement whether a folder may hold a blackboard: not on a network or cloud-synced filesystem.

SQLite's locks and its WAL need a local disk; a sync program copies the files apart from each other and corrupts them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from console.errors import UsageError
from console.user_paths import user_path

__all__ = ("Partition", "check_folder", "partitions", "why_unfit")


class Partition(Protocol):
    """What psutil tells of a mounted filesystem."""

    @property
    def mountpoint(self) -> str:
        """Where it is mounted."""
        ...

    @property
    def fstype(self) -> str:
        """Its kind, as in ext4."""
        ...


_NETWORK = re.compile(
    r"nfs[0-9]?|smb[a-z0-9]*|cifs|afp(?:fs)?|webdav|davfs2?|9p|ncpfs|coda|afs|ceph|glusterfs|lustre|beegfs|gpfs|ocfs2"
    r"|gfs2?|orangefs|vboxsf|vmhgfs|prl_fs|virtiofs|macfuse_sshfs"
    r"|(?:fuse|osxfuse|macfuse)\.(?!ext|btrfs|xfs|zfs|apfs|bindfs|overlay|lxcfs|portal|gvfsd|snapfuse|blk).*",
    re.IGNORECASE,
)
_SYNCED = (
    (("Library", "Mobile Documents"), "iCloud Drive"),
    (("Library", "CloudStorage"), "a cloud drive"),
    (("Dropbox",), "Dropbox"),
    (("OneDrive",), "OneDrive"),
    (("Google Drive",), "Google Drive"),
    (("GoogleDrive",), "Google Drive"),
    (("My Drive",), "Google Drive"),
    (("iCloudDrive",), "iCloud Drive"),
    (("Nextcloud",), "Nextcloud"),
    (("Syncthing",), "Syncthing"),
)


def why_unfit(path: Path, mounted: Iterable[Partition]) -> str | None:
    """Why `path` (absolute, resolved) may not hold a blackboard; None where it may. Looks at nothing itself."""
    parts = [part.casefold() for part in path.parts]
    for names, service in _SYNCED:
        if _holds(parts, [name.casefold() for name in names]):
            return f"it is synced by {service}, which copies a database's files apart from each other"
    nearest = max((p for p in mounted if _below(path, p.mountpoint)), key=lambda p: len(p.mountpoint), default=None)
    if nearest is not None and _NETWORK.fullmatch(nearest.fstype):
        return f"it is on a network or shared filesystem ({nearest.fstype} at {nearest.mountpoint}), where locks fail"
    return None


def check_folder(path: Path) -> None:
    """Raise UsageError, with the reason, where `path` may not hold a blackboard."""
    real = Path(os.path.realpath(user_path(path)))
    reason = why_unfit(real, partitions())
    if reason:
        raise UsageError(f"{path} cannot hold a blackboard: {reason}. Choose a folder on a local disk")


def partitions() -> list[Partition]:
    """What is mounted on this machine; nothing where the system does not say."""
    import psutil

    try:
        return list(psutil.disk_partitions(all=True))
    except (OSError, RuntimeError):
        return []


def _holds(parts: list[str], names: list[str]) -> bool:
    """`names` follow each other in `parts`; the last may go on, as in `Dropbox (Personal)` or `OneDrive - Company`."""
    for start in range(len(parts) - len(names) + 1):
        *exact, last = parts[start : start + len(names)]
        goes_on = last.startswith((f"{names[-1]} ", f"{names[-1]}-"))
        if exact == names[:-1] and (last == names[-1] or goes_on):
            return True
    return False


def _below(path: Path, mountpoint: str) -> bool:
    return path.is_relative_to(mountpoint)
