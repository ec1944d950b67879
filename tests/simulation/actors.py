"""Owns the cast of the simulated month: agents that live in virtual time and act on the real blackboard as luck has it.

They write through the commands of every agent; the scheduler meets them as any backend (`console.agents.base.Agents`).
Each session has a luck of its own, by what it is for: in which order two projects start theirs changes nothing.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from console.agents.spec import StartSpec
from console.artifacts import write_output
from console.blackboard.connection import Database
from console.blackboard.reads.reviews import get_review, thread
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.claims import renew
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.releases import release_claim
from console.blackboard.writes.sessions import add_usage, mark_running, note_word
from console.blackboard.writes.submissions import submit
from console.blackboard.writes.verdicts import give_verdict
from console.errors import Conflict, MoziError, StaleFence
from console.records.actor import Actor, Origin
from console.records.ending import Ending, Life
from console.records.review import Verdict
from console.records.session import Session, StopReason
from tests.fakes.clock import VirtualClock
from tests.simulation.handiwork import text_of

__all__ = ("Cast",)

SECOND, MINUTE = 1000, 60_000
AUTHORS = {"works": 60, "lies": 6, "quits": 5, "stalls": 5, "crashes": 12, "limited": 4, "vanishes": 4, "late": 4}
"""What becomes of an author's session, by weight."""
REVIEWERS = {"judges": 80, "stalls": 4, "crashes": 6, "vanishes": 3, "says nothing": 4, "says it twice": 3}
VERDICTS = {Verdict.APPROVE: 66, Verdict.REQUEST_CHANGES: 26, Verdict.REJECT: 4, Verdict.ABSTAIN: 4}


class Cast:
    """Every agent of a home; hand it to a life of the scheduler as its local agents. It outlives them."""

    def __init__(self, clock: VirtualClock, seed: int, board: Callable[[str], Database]) -> None:
        self.refused: Counter[str] = Counter()
        """Writes that the blackboard refused, by the class of the error."""
        self.at_once = 0
        """Most sessions that lived at the same moment."""
        self.started: list[tuple[int, str, int]] = []
        """Epoch ms, project and task of each start."""
        self.spent: list[tuple[int, str, int, int]] = []
        """Epoch ms, project, task and tokens of each report of use that was taken."""
        self._clock = clock
        self._seed = seed
        self._board = board
        self._tell: Callable[[str], None] = lambda session: None
        self._alive: dict[str, StartSpec] = {}
        self._endings: dict[str, Ending | None] = {}
        self._ghosts: set[str] = set()
        self._lucks: dict[str, random.Random] = {}
        self._times: Counter[tuple[str, int, int]] = Counter()
        """Sessions that there were, by project, task and seat (0 for an author)."""
        self._due: list[tuple[int, str, int, str, Callable[[], object]]] = []
        self._order = itertools.count()

    def hired(self, on_exit: Callable[[str], None]) -> Cast:
        """For a new life of the scheduler, which is told of every end."""
        self._tell = on_exit
        return self

    # --- what the scheduler asks

    async def start(self, spec: StartSpec) -> None:
        """The runner comes up a second later."""
        assert spec.session not in self._alive and spec.session not in self._endings, "nothing runs twice"
        self._alive[spec.session] = spec
        what_for = (spec.project, spec.task, spec.seat or 0)
        self._times[what_for] += 1
        self._lucks[spec.session] = random.Random(repr((self._seed, *what_for, self._times[what_for])))
        self.started.append((self._clock.now(), spec.project, spec.task))
        self.at_once = max(self.at_once, len(self._alive))
        self._later(spec, SECOND, lambda: self._begins(spec))

    def adopt(self, sessions: Iterable[Session]) -> None:
        """They tell their ends anyway."""

    def life(self, session: Session) -> Life:
        """Known for certain."""
        if session.id in self._alive:
            return Life.ALIVE
        return Life.DEAD if session.id in self._endings else Life.UNBORN

    def ending(self, session: Session) -> Ending | None:
        """None for those that vanished."""
        return self._endings.get(session.id)

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """Dead at once."""
        if session.id in self._alive:
            self._ends(
                session.id, Ending(exit_code=None, signal=15, stopped=str(reason), timed_out=reason == "timeout")
            )
        return True

    async def sweep(self, session: Session) -> bool:
        """Nothing is ever left."""
        return session.id not in self._alive

    def close(self) -> None:
        """They go on."""

    # --- time

    @property
    def next_at(self) -> int | None:
        """Epoch ms of the next thing that somebody does."""
        return self._due[0][0] if self._due else None

    @property
    def busy(self) -> bool:
        """Whether anybody lives."""
        return bool(self._alive)

    def act(self) -> bool:
        """Everything that is due now; False where nothing was."""
        acted = False
        while self._due and self._due[0][0] <= self._clock.now():
            _, _, _, session, does = heapq.heappop(self._due)
            if session in self._alive or session in self._ghosts:
                does()
                acted = True
        return acted

    # what they do

    def _begins(self, spec: StartSpec) -> None:
        db, luck = self._board(spec.project), self._lucks[spec.session]
        if not mark_running(db, spec.session, now=self._clock.now()):
            self._ends(spec.session, Ending(exit_code=0))
            return
        parts = AUTHORS if spec.seat is None else REVIEWERS
        (part,) = luck.choices(list(parts), list(parts.values()))
        self._keeps_alive(spec)
        takes = round(MINUTE * luck.uniform(0.5, 8))
        self._later(spec, takes, lambda: self._plays(spec, part))

    def _keeps_alive(self, spec: StartSpec) -> None:
        """As a runner does, until the claim has ended."""
        try:
            renew(
                self._board(spec.project), spec.session, spec.fence, lease_ms=spec.lease * 1000, now=self._clock.now()
            )
        except MoziError:
            return
        self._later(spec, spec.lease * 500, lambda: self._keeps_alive(spec))

    def _plays(self, spec: StartSpec, part: str) -> None:
        match part:
            case "stalls":
                return  # never another word; its time runs out
            case "crashes":
                self._says(spec, "Traceback: something broke")
                self._ends(spec.session, Ending(exit_code=1, tail="ValueError: something broke"))
                return
            case "limited":
                self._ends(spec.session, Ending(exit_code=75, rate_limited=True))
                return
            case "vanishes":
                self._ends(spec.session, None)
                return
            case "quits":
                self._tries(lambda: self._gives_back(spec))
            case "late":
                self._later(
                    spec, spec.task_timeout * 4 * SECOND, lambda: self._tries(lambda: self._hands_in(spec)), True
                )
                return
            case "lies" | "says nothing":
                self._says(spec, "all done, everything is perfect")
            case _:
                self._spends(spec)
                done = self._tries(lambda: self._hands_in(spec) if spec.seat is None else self._judges(spec))
                if part == "says it twice" and done:
                    self._tries(lambda: self._contradicts(spec))
        self._later(spec, 2 * SECOND, lambda: self._ends(spec.session, Ending(exit_code=0, tail="done")))

    def _ends(self, session: str, ending: Ending | None) -> None:
        del self._alive[session]
        self._endings[session] = ending
        self._tell(session)

    def _gives_back(self, spec: StartSpec) -> None:
        if spec.seat is None:
            release_claim(
                self._board(spec.project),
                spec.session,
                spec.fence,
                reason="cannot",
                by=_who(spec),
                now=self._clock.now(),
            )

    def _spends(self, spec: StartSpec) -> None:
        """What it used, also where its claim has ended meanwhile."""
        tokens, now = self._lucks[spec.session].randint(1_000, 40_000), self._clock.now()

        def reports() -> None:
            db = self._board(spec.project)
            add_usage(db, spec.session, spec.fence, tokens=tokens, cost=tokens / 1e6, by=_who(spec), now=now)
            self.spent.append((now, spec.project, spec.task, tokens))

        self._tries(reports)

    def _hands_in(self, spec: StartSpec) -> None:
        db, who, now = self._board(spec.project), _who(spec), self._clock.now()
        task = get_task(db, spec.task)
        for path in task.expect or ("outputs/work.md",):
            made = write_output(
                Path(spec.task_dir),
                path.removeprefix("outputs/"),
                text_of(path, task, self._lucks[spec.session]).encode(),
            )
            record_output(
                db, task.id, path=path, sha256=made.sha256, size=made.size, fence=spec.fence, by=who, now=now
            )  # fmt: skip
        add_comment(db, task.id, "what I did and why", fence=spec.fence, by=who, now=now)
        rebuttal = "the finding is mended, or wrong, as said here"
        submit(db, spec.session, spec.fence, summary="did it", rebuttal=rebuttal, by=who, now=now)

    def _judges(self, spec: StartSpec) -> None:
        db = self._board(spec.project)
        assert spec.review is not None
        luck = self._lucks[spec.session]
        (verdict,) = luck.choices(list(VERDICTS), list(VERDICTS.values()))
        rubric = get_review(db, spec.review).rubric or {}
        lowest = luck.choice([0.3, 0.75, 0.75, 0.8, 0.85])
        scores = {name: round(min(1.0, lowest + luck.random() / 5), 2) for name in rubric}
        give_verdict(
            db,
            spec.session,
            spec.fence,
            verdict=verdict,
            scores=scores if verdict == Verdict.APPROVE else None,
            findings=[{"text": "this is wrong", "path": "outputs/work.md", "line": 1}]
            if verdict in (Verdict.REQUEST_CHANGES, Verdict.REJECT)
            else [],
            comment=json.dumps({"rounds": len(thread(db, spec.review).submissions)}),
            by=_who(spec),
            now=self._clock.now(),
        )

    def _contradicts(self, spec: StartSpec) -> None:
        """A second verdict; where it is another one it is refused, and what was said first stands."""
        with suppress(Conflict):
            self._judges(spec)

    def _says(self, spec: StartSpec, line: str) -> None:
        note_word(self._board(spec.project), spec.session, now=self._clock.now(), last_line=line)

    def _tries(self, does: Callable[[], object]) -> bool:
        """An old claim, a settled round or a full disk is an agent's daily bread; any other error is ours."""
        try:
            does()
        except (StaleFence, Conflict) as error:
            self.refused[type(error).__name__] += 1
            return False
        return True

    def _later(self, spec: StartSpec, milliseconds: int, does: Callable[[], object], ghost: bool = False) -> None:
        """A ghost does it even when it is thought to be dead."""
        if ghost:
            self._ghosts.add(spec.session)
        heapq.heappush(
            self._due, (self._clock.now() + milliseconds, spec.project, next(self._order), spec.session, does)
        )


def _who(spec: StartSpec) -> Actor:
    return Actor(name=spec.agent, origin=Origin.AGENT, session=spec.session)
