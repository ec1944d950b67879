"""Promise of the inbox: a hundred mixed needs are cleared in at most 150 keys, and what was judged can be taken back."""

from __future__ import annotations

import random
from contextlib import closing

from textual.pilot import Pilot

from console.app.app import Console
from console.app.screens.dialogs import Confirm, Dialog
from console.blackboard.connection import open_project
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.tasks import list_tasks
from console.blackboard.writes.asks import NewAsk, add_ask
from console.blackboard.writes.notes import observe
from console.blackboard.writes.tasks import hold_task
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.records.ask import AskKind, Leave, Option
from console.records.need import NeedKind
from console.records.review import ReviewStatus
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY, DAY, HOUR, MINUTE, NOW, Sampler, project
from tests.app.world import until
from widgets.line_list import LineList

KEYS = 150
KINDS = {NeedKind.REVIEW: 36, NeedKind.ASK: 16, NeedKind.FAILED: 18, NeedKind.HELD: 15, NeedKind.ALERT: 15}
FAILURES = ("exit code 2", "no such file: data.csv", "connection refused")
RULES = ("secrets", "paths")


def hundred(made: Sampler) -> None:
    """All of them, in an order that a seed chose."""
    chance = random.Random(12)
    kinds = [kind for kind, n in KINDS.items() for _ in range(n)]
    chance.shuffle(kinds)
    for n, kind in enumerate(kinds):
        ago = (100 - n) * MINUTE
        match kind:
            case NeedKind.REVIEW:
                task = made.task(f"Report {n}", DAY, reviews=("output_review",))
                made.submitted(task, "zhangfei-dev", ago + HOUR)
                # Each for a reason of its own: work is judged one by one.
                made.escalated(task, f"the reviewers disagree on chapter {chr(97 + n // 26)}{chr(97 + n % 26)}", ago)
            case NeedKind.ASK:
                options = (
                    Option(id="allow", label="allow once", leave=Leave.ONCE),
                    Option(id="refuse", label="refuse", leave=Leave.REJECT),
                )
                task = made.task(f"Data {n}", DAY)
                made.start(task, "zhaoyun-data", ago)
                ask = NewAsk(task_id=task, body=f"May I read table {n}?", kind=AskKind.APPROVAL, options=options)
                add_ask(made.db, ask, by=BY, now=NOW - ago)
            case NeedKind.FAILED:
                made.failed(f"Load {n}", chance.choice(FAILURES), ago)
            case NeedKind.HELD:
                rule = chance.choice(RULES)
                task = made.task(f"Change {n}", DAY)
                hold_task(
                    made.db, task, reason=f"{rule}: touches what it may not", rule=rule, by=SCHEDULER, now=NOW - ago
                )
            case NeedKind.ALERT:
                cause = f"agent_unfit:agent-{n}"
                observe(made.db, f"agent {n} is unfit", level=Level.URGENT, cause=cause, by=SCHEDULER, now=NOW - ago)


class Hands:
    """An operator who presses keys, and counts them."""

    def __init__(self, app: Console, pilot: Pilot[int]) -> None:
        self._app, self._pilot = app, pilot
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self._pilot.press(*keys)

    async def settle(self, row: object, waiting: int) -> None:
        """What stands under the cursor, by the key of its kind; a group by one question."""
        need = row.need  # type: ignore[attr-defined]
        many = len(row.alike)  # type: ignore[attr-defined]
        if need.kind == NeedKind.ASK and many:  # each is another question: they are opened in the list
            await self.press("enter")
            return
        key = {"review": "v", "failed": "t", "held": "B", "alert": "u", "ask": "a"}[need.kind]
        await self.press(key)
        if need.kind == NeedKind.ASK:
            await until(self._pilot, lambda: isinstance(self._app.screen, Dialog), "it asks what the answer is")
            await self.press("enter")
        elif many:
            await until(self._pilot, lambda: isinstance(self._app.screen, Confirm), "one question for all of them")
            await self.press("y")
        await until(self._pilot, lambda: len(self._app.world.needs) < waiting - many, f"{need.kind} of {need.task_id}")


async def test_a_hundred_mixed_needs_are_cleared_in_150_keys(bare_home: Home, opened: Opener) -> None:
    made = project(bare_home, "quant", "quant")
    hundred(made)
    made.db.close()
    async with opened(bare_home) as (app, pilot):
        assert len(app.world.needs) == sum(KINDS.values()) == 100
        pane, hands = app.screen.query_one("#needs", LineList), Hands(app, pilot)
        app.screen.focus_pane(pane)  # type: ignore[attr-defined]
        while app.world.needs:
            await until(pilot, lambda: pane.row is not None, "something stands under the cursor")
            await hands.settle(pane.row, len(app.world.needs))
        assert hands.keys <= KEYS, hands.keys
        assert app.undos.newest is not None and all(one.action.back or one.action.final for one in app.undos.done)
        with closing(open_project(bare_home.project_folder("quant"))) as db:
            assert needs(db, "quant") == ()
            reviews = [review for review, _task in list_reviews(db)]
            assert [review.status for review in reviews] == [ReviewStatus.APPROVED] * KINDS[NeedKind.REVIEW]
            await hands.press("z")
            await until(pilot, lambda: bool(list_tasks(db, status=TaskStatus.HELD)), "the last act is taken back whole")
