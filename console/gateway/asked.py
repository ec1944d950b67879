"""Owns the frames by which the gateway tells what its agents ask a person: bytes into records. It answers nothing.

As in `wire`, every record takes what it knows and lets the rest go.
"""

from __future__ import annotations

from typing import Any

from console.gateway.wire import Number, Record

__all__ = ("Approval", "ApprovalFound", "Query", "QueryList", "Question")


class Command(Record, frozen=True, kw_only=True):
    """What leave is asked for: a command, or, with a title, what a plugin wants to do."""

    command: str = ""
    title: str | None = None
    description: str | None = None
    severity: str | None = None
    tool_name: str | None = None
    plugin_id: str | None = None
    cwd: str | None = None
    host: str | None = None
    warning_text: str | None = None
    allowed_decisions: tuple[str, ...] = ("allow-once", "deny")
    session_key: str | None = None
    run_id: str | None = None


class Approval(Record, frozen=True, kw_only=True):
    """One of `exec.approval.list` and `plugin.approval.list`: what waits for leave."""

    id: str
    request: Command = Command()
    expires_at_ms: Number | None = None


class Verdict(Record, frozen=True, kw_only=True):
    """How an approval stands."""

    status: str = ""
    reason: str | None = None


class ApprovalFound(Record, frozen=True, kw_only=True):
    """The answer to `approval.get`, which the older release does not have."""

    approval: Verdict = Verdict()


class Choice(Record, frozen=True, kw_only=True):
    """One answer that a question offers."""

    label: str


class Question(Record, frozen=True, kw_only=True):
    """One of the questions that a tool asks at once."""

    question_id: str
    question: str = ""
    options: tuple[Choice, ...] = ()
    secret_store: Any = None
    """Where it asks for a secret, which belongs on no blackboard."""


class Query(Record, frozen=True, kw_only=True):
    """One of `question.list`: what a tool of an agent asks."""

    id: str
    questions: tuple[Question, ...] = ()
    session_key: str | None = None
    expires_at_ms: Number | None = None


class QueryList(Record, frozen=True, kw_only=True):
    """The answer to `question.list`."""

    questions: tuple[Query, ...] = ()
