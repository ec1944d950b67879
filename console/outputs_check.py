"""Owns the look at a task's recorded files before they are handed in: there, inside, not empty, as they were recorded.

It opens no database and changes nothing: call it while this process holds no connection. Files are read as streams.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from console.artifacts import as_it_is, lies_in
from console.errors import UsageError
from console.records.output import Output
from console.safe_files import is_file, look
from console.text import same_name

__all__ = ("Looked", "look_at_outputs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found."""

    problems: tuple[str, ...] = ()
    """One line for each thing that stands against handing in, with what to do about it."""
    gone: tuple[str, ...] = ()
    """Outputs of earlier rounds that nobody expects and that are not there any more."""


def look_at_outputs(
    task_folder: Path, recorded: Iterable[Output], expected: Iterable[str], *, present_round: int
) -> Looked:
    """Compare the files of a task with what is recorded of them: `recorded` has the newest version of each path.

    An output that is expected, or was recorded in the present round, must be there; each that is there must be what it
    was when it was recorded, because reviewers read the file.
    """
    newest = {output.path: output for output in recorded}
    wanted = tuple(expected)
    names = {same_name(path) for path in newest}
    problems = [_not_recorded(task_folder, path) for path in wanted if same_name(path) not in names]
    gone: list[str] = []
    for path, output in newest.items():
        if not _is_there(task_folder, path):
            if same_name(path) in map(same_name, wanted) or output.round == present_round:
                problems.append(
                    f"{path} was recorded and is not there any more: write it and record it again,"
                    f" or `blackboard output {path} --withdraw`"
                )
            else:
                gone.append(path)
        elif (problem := _not_as_recorded(task_folder, output)) is not None:
            problems.append(problem)
    return Looked(problems=tuple(problems), gone=tuple(gone))


def _is_there(task_folder: Path, path: str) -> bool:
    """Also where something else is in the way: what it is, is told when the file is read."""
    try:
        return look(*lies_in(task_folder, path)) is not None
    except OSError:
        return True


def _not_recorded(task_folder: Path, path: str) -> str:
    there = is_file(*lies_in(task_folder, path))
    how = "it is there, so record it" if there else f"write it to {task_folder / path} and record it"
    return f"{path} is expected of this task and was not recorded: {how} with `blackboard output {task_folder / path}`"


def _not_as_recorded(task_folder: Path, output: Output) -> str | None:
    try:
        found = as_it_is(task_folder, output.path)
    except UsageError as error:
        return f"{output.path} was recorded, and now: {error}"
    if found.sha256 == output.sha256:
        return None
    return f"{output.path} changed since it was recorded: record it again with `blackboard output {task_folder / output.path}`"
