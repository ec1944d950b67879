"""Owns every read and write in folders that an agent can write: a session's, a task's, a worktree, what an agent hands in.

Never follows a link below the folder that is trusted, opens nothing but regular files, waits for nobody, reads no more
than was asked for, and never opens one of this process's databases by another name: that would drop SQLite's locks.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

__all__ = (
    "Draft",
    "Unsafe",
    "chunks",
    "drafted",
    "entries",
    "is_file",
    "look",
    "make_folder",
    "of_session",
    "open_here",
    "open_to_append",
    "opened",
    "read",
    "read_text",
    "remove",
    "remove_tree",
    "write",
)

_ALWAYS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 20
_SECTOR = 512
"""A database, and the file of its locks, has a multiple of these bytes."""
Inode = tuple[int, int]
"""(device, number) of a file, whatever its names."""


class Unsafe(OSError):
    """What stands there is no plain file of that folder; `strerror` says what it is. An OSError, and handled as one."""


def read(top: Path, name: str | PurePath, *, most: int, last: bool = False) -> bytes:
    """The first, or with `last` the last `most` bytes of the file `name` below `top`. Raises OSError."""
    with opened(top, name) as (descriptor, found):
        if last:
            os.lseek(descriptor, max(0, found.st_size - most), os.SEEK_SET)
        return b"".join(chunks(descriptor, most))


def read_text(top: Path, name: str | PurePath, *, most: int) -> str:
    """A small file of UTF-8 text. Raises OSError, ValueError where it is larger than `most` bytes or no such text."""
    content = read(top, name, most=most + 1)
    if len(content) > most:
        raise ValueError(f"{name} is larger than the {most} bytes that it may have")
    return content.decode("utf-8")


def chunks(descriptor: int, most: int) -> Iterator[bytes]:
    """What follows in an open file, piece by piece, `most` bytes at most."""
    while most > 0 and (chunk := os.read(descriptor, min(most, _CHUNK))):
        most -= len(chunk)
        yield chunk


@contextmanager
def opened(
    top: Path, name: str | PurePath, *, databases: Callable[[], Container[Inode]] | None = None
) -> Iterator[tuple[int, os.stat_result]]:
    """(descriptor to read from, what the file is like) of a regular file. Raises OSError.

    One with further names is refused, or where `databases` are told, only if it is one of these.
    """
    with _folder_of(top, name) as (folder, last):
        descriptor, found = _open(folder, last, os.O_RDONLY, Path(top, name), databases=databases)
    try:
        yield descriptor, found
    finally:
        os.close(descriptor)


def open_to_append(
    top: Path,
    name: str | PurePath,
    *,
    flags: int = os.O_WRONLY | os.O_APPEND,
    databases: Callable[[], Container[Inode]] | None = None,
) -> int:
    """A descriptor of a regular file that is made where it is not there (0600). Raises OSError, as `opened` does."""
    with _folder_of(top, name) as (folder, last):
        return _open(folder, last, flags | os.O_CREAT, Path(top, name), databases=databases)[0]


def look(top: Path, name: str | PurePath) -> os.stat_result | None:
    """What stands at `name` itself, None where nothing does. Raises OSError where a link or a file is in the way."""
    try:
        with _folder_of(top, name) as (folder, last):
            return os.stat(last, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def is_file(top: Path, name: str | PurePath) -> bool:
    """Whether a plain file with this one name is there; False also where nobody can say."""
    try:
        found = look(top, name)
    except OSError:
        return False
    return found is not None and stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def write(
    top: Path,
    name: str | PurePath,
    content: bytes | str,
    *,
    durable: bool = True,
    mode: int = 0o600,
    make: bool = False,
    clear: bool = False,
) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, whole. `durable` survives a power cut.

    What stood there, a link or a pipe, too, is replaced, never written into. `make` makes missing folders (0700); `clear`
    moves a folder out of the way that stands where the file goes. Raises OSError, and leaves nothing then.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    with drafted(top, name, durable=durable, mode=mode, make=make, clear=clear) as draft:
        draft.write(data)


class Draft:
    """A file that is being written beside its place."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, content: bytes) -> None:
        """All of it."""
        view = memoryview(content)
        while view:
            view = view[os.write(self._descriptor, view) :]


@contextmanager
def drafted(
    top: Path,
    name: str | PurePath,
    *,
    durable: bool = True,
    mode: int = 0o600,
    make: bool = False,
    clear: bool = False,
) -> Iterator[Draft]:
    """As `write`, piece by piece; the file takes its place at the end, after a failure nothing is left."""
    with _folder_of(top, name, make=make) as (folder, last):
        draft = f".{last[:100]}.{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ALWAYS
        descriptor = os.open(draft, flags, mode, dir_fd=folder)
        try:
            try:
                os.fchmod(descriptor, mode)
                yield Draft(descriptor)
                if durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if clear and _is_folder(folder, last):
                os.rename(last, f".{last[:100]}.{os.urandom(8).hex()}", src_dir_fd=folder, dst_dir_fd=folder)
            os.rename(draft, last, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft, dir_fd=folder)
            raise
        if durable:
            os.fsync(folder)


def make_folder(top: Path, name: str | PurePath) -> None:
    """The folder `name` and those on the way to it, each 0700, none of them a link. Raises OSError."""
    with _folder(top, PurePath(name).parts, make=True) as folder:
        os.fchmod(folder, 0o700)


def remove(top: Path, name: str | PurePath) -> bool:
    """Remove a file, or a link itself; False where there is none. Raises OSError, for a folder, too."""
    try:
        with _folder_of(top, name) as (folder, last):
            os.unlink(last, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def remove_tree(top: Path, name: str | PurePath) -> None:
    """Remove a file, a link itself, or a folder with all in it, as far as possible; no link is followed. Raises OSError."""
    with suppress(FileNotFoundError), _folder_of(top, name) as (folder, last):
        if _is_folder(folder, last):
            import shutil  # only who tidies up needs it

            shutil.rmtree(last, ignore_errors=True, dir_fd=folder)
        else:
            os.unlink(last, dir_fd=folder)


def entries(top: Path, name: str | PurePath = "") -> list[str]:
    """The names in a folder, sorted; none where it is not there. Raises OSError."""
    try:
        with _folder(top, PurePath(name).parts) as folder:
            return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def open_here(found: os.stat_result) -> int:
    """How often this process has that very file open, under whatever name: closing it once more would drop its locks."""
    count = 0
    if found.st_size % _SECTOR == 0:
        for name in os.listdir("/dev/fd"):
            with suppress(OSError, ValueError):
                count += os.path.samestat(os.fstat(int(name)), found)
    return count


def of_session(folder: Path, name: str | PurePath = "") -> tuple[Path, PurePath]:
    """(the folder `runs`, the way from there) of what is in the session's folder `runs/<run>/agents/<agent>/<session>`.

    Of any other folder its parent is the one that is trusted.
    """
    levels = 4 if len(folder.parts) > 4 and folder.parts[-3] == "agents" else 1
    return folder.parents[levels - 1], PurePath(*folder.parts[-levels:], name)


@contextmanager
def _folder_of(top: Path, name: str | PurePath, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """(descriptor of the folder that holds `name`, its own name there)."""
    *folders, last = PurePath(name).parts or ("",)
    if last in ("", "..", "/") or "\0" in last:
        raise Unsafe(errno.EINVAL, "it is no name of a file", str(name))
    with _folder(top, tuple(folders), make=make) as folder:
        yield folder, last


@contextmanager
def _folder(top: Path, parts: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """The folder below `top`, which alone may be reached through links."""
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for n, part in enumerate(parts):
            inner = _enter(folder, part, Path(top, *parts[: n + 1]), make)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _enter(folder: int, part: str, path: Path, make: bool) -> int:
    if part in ("..", "/"):
        raise Unsafe(errno.EINVAL, "its path leads out of the folder", str(path))
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=folder)
    try:
        return os.open(part, os.O_RDONLY | os.O_DIRECTORY | _ALWAYS, dir_fd=folder)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise OSError(error.errno, error.strerror, str(path)) from error
        found = os.stat(part, dir_fd=folder, follow_symlinks=False)
        raise _unsafe(found, path, "a folder") from error


def _open(
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
    descriptor = os.open(name, flags | _ALWAYS, 0o600, dir_fd=folder)
    found = os.fstat(descriptor)
    if seen is not None and not os.path.samestat(seen, found):
        if open_here(found) < 2:
            os.close(descriptor)  # else it stays open for good: somebody put a database of ours there meanwhile
        raise Unsafe(errno.EAGAIN, "it was replaced while it was opened", str(path))
    return descriptor, found


def _refuse(found: os.stat_result, path: Path, databases: Callable[[], Container[Inode]] | None) -> None:
    """Raise Unsafe for what is no plain file, or may be a database under another name."""
    if not stat.S_ISREG(found.st_mode):
        raise _unsafe(found, path, "a file")
    if found.st_nlink > 1 and (databases is None or (found.st_dev, found.st_ino) in databases()):
        raise Unsafe(errno.EMLINK, "it is a hard link, and may be a database by its other name", str(path))
    if found.st_size and open_here(found):
        raise Unsafe(errno.EBUSY, "it is a database that is open here", str(path))


def _unsafe(found: os.stat_result, path: Path, wanted: str) -> Unsafe:
    kind, number = _KINDS.get(stat.S_IFMT(found.st_mode), ("a device", errno.ENXIO))
    return Unsafe(number, f"it is {kind}, not {wanted}", str(path))


def _is_folder(folder: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


_KINDS = {
    stat.S_IFDIR: ("a folder", errno.EISDIR),
    stat.S_IFIFO: ("a pipe", errno.ENXIO),
    stat.S_IFSOCK: ("a socket", errno.ENXIO),
    stat.S_IFLNK: ("a link", errno.ELOOP),
    stat.S_IFREG: ("a plain file", errno.ENOTDIR),
}
