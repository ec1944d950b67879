"""Owns what can be asked of a person and how it is answered: ask, answer, hand the task back until it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.blackboard.connection import write
from console.blackboard.reads.asks import get_ask
from console.blackboard.writes import asks as writes
from console.blackboard.writes import parked_asks
from console.commands.context import Context
from console.commands.lead import lead_of, overruled, to_lead
from console.commands.leave import Scope, proposed, wants_always, write_leave
from console.commands.text import Line, Prose
from console.errors import Conflict, UsageError
from console.records.actor import Origin
from console.records.ask import BLACKBOARD, Ask, AskKind, AskStatus, Leave, Option, Risk

if TYPE_CHECKING:
    from console.commands.acting import Laws

__all__ = ("Answer", "Question", "answer", "ask", "as_it_stands", "hear", "park", "plain_options")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to be asked."""

    task: int
    text: Prose
    kind: AskKind = AskKind.QUESTION
    options: tuple[Option, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)
    risk: Risk | None = None
    seconds: int | None = None
    """As long as it is waited for; where there is a `fallback`, that holds then."""
    expires_at: int | None = None
    """Epoch ms at which nobody waits any more, where whoever asks says so."""
    fallback: Line | None = None
    end_turn: bool = False
    """Nobody waits for it: its task is held until it is answered. Where that cannot be, nothing is asked."""
    source: str = BLACKBOARD
    """The door by which it came."""
    source_id: str | None = None
    """As it is called there, once: the same again is the same ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to an ask."""

    ask: int
    said: Prose = field(default_factory=Prose)
    """The option, by number, id or label; else the answer itself."""
    words: Prose = field(default_factory=Prose)
    """What goes along with an option: why."""
    decide: bool = False
    """Record it as a decision, so that the same question is answered by it from now on."""
    scope: Scope = Scope.PROJECT
    """Of `always`, the answer that makes a rule."""


def plain_options(labels: tuple[Line, ...], kind: AskKind) -> tuple[Option, ...]:
    """Options that are known by what they say; an approval without any has leave once, or none."""
    if kind == AskKind.APPROVAL and not labels:
        return (
            Option(id="allow", label="allow once", leave=Leave.ONCE),
            Option(id="refuse", label="refuse", leave=Leave.REJECT),
        )
    return tuple(Option(id=str(label), label=str(label)) for label in labels)


def ask(context: Context, asked: Question) -> Ask:
    """Ask it; the same again, in the same session, is the same ask. Raises UsageError, NotFound, StaleFence."""
    if asked.end_turn and (asked.seconds is None) != (asked.fallback is None):
        raise UsageError("--end-turn goes without --wait, or with it and the --default that then holds")
    fallback = None
    if asked.fallback is not None:
        said = asked.fallback.casefold()
        named = next((o.id for o in asked.options if said in (o.id.casefold(), o.label.casefold())), None)
        fallback = named or str(asked.fallback)
    new = writes.NewAsk(
        task_id=asked.task,
        kind=asked.kind,
        body=asked.text,
        options=asked.options,
        about=asked.about,
        risk=asked.risk,
        expires_at=asked.expires_at
        if asked.seconds is None or fallback is None
        else context.now + asked.seconds * 1000,
        fallback=fallback,
        source=asked.source,
        source_id=asked.source_id,
    )
    laws, lead = _laws(context, asked), lead_of(context, asked.kind)
    with write(context.db, durable=True):
        found = writes.add_ask(context.db, new, fence=context.fence, by=context.by, now=context.now)
        if laws is not None and found.status == AskStatus.OPEN:
            judged = laws.on(context.db, found.task_id, found.asker, asked.about)
            found = writes.answer_by_rule(context.db, found.id, judged, now=context.now)
        to_lead(context, found, lead)
        return park(context, found.id) if asked.end_turn else found


def _laws(context: Context, asked: Question) -> Laws | None:
    """What the guardrails have to be asked; None where nobody asks leave. Settings are read before anything is locked."""
    if asked.kind != AskKind.APPROVAL:
        return None
    from console.commands.acting import laws_of

    return laws_of(context.team, context.db.path.parent)


def answer(context: Context, asked: Answer) -> Ask:
    """Answer it; whoever is first wins, and the same again is harmless.

    Raises UsageError where the answer is empty or no option of an approval, or leave is to be a decision, NotFound, Conflict
    where another answer stands or nobody waits any more.
    """
    from console.blackboard.writes.notes import add_decision

    writes.expire_asks(context.db, now=context.now)  # by itself: what follows is taken back where it is refused
    with write(context.db, durable=True):
        before = get_ask(context.db, asked.ask)
        if asked.decide and before.kind == AskKind.APPROVAL:
            raise UsageError("leave is asked for each time: answer it without --decide, or with `always`")
        if before.kind == AskKind.APPROVAL and context.by.origin == Origin.AGENT:
            raise Conflict(f"ask #{before.id} wants the operator's leave; no agent gives it")
        always = wants_always(before, asked.said)
        said, words = _for_ever(before, asked) if always else (asked.said, asked.words)
        found = writes.answer_ask(context.db, asked.ask, said, words=words, by=context.by, now=context.now)
        if before.status != AskStatus.OPEN:
            if before.answered_how == found.answered_how:
                return found
            overruled(context, before)
        if asked.decide:
            title = " ".join(before.body.split())
            add_decision(context.db, title, reason=found.said, task_id=found.task_id, by=context.by, now=context.now)
        if always:
            write_leave(context, before, asked.scope)
            _answer_the_like(context)
    return found


def _answer_the_like(context: Context) -> None:
    """Others may wait for leave to do the same."""
    from console.commands.acting import laws_of
    from console.commands.judging_again import judge_again

    judge_again(context.db, laws_of(context.team, context.db.path.parent), now=context.now)


def _for_ever(ask: Ask, asked: Answer) -> tuple[str, str]:
    """What its agent is told: this once, and by which rule from now on. Raises UsageError where no rule can be made."""
    once = next((o for leave in (Leave.ONCE, Leave.ALWAYS) for o in ask.options if o.leave == leave), None)
    if once is None:
        raise UsageError(f"ask #{ask.id} has no option that gives leave")
    rule = f"always for this {asked.scope} ({proposed(ask).name})"
    return once.id, f"{rule}: {asked.words}" if asked.words else rule


def park(context: Context, ask_id: int) -> Ask:
    """Hold its task until it is answered. Raises UsageError where its task cannot wait, StaleFence, NotFound."""
    return parked_asks.park(context.db, ask_id, fence=context.fence, by=context.by, now=context.now)


def as_it_stands(context: Context, ask_id: int) -> Ask:
    """The ask now: one whose time is over has taken its default. Raises Conflict where nobody may wait for it any more."""
    found = get_ask(context.db, ask_id)
    if found.status == AskStatus.OPEN and found.expires_at is not None and found.expires_at <= context.now:
        writes.expire_asks(context.db, now=context.now)
        found = get_ask(context.db, ask_id)
    if found.status == AskStatus.CLOSED:
        raise Conflict(f"nobody waits for ask #{ask_id} any more: {found.answer}; stop working")
    return found


def hear(context: Context, ask_id: int) -> Ask:
    """Its agent has the answer: what it is given stands from now on."""
    writes.hear(context.db, ask_id, by=context.by, now=context.now)
    return get_ask(context.db, ask_id)
