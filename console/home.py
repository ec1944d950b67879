"""Owns where everything of a home lies, in which order a home is looked up, and how its folders and its mark are made.

It never opens a database, except for four bytes of one in a folder that is not a home yet.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.clock import Clock, SystemClock, iso
from console.errors import Conflict, NotFound, UsageError
from console.user_paths import user_path

__all__ = ("Home", "find_home", "make_private_folder", "remember_name", "valid_id", "write_atomically")

MARK_VERSION = 1
FOLDERS = (
    *("state", "projects", "projects/_archived", "inbox", "inbox/segments", "skills", "skills/builtins"),
    *("skills/custom", "prompt_templates", "schemas", "config", "config/review_protocols", "runs", "backups", "logs"),
)
"""What `create` makes; everything that a home holds is in one of these."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_OURS = b"mozi"
"""The application id in the header of a blackboard of ours."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything: projects, inbox, config, runs, logs."""

    path: Path

    @property
    def state(self) -> Path:
        """The folder of what moziplus itself remembers."""
        return self.path / "state"

    @property
    def state_db(self) -> Path:
        """The home's own database: scheduler status, requests, pause flags, alerts of no project."""
        return self.path / "state" / "moziplus.db"

    @property
    def in_charge_lock(self) -> Path:
        """The file whose flock says who is in charge; it is never unlinked."""
        return self.path / "state" / "in_charge.lock"

    @property
    def clock_file(self) -> Path:
        """What the scheduler remembers of the machine's clocks."""
        return self.path / "state" / "clock.json"

    @property
    def wings_lock(self) -> Path:
        """The file on which every scheduler that waits in the wings holds a shared flock; it is never unlinked."""
        return self.path / "state" / "wings.lock"

    @property
    def home_mark(self) -> Path:
        """What makes a folder a home: version, id, created_at."""
        return self.path / "state" / "home.json"

    @property
    def projects(self) -> Path:
        """The folder of the projects."""
        return self.path / "projects"

    @property
    def registry(self) -> Path:
        """The list of projects, derived from their folders for people to read."""
        return self.path / "projects" / "_registry.yaml"

    @property
    def inbox(self) -> Path:
        """The folder of the inbox; the file itself is a setting, `inbox.path`."""
        return self.path / "inbox"

    @property
    def runs(self) -> Path:
        """One folder for each life of the scheduler."""
        return self.path / "runs"

    @property
    def logs(self) -> Path:
        """The folder of the logs."""
        return self.path / "logs"

    @property
    def backups(self) -> Path:
        """The folder of the backups."""
        return self.path / "backups"

    @property
    def config(self) -> Path:
        """The folder of the home's own settings."""
        return self.path / "config"

    def project_folder(self, project: str) -> Path:
        """Where `project` lies, whether it exists or not. Raises UsageError where the id is not one."""
        return self.projects / valid_id(project)

    @staticmethod
    def is_home(path: Path) -> bool:
        """Whether `path` bears the mark of a home."""
        return (path / "state" / "home.json").is_file()

    def create(self, clock: Clock | None = None) -> Home:
        """Make the folders (0700 under any umask) and the mark; what is there already stays.

        Raises Conflict for a home of the predecessor, UsageError for a folder with other things in it: both stay as
        they are.
        """
        if not Home.is_home(self.path):
            _refuse_what_is_not_ours(self.path)
        for folder in (".", *FOLDERS):
            make_private_folder(self.path / folder)
        if not Home.is_home(self.path):
            from uuid import uuid4  # only who makes a home needs it

            mark = {"version": MARK_VERSION, "id": str(uuid4()), "created_at": iso((clock or SystemClock()).now())}
            write_atomically(self.home_mark, json.dumps(mark, indent=2) + "\n")
        return self


def find_home(explicit: str | os.PathLike[str] | None = None, environ: Mapping[str, str] = os.environ) -> Home:
    """The home: `explicit` (--home), MOZIPLUS_HOME, the parent of BLACKBOARD_ROOT, the current folder, ~/.moziplus.

    Makes nothing. Only ~/.moziplus may not be a home yet; any other that was named and is none raises NotFound,
    or Conflict where it is a home of the predecessor.
    """
    if explicit:
        return _named(Path(explicit), "--home")
    if named := environ.get("MOZIPLUS_HOME"):
        return _named(Path(named), "MOZIPLUS_HOME")
    if root := environ.get("BLACKBOARD_ROOT"):
        return _named(_absolute(Path(root)).parent, "the parent of BLACKBOARD_ROOT")
    here = Path.cwd()
    return Home(here if Home.is_home(here) else _absolute(Path("~/.moziplus")))


def valid_id(text: str, what: str = "project") -> str:
    """`text` if it can be the id of a project or an agent, else UsageError, which shows it as it was typed."""
    if not _ID.fullmatch(text):
        raise UsageError(
            f"{text[:40]!r} cannot be the id of any {what}: use 1 to 63 of a-z, 0-9, - and _,"
            " and begin with a letter or digit"
        )
    return text


def make_private_folder(path: Path) -> None:
    """A folder that only its owner can enter, and each above it that is missing, under any umask."""
    if not path.parent.is_dir():
        make_private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` (0600) by `text` so that a reader, or a power cut, finds the old one or the new one, whole."""
    draft = path.with_name(f".{path.name}.{os.urandom(16).hex()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    remember_name(path.parent)


def remember_name(folder: Path) -> None:
    """A rename survives a power cut only once its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _absolute(path: Path) -> Path:
    return Path(os.path.realpath(user_path(path)))


def _named(path: Path, by: str) -> Home:
    path = _absolute(path)
    if Home.is_home(path):
        return Home(path)
    if _of_predecessor(path):
        raise Conflict(_predecessor(path))
    raise NotFound(f"{path} (from {by}) is not a home of moziplus; make one with `moziplus init {path}`")


def _refuse_what_is_not_ours(path: Path) -> None:
    if _of_predecessor(path):
        raise Conflict(_predecessor(path))
    if not path.exists():
        return
    if not path.is_dir():
        raise UsageError(f"{path} is a file; name an empty or new folder for the home")
    own = {folder.partition("/")[0] for folder in FOLDERS}
    others = sorted(entry.name for entry in path.iterdir() if entry.name not in own and not entry.name.startswith("."))
    if others:
        raise UsageError(f"{path} holds other things ({others[0][:40]!r}, …); name an empty or new folder for the home")


def _of_predecessor(path: Path) -> bool:
    return any(_application_id(found) != _OURS for found in _blackboards(path))


def _blackboards(path: Path) -> Iterator[Path]:
    try:
        yield from sorted((path / "projects").glob("*/blackboard.db"))
    except OSError:
        return


def _application_id(database: Path) -> bytes:
    """Read from the header. The folder bears no mark, so this process has no connection whose locks that could drop."""
    descriptor = os.open(database, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.pread(descriptor, 4, 68)
    finally:
        os.close(descriptor)


def _predecessor(path: Path) -> str:
    return (
        f"{path} holds blackboards of another program (moziplus's predecessor?); nothing was touched. "
        "Make a new home elsewhere with `moziplus init DIR` and name it by --home or MOZIPLUS_HOME"
    )
