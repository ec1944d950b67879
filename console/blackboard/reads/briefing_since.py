"""Owns what of a briefing is new to an agent that goes on with its own conversation. Pure; leaves out what it was told."""

from __future__ import annotations

from dataclasses import replace

from console.blackboard.reads.briefing import Briefing
from console.blackboard.reads.conversations import Conversation
from console.blackboard.reads.reviews import Thread
from console.records.ask import AskStatus
from console.records.note import CommentType

__all__ = ("ended", "since")


def since(brief: Briefing, before: Conversation) -> Briefing:
    """What came after the agent's model answered last: comments and answers that it has not heard, findings, attempts."""
    at, agent = before.last.created_at, before.last.agent
    review = None if brief.review is None else _thread(brief.review, at, agent)
    return replace(
        brief,
        comments=tuple(
            one
            for one in brief.comments
            if one.at >= at and one.id > before.heard and one.actor != agent and one.comment_type != CommentType.SYSTEM
        ),
        asks=tuple(
            one
            for one in brief.asks
            if one.status != AskStatus.OPEN and one.heard_at is None and (one.answered_at or 0) >= at
        ),
        decisions=tuple(one for one in brief.decisions if one.at >= at and one.actor != agent),
        threads=tuple(one for one in brief.threads if any(verdict.at >= at for verdict in one.verdicts)),
        attempts=()
        if review is not None
        else tuple(one for one in brief.attempts if one.created_at >= at and one.id != before.newest.id),
        review=review,
    )


def ended(before: Conversation) -> str:
    """How the agent's last session came to its end, in a few words."""
    last = before.newest
    if last.failure:
        return f"{last.status}: {last.failure}"
    return str(last.status) if last.stop_reason is None else f"{last.status} ({last.stop_reason})"


def _thread(thread: Thread, at: int, agent: str) -> Thread:
    return replace(
        thread,
        submissions=tuple(one for one in thread.submissions if one.at >= at),
        verdicts=tuple(one for one in thread.verdicts if one.at >= at and one.reviewer != agent),
        comments=tuple(one for one in thread.comments if one.at >= at and one.actor != agent),
    )
