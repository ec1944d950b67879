"""Owns the walk to a file in a folder that an agent can write, and its opening: descriptor by descriptor, link by no link.

Never follows a link below the folder that is trusted, opens nothing but regular files, waits for nobody, and never opens
one of this process's databases by another name: to close it would drop SQLite's locks. What is ours, and was closed to its
owner, is opened to him again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import TypeVar

__all__ = ("ALWAYS", "Inode", "Unsafe", "folder_at", "folder_of", "open_file", "unclosed")

T = TypeVar("T")

ALWAYS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
SECTOR = 512
"""A database, and the file of its locks, has a multiple of these bytes."""
Inode = tuple[int, int]
"""(device, number) of a file, whatever its names."""


class Unsafe(OSError):
    """What stands there is no plain file of that folder; `strerror` says what it is. An OSError, and handled as one."""


@contextmanager
def folder_of(top: Path, name: str | PurePath, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """(descriptor of the folder that holds `name`, its own name there)."""
    *folders, last = PurePath(name).parts or ("",)
    if last in ("", "..", "/") or "\0" in last:
        raise Unsafe(errno.EINVAL, "it is no name of a file", str(name))
    with folder_at(top, tuple(folders), make=make) as folder:
        yield folder, last


@contextmanager
def folder_at(top: Path, parts: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """The folder below `top`, which alone may be reached through links."""
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for n, part in enumerate(parts):
            inner = _enter(folder, part, (top, *parts[: n + 1]), make)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _enter(folder: int, part: str, way: tuple[str | PurePath, ...], make: bool) -> int:
    """`way` leads there, for whoever is told: a path is made of it only then."""
    if part in ("..", "/"):
        raise Unsafe(errno.EINVAL, "its path leads out of the folder", str(Path(*way)))
    if make:
        with suppress(FileExistsError):
            unclosed(folder, lambda: os.mkdir(part, 0o700, dir_fd=folder))
    try:
        return _reopened(folder, part, lambda: os.open(part, os.O_RDONLY | os.O_DIRECTORY | ALWAYS, dir_fd=folder))
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise OSError(error.errno, error.strerror, str(Path(*way))) from error
        found = os.stat(part, dir_fd=folder, follow_symlinks=False)
        raise _unsafe(found, Path(*way), "a folder") from error


def open_file(
    folder: int,
    name: str,
    flags: int,
    path: Path,
    databases: Callable[[], Container[Inode]] | None = None,
) -> tuple[int, os.stat_result]:
    """Looked at before it is opened, because to open a device may already do something, and afterwards once more."""
    try:
        seen: os.stat_result | None = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        seen, flags = None, flags | os.O_EXCL
    if seen is not None:
        _refuse(seen, path, databases)
        flags &= ~os.O_CREAT
    descriptor = _reopened(
        folder, name, lambda: unclosed(folder, lambda: os.open(name, flags | ALWAYS, 0o600, dir_fd=folder))
    )
    found = os.fstat(descriptor)
    if seen is not None and not os.path.samestat(seen, found):
        if not _is_database_here(found):
            os.close(descriptor)  # else it stays open for good: somebody put a database of ours there meanwhile
        raise Unsafe(errno.EAGAIN, "it was replaced while it was opened", str(path))
    return descriptor, found


def unclosed(folder: int, act: Callable[[], T]) -> T:
    """Do what changes an open folder, also where an agent took the right to from its owner, whom we are. Raises OSError."""
    try:
        return act()
    except PermissionError:
        found = os.fstat(folder)
        if found.st_uid != os.geteuid() or found.st_mode & stat.S_IRWXU == stat.S_IRWXU:
            raise
        os.fchmod(folder, stat.S_IMODE(found.st_mode) | stat.S_IRWXU)
        return act()


def _reopened(folder: int, name: str, act: Callable[[], T]) -> T:
    """The same for the opening of what stands there: a folder or a file of ours that nobody may read or write."""
    try:
        return act()
    except PermissionError:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        wanted = stat.S_IRWXU if stat.S_ISDIR(found.st_mode) else stat.S_IRUSR | stat.S_IWUSR
        plain = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        if not plain or found.st_uid != os.geteuid() or found.st_mode & wanted == wanted:
            raise
        os.chmod(name, stat.S_IMODE(found.st_mode) | wanted, dir_fd=folder)
        return act()


def _refuse(found: os.stat_result, path: Path, databases: Callable[[], Container[Inode]] | None) -> None:
    """Raise Unsafe for what is no plain file, or may be a database under another name."""
    if not stat.S_ISREG(found.st_mode):
        raise _unsafe(found, path, "a file")
    if found.st_nlink > 1 and (databases is None or (found.st_dev, found.st_ino) in databases()):
        raise Unsafe(errno.EMLINK, "it is a hard link, and may be a database by its other name", str(path))
    if _is_database_here(found):
        raise Unsafe(errno.EBUSY, "it is a database that is open here", str(path))


def _unsafe(found: os.stat_result, path: Path, wanted: str) -> Unsafe:
    kind, number = _KINDS.get(stat.S_IFMT(found.st_mode), ("a device", errno.ENXIO))
    return Unsafe(number, f"it is {kind}, not {wanted}", str(path))


def _is_database_here(found: os.stat_result) -> bool:
    """Whether this process has that file open as SQLite opens one, by whatever name: to close it again would drop its locks.

    What is opened here, or only appended to, is known by its flags.
    """
    if not found.st_size or found.st_size % SECTOR:
        return False
    for name in os.listdir("/dev/fd"):
        with suppress(OSError, ValueError):
            flags = fcntl.fcntl(int(name), fcntl.F_GETFL)
            if not flags & (os.O_NONBLOCK | os.O_APPEND) and os.path.samestat(os.fstat(int(name)), found):
                return True
    return False


_KINDS = {
    stat.S_IFDIR: ("a folder", errno.EISDIR),
    stat.S_IFIFO: ("a pipe", errno.ENXIO),
    stat.S_IFSOCK: ("a socket", errno.ENXIO),
    stat.S_IFLNK: ("a link", errno.ELOOP),
    stat.S_IFREG: ("a plain file", errno.ENOTDIR),
}
