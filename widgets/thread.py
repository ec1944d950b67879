"""Owns how a review thread reads: records in, paragraphs out, the newest round first, each answer under its finding."""

from __future__ import annotations

from collections.abc import Iterator

from console.i18n import _, ngettext
from console.records.actor import OPERATOR
from console.records.output import plain_size
from console.records.review import ReviewStatus, Seat, SeatKind, SeatStatus, Submission, Verdict, VerdictGiven
from console.sentences import spoken
from widgets.ages import age, span
from widgets.anchors import anchored
from widgets.cells import Span
from widgets.pages import FindingRow, ThreadPage
from widgets.painted import Look
from widgets.prose import BLANK, INDENT, comment, line, text
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("thread_paragraphs",)

ASKED = (ReviewStatus.OPEN, ReviewStatus.ESCALATED)
"""While somebody is asked for a verdict."""


def thread_paragraphs(page: ThreadPage, look: Look) -> list[Paragraph]:
    """Who wants what, then round after round from the newest, then what was said besides."""
    review = page.review
    rounds = _("round {n} of {max}").format(n=review.round, max=review.max_rounds or "?")
    state, role = _review_state(review.status)
    found: list[Paragraph] = [
        line(("strong", plain(page.task.title))),
        line(
            ("dim", f"{page.project}#{page.task.id}  {plain(review.protocol)}  {rounds}  "),
            (role, state),
            ("dim", "  " + _("review {n}").format(n=review.id)),
        ),
        *_facts(page, look),
    ]
    for n in range(review.round, 0, -1):
        found += [BLANK, *_round(page, n, look)]
    rest = [each for each in page.comments if each.review_id in (None, review.id)]
    if rest:
        found += [BLANK, line(("title", _("SAID")))]
        found += [part for each in reversed(rest) for part in comment(each, look)]
    return found


# -- what holds of the whole thread


def _facts(page: ThreadPage, look: Look) -> Iterator[Paragraph]:
    """Author, why it stands as it does, who is asked and who would be, and what an approval needs."""
    review = page.review
    if review.author:
        yield line(("dim", _("author") + " "), ("text", plain(review.author)))
    if review.reason:
        yield line(("dim", _("why") + " "), ("warning", plain(spoken(review.reason))))
    if review.status == ReviewStatus.ESCALATED and review.escalated_to:
        mine = review.escalated_to == OPERATOR
        yield line(("dim", _("asked") + " "), ("primary" if mine else "text", _who(review.escalated_to)))
    if left := _still_to_ask(page):
        yield line(("dim", _("then") + " "), ("text", ", ".join(map(_who, left))))
    if review.status in ASKED and review.round_until is not None:
        yield line(("dim", _("time left") + " "), ("text", span(review.round_until - look.now)))
    if page.open_children:
        children = ", ".join(f"#{n}" for n in page.open_children)
        yield line(("dim", _("begins when these are done or cancelled:") + " "), ("text", children))
    if terms := _terms(page):
        yield line(("dim", _("passes with") + " " + ", ".join(terms)))


def _who(name: str) -> str:
    return _("you") if name == OPERATOR else plain(name)


def _still_to_ask(page: ThreadPage) -> list[str]:
    """Whom the present round could still go to; none where the operator is asked already."""
    review = page.review
    if review.status not in ASKED or review.escalated_to == OPERATOR or review.max_rounds is None:
        return []
    had = {seat.reviewer for seat in page.seats if seat.round == review.round}
    return [*(agent for agent in review.ladder if agent not in had), OPERATOR]


def _terms(page: ThreadPage) -> list[str]:
    """What it takes, once the protocol is known: how many, how sure, which gates; and how they speak."""
    review = page.review
    if review.max_rounds is None:
        return []
    seats = sum(1 for s in page.seats if s.round == review.round and s.kind == SeatKind.REVIEW)
    needed = review.quorum or seats
    terms = [_("{n} of {seats}").format(n=needed, seats=seats)] if seats else []
    if review.threshold is not None:
        terms.append(_("confidence from {least:.2f}").format(least=review.threshold))
    for name, least in (review.gates or {}).items():
        terms.append(_("{score} from {least:.2f}").format(score=plain(name), least=least))
    if review.in_sequence:
        terms.append(_("one after the other"))
    if review.debate:
        terms.append(_("in a debate"))
    return terms


# -- a round


def _round(page: ThreadPage, n: int, look: Look) -> list[Paragraph]:
    found: list[Paragraph] = [line(("title", _("ROUND {n}").format(n=n)))]
    for submission in (each for each in page.submissions if each.round == n):
        found += _submission(page, submission, look)
    for output in (each for each in page.outputs if each.round == n):
        version = f"  v{output.version}  {plain_size(output.size)}"
        found.append(line(("dim", "  "), ("text", plain(output.path)), ("dim", version)))
    given = [each for each in page.verdicts if each.round == n]
    for verdict in given:
        found += _verdict(page, verdict, look)
    spoken = {each.seat_id for each in given}
    for seat in (each for each in page.seats if each.round == n and each.id not in spoken):
        found.append(line(("strong", plain(seat.reviewer)), ("dim", _asked_last(seat) + f"  {_seat_word(seat)}")))
    return found


def _submission(page: ThreadPage, handed_in: Submission, look: Look) -> list[Paragraph]:
    when = age(handed_in.at, look.now)
    found = [line(("strong", plain(handed_in.agent)), ("dim", "  " + _("submitted") + f"  {when}"))]
    found += text(handed_in.summary, 2)
    if handed_in.rebuttal:
        found += text(_("rebuttal: {text}").format(text=handed_in.rebuttal), 2, "accent")
    before = handed_in.round - 1
    of_before = {each.id for each in page.verdicts if each.round == before}
    known = {each.number for each in page.findings if each.verdict_id in of_before}
    placed = sorted(int(answer["finding"]) for answer in handed_in.answers if answer["finding"] in known)
    if placed:
        said = ngettext(
            "answers finding {numbers} of round {n}", "answers findings {numbers} of round {n}", len(placed)
        )
        found.append(line(("dim", "  " + said.format(numbers=", ".join(map(str, placed)), n=before))))
    for answer in (each for each in handed_in.answers if each["finding"] not in known):
        lead = (
            ("  " + _("to {number}, which does not count any more:").format(number=answer["finding"]) + " ", "dim"),
        )
        found += text(str(answer["text"]), 4, lead=lead)
    return found


def _verdict(page: ThreadPage, given: VerdictGiven, look: Look) -> list[Paragraph]:
    word, role = _verdict_word(given.verdict)
    if given.undone_at is not None:
        word, role = _("{verdict}, taken back").format(verdict=word), "dim"
    spans: list[Span] = [(plain(given.reviewer), "strong")]
    spans += [(_asked_last(seat), "dim") for seat in page.seats if seat.id == given.seat_id]
    spans.append((f"  {word}", role))
    gates = page.review.gates or {}
    for name, score in (given.scores or {}).items():
        if score < gates.get(name, 0):
            failed = _("below {gate:.2f}").format(gate=gates[name])
            spans.append((f"  {plain(name)} {_score(score)} {failed}", "error"))
        else:
            spans.append((f"  {plain(name)} {_score(score)}", "dim"))
    if given.confidence is not None:
        spans.append((f"  {given.confidence:.2f}", "strong"))
    spans.append((f"  {age(given.at, look.now)}", "dim"))
    found: list[Paragraph] = [(INDENT, tuple(spans)), *text(given.comment, 2)]
    for finding in (each for each in page.findings if each.verdict_id == given.id):
        found += anchored(_finding(finding), finding)
    return found


def _finding(found: FindingRow) -> list[Paragraph]:
    """Its number, what was found, where, and what the author answered."""
    number = "  - " if found.number is None else f"  {found.number}. "
    indent = len(number)
    said = text(found.text, indent, lead=((number, "strong" if found.number is not None else "dim"),))
    if found.place:
        said.append(line(("dim", " " * indent), ("accent", plain(found.place))))
    if found.answer:
        lead = (
            (" " * indent, "text"),
            (plain(found.answered_by), "strong"),
            ("  " + _("answers") + "  ", "dim"),
        )
        said += text(found.answer, indent + 2, lead=lead)
    return said


# -- words


def _asked_last(seat: Seat) -> str:
    return "  " + _("to whom it went") if seat.kind == SeatKind.ESCALATION else ""


def _seat_word(seat: Seat) -> str:
    return {
        SeatStatus.WAITING: _("waits"),
        SeatStatus.WORKING: _("is reviewing"),
        SeatStatus.VACANT: _("gave none"),
        SeatStatus.GIVEN: "",
    }[seat.status]


def _score(score: float) -> str:
    """`.4`, `.78`, `1.0`."""
    shown = f"{score:.2f}".removeprefix("0")
    return shown.removesuffix("0")


def _verdict_word(verdict: Verdict) -> tuple[str, str]:
    return {
        Verdict.APPROVE: (_("approves"), "success"),
        Verdict.REQUEST_CHANGES: (_("requests changes"), "warning"),
        Verdict.REJECT: (_("rejects"), "error"),
        Verdict.ABSTAIN: (_("abstains"), "dim"),
    }[verdict]


def _review_state(status: ReviewStatus) -> tuple[str, str]:
    return {
        ReviewStatus.OPEN: (_("with reviewers"), "secondary"),
        ReviewStatus.APPROVED: (_("approved"), "success"),
        ReviewStatus.CHANGES_REQUESTED: (_("in rework"), "warning"),
        ReviewStatus.REJECTED: (_("rejected"), "error"),
        ReviewStatus.ESCALATED: (_("escalated"), "primary"),
        ReviewStatus.CLOSED: (_("closed"), "dim"),
    }[status]
