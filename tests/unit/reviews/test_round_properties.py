"""Properties of a round whatever its protocol: quorum, order, gates and ladder, in any order of verdicts, with any losses."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from console.records.actor import OPERATOR
from console.records.review import Review, ReviewStatus, Seat, SeatKind, SeatStatus, Verdict, VerdictGiven
from console.reviews.confidence import confidence_of
from console.reviews.round import Settled, settle
from console.reviews.turns import next_rung, open_seats, whose_turn, with_agents

APPROVE, CHANGES, REJECT, ABSTAIN = Verdict
NAMES = ("r1", "r2", "r3", "r4")
LADDER = ("boss", "r2", "ann", "chief")
RUBRIC = {"right": 2.0, "safe": 1.0}
SCORES = st.sampled_from([0.0, 0.3, 0.6, 0.7, 0.9, 1.0])


@dataclass(frozen=True)
class Table:
    """A round: its review, its seats, and what was said at them."""

    review: Review
    seats: tuple[Seat, ...]
    verdicts: tuple[VerdictGiven, ...]

    def settled(self) -> Settled | None:
        return settle(self.review, self.seats, self.verdicts)

    def without(self, lost: Seat) -> Table:
        """Nobody waits for this seat any more."""
        return replace(self, seats=tuple(replace(s, status=SeatStatus.VACANT) if s == lost else s for s in self.seats))


reviews: st.SearchStrategy[Review] = st.builds(
    Review,
    id=st.just(1),
    task_id=st.just(1),
    protocol=st.just("output_review"),
    round=st.integers(1, 7),
    max_rounds=st.integers(1, 3),
    threshold=st.sampled_from([0.0, 0.5, 0.7, 1.0]),
    rubric=st.just(RUBRIC),
    gates=st.sampled_from([None, {"safe": 0.6}, {"safe": 0.6, "right": 0.5}]),
    quorum=st.sampled_from([None, 1, 2, 3]),
    in_sequence=st.booleans(),
    ladder=st.lists(st.sampled_from(LADDER), unique=True).map(tuple),
    author=st.sampled_from(["ann", "dev"]),
)


@st.composite
def verdict(draw: st.DrawFn, seat: Seat) -> VerdictGiven:
    """Something that can be said at a seat."""
    said = draw(st.sampled_from(list(Verdict)))
    scores = draw(st.one_of(st.none(), st.fixed_dictionaries({"right": SCORES, "safe": SCORES})))
    if said == APPROVE:
        assume(scores is not None)
    return VerdictGiven(
        id=seat.id * 10, review_id=1, round=seat.round, seat_id=seat.id, reviewer=seat.reviewer, verdict=said,
        scores=scores, confidence=confidence_of(scores, RUBRIC),
    )  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, escalated: bool = False) -> Table:
    """An open round, or one that went to somebody; some seats have spoken, some are waited for, some are vacant."""
    review = draw(reviews)
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    statuses = [SeatStatus.GIVEN, SeatStatus.VACANT] + ([] if escalated else [SeatStatus.WAITING, SeatStatus.WORKING])
    seats = [
        Seat(id=i, review_id=1, round=review.round, reviewer=name, status=draw(st.sampled_from(statuses)))
        for i, name in enumerate(names, 1)
    ]
    if escalated:
        to = next_rung(review, seats)
        assume(to != OPERATOR)
        review = replace(review, status=ReviewStatus.ESCALATED, escalated_to=to, reason="nobody agreed")
        status = draw(st.sampled_from(SeatStatus))
        seats.append(Seat(id=9, review_id=1, round=review.round, reviewer=to, kind=SeatKind.ESCALATION, status=status))
    spoken = [draw(verdict(seat)) for seat in seats if seat.status == SeatStatus.GIVEN]
    return Table(review, tuple(seats), tuple(spoken))


anything = st.one_of(tables(), tables(escalated=True))


@given(anything, st.randoms(use_true_random=False))
def test_the_order_in_which_they_spoke_changes_nothing(table: Table, luck: random.Random) -> None:
    seats, verdicts = list(table.seats), list(table.verdicts)
    luck.shuffle(seats)
    luck.shuffle(verdicts)
    # The numbers of verdicts are the order in which they came.
    numbers = sorted(v.id for v in verdicts)
    renumbered = [replace(v, id=n) for v, n in zip(verdicts, numbers, strict=True)]
    found, again = table.settled(), settle(table.review, seats, renumbered)
    if found is None or again is None:
        assert found is again
    else:
        assert replace(found, reason="") == replace(again, reason="")


@given(anything, st.sampled_from(list(Verdict)))
def test_late_double_undone_and_foreign_verdicts_change_nothing(table: Table, said: Verdict) -> None:
    word = VerdictGiven(id=900, review_id=1, round=table.review.round, seat_id=1, reviewer="r1", verdict=said)
    spoken = any(v.seat_id == 1 for v in table.verdicts)
    noise = [
        replace(word, id=901, undone_at=5),
        replace(word, id=902, round=table.review.round + 1),
        replace(word, id=903, round=table.review.round - 1),
        replace(word, id=904, seat_id=77),
        replace(word, id=905, review_id=2),
        replace(word, id=906, seat_id=None, reviewer=OPERATOR, undone_at=7),
    ]
    if spoken or table.seats[0].status == SeatStatus.VACANT:
        noise.append(word)
    assert settle(table.review, table.seats, [*noise, *table.verdicts]) == table.settled()


@given(anything)
def test_a_round_is_settled_or_waits_for_somebody_it_can_name(table: Table) -> None:
    found, left = table.settled(), open_seats(table.review, table.seats)
    assert found is not None or left
    assert bool(whose_turn(table.review, table.seats)) == bool(left)
    if found is None:
        assert all(seat.reviewer for seat in left)
    elif left:
        assert table.review.in_sequence, "only an objection in a sequence ends a round before all have spoken"
    assert found is None or (found.task_verb is None) == (found.status == ReviewStatus.ESCALATED)


@given(anything)
def test_no_approval_outvotes_a_failed_gate(table: Table) -> None:
    found = table.settled()
    if found is None or found.status != ReviewStatus.APPROVED:
        return
    kind = SeatKind.ESCALATION if table.review.status == ReviewStatus.ESCALATED else SeatKind.REVIEW
    seats = {s.id for s in table.seats if s.kind == kind}
    for given_ in (v for v in table.verdicts if v.seat_id in seats and v.scores):
        assert all((given_.scores or {})[name] >= gate for name, gate in (table.review.gates or {}).items())


@given(tables())
def test_an_approval_has_its_quorum_its_confidence_and_nobody_who_rejects(table: Table) -> None:
    found = table.settled()
    if found is None or found.status != ReviewStatus.APPROVED:
        return
    said = [v for v in table.verdicts if v.verdict != ABSTAIN]
    approving = [v for v in said if v.verdict == APPROVE]
    assert len(approving) >= (table.review.quorum or len(said))
    assert all((v.confidence or 0) >= (table.review.threshold or 0) for v in approving)
    assert REJECT not in {v.verdict for v in said}


@given(anything, st.data())
def test_reviewers_that_vanish_one_after_another_never_leave_a_round_waiting(table: Table, data: st.DataObject) -> None:
    steps = 0
    while table.settled() is None:
        table = table.without(data.draw(st.sampled_from(open_seats(table.review, table.seats))))
        steps += 1
        assert steps <= len(NAMES) + 1
    assert table.settled() is not None


@given(anything)
def test_up_the_ladder_each_is_asked_once_and_the_operator_at_the_end(table: Table) -> None:
    asked: list[str] = []
    for seat in open_seats(table.review, table.seats):
        table = table.without(seat)
    while with_agents(table.review):
        found = table.settled()
        assert found is not None
        if found.status != ReviewStatus.ESCALATED:
            return
        assert found.to is not None and found.to != table.review.author
        assert found.to == OPERATOR or found.to not in {s.reviewer for s in table.seats}
        asked.append(found.to)
        up = replace(table.review, status=found.status, escalated_to=found.to, reason=found.reason)
        seat = Seat(
            id=10 + len(asked), review_id=1, round=up.round, reviewer=found.to, kind=SeatKind.ESCALATION,
            status=SeatStatus.VACANT,
        )  # fmt: skip
        table = replace(table, review=up, seats=(*table.seats, seat))
    assert asked[-1:] == [OPERATOR] and len(set(asked)) == len(asked) <= len(LADDER) + 1


@given(tables(), st.data())
def test_after_an_objection_in_a_sequence_nobody_else_is_heard(table: Table, data: st.DataObject) -> None:
    review = replace(table.review, in_sequence=True)
    before = settle(review, table.seats, table.verdicts)
    if before is None or not open_seats(review, table.seats):
        return
    late = data.draw(st.sampled_from(open_seats(review, table.seats)))
    seats = tuple(replace(s, status=SeatStatus.GIVEN) if s == late else s for s in table.seats)
    word = data.draw(verdict(late))
    assert settle(review, seats, (*table.verdicts, word)) == before


@given(anything)
def test_rounds_of_changes_come_to_an_end(table: Table) -> None:
    found, review = table.settled(), table.review
    if found is not None and found.status == ReviewStatus.CHANGES_REQUESTED:
        most = review.max_rounds or 0
        assert review.round < (2 * most if review.status == ReviewStatus.ESCALATED else most)


@settings(max_examples=300)
@given(anything, st.sampled_from([APPROVE, CHANGES, REJECT]))
def test_the_operators_word_stands_whatever_else_was_said(table: Table, said: Verdict) -> None:
    own = VerdictGiven(id=999, review_id=1, round=table.review.round, reviewer=OPERATOR, verdict=said)
    found = settle(table.review, table.seats, [*table.verdicts, own])
    assert found is not None and found.task_verb == said
