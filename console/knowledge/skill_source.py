"""Owns the reading of a skill that comes from elsewhere: a folder, a zip, a tar, bounded, as files by their paths.

Nothing is unpacked to the disk; no path and no link leads out of what was given, and nothing but plain files is taken.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from console.errors import NotFound, UsageError
from console.knowledge.skill_file import MAIN, PASSED_OVER
from console.knowledge.skill_install import SkillFile
from console.safe_files import Unsafe, opened
from console.text import decoded, one_line

__all__ = ("skill_in",)

FILES_MAX = 2_000
BYTES_MAX = 32 * 1024 * 1024
PATH_MAX = 200
_UTF8_NAMES = 0x800

Files = dict[str, SkillFile]


def skill_in(source: Path, name: str = "") -> tuple[str, Files]:
    """(the name of its folder, its files) of the one skill in a folder or archive; of several, the one that `name` says.

    Raises NotFound where nothing is there, UsageError for what holds no skill, several, or what is not taken.
    """
    try:
        if source.is_dir():
            files = _Taken(_in_folder(source)).files
        elif source.is_file():
            files = _in_archive(source)
        else:
            raise NotFound(f"there is no folder or archive {source}")
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror or error}") from error
    roots = sorted({str(PurePosixPath(path).parent) for path in files if PurePosixPath(path).name == MAIN})
    roots = [root for root in roots if not any(_below(root, other) for other in roots)]
    wanted = [root for root in roots if not name or PurePosixPath(root).name == name]
    if not roots:
        raise UsageError(f"{source} holds no {MAIN}; a skill is a folder with one")
    if len(wanted) != 1:
        held = ", ".join(PurePosixPath(root).name for root in roots[:20])
        raise UsageError(f"{source} holds {len(roots)} skills ({held}): say which with `--skill NAME`")
    root = wanted[0]
    prefix = "" if root == "." else f"{root}/"
    folder = PurePosixPath(root).name or _stem(source)
    return folder, {path[len(prefix) :]: file for path, file in files.items() if path.startswith(prefix)}


def _below(path: str, other: str) -> bool:
    return path != other and (other == "." or path.startswith(f"{other}/"))


def _stem(source: Path) -> str:
    name = PurePosixPath(os.path.realpath(source)).name
    for end in (".zip", ".skill", ".tar.gz", ".tgz", ".tar"):
        name = name[: -len(end)] if not source.is_dir() and name.lower().endswith(end) else name
    return name


class _Taken:
    """Files that are taken one by one, within the bounds."""

    def __init__(self, entries: Iterator[tuple[str, IO[bytes] | str, bool]]) -> None:
        self.files: Files = {}
        links: dict[str, str] = {}
        seen: set[str] = set()
        left = BYTES_MAX
        for given, content, runs in entries:
            path = _safe_path(given)
            if set(PurePosixPath(path).parts) & PASSED_OVER:
                continue
            if path.casefold() in seen:
                raise UsageError(f"{_shown(path)} is in it twice (upper and lower case count as one)")
            seen.add(path.casefold())
            if len(seen) > FILES_MAX:
                raise UsageError(f"it holds more than {FILES_MAX} files; a skill is smaller")
            if isinstance(content, str):
                links[path] = content
                continue
            with content:
                data = content.read(left + 1)
            left -= len(data)
            if left < 0:
                raise UsageError(f"it holds more than {BYTES_MAX >> 20} MB; a skill is smaller")
            self.files[path] = SkillFile(data, runs)
        self.files |= {path: self._linked(path, to) for path, to in links.items()}

    def _linked(self, path: str, to: str) -> SkillFile:
        """A link to a file that is taken too is that file."""
        target = os.path.normpath(str(PurePosixPath(path).parent / to)) if not to.startswith("/") else to
        if target not in self.files:
            raise UsageError(f"{_shown(path)} is a link to {_shown(to)}, which is no file in it; take the link out")
        return self.files[target]


def _safe_path(given: str) -> str:
    """The path within the skill. Raises UsageError for one that leads out of it, or that a file cannot have."""
    parts = PurePosixPath(given).parts
    path = unicodedata.normalize("NFC", str(PurePosixPath(*parts))) if parts else ""
    odd = "\0" in given or "\\" in given or any(ord(character) < 32 for character in given)
    if not path or given.startswith("/") or ".." in parts or odd or given[1:2] == ":" or len(path) > PATH_MAX:
        raise UsageError(f"{_shown(given)} is no path within a skill; nothing was installed")
    return path


def _shown(path: str) -> str:
    return one_line(ascii(path) if not path.isprintable() else path, 80)


def _in_folder(folder: Path) -> Iterator[tuple[str, IO[bytes] | str, bool]]:
    top = Path(os.path.realpath(folder))
    for place, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        linked = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for name in sorted([*names, *linked]):
            path = os.path.join(place, name)
            inside = os.path.relpath(path, top)
            if os.path.islink(path):
                yield inside, os.readlink(path), False
                continue
            with _plain(top, inside) as (file, found):
                yield inside, file, bool(found.st_mode & 0o100)


@contextmanager
def _plain(top: Path, inside: str) -> Iterator[tuple[io.BufferedReader, os.stat_result]]:
    """A plain file, whoever may write in that folder. Raises UsageError for what is none."""
    try:
        with (
            opened(top, inside, databases=frozenset) as (descriptor, found),
            os.fdopen(os.dup(descriptor), "rb") as file,
        ):
            yield file, found
    except Unsafe as error:
        raise UsageError(f"{_shown(inside)} is no plain file ({error.strerror}); take it out") from error


def _in_archive(source: Path) -> Files:
    """Of a zip or tar, known by what it holds and not by its name. Raises UsageError for what is neither."""
    place = Path(os.path.realpath(source))
    try:
        with _plain(place.parent, place.name) as (plain, found):
            if zipfile.is_zipfile(plain):
                if found.st_size > BYTES_MAX:
                    raise UsageError(f"{source} has more than {BYTES_MAX >> 20} MB; a skill is smaller")
                with zipfile.ZipFile(plain) as archive:
                    return _Taken(_in_zip(archive)).files
            plain.seek(0)
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            stream = _Bounded(gzip.GzipFile(fileobj=plain) if packed else plain)
            with tarfile.open(fileobj=stream, mode="r|", errorlevel=1) as tar:
                return _Taken(_in_tar(tar)).files
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError) as error:
        raise UsageError(
            f"{source} is no folder, zip or tar.gz that can be read ({one_line(str(error), 80)})"
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{source} is packed in a way that is not read: {one_line(str(error), 80)}") from error


def _in_zip(archive: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes] | str, bool]]:
    for info in archive.infolist():
        mode = info.external_attr >> 16
        name = info.filename
        if not info.flag_bits & _UTF8_NAMES and not name.isascii():
            name = decoded(name.encode("cp437", "replace"))
        if info.is_dir():
            _safe_path(name)
        elif stat.S_ISLNK(mode):
            with archive.open(info) as file:
                yield name, decoded(file.read(PATH_MAX * 4)), False
        elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise UsageError(f"{_shown(name)} is no plain file; take it out")
        else:
            yield name, archive.open(info), bool(mode & 0o100)


def _in_tar(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes] | str, bool]]:
    for member in archive:
        if member.isdir():
            if member.name not in (".", "./"):
                _safe_path(member.name)
        elif member.issym():
            yield member.name, member.linkname, False
        elif member.islnk():
            yield member.name, os.path.relpath(_safe_path(member.linkname), os.path.dirname(member.name) or "."), False
        elif not member.isreg() or member.issparse():
            raise UsageError(f"{_shown(member.name)} is no plain file; take it out")
        elif (file := archive.extractfile(member)) is not None:
            yield member.name, file, bool(member.mode & 0o100)


class _Bounded(io.RawIOBase):
    """A stream that ends in an error where it gives more than a skill may have: names and headers count too."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._left = 2 * BYTES_MAX

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise UsageError(f"it holds more than {BYTES_MAX >> 20} MB; a skill is smaller")
        return data
