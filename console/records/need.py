"""Owns the need: one thing that only the operator can settle, its alert's cause, and the command that answers it.

Their count is the console's `needs you`. It knows no database: what needs the operator is found out in `reads.needs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.records.alert import Level
from console.records.cause import cause_of
from console.records.guardrail import TASK_BUDGET


class NeedKind(StrEnum):
    """What kind of act is asked for."""

    ASK = "ask"
    """An agent waits for an answer."""
    REVIEW = "review"
    """An escalated review, a task's own text that is to be changed, or a task that ended without review and submit."""
    HELD = "held"
    """A guardrail holds the task."""
    FAILED = "failed"
    """The last attempt failed, or its review rejected it; not where the task said what follows and it has followed."""
    BLOCKED = "blocked"
    """Cancelled, while others depend on it."""
    ALERT = "alert"
    """An alert that is urgent, or that nobody else can end, and that nobody has acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits for the operator."""

    kind: NeedKind
    project: str
    """Empty for the home itself."""
    task_id: int | None = None
    review_id: int | None = None
    alert_id: int | None = None
    ask_id: int | None = None
    agent: str | None = None
    """Who asks."""
    lead: str | None = None
    """Who is asked before the operator, and looks at it now: nothing calls the operator meanwhile."""
    passed: str = ""
    """Who was asked before the operator and gave no answer, and why, as one sentence."""
    title: str
    reason: str
    rule: str = ""
    """Which guardrail holds the task."""
    since: int
    """Epoch ms."""
    level: Level = Level.ATTENTION
    """Of an alert; nothing else is urgent by itself."""

    @property
    def urgent(self) -> bool:
        """It comes before all that is not."""
        return self.kind == NeedKind.ALERT and self.level == Level.URGENT

    @property
    def cause(self) -> str | None:
        """Of the alert that tells of it; None where it is an alert itself."""
        if self.kind == NeedKind.ALERT:
            return None
        about = {NeedKind.REVIEW: self.review_id, NeedKind.ASK: self.ask_id}
        return cause_of(_CAUSES[self.kind], about.get(self.kind, self.task_id))

    @property
    def answer(self) -> str:
        """The command that answers it."""
        where = f"{self.project}#" if self.project else ""
        match self.kind:
            case NeedKind.ASK:
                return f"moziplus ask answer {where}{self.ask_id}"
            case NeedKind.REVIEW:
                return f"moziplus review approve {where}{self.review_id}"
            case NeedKind.HELD if self.rule == TASK_BUDGET:
                return f"moziplus task raise {where}{self.task_id}"
            case NeedKind.HELD:
                return f"moziplus task release {where}{self.task_id}"
            case NeedKind.ALERT:
                return self._answer_of_alert(where)
            case _:
                return f"moziplus task retry {where}{self.task_id}"

    def _answer_of_alert(self, where: str) -> str:
        kind, _, about = self.reason.partition(":")
        match kind:
            case "estop":
                return "moziplus resume"
            case "config" if about and ":" not in about:
                return f"moziplus project edit {about}"
            case "config":
                return "moziplus config check"
            case "unfit" | "sign-in" if about != "workplace":
                return f"moziplus agent check {about}"
            case "unassignable" if self.task_id is not None:
                return f"moziplus task explain {where}{self.task_id}"
        return "moziplus doctor" if self.alert_id is None else f"moziplus alert ack {where}{self.alert_id}"


def in_order(need: Need) -> tuple[bool, int, int]:
    """Where it stands in every list of needs: the urgent first, then by kind, then by age."""
    return not need.urgent, _KINDS.index(need.kind), need.since


_KINDS = (NeedKind.ASK, NeedKind.REVIEW, NeedKind.ALERT, NeedKind.FAILED, NeedKind.HELD, NeedKind.BLOCKED)
"""An agent that waits costs time, a review holds up what is done; what has failed or is held waits for nobody."""
_CAUSES = {
    NeedKind.ASK: "ask",
    NeedKind.REVIEW: "review",
    NeedKind.HELD: "held",
    NeedKind.FAILED: "failed",
    NeedKind.BLOCKED: "blocking",
}
