"""Owns whether a session that starts goes on with a conversation of its agent, and what its runner is told of that.

It goes on only where its agent's program can, in the same folder, by the same program, with what nobody else
may hold, and never with one that has no room left; one that is nearly full is asked for a hand-over note first.
"""

from __future__ import annotations

from dataclasses import replace

from console.agents.base import SessionFolder, lay_out
from console.agents.forms.causes import is_full
from console.agents.going_on import can_go_on, share_of, window_of
from console.agents.handing_over import fill_of, handed_over
from console.agents.spec import StartSpec
from console.backends import traits_of
from console.backends.traits import named
from console.blackboard.connection import Database
from console.blackboard.reads.conversations import Conversation, conversation_before
from console.engine.prompting import Known, Occasion, as_json, prompt_for
from console.engine.wordings import Wordings
from console.errors import UsageError
from console.prompts.compose import Composed
from console.prompts.hand_over import REQUEST
from console.records.agent import Agent
from console.records.fill import Fill
from console.records.session import Session

__all__ = ("conversation_of", "lay_out_prompt")


def conversation_of(db: Database, session: Session, agent: Agent, cwd: str) -> Conversation | None:
    """The one that it goes on with; None where it begins a new one."""
    found = conversation_before(db, session) if can_go_on(agent) else None
    if found is None or is_full(found.newest.failure or "") or _failed_to_leave(found):
        return None
    return found if _same_place(found.last, agent, cwd) and _is_kept(found, agent) else None


def lay_out_prompt(
    spec: StartSpec, known: Known, occasion: Occasion, wordings: Wordings, before: Conversation | None
) -> tuple[StartSpec, Composed]:
    """The session's folder with its prompt: what is new since `before`, with the whole beside it; else the whole.

    Where that conversation is nearly full, a request for a hand-over note stands in place of what is new. Gives what its
    runner is told, and the whole prompt. A wording without a part for who goes on lets nobody go on.
    """
    composed = prompt_for(known, occasion, wordings)
    news = None if before is None else prompt_for(known, replace(occasion, before=before), wordings)
    if before is None or news is None or not news.prompt.text:
        lay_out(spec, composed.prompt.text, as_json(composed))
        return spec, composed
    tokens, cost = _used_before(before)
    spec = replace(spec, conversation=before.id, tokens_before=tokens, cost_before=cost)
    if _is_nearly_full(before, occasion.agent):
        spec = replace(spec, hands_over=True)
        lay_out(spec, REQUEST, as_json(composed), whole=composed.prompt.text)
    else:
        lay_out(spec, news.prompt.text, as_json(news), whole=composed.prompt.text)
    return spec, composed


def _used_before(before: Conversation) -> tuple[int, float]:
    """Tokens and cost of the conversation itself, without those of one that its first session handed over to it."""
    left, used = handed_over(before.first.folder)
    if not left or left == before.id:
        return before.tokens, before.cost
    return max(0, before.tokens - used.tokens), max(0.0, before.cost - used.cost)


def _is_nearly_full(before: Conversation, agent: Agent) -> bool:
    """By what its program told; how much its model takes is said by the agent's settings, where they say it."""
    share, told = share_of(agent), fill_of(before.last.folder, before.id)
    if share is None or told is None:
        return False
    return told.then(Fill(window=window_of(agent))).is_nearly_full(share)


def _failed_to_leave(found: Conversation) -> bool:
    """Whether the newest session was to hand it over, and failed before a new one began: it is not asked for a note again."""
    then = _told(found.newest) if found.newest.counted else None
    return then is not None and then.hands_over and then.conversation == found.id


def _same_place(last: Session, agent: Agent, cwd: str) -> bool:
    """Programs keep their conversations by the folder that they work in, and in folders that their variables name."""
    then = _told(last)
    return then is not None and (then.cwd, then.command[:1], then.env) == (cwd, agent.command[:1], dict(agent.env))


def _is_kept(found: Conversation, agent: Agent) -> bool:
    """Some conversations are kept by whoever runs the agent, who has a say in that."""
    keeper = traits_of(agent.backend).kept_by
    return not keeper or bool(named(keeper)(found.id, agent, (found.newest, found.last)))


def _told(session: Session) -> StartSpec | None:
    """What its runner was told; None where that cannot be read."""
    if session.folder is None:
        return None
    try:
        folder = SessionFolder(session.folder)
        return StartSpec.from_json(folder.text(folder.start))
    except (OSError, ValueError, UsageError):
        return None
