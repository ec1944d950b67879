"""Owns the files of a task: whether a path may become an output, the copy of it where one is needed, its hash and size.

It opens no database, and no file that could be one: call it while this process holds no connection. Files are read as
streams, never whole; devices, pipes and links that leave are refused before anything is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from console.errors import UsageError, said_of
from console.safe_files import Draft, Unsafe, chunks, drafted, is_file, look, make_folder, opened
from console.safe_opening import Inode
from console.text import same_name

__all__ = (
    "Escapes",
    "Kept",
    "OUTPUTS",
    "as_it_is",
    "keep",
    "lies_in",
    "make_task_folder",
    "place_of",
    "version_of",
    "write_output",
)

OUTPUTS = "outputs"
ARCHIVE = "archive"
ARCHIVED_MAX = 4 << 20
"""Bytes up to which each version of an output is kept in archive/ under its hash, so that rounds can be compared."""
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
    task_folder = _resolved_task(task_folder)
    if real.is_relative_to(task_folder):
        return _as_it_is(real, task_folder, wanted)
    if named.is_relative_to(task_folder):
        raise Escapes(f"{wanted!r} is a link that leaves the task's folder; put the file itself there")
    work_folder = Path(os.path.realpath(work_folder)) if work_folder is not None else None
    if work_folder is not None and real.is_relative_to(work_folder):
        return _copied(real, task_folder, real.relative_to(work_folder), wanted)
    if copy:
        return _copied(real, task_folder, Path(named.name), wanted)
    if work_folder is not None and named.is_relative_to(work_folder):
        raise Escapes(f"{wanted!r} is a link that leaves the work folder; with --copy what it leads to is taken")
    raise Escapes(f"{wanted!r} is outside this task's folders; put it into {task_folder / OUTPUTS}, or add --copy")


def as_it_is(task_folder: Path, path: str) -> Kept:
    """The file `path` of a task's folder as it is now; nothing is kept or changed. Raises Escapes and UsageError as `keep`."""
    task_folder = _resolved_task(task_folder)
    real = _resolved(Path(os.path.abspath(task_folder / path)), path)
    if not real.is_relative_to(task_folder):
        raise Escapes(f"{path!r} leads out of the task's folder; put the file itself there")
    with _plain_file(real, task_folder, path) as (descriptor, before):
        digest = _digest(chunks(descriptor, before.st_size + 1))
        _refuse_changed(descriptor, before, path)
    return Kept(path=path, sha256=digest, size=before.st_size)


def write_output(task_folder: Path, name: str, content: bytes) -> Kept:
    """Write `content` to outputs/`name` and take it as an output. Raises Escapes where outputs/ leads elsewhere, OSError."""
    import hashlib

    digest = hashlib.sha256(content).hexdigest()
    for place in (PurePath(OUTPUTS, name), PurePath(ARCHIVE, digest)):
        with _draft_of(task_folder, place) as draft:
            draft.write(content)
    return Kept(path=f"{OUTPUTS}/{name}", sha256=digest, size=len(content), copied=True)


def make_task_folder(task_folder: Path, *parts: str) -> None:
    """artifacts/<task> with these parts, each 0700, none of them a link. Raises OSError."""
    top, name = lies_in(task_folder)
    make_folder(top, name.parent)
    make_folder(top, name)
    for part in parts:
        make_folder(top, name / part)


def lies_in(task_folder: Path, *parts: str | PurePath) -> tuple[Path, PurePath]:
    """(the project's folder, the way from there) of a file in artifacts/<task>: an agent may replace both of these."""
    return task_folder.parent.parent, PurePath(task_folder.parent.name, task_folder.name, *parts)


def version_of(task_folder: Path, sha256: str) -> Path | None:
    """Where the version of an output with this hash is kept, None for one that was too large."""
    kept = is_file(*lies_in(task_folder, ARCHIVE, sha256))
    return task_folder / ARCHIVE / sha256 if kept else None


def place_of(task_folder: Path, path: str, sha256: str) -> tuple[Path, PurePath]:
    """Where an output is read as it was recorded: the version that was kept, else the file itself; as `lies_in`."""
    return lies_in(task_folder, PurePath(ARCHIVE, sha256) if version_of(task_folder, sha256) else path)


def _archive(descriptor: int, before: os.stat_result, digest: str, task_folder: Path, wanted: str) -> None:
    """Keep what was just read, under its hash."""
    if before.st_size > ARCHIVED_MAX or version_of(task_folder, digest) is not None:
        return
    os.lseek(descriptor, 0, os.SEEK_SET)
    with _draft_of(task_folder, PurePath(ARCHIVE, digest)) as draft:
        for chunk in chunks(descriptor, before.st_size + 1):
            draft.write(chunk)
        _refuse_changed(descriptor, before, wanted)


def _resolved_task(task_folder: Path) -> Path:
    """Only the project's folder may be reached through links: the rest an agent could have put there."""
    top, name = lies_in(task_folder)
    return Path(os.path.realpath(top), name)


def _resolved(named: Path, wanted: str) -> Path:
    try:
        return named.resolve(strict=True)
    except FileNotFoundError:
        if (other := _composed_otherwise(named)) is not None:
            return _resolved(other, wanted)
        raise UsageError(f"there is no file {wanted!r}; write it first") from None
    except (RuntimeError, OSError) as error:
        raise UsageError(f"{wanted!r} cannot be reached: {getattr(error, 'strerror', None) or error}") from error


def _composed_otherwise(named: Path) -> Path | None:
    """The file of this name whose letters and accents are stored another way (a Mac's are often apart); None without one."""
    try:
        names = [] if named.name.isascii() else os.listdir(named.parent)
    except OSError:
        return None
    return next((named.with_name(n) for n in names if n != named.name and same_name(n) == same_name(named.name)), None)


def _refuse_database(path: Path, wanted: str) -> None:
    if path.name.lower().endswith(_DATABASES):
        raise UsageError(f"{wanted!r} looks like a live database; export what you need from it and record that")


def _as_it_is(real: Path, task_folder: Path, wanted: str) -> Kept:
    with _plain_file(real, task_folder, wanted) as (descriptor, before):
        digest = _digest(chunks(descriptor, before.st_size + 1))
        _refuse_changed(descriptor, before, wanted)
        _archive(descriptor, before, digest, task_folder, wanted)
    return Kept(path=real.relative_to(task_folder).as_posix(), sha256=digest, size=before.st_size)


def _copied(real: Path, task_folder: Path, name: Path, wanted: str) -> Kept:
    target = PurePath(OUTPUTS, name)
    with _plain_file(real, task_folder, wanted) as (descriptor, before):
        with _draft_of(task_folder, target) as draft:
            digest = _digest(_passed_on(chunks(descriptor, before.st_size + 1), draft))
            _refuse_changed(descriptor, before, wanted)
        _archive(descriptor, before, digest, task_folder, wanted)
    return Kept(path=target.as_posix(), sha256=digest, size=before.st_size, copied=True)


@contextmanager
def _plain_file(real: Path, task_folder: Path, wanted: str) -> Iterator[tuple[int, os.stat_result]]:
    """(descriptor, what it is like now) of a regular file that is not empty. `real` has no links on its way."""
    top, _ = lies_in(task_folder)
    if not real.is_relative_to(top):
        top = Path(real.anchor)
    with ExitStack() as stack:
        try:
            found = opened(top, real.relative_to(top), databases=lambda: _databases(task_folder))
            descriptor, before = stack.enter_context(found)
        except Unsafe as error:
            raise UsageError(
                f"{wanted!r} cannot be an output: {error.strerror}; record plain files one by one"
            ) from error
        except OSError as error:
            raise UsageError(f"{wanted!r} cannot be read: {error.strerror}") from error
        if before.st_size == 0:
            raise UsageError(f"{wanted!r} is empty; write it first")
        yield descriptor, before


def _databases(task_folder: Path) -> frozenset[Inode]:
    """The databases of the home that the task is in, by whatever name somebody may have given them."""
    projects = task_folder.parents[2]
    found: set[Inode] = set()
    for place in (projects.parent / "state", *_folders(projects), *_folders(projects / "_archived")):
        with suppress(OSError), os.scandir(place) as listing:
            for entry in listing:
                if entry.name.endswith(_DATABASES):
                    about = entry.stat(follow_symlinks=False)
                    found.add((about.st_dev, about.st_ino))
    return frozenset(found)


def _folders(place: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(place) as listing:
        yield from (Path(entry.path) for entry in listing if entry.is_dir())


def _refuse_changed(descriptor: int, before: os.stat_result, wanted: str) -> None:
    """Asked before anything takes its place, so that a file still being written leaves no trace."""
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UsageError(f"{wanted!r} changed while it was read; record it when it is finished")


def _digest(content: Iterator[bytes]) -> str:
    import hashlib  # loads OpenSSL; only outputs need it

    digest = hashlib.sha256()
    for chunk in content:
        digest.update(chunk)
    return digest.hexdigest()


def _passed_on(content: Iterator[bytes], draft: Draft) -> Iterator[bytes]:
    for chunk in content:
        draft.write(chunk)
        yield chunk


@contextmanager
def _draft_of(task_folder: Path, name: PurePath) -> Iterator[Draft]:
    """A file of the task that takes its place when it is whole. Raises Escapes where a link is in the way."""
    place = lies_in(task_folder, name)
    with ExitStack() as stack:
        try:
            draft = stack.enter_context(drafted(*place, make=True))
            found = look(*place)
        except Unsafe as error:
            raise Escapes(f"nothing is written to {name} of this task: {said_of(error, task_folder / name)}") from error
        if found is not None and stat.S_ISDIR(found.st_mode):
            raise UsageError(f"{task_folder / name} is a folder; rename the file before you record it")
        yield draft
