"""Owns the operator's actions on review threads: verdicts, taking one back, and asking somebody else for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Context, Done, Target
from console.actions.leading import leading
from console.i18n import N_, _
from console.records.actor import OPERATOR
from console.records.review import PLAN_REVIEW, ReviewStatus, Verdict
from console.text import one_line

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("ACTIONS", "VERDICTS", "can_be_judged")

_LIVE = (ReviewStatus.OPEN, ReviewStatus.ESCALATED)


def _no_verdict(target: Target) -> str | None:
    if target.review is None:
        return _("There is no review here.")
    if target.review.status == ReviewStatus.CHANGES_REQUESTED and target.review.protocol != PLAN_REVIEW:
        return _("Changes are requested: the next submission opens it again.")
    if target.review.status not in (*_LIVE, ReviewStatus.CHANGES_REQUESTED):
        return _("This review is settled.")
    return None


def can_be_judged(target: Target) -> bool:
    """Whether the operator can give a verdict on it now."""
    return _no_verdict(target) is None


def _no_escalation(target: Target) -> str | None:
    if target.review is None:
        return _("There is no review here.")
    if target.review.status not in _LIVE:
        return _("Nobody is asked for a verdict on this review now.")
    return None


def _escalate(db: Database, act: Act) -> Done:
    from console.commands import reviews
    from console.commands.text import Line, Reason

    review, to = act.target.review, Line(act.text) or Line(OPERATOR)
    assert review is not None
    why = Reason(_("escalated by the operator"))
    reviews.escalate(act.context(db), reviews.Escalate(review=review.id, to=to, reason=why))
    if to == OPERATOR:
        return Done(says=_("#{task} waits for your verdict.").format(task=review.task_id))
    return Done(says=_("#{task} waits for the verdict of {agent}.").format(task=review.task_id, agent=to))


def _give(db: Database, act: Act, verdict: Verdict, says: str) -> Done:
    from console.blackboard.reads.outputs import latest_outputs
    from console.commands import reviews
    from console.commands.text import Prose
    from console.commands.verdict_text import read_verdict

    review = act.target.review
    assert review is not None
    said = read_verdict(act.text, (output.path for output in latest_outputs(db, review.task_id)))
    asked = reviews.Judge(review=review.id, verdict=verdict, comment=Prose(said.comment), findings=said.findings)
    leads = leading(db, review.id, verdict)
    reviews.judge(act.context(db), asked)
    title = f"#{review.task_id}"
    if act.target.task is not None:
        title = f"#{review.task_id} {one_line(act.target.task.title, 40)}"
    return Done(says=f"{says.format(what=title)} {leads[:1].upper()}{leads[1:]}", until=_until(act))


def _back(db: Database, act: Act, done: Done) -> str:
    from console.commands import reviews

    assert act.target.review is not None
    reviews.undo(act.context(db), reviews.AboutReview(review=act.target.review.id))
    return ""


def _until(act: Act) -> int:
    """The end of the grace in which it can be taken back for certain."""
    from console.errors import ConfigError

    try:
        grace = act.team.settings().policy.review_grace if act.team is not None else 0
    except ConfigError:
        grace = 0
    return act.now + grace * 1000 if grace else 0


VERDICTS = {"approve": Verdict.APPROVE, "request_changes": Verdict.REQUEST_CHANGES, "reject": Verdict.REJECT}
"""By the ids of the actions."""


def _approve(db: Database, act: Act) -> Done:
    return _give(db, act, Verdict.APPROVE, _("Approved {what}."))


def _request_changes(db: Database, act: Act) -> Done:
    return _give(db, act, Verdict.REQUEST_CHANGES, _("Asked for changes on {what}."))


def _reject(db: Database, act: Act) -> Done:
    return _give(db, act, Verdict.REJECT, _("Rejected {what}."))


def _nothing_to_undo(target: Target) -> str | None:
    undo = target.undo
    if undo is None:
        return _("Nothing done in this console is left to take back; any verdict: moziplus review reopen N --undo")
    if not undo.why_not:
        return None
    return " ".join((_("It cannot be taken back: {what}.").format(what=undo.title), undo.why_not))


def _undo(db: Database, act: Act) -> Done:
    from console.blackboard.connection import write

    undo = act.target.undo
    assert undo is not None and undo.done is not None and undo.action.back is not None
    with write(db, durable=True):  # how it stands is looked at and changed at once, whole or not at all
        then = undo.action.back(db, replace(undo.act, by=act.by, now=act.now, team=act.team), undo.done)
    return Done(says=" ".join(filter(None, (_("Took back: {what}.").format(what=undo.title), then))))


_REVIEW = frozenset({Context.REVIEW})
_GROUP = N_("Reviews")

ACTIONS = (
    Action(
        id="approve",
        title=N_("approve"),
        keys=("v",),
        group=_GROUP,
        contexts=_REVIEW,
        danger=True,
        bulk=True,
        composes=True,
        why_disabled=_no_verdict,
        perform=_approve,
        back=_back,
        hint=10,
    ),
    Action(
        id="request_changes",
        title=N_("request changes"),
        keys=("x",),
        group=_GROUP,
        contexts=_REVIEW,
        danger=True,
        bulk=True,
        composes=True,
        asks=N_("What is to be changed?"),
        text_required=True,
        why_disabled=_no_verdict,
        perform=_request_changes,
        back=_back,
        hint=11,
    ),
    Action(
        id="note_finding",
        title=N_("finding here"),
        keys=("c",),
        group=_GROUP,
        contexts=frozenset({Context.WORK}),
        hint=12,
    ),
    Action(
        id="reject",
        title=N_("reject"),
        group=_GROUP,
        contexts=_REVIEW,
        danger=True,
        bulk=True,
        composes=True,
        question=N_("Reject {what}? The task fails."),
        asks=N_("Why is it rejected?"),
        text_required=True,
        why_disabled=_no_verdict,
        perform=_reject,
        back=_back,
    ),
    Action(
        id="escalate",
        title=N_("escalate"),
        keys=("E",),
        group=_GROUP,
        contexts=_REVIEW,
        danger=True,
        asks=N_("Who is to settle it?"),
        picks_judge=True,
        why_disabled=_no_escalation,
        perform=_escalate,
        final=N_("Whoever was asked may be at it already; escalate it anew to somebody else."),
    ),
    Action(
        id="undo",
        title=N_("undo"),
        keys=("z",),
        group=_GROUP,
        danger=True,
        why_disabled=_nothing_to_undo,
        perform=_undo,
    ),
    Action(id="redo", title=N_("do it again"), keys=("Z",), group=_GROUP),
    Action(id="acts", title=N_("what I did"), keys=("@", "＠"), group=_GROUP),
)
