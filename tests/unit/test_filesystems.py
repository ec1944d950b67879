"""Promises of the filesystem check: network and synced folders are named with their reason, local disks pass."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from console.filesystems import check_folder, why_unfit


class Mount(NamedTuple):
    """A mounted filesystem, as psutil tells of it."""

    mountpoint: str
    fstype: str


LOCAL = [Mount("/", "ext4"), Mount("/data", "apfs")]


@pytest.mark.parametrize(
    "fstype",
    [
        "nfs",
        "nfs4",
        "smbfs",
        "smb3",
        "cifs",
        "afpfs",
        "webdav",
        "davfs",
        "fuse.sshfs",
        "9p",
        "osxfuse.sshfs",
        "virtiofs",
    ],
)
def test_a_network_filesystem_is_refused_with_its_name(fstype: str) -> None:
    reason = why_unfit(Path("/media/share/home/projects"), [*LOCAL, Mount("/media/share", fstype)])
    assert reason is not None and fstype in reason and "/media/share" in reason


@pytest.mark.parametrize(
    "fstype", ["ext4", "apfs", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "hfs", "f2fs"]
)
def test_a_local_filesystem_passes(fstype: str) -> None:
    assert why_unfit(Path("/media/disk/home"), [*LOCAL, Mount("/media/disk", fstype)]) is None


def test_the_nearest_mount_counts() -> None:
    mounts = [Mount("/", "nfs"), Mount("/users/me", "ext4"), Mount("/users/me2", "cifs")]
    assert why_unfit(Path("/users/me/x"), mounts) is None
    assert why_unfit(Path("/users/other"), mounts) is not None
    assert why_unfit(Path("/users/me2"), mounts) is not None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("~/Library/Mobile Documents/com~apple~CloudDocs/mozi", "iCloud Drive"),
        ("~/Library/CloudStorage/GoogleDrive-a@b/mozi", "a cloud drive"),
        ("~/Dropbox/mozi", "Dropbox"),
        ("~/Dropbox (Personal)/mozi", "Dropbox"),
        ("~/OneDrive - Company/mozi", "OneDrive"),
        ("~/Google Drive/My Drive/mozi", "Google Drive"),
    ],
)
def test_a_synced_folder_is_refused_with_its_service(path: str, service: str) -> None:
    reason = why_unfit(Path(path.replace("~", "/h/me", 1)), LOCAL)
    assert reason is not None and service in reason


@pytest.mark.parametrize("path", ["/h/dropboxes/x", "/h/library/documents", "/h/onedriver/x"])
def test_a_name_that_only_looks_alike_passes(path: str) -> None:
    assert why_unfit(Path(path), LOCAL) is None


def test_the_folder_of_this_test_passes(tmp_path: Path) -> None:
    check_folder(tmp_path)
