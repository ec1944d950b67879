"""Owns the files of experiences, `experiences/NNNN-slug.md` in a project's folder: for people to read and to search.

They are copies: the blackboard is the truth, and what is written into a file here is lost at the next change.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath

import yaml

from console.blackboard.connection import Database
from console.blackboard.reads.learning import Behind, unwritten
from console.blackboard.writes.experience_upkeep import mark_all_unwritten, mark_written
from console.blackboard.writes.notes import end_alert
from console.clock import iso
from console.commands.experiences import catch_up
from console.records.experience import Experience
from console.safe_files import entries, make_folder, read, remove, write

__all__ = ("CAUSE", "FOLDER", "experience_name", "experience_text", "keep_all", "keep_files")

FOLDER = "experiences"
CAUSE = "experience-files"
"""Of the alert that they cannot be written."""
SLUG = 40
"""Characters of a title that the name of its file keeps."""

_APART = re.compile(r"[\W_]+")


def experience_name(found: Experience) -> str:
    """The name of its file, such as `0012-read-the-csv.md`."""
    slug = _APART.sub("-", found.title.casefold())[:SLUG].strip("-")
    return f"{found.id:04}{f'-{slug}' if slug else ''}.md"


def experience_text(found: Experience) -> str:
    """What its file says: front matter, title, body."""
    about = {
        "id": found.id,
        "status": str(found.status),
        "tags": list(found.tags),
        "source": found.source,
        "task": found.task_id,
        "by": found.created_by,
        "at": iso(found.at),
        "uses": found.uses,
        "last_use_at": iso(found.last_use_at),
    }
    front = yaml.safe_dump(about, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{front}---\n\n# {found.title}\n\n{found.body.rstrip()}\n"


def keep_files(project_folder: Path, behind: Behind) -> int:
    """Bring the files of these in step; how many were written anew. One that says the same already is not touched.

    Raises OSError where the folder cannot be written.
    """
    return sum(_keep(project_folder, number, found) for number, _, found in behind)


def keep_all(db: Database, *, now: int) -> tuple[int, int]:
    """Write every experience of a project: how many there are, and how many files were written anew.

    Raises OSError where the folder cannot be written.
    """
    catch_up(db)
    mark_all_unwritten(db)
    done = written = 0
    while behind := unwritten(db):
        written += keep_files(db.path.parent, behind)
        mark_written(db, [(number, change) for number, change, _ in behind])
        done += len(behind)
    end_alert(db, CAUSE, now=now)
    return done, written


def _keep(project_folder: Path, number: int, found: Experience | None) -> bool:
    """None is gone, and its file goes; so does the file of an earlier title."""
    name = None if found is None else experience_name(found)
    written = False
    if found is not None and name is not None and not _says(project_folder, name, text := experience_text(found)):
        make_folder(project_folder, FOLDER)
        write(project_folder, PurePath(FOLDER, name), text)
        written = True
    for other in entries(project_folder, FOLDER):
        if other != name and re.fullmatch(rf"{number:04}(?:-.*)?\.md", other):
            remove(project_folder, PurePath(FOLDER, other))
    return written


def _says(project_folder: Path, name: str, text: str) -> bool:
    content = text.encode()
    try:
        return read(project_folder, PurePath(FOLDER, name), most=len(content) + 1) == content
    except OSError:
        return False
