"""Owns the files of a task: whether a path may become an output, the copy of it where one is needed, its hash and size.

It opens no database, and no file that could be one: call it while this process holds no connection. Files are read as
streams, never whole; devices, pipes and links that leave are refused before anything is read.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.errors import UsageError

__all__ = ("Escapes", "Kept", "OUTPUTS", "as_it_is", "keep", "version_of", "write_output")

OUTPUTS = "outputs"
ARCHIVE = "archive"
ARCHIVED_MAX = 4 << 20
"""Bytes up to which each version of an output is kept in archive/ under its hash, so that rounds can be compared."""
_CHUNK = 1 << 20
_DATABASES = (".db", "-wal", "-shm", ".db-journal")


class Escapes(UsageError):
    """A path leaves the folders that this task may take outputs from. The caller records it on the blackboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file of the task as it was when it was read."""

    path: str
    """Relative to the task's folder, with / between its parts."""
    sha256: str
    size: int
    """Bytes."""
    copied: bool = False


def keep(wanted: str, *, here: Path, task_folder: Path, work_folder: Path | None = None, copy: bool = False) -> Kept:
    """Take `wanted` (relative to `here`) as an output of the task whose folder is `task_folder`.

    A file of that folder is taken as it is; one of `work_folder` is copied into outputs/ under its path there, any other
    only with `copy`, under its name. Raises Escapes, or UsageError for what is missing, empty or not a plain file.
    """
    if "\0" in wanted or not wanted.strip():
        raise UsageError("an output is a path to a file; this one is empty")
    named = Path(os.path.abspath(here / wanted))
    real = _resolved(named, wanted)
    _refuse_database(named, wanted)
    _refuse_database(real, wanted)
    task_folder = task_folder.resolve()
    if real.is_relative_to(task_folder):
        return _as_it_is(real, task_folder, wanted)
    if named.is_relative_to(task_folder):
        raise Escapes(f"{wanted!r} is a link that leaves the task's folder; put the file itself there")
    work_folder = work_folder.resolve() if work_folder is not None else None
    if work_folder is not None and real.is_relative_to(work_folder):
        return _copied(real, task_folder, real.relative_to(work_folder), wanted)
    if copy:
        return _copied(real, task_folder, Path(named.name), wanted)
    if work_folder is not None and named.is_relative_to(work_folder):
        raise Escapes(f"{wanted!r} is a link that leaves the work folder; with --copy what it leads to is taken")
    raise Escapes(f"{wanted!r} is outside this task's folders; put it into {task_folder / OUTPUTS}, or add --copy")


def as_it_is(task_folder: Path, path: str) -> Kept:
    """The file `path` of a task's folder as it is now; nothing is kept or changed. Raises Escapes and UsageError as `keep`."""
    task_folder = task_folder.resolve()
    real = _resolved(Path(os.path.abspath(task_folder / path)), path)
    if not real.is_relative_to(task_folder):
        raise Escapes(f"{path!r} leads out of the task's folder; put the file itself there")
    with _plain_file(real, path) as (descriptor, before):
        digest = _digest(_chunks(descriptor))
        _refuse_changed(descriptor, before, path)
    return Kept(path=path, sha256=digest, size=before.st_size)


def write_output(task_folder: Path, name: str, content: bytes) -> Kept:
    """Write `content` to outputs/`name` and take it as an output. Raises Escapes where outputs/ leads elsewhere."""
    import hashlib

    task_folder = task_folder.resolve()
    target = _target(task_folder, Path(OUTPUTS, name))
    digest = hashlib.sha256(content).hexdigest()
    for place in (target, _target(task_folder, Path(ARCHIVE, digest))):
        with _draft_of(place) as file:
            file.write(content)
    return Kept(path=f"{OUTPUTS}/{name}", sha256=digest, size=len(content), copied=True)


def version_of(task_folder: Path, sha256: str) -> Path | None:
    """Where the version of an output with this hash is kept, None for one that was too large."""
    place = task_folder / ARCHIVE / sha256
    return place if place.is_file() and not place.is_symlink() else None


def _archive(descriptor: int, before: os.stat_result, digest: str, task_folder: Path, wanted: str) -> None:
    """Keep what was just read, under its hash."""
    if before.st_size > ARCHIVED_MAX or version_of(task_folder, digest) is not None:
        return
    os.lseek(descriptor, 0, os.SEEK_SET)
    with _draft_of(_target(task_folder, Path(ARCHIVE, digest))) as file:
        for chunk in _chunks(descriptor):
            file.write(chunk)
        _refuse_changed(descriptor, before, wanted)


def _resolved(named: Path, wanted: str) -> Path:
    try:
        return named.resolve(strict=True)
    except FileNotFoundError:
        raise UsageError(f"there is no file {wanted!r}; write it first") from None
    except (RuntimeError, OSError) as error:
        raise UsageError(f"{wanted!r} cannot be reached: {getattr(error, 'strerror', None) or error}") from error


def _refuse_database(path: Path, wanted: str) -> None:
    if path.name.lower().endswith(_DATABASES):
        raise UsageError(f"{wanted!r} looks like a live database; export what you need from it and record that")


def _as_it_is(real: Path, task_folder: Path, wanted: str) -> Kept:
    with _plain_file(real, wanted) as (descriptor, before):
        digest = _digest(_chunks(descriptor))
        _refuse_changed(descriptor, before, wanted)
        _archive(descriptor, before, digest, task_folder, wanted)
    return Kept(path=real.relative_to(task_folder).as_posix(), sha256=digest, size=before.st_size)


def _copied(real: Path, task_folder: Path, name: Path, wanted: str) -> Kept:
    with _plain_file(real, wanted) as (descriptor, before):
        target = _target(task_folder, Path(OUTPUTS, name))
        with _draft_of(target) as file:
            digest = _digest(_passed_on(_chunks(descriptor), file))
            _refuse_changed(descriptor, before, wanted)
        _archive(descriptor, before, digest, task_folder, wanted)
    return Kept(path=target.relative_to(task_folder).as_posix(), sha256=digest, size=before.st_size, copied=True)


@contextmanager
def _plain_file(real: Path, wanted: str) -> Iterator[tuple[int, os.stat_result]]:
    """(descriptor, what it is like now) of a regular file that is not empty."""
    try:
        kind = os.lstat(real).st_mode
        if not stat.S_ISREG(kind):  # asked before opening: to open a device may already do something
            raise UsageError(f"{wanted!r} is {_kind(kind)}, not a file; record files one by one")
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{wanted!r} cannot be read: {error.strerror}") from error
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise UsageError(f"{wanted!r} is {_kind(before.st_mode)}, not a file; record files one by one")
        if before.st_size == 0:
            raise UsageError(f"{wanted!r} is empty; write it first")
        yield descriptor, before
    finally:
        os.close(descriptor)


def _refuse_changed(descriptor: int, before: os.stat_result, wanted: str) -> None:
    """Asked before anything takes its place, so that a file still being written leaves no trace."""
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UsageError(f"{wanted!r} changed while it was read; record it when it is finished")


def _kind(mode: int) -> str:
    tests = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISLNK, "a link"),
    )
    return next((name for test, name in tests if test(mode)), "a device")


def _chunks(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, _CHUNK):
        yield chunk


def _digest(chunks: Iterator[bytes]) -> str:
    import hashlib  # loads OpenSSL; only outputs need it

    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _passed_on(chunks: Iterator[bytes], file: Draft) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _target(task_folder: Path, name: Path) -> Path:
    """Where a copy goes; its folders are made. Raises Escapes where a link leads out of the task's folder."""
    target = task_folder / name
    if not Path(os.path.realpath(target.parent)).is_relative_to(task_folder):
        raise Escapes(f"{name.parent} of this task is a link that leaves its folder; nothing is written through it")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.is_dir():
        raise UsageError(f"{target} is a folder; rename the file before you record it")
    return target


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
def _draft_of(target: Path) -> Iterator[Draft]:
    """Written and on the disk, it takes its place in one step; after a failure nothing is left."""
    draft = target.with_name(f".{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            yield Draft(descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
