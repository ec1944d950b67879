"""Owns the lead as a rung before the operator: which asks go to it, and what is recorded where the operator overrules it.

The lead is an agent like any other; what it says under its claim is in `agent.lead`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.context import NO_TEAM, Context
from console.errors import ConfigError
from console.records.ask import Ask, AskKind, AskStatus
from console.text import one_line

if TYPE_CHECKING:
    from console.settings import ProjectSettings

__all__ = ("lead_of", "overruled", "to_lead")


def lead_of(context: Context, kind: AskKind) -> str | None:
    """Who is asked before the operator; nobody where it is no agent of the project. Settings are read before any lock."""
    if context.by.session is None or context.team is NO_TEAM or kind == AskKind.INPUT:
        return None
    try:
        settings: ProjectSettings = context.team.settings()
    except ConfigError:  # the operator is asked, and told of that
        return None
    may = settings.policy.lead_approvals or kind != AskKind.APPROVAL
    lead = settings.policy.lead
    return lead if may and any(agent.id == lead for agent in settings.agents) else None


def to_lead(context: Context, ask: Ask, lead: str | None) -> None:
    """The ask goes to the lead first, once. What it asks itself does not, nor what is asked on its behalf."""
    if lead is None or ask.status != AskStatus.OPEN or ask.asker == lead:
        return
    from console.blackboard.reads.tasks import get_task
    from console.blackboard.writes.lead import ask_lead  # few projects have a lead

    if get_task(context.db, ask.task_id).ask is None:
        ask_lead(context.db, ask, lead, now=context.now)


def overruled(context: Context, before: Ask) -> None:
    """Say so where the lead's answer stood. Part of a transaction."""
    from console.blackboard.writes.notes import add_comment
    from console.records.note import CommentType

    said = f"{before.answered_by} is overruled on ask #{before.id}: it said {one_line(before.said, 300)}"
    add_comment(context.db, before.task_id, said, comment_type=CommentType.SYSTEM, by=context.by, now=context.now)
