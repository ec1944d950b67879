"""Owns how reviews look to people and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import facts, in_words
from console.cli.output import Column

if TYPE_CHECKING:
    from console.api.thread import Given, Thread

__all__ = ("COLUMNS", "thread_text")

COLUMNS = (
    Column("REVIEW", lambda r: f"{r.project}#{r.id}"),
    Column("STATUS", "status", words=True),
    Column("ROUND", lambda r: f"{r.round}/{r.max_rounds or '?'}"),
    Column("FOR", "escalated_to", most=30),
    Column("PROTOCOL", "protocol", most=30),
    Column("TASK", lambda r: f"#{r.task}"),
    Column("TITLE", "title", most=80, gives=True),
    Column("REASON", "reason", most=80, gives=True, words=True),
)


def thread_text(record: Thread) -> str:
    """A review thread for people, round by round."""
    head = in_words(f"review {record.project}#{record.id} of {record.project}#{record.task}")
    known = (
        ("protocol", record.protocol),
        ("status", in_words(record.status)),
        ("waits for", record.escalated_to if record.status == "escalated" else None),
        ("reason", record.reason and in_words(record.reason)),
        ("round", in_words(f"{record.round} of {record.max_rounds or '?'}")),
        ("author", record.author),
        ("confidence", record.confidence),
        ("then asks", _still_to_ask(record)),
        ("until", record.round_until),
    )
    lines = [f"{head} {record.title}", *facts((name, value) for name, value in known if value is not None)]
    if children := record.waits_for_children:
        lines.append(
            in_words(f"  begins when its children are done or cancelled: {', '.join(f'#{n}' for n in children)}")
        )
    spoken = {given.round for given in record.verdicts} | {work.round for work in record.submissions}
    rounds = sorted(spoken | {seat.round for seat in record.seats})
    for number in rounds:
        lines += ["", in_words(f"round {number}"), *_round(record, number)]
    lines += [f"  {in_words(c.type)}, {c.by}, {c.at}: {c.body}" for c in record.comments]
    return "\n".join(lines)


def _still_to_ask(record: Thread) -> str | None:
    """Whom the present round could still go to, before the operator."""
    if record.status not in ("open", "escalated") or record.escalated_to == "operator":
        return None
    had = {seat.reviewer for seat in record.seats if seat.round == record.round}
    left = [agent for agent in record.ladder if agent not in had]
    return ", ".join([*left, in_words("you")])


def _round(record: Thread, number: int) -> list[str]:
    lines = []
    for entry in record.submissions:
        if entry.round == number:
            lines.append(in_words(f"  submitted by {entry.by}") + f": {entry.summary}")
            if entry.rebuttal:
                lines.append(in_words("  their rebuttal") + f": {entry.rebuttal}")
    spoken = {v.by for v in record.verdicts if v.round == number}
    for verdict in record.verdicts:
        if verdict.round == number:
            lines += _verdict(verdict)
    waiting = [s for s in record.seats if s.round == number and s.reviewer not in spoken]
    asked = {"escalation": in_words(", to whom it went"), "review": ""}
    return lines + [f"  {seat.reviewer}{asked[seat.kind]}: {in_words(seat.status)}" for seat in waiting]


def _verdict(verdict: Given) -> list[str]:
    scores = ", ".join(f"{name} {score:g}" for name, score in (verdict.scores or {}).items())
    said = in_words(verdict.verdict.replace("_", " ")) + (f" ({scores})" if scores else "")
    lines = [f"  {verdict.by}: {said}{in_words(' [taken back]') if verdict.undone else ''}"]
    if verdict.comment:
        lines.append(f"    {verdict.comment}")
    for found in verdict.findings:
        place = f"{found.path}:{found.line}: " if found.path else ""
        number = f"{found.number}." if found.number else "-"
        lines.append(f"    {number} {place}{found.text}")
        if found.answer:
            lines.append(in_words("       answered") + f": {found.answer}")
    return lines
