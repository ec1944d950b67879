"""Owns how the changes of a task's outputs between two rounds look to programs, to people and to a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.in_words import in_words
from console.errors import UsageError
from console.records.output import Change, Output, RoundChanges
from console.text import one_line

if TYPE_CHECKING:
    from console.outputs_diff import Compared

__all__ = ("asked_rounds", "changed_record", "changes_json", "changes_text")

_ROUNDS = re.compile(r"([0-9]{1,4})\.\.([0-9]{1,4})")


def asked_rounds(text: str | None) -> tuple[int, int] | None:
    """(earlier, later) of `A..B`; None where none were asked for. Raises UsageError."""
    if text is None:
        return None
    if (found := _ROUNDS.fullmatch(text.strip())) is None:
        raise UsageError(f"{text[:40]!r} are no two rounds: write 1..2; 0 is the time before the first")
    return int(found[1]), int(found[2])


def changed_record(changes: RoundChanges | None, task_folder: Path, *, diff: bool) -> dict[str, Any] | None:
    """`changes_json`, with the lines where `diff` asks for them. It reads files: call it without an open connection."""
    if not diff or changes is None:
        return changes_json(changes, None)
    from console.outputs_diff import compare

    return changes_json(changes, compare(task_folder, changes))


def changes_json(changes: RoundChanges | None, compared: Sequence[Compared] | None) -> dict[str, Any] | None:
    """For JSON; field names are stable. `diff` is null where no diff was asked for, or there is none to show."""
    if changes is None:
        return None
    known = {one.change.path: one for one in compared or ()}
    return {
        "from": changes.before,
        "to": changes.after,
        "outputs": [
            {
                "path": change.path,
                "change": change.change,
                "before": _side(change.before),
                "after": _side(change.after),
                "note": known[change.path].note if change.path in known else change.words,
                "diff": "\n".join(known[change.path].diff) or None if change.path in known else None,
            }
            for change in changes.outputs
        ],
    }


def changes_text(record: dict[str, Any] | None) -> str:
    """The same for people and models, a diff as it stands; empty where nothing was handed in."""
    if record is None:
        return ""
    moved = [o for o in record["outputs"] if o["change"] != Change.SAME]
    same = len(record["outputs"]) - len(moved)
    since = f"round {record['from']}" if record["from"] else "the beginning"
    head = f"outputs of round {record['to']} against {since}: {len(moved)} of {len(record['outputs'])} changed"
    lines = [in_words(head if same or moved else f"no outputs up to round {record['to']}")]
    for output in moved:
        lines.append(f"  {one_line(output['path'])}: {output['note']}")
        lines += [f"    {line}" for line in (output["diff"] or "").splitlines()]
    return "\n".join(lines)


def _side(output: Output | None) -> dict[str, Any] | None:
    if output is None:
        return None
    return {"version": output.version, "round": output.round, "size": output.size, "sha256": output.sha256}
