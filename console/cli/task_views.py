"""Owns how tasks look to people and to programs: a row of a list, and one task with what lies around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.blackboard.reads.briefing import task_json
from console.blackboard.reads.thread_json import thread_json
from console.cli.guardrail_views import decision_line
from console.cli.in_words import facts, in_words
from console.cli.output import Column
from console.cli.worktree_views import worktree_facts, worktree_record
from console.clock import iso
from console.records.task import OnFailure, Task, TaskKind

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("COLUMNS", "around", "row", "shown_text", "task_record", "titled", "who")


def who(record: Mapping[str, Any]) -> str:
    """Whom a task is for."""
    wanted = record["assignee"] or (f"@{record['role']}" if record["role"] else "")
    needs = f"[{', '.join(record['needs'])}]" if record["needs"] else ""
    return " ".join(part for part in (wanted, needs) if part) or in_words("anyone")


def titled(record: Mapping[str, Any]) -> str:
    """The title, after the kind where that is not plain work."""
    return str(record["title"] if record["kind"] == TaskKind.WORK else f"[{record['kind']}] {record['title']}")


COLUMNS = (
    Column("TASK", lambda r: f"{r['project']}#{r['id']}"),
    Column("STATUS", lambda r: "blocked" if r["blocked"] else r["status"], words=True),
    Column("P", "priority", right=True),
    Column("FOR", who, most=30),
    Column("TITLE", titled, most=120, gives=True),
)


def task_record(project: str, task: Task) -> dict[str, Any]:
    """A task for JSON."""
    return {"project": project, "blocked": task.waits_for_dependency} | task_json(task)


row = task_record


def around(project: str, task_id: int, db: Database) -> dict[str, Any]:
    """A task with its neighbours, outputs, comments, sessions and reviews. Raises NotFound."""
    from console.blackboard.reads.guardrails import decisions_on
    from console.blackboard.reads.notes import comments
    from console.blackboard.reads.outputs import latest_outputs
    from console.blackboard.reads.reviews import reviews_of, thread
    from console.blackboard.reads.sessions import sessions_of
    from console.blackboard.reads.tasks import children, dependencies, dependents, get_task
    from console.blackboard.reads.worktrees import worktree_row
    from console.cli.guardrail_views import decision_record
    from console.cli.session_views import session_record

    folder = db.path.parent / "artifacts" / str(task_id)
    return task_record(project, get_task(db, task_id)) | {
        "depends_on": [_near(t) for t in dependencies(db, task_id)],
        "dependents": [_near(t) for t in dependents(db, task_id)],
        "children": [_near(t) for t in children(db, task_id)],
        "outputs": [
            {
                "path": str(folder / o.path),
                "kind": o.kind,
                "version": o.version,
                "round": o.round,
                "size": o.size,
                "sha256": o.sha256,
                "by": o.actor,
                "at": iso(o.at),
            }
            for o in latest_outputs(db, task_id)
        ],
        "comments": [
            {"by": c.actor, "type": c.comment_type, "body": c.body, "at": iso(c.at)} for c in comments(db, task_id)
        ],
        "sessions": [session_record(project, s) for s in sessions_of(db, task_id)],
        "guardrails": [decision_record(decision) for decision in decisions_on(db, task_id)],
        "review_threads": [thread_json(thread(db, review.id)) for review in reviews_of(db, task_id)],
        "worktree": worktree_record(project, get_task(db, task_id), worktree_row(db, task_id)),
    }


def _near(task: Task) -> dict[str, Any]:
    return {"id": task.id, "title": task.title, "status": task.status}


def shown_text(record: dict[str, Any]) -> str:
    """One task for people."""
    held = in_words(record["hold_reason"] or "") + (f" ({record['hold_rule']})" if record["hold_rule"] else "")
    known = (
        ("status", in_words("blocked" if record["blocked"] else record["status"])),
        ("priority", record["priority"]),
        ("for", who(record)),
        ("held", held),
        ("failure", in_words(record["failure"] or "")),
        ("deadline", record["deadline"]),
        ("not before", record["not_before"]),
        ("part of", f"#{record['parent']}" if record["parent"] else ""),
        ("tags", ", ".join(record["tags"])),
        ("reviews", ", ".join(record["reviews"]) or in_words("none")),
        ("kind", "" if record["kind"] == TaskKind.WORK else _kind(record)),
        ("comes from", f"#{record['from_task']}" if record["from_task"] else ""),
        ("expects", ", ".join(record["expect"])),
        ("on failure", "" if record["on_failure"] == OnFailure.ASK else record["on_failure"]),
        ("undone by", record["undo"]),
        ("attempts", record["attempts"] or ""),
        ("branch", record["branch"]),
        ("works in", record["work_folder"]),
        *worktree_facts(record["worktree"]),
        ("created", f"{record['created_at']}, {record['created_by']}"),
    )
    lines = [f"{record['project']}#{record['id']} {record['title']}"]
    lines += facts((name, value) for name, value in known if value not in (None, ""))
    if record["body"]:
        lines += ["", record["body"]]
    return "\n".join([*lines, *_neighbours(record), *_happened(record)])


def _kind(record: dict[str, Any]) -> str:
    kind = in_words(record["kind"])
    return kind + in_words(f", took effect {record['applied_at']}") if record["applied_at"] else kind


def _neighbours(record: dict[str, Any]) -> list[str]:
    lines = []
    for key, title in (("depends_on", "after"), ("dependents", "before"), ("children", "parts")):
        lines += facts((title, f"#{t['id']} {t['title']} ({in_words(t['status'])})") for t in record[key])
    return ["", *lines] if lines else []


def _happened(record: dict[str, Any]) -> list[str]:
    seen: list[tuple[str, str]] = [
        ("output", o["path"] + in_words(f" (version {o['version']}, {o['size']} bytes)")) for o in record["outputs"]
    ]
    for thread in record["review_threads"]:
        stands = in_words(thread["status"]) + ", " + in_words(f"round {thread['round']}")
        seen.append(("review", f"{thread['id']} {thread['protocol']}: {stands}"))
    seen += [("guardrail", decision_line(decision)) for decision in record["guardrails"]]
    for session in record["sessions"]:
        why = f": {in_words(session['failure'])}" if session["failure"] else ""
        seen.append(("session", f"{session['id'][:8]} {session['agent']} {in_words(session['status'])}{why}"))
    seen += [(c["type"], f"{c['by']}, {c['at']}: {c['body']}") for c in record["comments"]]
    lines = facts(seen)
    return ["", *lines] if lines else []
