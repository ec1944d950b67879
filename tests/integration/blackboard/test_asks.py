"""Promises of asks: one answer wins and reaches who waits, nothing waits for ever or for nobody, a parked task goes on."""

from __future__ import annotations

import pytest

from console.blackboard.changes import Cursor, changes, head
from console.blackboard.reads.asks import get_ask, open_asks, unheard
from console.blackboard.reads.needs import needs
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask, expire_asks, hear, hear_all
from console.blackboard.writes.notes import add_comment, add_decision
from console.blackboard.writes.sessions import end_session
from console.blackboard.writes.tasks import cancel_task
from console.commands import asks as commands
from console.commands.asks import Answer
from console.commands.comments import Say, say
from console.commands.context import Context
from console.commands.text import Prose
from console.errors import Conflict, NotFound, StaleFence, UsageError
from console.records.actor import Actor, Origin
from console.records.ask import Answered, Ask, AskKind, AskStatus, Leave, Option
from console.records.need import NeedKind
from console.records.note import CommentType
from console.records.session import Session, SessionStatus
from tests.boards import BOSS, Board

T = 2_000_000
YES_NO = (Option(id="yes", label="Yes, go"), Option(id="no", label="No"))
LEAVE = (
    Option(id="once", label="allow once", leave=Leave.ONCE),
    Option(id="reject", label="refuse", leave=Leave.REJECT),
)


@pytest.fixture
def working(board: Board) -> Session:
    """Of the agent at work on task 1."""
    board.task("the work")
    return board.claim(1)


def dev(working: Session) -> Actor:
    return Actor(name=working.agent, origin=Origin.AGENT, session=working.id)


def asked(board: Board, working: Session, body: str = "A or B?", now: int = T + 10, **more: object) -> Ask:
    new = NewAsk(task_id=1, body=body, **more)  # type: ignore[arg-type]
    return add_ask(board.db, new, fence=working.fence, by=dev(working), now=now)


def test_what_is_asked_needs_the_operator_until_it_is_answered(board: Board, working: Session) -> None:
    ask = asked(board, working)
    (need,) = needs(board.db, "quant")
    assert (need.kind, need.ask_id, need.task_id, need.reason) == (NeedKind.ASK, ask.id, 1, "A or B?")
    assert need.answer == f"moziplus ask answer quant#{ask.id}"
    answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 20)
    assert needs(board.db, "quant") == ()


def test_an_answer_names_an_option_by_its_number_its_id_or_its_words(board: Board, working: Session) -> None:
    for n, said in enumerate(("1", "YES", "yes, go")):
        ask = asked(board, working, f"go {n}?", options=YES_NO)
        found = answer_ask(board.db, ask.id, said, words="since it is late", by=BOSS, now=T + 20)
        assert (found.choice, found.said) == ("yes", "Yes, go: since it is late")


def test_what_an_option_says_goes_before_the_number_of_another_one(board: Board, working: Session) -> None:
    numbers = tuple(Option(id=n, label=n) for n in ("3", "2", "1"))
    ask = asked(board, working, "how many?", options=numbers)
    assert answer_ask(board.db, ask.id, "1", by=BOSS, now=T + 20).choice == "1"
    ask = asked(board, working, "how many now?", options=numbers, expires_at=T + 30, fallback="1")
    expire_asks(board.db, now=T + 30)
    assert get_ask(board.db, ask.id).choice == "1"


@pytest.mark.parametrize(("said", "taken"), [("once", "p1"), ("REJECT", "p3"), ("always", None), ("allow", None)])
def test_leave_is_given_once_or_refused_by_these_words_however_its_program_calls_that(
    board: Board, working: Session, said: str, taken: str | None
) -> None:
    options = (
        Option(id="p2", label="Always Allow for user: touch *", leave=Leave.ALWAYS),
        Option(id="p1", label="Yes", leave=Leave.ONCE),
        Option(id="p3", label="No", leave=Leave.REJECT),
    )
    ask = asked(board, working, kind=AskKind.APPROVAL, options=options)
    found = ask.option(said)
    assert (None if found is None else found.id) == taken


def test_words_beside_an_option_are_left_out_where_empty_and_refused_where_too_long(
    board: Board, working: Session
) -> None:
    ask = asked(board, working, options=YES_NO)
    with pytest.raises(UsageError, match="at most 20000 fit"):
        answer_ask(board.db, ask.id, "yes", words="x" * 20_001, by=BOSS, now=T + 20)
    assert answer_ask(board.db, ask.id, "yes", words=" \n", by=BOSS, now=T + 20).said == "Yes, go"


def test_an_ask_is_of_who_asked_also_when_it_was_answered_or_closed(board: Board, working: Session) -> None:
    answered, closed = asked(board, working, "one?"), asked(board, working, "two?")
    answer_ask(board.db, answered.id, "B", by=BOSS, now=T + 20)
    cancel_task(board.db, 1, by=BOSS, now=T + 30)
    assert {get_ask(board.db, one.id).asker for one in (answered, closed)} == {working.agent}


def test_an_approval_takes_no_words_in_place_of_an_option(board: Board, working: Session) -> None:
    ask = asked(board, working, "rm -r cache", kind=AskKind.APPROVAL, options=LEAVE)
    with pytest.raises(UsageError, match="1 allow once, 2 refuse"):
        answer_ask(board.db, ask.id, "maybe", by=BOSS, now=T + 20)
    assert answer_ask(board.db, ask.id, "2", words="too much", by=BOSS, now=T + 21).said == "refuse: too much"


def test_the_first_answer_wins_and_the_same_again_is_harmless(board: Board, working: Session) -> None:
    ask = asked(board, working, options=YES_NO)
    first = answer_ask(board.db, ask.id, "yes", by=BOSS, now=T + 20)
    assert answer_ask(board.db, ask.id, "1", by=BOSS, now=T + 30) == first
    with pytest.raises(Conflict, match="was answered by operator: Yes, go; that stands"):
        answer_ask(board.db, ask.id, "no", by=BOSS, now=T + 40)


def test_the_same_question_of_a_session_is_the_same_ask(board: Board, working: Session) -> None:
    assert asked(board, working).id == asked(board, working, now=T + 20).id
    assert asked(board, working, "another?").id != asked(board, working).id


def test_leave_that_was_heard_of_is_used_up_and_is_for_what_it_was_about_alone(board: Board, working: Session) -> None:
    def leave(command: str) -> Ask:
        about = {"command": command}
        return asked(board, working, "May I?", kind=AskKind.APPROVAL, options=LEAVE, about=about)

    first = leave("ls")
    answer_ask(board.db, first.id, "1", by=BOSS, now=T + 20)
    assert leave("rm -r /").status == AskStatus.OPEN
    assert leave("ls").id == first.id, "a shell that was cut off hears the answer"
    hear(board.db, first.id, by=dev(working), now=T + 30)
    assert leave("ls").status == AskStatus.OPEN


def test_who_asks_again_may_say_what_holds_where_nobody_answers(board: Board, working: Session) -> None:
    first = asked(board, working)
    again = asked(board, working, expires_at=T + 100, fallback="A")
    assert (again.id, again.fallback, again.expires_at) == (first.id, "A", T + 100)


def test_nothing_is_asked_without_a_session_of_a_task_that_has_ended(board: Board, working: Session) -> None:
    cancel_task(board.db, 1, by=BOSS, now=T + 15)
    with pytest.raises(Conflict, match="task #1 is cancelled; nothing of it waits for an answer"):
        add_ask(board.db, NewAsk(task_id=1, body="?"), by=BOSS, now=T + 20)


def test_a_claim_that_has_ended_asks_nothing(board: Board, working: Session) -> None:
    cancel_task(board.db, 1, by=BOSS, now=T + 15)
    with pytest.raises(StaleFence):
        asked(board, working)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ({"body": " "}, "the text is empty"),
        ({"body": "x" * 20_001}, "at most 20000 fit"),
        ({"body": "?", "options": (YES_NO[0], YES_NO[0])}, "each once"),
        ({"body": "?", "options": YES_NO, "fallback": "perhaps"}, "none of the options: yes, no"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    board: Board, working: Session, new: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        asked(board, working, **new)  # type: ignore[arg-type]
    assert open_asks(board.db) == ()
    with pytest.raises(NotFound):
        answer_ask(board.db, 99, "x", by=BOSS, now=T + 1)


def test_one_that_expires_takes_its_default_and_a_late_answer_says_so(board: Board, working: Session) -> None:
    ask = asked(board, working, options=YES_NO, expires_at=T + 100, fallback="no")
    assert expire_asks(board.db, now=T + 99) == 0
    with pytest.raises(Conflict, match="expired before; its default holds: No"):
        answer_ask(board.db, ask.id, "yes", by=BOSS, now=T + 100)
    found = get_ask(board.db, ask.id)
    assert (found.status, found.choice, found.answered_how) == (AskStatus.EXPIRED, "no", Answered.DEFAULT)


def test_one_whose_session_or_task_ends_is_closed_and_says_why(board: Board, working: Session) -> None:
    ask = asked(board, working)
    end_session(board.db, working.id, status=SessionStatus.FAILED, counted=True, failure="x", now=T + 30)
    found = get_ask(board.db, ask.id)
    assert (found.status, found.answer) == (AskStatus.CLOSED, "its session ended")
    with pytest.raises(Conflict, match="nobody waits for ask #1 any more: its session ended"):
        answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 40)
    told = changes(board.db, Cursor(epoch=head(board.db).epoch, seq=0)).events
    assert [(e.kind, e.new) for e in told if e.entity == "ask"] == [("created", "question"), ("status", "closed")]
    second = add_ask(board.db, NewAsk(task_id=1, body="and now?"), by=BOSS, now=T + 50)
    cancel_task(board.db, 1, by=BOSS, now=T + 60)
    assert get_ask(board.db, second.id).answer == "its task ended"


def test_a_decision_that_says_it_already_answers_at_once(board: Board, working: Session) -> None:
    add_decision(board.db, "a or b?", reason="A", by=BOSS, now=T + 5)
    found = asked(board, working)
    assert (found.status, found.said, found.answered_how) == (AskStatus.ANSWERED, "A", Answered.DECISION)
    assert asked(board, working, "A or B?", options=YES_NO).status == AskStatus.OPEN, "it names none of the options"


def test_what_was_decided_with_words_answers_with_option_and_words(board: Board, working: Session) -> None:
    ask = asked(board, working, "which?", options=YES_NO)
    answer = Answer(ask=ask.id, said=Prose("1"), words=Prose("it is cheap: really"), decide=True)
    commands.answer(Context(board.db, BOSS, T + 20), answer)
    board.task("another")
    found = add_ask(board.db, NewAsk(task_id=2, body="which?", options=YES_NO), by=BOSS, now=T + 30)
    assert (found.choice, found.answer, found.answered_how) == ("yes", "it is cheap: really", Answered.DECISION)


def test_leave_is_no_decision(board: Board, working: Session) -> None:
    ask = asked(board, working, "rm -r cache", kind=AskKind.APPROVAL, options=LEAVE)
    with pytest.raises(UsageError, match="leave is asked for each time"):
        commands.answer(Context(board.db, BOSS, T + 20), Answer(ask=ask.id, said=Prose("1"), decide=True))
    assert get_ask(board.db, ask.id).status == AskStatus.OPEN


def test_a_late_answer_by_command_leaves_the_default_in_force(board: Board, working: Session) -> None:
    ask = asked(board, working, options=YES_NO, expires_at=T + 100, fallback="no")
    with pytest.raises(Conflict, match="expired before"):
        commands.answer(Context(board.db, BOSS, T + 100), Answer(ask=ask.id, said=Prose("yes")))
    assert get_ask(board.db, ask.id).status == AskStatus.EXPIRED


def test_a_long_question_in_a_comment_is_whole_there_and_cut_where_it_is_asked(board: Board, working: Session) -> None:
    said = Say(task=1, text=Prose("x" * 30_000), kind=CommentType.QUESTION)
    assert len(say(Context(board.db, dev(working), T + 20, fence=working.fence), said).body) == 30_000
    assert [len(ask.body) for ask in open_asks(board.db)] == [20_000]


def test_the_same_question_on_the_same_task_has_its_answer_and_leave_is_asked_for_each_time(
    board: Board, working: Session
) -> None:
    answer_ask(board.db, asked(board, working).id, "B", by=BOSS, now=T + 20)
    leave = asked(board, working, "rm -r cache", kind=AskKind.APPROVAL, options=LEAVE)
    answer_ask(board.db, leave.id, "1", by=BOSS, now=T + 25)
    end_session(board.db, working.id, status=SessionStatus.LOST, now=T + 30)
    later = board.claim(1)
    assert asked(board, later).said == "B"
    assert asked(board, later, "rm -r cache", kind=AskKind.APPROVAL, options=LEAVE).status == AskStatus.OPEN


def test_an_agent_hears_each_answer_and_each_word_of_others_once(board: Board, working: Session) -> None:
    me = dev(working)
    ask = asked(board, working)
    add_comment(board.db, 1, "mine", by=me, now=T + 15)
    answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 20)
    add_comment(board.db, 1, "use B", by=BOSS, now=T + 25)
    found = unheard(board.db, working.id)
    assert ([a.id for a in found.asks], [c.body for c in found.comments]) == ([ask.id], ["use B"])
    hear_all(board.db, working.id, found, by=me, now=T + 30)
    assert not unheard(board.db, working.id)


def test_no_secret_and_no_escape_is_asked_or_answered(board: Board, working: Session) -> None:
    secret = "sk-abcdefghijklmnop1234567890"
    ask = asked(board, working, f"use {secret}?", about={"command": f"curl -H {secret}"})
    answer_ask(board.db, ask.id, f"no, {secret}", by=BOSS, now=T + 20)
    row = tuple(board.db.execute("SELECT * FROM asks").fetchone())
    assert secret not in str(row)


def test_what_only_a_person_has_is_asked_anew(board: Board, working: Session) -> None:
    first = asked(board, working, "the code?", kind=AskKind.INPUT)
    answer_ask(board.db, first.id, "1234", by=BOSS, now=T + 20)
    board.task("another")
    assert asked(board, board.claim(2), "the code?", kind=AskKind.INPUT).status == AskStatus.OPEN


def test_who_asked_without_a_session_is_named_although_somebody_else_wrote_last(board: Board, working: Session) -> None:
    new = NewAsk(task_id=1, body="A or B?")
    ask = add_ask(board.db, new, by=Actor(name="ann", origin=Origin.CLI), now=T)
    answer_ask(board.db, ask.id, "A", by=BOSS, now=T + 20)
    assert get_ask(board.db, ask.id).asker == "ann"


def test_a_request_to_end_the_turn_has_one_rule_for_every_door(board: Board, working: Session) -> None:
    context = Context(board.db, dev(working), T, fence=working.fence)
    with pytest.raises(UsageError, match="--end-turn goes without --wait"):
        commands.ask(context, commands.Question(task=1, text=Prose("?"), seconds=60, end_turn=True))
