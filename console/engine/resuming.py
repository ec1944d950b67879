"""Owns whether a session that starts goes on with a conversation of its agent, and what its runner is told of that.

It goes on only where its agent's program can, in the same folder, by the same program, with what nobody else
may hold, and never with one that has no room left.
"""

from __future__ import annotations

from dataclasses import replace

from console.agents.base import SessionFolder, lay_out
from console.agents.forms.causes import is_full
from console.agents.going_on import can_go_on
from console.agents.spec import StartSpec
from console.blackboard.connection import Database
from console.blackboard.reads.conversations import Conversation, conversation_before
from console.engine.prompting import Known, Occasion, as_json, prompt_for
from console.engine.wordings import Wordings
from console.errors import UsageError
from console.prompts.compose import Composed
from console.records.agent import Agent
from console.records.session import Session

__all__ = ("conversation_of", "lay_out_prompt")


def conversation_of(db: Database, session: Session, agent: Agent, cwd: str) -> Conversation | None:
    """The one that it goes on with; None where it begins a new one."""
    found = conversation_before(db, session) if can_go_on(agent) else None
    if found is None or is_full(found.newest.failure or ""):
        return None
    return found if _same_place(found.last, agent, cwd) else None


def lay_out_prompt(
    spec: StartSpec, known: Known, occasion: Occasion, wordings: Wordings, before: Conversation | None
) -> tuple[StartSpec, Composed]:
    """The session's folder with its prompt: what is new since `before`, with the whole beside it; else the whole.

    Gives what its runner is told, and the whole prompt. A wording without a part for who goes on lets nobody go on.
    """
    composed = prompt_for(known, occasion, wordings)
    news = None if before is None else prompt_for(known, replace(occasion, before=before), wordings)
    if before is None or news is None or not news.prompt.text:
        lay_out(spec, composed.prompt.text, as_json(composed))
        return spec, composed
    spec = replace(spec, conversation=before.id, tokens_before=before.tokens, cost_before=before.cost)
    lay_out(spec, news.prompt.text, as_json(news), whole=composed.prompt.text)
    return spec, composed


def _same_place(last: Session, agent: Agent, cwd: str) -> bool:
    """Programs keep their conversations by the folder that they work in, and in folders that their variables name."""
    if last.folder is None:
        return False
    try:
        folder = SessionFolder(last.folder)
        then = StartSpec.from_json(folder.text(folder.start))
    except (OSError, ValueError, UsageError):
        return False
    return (then.cwd, then.command[:1], then.env) == (cwd, agent.command[:1], dict(agent.env))
