"""Owns an ask's life on the blackboard: asked, answered once, expired by its default, heard.

Whoever answers first wins. What ends an ask that nobody waits for any more are the triggers of the database itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.blackboard.connection import Database, write
from console.blackboard.reads.asks import ASK_ROWS, Unheard, get_ask, may_be_overruled
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.parked_asks import go_on
from console.blackboard.writes.stamps import STAMP, clean, clean_tree, stamped, the_task
from console.errors import Conflict, UsageError
from console.records.act import Judged, Say
from console.records.actor import SCHEDULER, Actor
from console.records.ask import Answered, Ask, AskKind, AskStatus, Leave, Option, Risk, options_json
from console.records.task import FINAL, TaskStatus
from console.text import one_line

__all__ = ("NewAsk", "add_ask", "answer_ask", "answer_by_rule", "close_ask", "expire_asks", "hear", "hear_all")

BODY_MAX = 20_000
OPTIONS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsk:
    """What an ask is made with; fields as in records.ask.Ask."""

    task_id: int
    kind: AskKind = AskKind.QUESTION
    body: str
    options: tuple[Option, ...] = ()
    about: Mapping[str, Any] | None = None
    risk: Risk | None = None
    source: str = "blackboard"
    source_id: str | None = None
    expires_at: int | None = None
    fallback: str | None = None


def add_ask(db: Database, new: NewAsk, *, fence: int | None = None, by: Actor, now: int) -> Ask:
    """Ask; a decision whose title is this question answers it at once. The same again, by the same session, is the same ask.

    Raises UsageError (empty, too long, options that are alike), StaleFence where the claim has ended, NotFound, Conflict
    where the task has ended and no session asks: nothing would ever close it.
    """
    _check(new)
    with write(db, durable=True):
        if fence is not None and by.session is not None:
            check_fence(db, by.session, fence)
        task = the_task(db, new.task_id)
        if (asked := _asked_before(db, new, by)) is not None:
            return _with_default(db, asked, new, by, now)
        if by.session is None and task.status in (*FINAL, TaskStatus.FAILED):
            raise Conflict(f"task #{task.id} is {task.status}; nothing of it waits for an answer")
        done = db.execute(
            "INSERT INTO asks (task_id, session, kind, body, options, about, risk, source, source_id, expires_at, fallback,"
            " at, updated_at, actor, origin, in_session, asked_by) VALUES (:task, :in_session, :kind, :body, :options, :about,"
            " :risk, :source, :source_id, :expires_at, :fallback, :now, :now, :actor, :origin, :in_session, :actor)",
            stamped(
                by,
                now,
                task=new.task_id,
                kind=str(new.kind),
                body=new.body,
                options=options_json(new.options),
                about=_about(new.about),
                risk=None if new.risk is None else str(new.risk),
                source=new.source,
                source_id=new.source_id,
                expires_at=new.expires_at,
                fallback=clean(new.fallback),
            ),
        )
        ask = get_ask(db, done.lastrowid or 0)
        if (decided := _decided(db, ask)) is not None:
            _settle(db, ask, decided, Answered.DECISION, SCHEDULER, now)
    return get_ask(db, ask.id)


def answer_ask(
    db: Database, ask_id: int, said: str, *, words: str = "", how: Answered = Answered.PERSON, by: Actor, now: int
) -> Ask:
    """Answer it: `said` names an option, else it is the answer; `words` go along. A parked task goes on.

    The same again is harmless. What the lead said is a person's to overrule, as long as its agent has not heard it. Raises
    UsageError where the options do not know it, Conflict where it has another answer or nobody waits for one.
    """
    expire_asks(db, now=now)
    with write(db, durable=True):
        ask = get_ask(db, ask_id)
        choice, text = _meant(ask, said, words)
        if ask.status != AskStatus.OPEN:
            if ask.status == AskStatus.ANSWERED and (ask.choice, ask.answer) == (choice, clean(text)):
                return ask
            if how != Answered.PERSON or not may_be_overruled(db, ask):
                raise Conflict(_stands(ask))
        _settle(db, ask, (choice, text), how, by, now)
    return get_ask(db, ask_id)


def answer_by_rule(db: Database, ask_id: int, judged: Judged, *, now: int) -> Ask:
    """What the guardrails say of an open ask: its answer, or that they have it asked. Part of a transaction."""
    ask = get_ask(db, ask_id)
    leave = {Say.ALLOW: (Leave.ONCE, Leave.ALWAYS), Say.DENY: (Leave.REJECT,)}.get(judged.say, ())
    option = next((option for kind in leave for option in ask.options if option.leave == kind), None)
    if judged.rule:
        db.execute("UPDATE asks SET rule = ? WHERE id = ?", (judged.rule, ask_id))
    if option is not None and ask.status == AskStatus.OPEN:
        why = f"{judged.rule}: {judged.reason}" if judged.reason else judged.rule
        _settle(db, ask, (option.id, why), Answered.RULE, SCHEDULER, now)
    return get_ask(db, ask_id)


def expire_asks(db: Database, *, now: int) -> int:
    """Those whose time is over take their default; how many did."""
    due = db.execute("SELECT id FROM asks WHERE status = 'open' AND expires_at <= ?", (now,)).fetchall()
    if due:
        with write(db, durable=True):
            for row in due:
                ask = get_ask(db, row["id"])
                if ask.status == AskStatus.OPEN:
                    _expire(db, ask, now)
    return len(due)


def close_ask(db: Database, ask_id: int, words: str, *, by: Actor, now: int) -> None:
    """Whoever asked waits no more: `words` say why. Does nothing where it is settled."""
    with write(db, durable=True):
        db.execute(
            f"UPDATE asks SET status = 'closed', answer = :comment, answered_at = :now, {STAMP}"
            " WHERE id = :id AND status = 'open'",
            stamped(by, now, id=ask_id, comment=words),
        )


def hear(db: Database, ask_id: int, *, by: Actor, now: int) -> None:
    """Its agent has the answer."""
    with write(db):
        db.execute(
            f"UPDATE asks SET heard_at = :now, {STAMP} WHERE id = :id AND heard_at IS NULL AND status <> 'open'",
            stamped(by, now, id=ask_id),
        )


def hear_all(db: Database, session_id: str, found: Unheard, *, by: Actor, now: int) -> None:
    """The agent of the session was told all of `found`."""
    with write(db):
        for ask in found.asks:
            hear(db, ask.id, by=by, now=now)
        if found.comments:
            db.execute(
                "INSERT INTO heard (session, comment) VALUES (?, ?)"
                " ON CONFLICT (session) DO UPDATE SET comment = max(comment, excluded.comment)",
                (session_id, found.comments[-1].id),
            )


def _check(new: NewAsk) -> None:
    if not new.body.strip():
        raise UsageError("there is nothing to ask: the text is empty")
    if len(new.body) > BODY_MAX:
        raise UsageError(
            f"the question has {len(new.body)} characters; at most {BODY_MAX} fit, put the rest into a file"
        )
    labels = [option.label.casefold() for option in new.options]
    if len(labels) > OPTIONS_MAX or len(set(labels)) < len(labels) or not all(label.strip() for label in labels):
        raise UsageError(f"an ask has at most {OPTIONS_MAX} options, none empty and each once")
    if new.fallback is not None and new.options and new.fallback not in {option.id for option in new.options}:
        raise UsageError(
            f"the default {new.fallback[:60]!r} is none of the options: {', '.join(o.id for o in new.options)}"
        )


def _asked_before(db: Database, new: NewAsk, by: Actor) -> Ask | None:
    """The same, asked by the same session, or with the same id by the same door: a shell that was cut off asks again.

    Leave that its agent was told of is used up: it asks anew, and what it is about is a part of what is asked.
    """
    if new.source_id is not None:
        row = db.execute(f"{ASK_ROWS} WHERE a.source = ? AND a.source_id = ?", (new.source, new.source_id)).fetchone()
    elif by.session is not None:
        row = db.execute(
            f"{ASK_ROWS} WHERE a.session = ? AND a.task_id = ? AND a.body = ? AND a.options = ? AND a.kind = ? AND a.about = ?"
            " AND a.source_id IS NULL AND (a.status = 'open' OR a.status = 'answered'"
            " AND (a.kind <> 'approval' OR a.heard_at IS NULL)) ORDER BY a.id DESC LIMIT 1",
            (by.session, new.task_id, clean(new.body), options_json(new.options), str(new.kind), _about(new.about)),
        ).fetchone()
    else:
        return None
    return None if row is None else Ask.from_row(row)


def _with_default(db: Database, ask: Ask, new: NewAsk, by: Actor, now: int) -> Ask:
    """Whoever asks again may say what holds where nobody answers."""
    if ask.status == AskStatus.OPEN and ask.fallback is None and new.fallback is not None:
        db.execute(
            f"UPDATE asks SET fallback = :fallback, expires_at = :expires_at, {STAMP} WHERE id = :id",
            stamped(by, now, id=ask.id, fallback=clean(new.fallback), expires_at=new.expires_at),
        )
    return get_ask(db, ask.id)


def _about(about: Mapping[str, Any] | None) -> str:
    return json.dumps(clean_tree(dict(about or {})), ensure_ascii=False)


def _decided(db: Database, ask: Ask) -> tuple[str | None, str] | None:
    """What was said to this before: to the same question on the same task, else by the newest decision with its title.

    None where there is none, or it names no option. Leave to do something is asked for each time, and so is what only a
    person has: the code of today is not that of yesterday.
    """
    if ask.kind != AskKind.QUESTION:
        return None
    before = db.execute(
        "SELECT choice, answer FROM asks WHERE task_id = ? AND id < ? AND body = ? AND options = ? AND kind = ?"
        " AND about = ? AND status = 'answered' ORDER BY id DESC LIMIT 1",
        (ask.task_id, ask.id, ask.body, options_json(ask.options), str(ask.kind), _about(ask.about)),
    ).fetchone()
    if before is not None:
        return before["choice"], before["answer"]
    row = db.execute(
        "SELECT reason FROM decisions WHERE title = ? COLLATE NOCASE AND reason <> '' ORDER BY id DESC LIMIT 1",
        (one_line(ask.body, BODY_MAX),),
    ).fetchone()
    if row is None:
        return None
    if not ask.options:
        return None, row["reason"]
    named = ask.option_and_words(row["reason"])
    return None if named is None else (named[0].id, named[1])


def _meant(ask: Ask, said: str, words: str) -> tuple[str | None, str]:
    """(option, words) of an answer. Raises UsageError for one that is empty, or that an approval does not know."""
    option = ask.option(said) if said.strip() else None
    if option is not None:
        return option.id, _fitting(words if words.strip() else "")
    known = ", ".join(f"{number} {o.label}" for number, o in enumerate(ask.options, start=1))
    if ask.kind == AskKind.APPROVAL:
        raise UsageError(f"say which: {known or 'it has no options'}; words of your own go into --reason")
    text = "\n".join(part for part in (said, words) if part.strip())
    if not text:
        raise UsageError(f"say what the answer is{f': {known}, or words of your own' if known else ''}")
    return None, _fitting(text)


def _fitting(text: str) -> str:
    if len(text) > BODY_MAX:
        raise UsageError(f"the answer has {len(text)} characters; at most {BODY_MAX} fit")
    return text


def _settle(
    db: Database, ask: Ask, answer: tuple[str | None, str], how: Answered, by: Actor, now: int, *, expired: bool = False
) -> None:
    choice, text = answer
    db.execute(
        "UPDATE asks SET status = :status, choice = :choice, answer = :comment, answered_by = :actor, answered_how = :how,"
        f" answered_at = :now, {STAMP} WHERE id = :id",
        stamped(
            by,
            now,
            id=ask.id,
            status=str(AskStatus.EXPIRED if expired else AskStatus.ANSWERED),
            choice=choice,
            comment=text,
            how=str(how),
        ),
    )
    if ask.parked:
        go_on(db, ask, by, now)


def _expire(db: Database, ask: Ask, now: int) -> None:
    option = ask.option(ask.fallback or "")
    said = (option.id, "") if option is not None else (None, ask.fallback or "")
    _settle(db, ask, said, Answered.DEFAULT, SCHEDULER, now, expired=True)


def _stands(ask: Ask) -> str:
    match ask.status:
        case AskStatus.ANSWERED:
            return f"ask #{ask.id} was answered by {ask.answered_by}: {one_line(ask.said, 200)}; that stands"
        case AskStatus.EXPIRED:
            return f"ask #{ask.id} expired before; its default holds: {one_line(ask.said, 200) or 'none'}"
        case _:
            return f"nobody waits for ask #{ask.id} any more: {one_line(ask.answer, 200) or 'it was closed'}"
