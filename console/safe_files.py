"""Owns every read and write in folders that an agent can write: a session's, a task's, a worktree, what an agent hands in.

Never follows a link below the folder that is trusted, opens nothing but regular files, waits for nobody, reads no more
than was asked for, and never opens one of this process's databases by another name: that would drop SQLite's locks.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from console.safe_opening import ALWAYS, Inode, Unsafe, folder_at, folder_of, open_file, unclosed

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
    "open_to_append",
    "opened",
    "read",
    "read_text",
    "remove",
    "remove_tree",
    "write",
)

_CHUNK = 1 << 20


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
    with folder_of(top, name) as (folder, last):
        descriptor, found = open_file(folder, last, os.O_RDONLY, Path(top, name), databases=databases)
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
    with folder_of(top, name) as (folder, last):
        return open_file(folder, last, flags | os.O_CREAT, Path(top, name), databases=databases)[0]


def look(top: Path, name: str | PurePath) -> os.stat_result | None:
    """What stands at `name` itself, None where nothing does. Raises OSError where a link or a file is in the way."""
    try:
        with folder_of(top, name) as (folder, last):
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
        self.descriptor = descriptor

    def write(self, content: bytes) -> None:
        """All of it."""
        view = memoryview(content)
        while view:
            view = view[os.write(self.descriptor, view) :]


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
    with folder_of(top, name, make=make) as (folder, last):
        draft = f".{last[:100]}.{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | ALWAYS
        descriptor = unclosed(folder, lambda: os.open(draft, flags, mode, dir_fd=folder))
        try:
            try:
                os.fchmod(descriptor, mode)
                yield Draft(descriptor)
                if durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if clear and _isfolder_at(folder, last):
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
    with folder_at(top, PurePath(name).parts, make=True) as folder:
        os.fchmod(folder, 0o700)


def remove(top: Path, name: str | PurePath) -> bool:
    """Remove a file, or a link itself; False where there is none. Raises OSError, for a folder, too."""
    try:
        with folder_of(top, name) as (folder, last):
            unclosed(folder, lambda: os.unlink(last, dir_fd=folder))
    except FileNotFoundError:
        return False
    return True


def remove_tree(top: Path, name: str | PurePath) -> None:
    """Remove a file, a link itself, or a folder with all in it, as far as possible; no link is followed. Raises OSError."""
    with suppress(FileNotFoundError), folder_of(top, name) as (folder, last):
        if _isfolder_at(folder, last):
            import shutil  # only who tidies up needs it

            shutil.rmtree(last, ignore_errors=True, dir_fd=folder)
        else:
            os.unlink(last, dir_fd=folder)


def entries(top: Path, name: str | PurePath = "") -> list[str]:
    """The names in a folder, sorted; none where it is not there. Raises OSError."""
    try:
        with folder_at(top, PurePath(name).parts) as folder:
            return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def of_session(folder: Path, name: str | PurePath = "") -> tuple[Path, PurePath]:
    """(the folder `runs`, the way from there) of what is in the session's folder `runs/<run>/agents/<agent>/<session>`.

    Of any other folder its parent is the one that is trusted.
    """
    levels = 4 if len(folder.parts) > 4 and folder.parts[-3] == "agents" else 1
    return folder.parents[levels - 1], PurePath(*folder.parts[-levels:], name)


def _isfolder_at(folder: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False
