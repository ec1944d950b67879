"""Owns what of a briefing is new: since a moment, or to an agent that goes on with its own conversation. Pure."""

from __future__ import annotations

from dataclasses import replace

from console.blackboard.reads.briefing import Briefing, Needed
from console.blackboard.reads.conversations import Conversation
from console.blackboard.reads.reviews import Thread
from console.records.ask import AskStatus
from console.records.note import CommentType

__all__ = ("ended", "newer", "since")


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


def newer(brief: Briefing, at: int) -> Briefing:
    """What came at or after epoch ms `at`, whoever said it; of a review the rounds in which something did."""
    return replace(
        brief,
        needed=tuple(new for one in brief.needed if (new := _outputs_since(one, at)).outputs),
        children=tuple(new for one in brief.children if (new := _outputs_since(one, at)).outputs),
        outputs=tuple(one for one in brief.outputs if one.at >= at),
        comments=tuple(one for one in brief.comments if one.at >= at),
        asks=tuple(one for one in brief.asks if max(one.at, one.answered_at or 0) >= at),
        decisions=tuple(one for one in brief.decisions if one.at >= at),
        threads=tuple(one for one in brief.threads if any(verdict.at >= at for verdict in one.verdicts)),
        attempts=tuple(one for one in brief.attempts if (one.ended_at or 0) >= at),
        review=None if brief.review is None else _thread(brief.review, at, ""),
    )


def _outputs_since(needed: Needed, at: int) -> Needed:
    return replace(needed, outputs=tuple(output for output in needed.outputs if output.at >= at))


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
