"""Builds a home with real blackboards through the write API: two busy projects, a quiet one, and one that is broken.

Every time is counted back from NOW, so that a fixed clock shows the same ages for ever.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from console.blackboard.connection import Database, create_home, create_project, open_home, open_project
from console.blackboard.writes import claims, home, notes, rounds, sessions, submissions, tasks, verdicts
from console.blackboard.writes.claims import Start
from console.blackboard.writes.tasks import NewTask
from console.clock import iso
from console.home import Home
from console.records.actor import OPERATOR, SCHEDULER, Actor, Origin
from console.records.alert import Level
from console.records.review import Verdict
from console.records.session import Session, SessionStatus
from console.reviews.terms import Terms

NOW = 1_795_183_320_000
"""2026-11-20 14:02 UTC."""
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
BY = Actor(name=OPERATOR, origin=Origin.CLI)

AGENTS = """
agents:
  zhangfei-dev: {name: 张飞, role: developer, backend: command, command: ["true"]}
  guanyu-dev: {name: 关羽, role: developer, backend: command, command: ["true"]}
  zhaoyun-data: {name: 赵云, role: analyst, backend: command, command: ["true"]}
  simayi-challenger: {name: 司马懿, role: reviewer, backend: command, command: ["true"]}
"""
TEAM = "[zhangfei-dev, guanyu-dev, zhaoyun-data, simayi-challenger]"


@dataclass
class Sampler:
    """Does on one blackboard what a team would have done."""

    db: Database
    folder: Path
    _n: int = field(default=0)

    def task(self, title: str, ago: int = HOUR, **fields: object) -> int:
        """A task, created `ago` ms before NOW."""
        return tasks.create_task(self.db, NewTask(title=title, **fields), by=BY, now=NOW - ago).id  # type: ignore[arg-type]

    def start(self, task: int, agent: str, ago: int, word: str | None = None, quiet: int = 0) -> Session:
        """A running session, whose last word is `quiet` ms old."""
        start = Start(session=self._uuid(), agent=agent, backend="command", folder=str(self._session_folder()))
        session = claims.claim_task(self.db, task, start, by=SCHEDULER, now=NOW - ago)
        sessions.mark_running(self.db, session.id, now=NOW - ago + SECOND)
        sessions.note_word(self.db, session.id, now=NOW - quiet, last_line=word)
        return session

    def submitted(
        self, task: int, agent: str, ago: int, summary: str = "Done as asked.", rebuttal: str | None = None
    ) -> None:
        """The task was worked on and handed in."""
        session = self.start(task, agent, ago + 10 * MINUTE, quiet=ago)
        who = Actor(name=agent, origin=Origin.AGENT, session=session.id)
        submissions.submit(
            self.db, session.id, session.fence, summary=summary, rebuttal=rebuttal, by=who, now=NOW - ago
        )
        sessions.end_session(self.db, session.id, status=SessionStatus.SUCCEEDED, exit_code=0, now=NOW - ago + SECOND)

    def done(self, title: str, ago: int) -> int:
        """A task that was done without a review."""
        task = self.task(title, ago + HOUR)
        self.submitted(task, "zhangfei-dev", ago)
        return task

    def failed(self, title: str, why: str, ago: int) -> int:
        """A task whose last attempt failed."""
        task = self.task(title, ago + HOUR)
        session = self.start(task, "zhaoyun-data", ago + MINUTE)
        sessions.end_session(
            self.db,
            session.id,
            status=SessionStatus.FAILED,
            counted=True,
            exhausted=True,
            failure=why,
            exit_code=1,
            now=NOW - ago,
        )
        return task

    def verdict(
        self, task: int, reviewer: str, verdict: Verdict, scores: dict[str, float], ago: int, *found: str
    ) -> None:
        """A round with one reviewer, and what it says."""
        review = self.prepared(task, reviewer, ago + 5 * MINUTE)
        (seat,) = (s for s in self._thread(review).seats if s.round == self._thread(review).review.round)
        start = Start(session=self._uuid(), agent=reviewer, backend="command", folder=str(self._session_folder()))
        session = claims.claim_seat(self.db, seat.id, start, by=SCHEDULER, now=NOW - ago - MINUTE)
        sessions.mark_running(self.db, session.id, now=NOW - ago - MINUTE)
        findings = [{"text": text, "path": "outputs/report.md", "line": 118} for text in found]
        who = Actor(name=reviewer, origin=Origin.AGENT, session=session.id)
        verdicts.give_verdict(
            self.db, session.id, session.fence, verdict=verdict, scores=scores, findings=findings, by=who, now=NOW - ago
        )
        sessions.end_session(self.db, session.id, status=SessionStatus.SUCCEEDED, exit_code=0, now=NOW - ago)

    def prepared(self, task: int, reviewer: str, ago: int) -> int:
        """The round of a task's live review has its reviewer; gives the review."""
        from console.blackboard.reads.reviews import reviews_of

        review = reviews_of(self.db, task)[-1]
        terms = Terms(rubric={"method": 1.0, "data": 1.0, "claims": 1.0})
        rounds.prepare_round(
            self.db, review.id, review.round, reviewers=(reviewer,), terms=terms, by=SCHEDULER, now=NOW - ago
        )
        return review.id

    def escalated(self, task: int, reason: str, ago: int) -> int:
        """Nobody but the operator can settle it."""
        from console.blackboard.reads.reviews import reviews_of

        review = reviews_of(self.db, task)[-1]
        rounds.escalate(self.db, review.id, review.round, to=OPERATOR, reason=reason, by=SCHEDULER, now=NOW - ago)
        return review.id

    def _thread(self, review: int):  # type: ignore[no-untyped-def]
        from console.blackboard.reads.reviews import thread

        return thread(self.db, review)

    def _uuid(self) -> str:
        self._n += 1
        return str(uuid.UUID(int=(hash_of(self.folder.name) << 64) + self._n))

    def _session_folder(self) -> Path:
        folder = self.folder.parent.parent / "runs" / "20261120_080000" / "agents" / f"{self.folder.name}-{self._n}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def hash_of(name: str) -> int:
    """The same number for a name in every process."""
    return int.from_bytes(name.encode()[:7].ljust(7, b"_"), "big")


def empty_home(path: Path) -> Home:
    """A home without projects."""
    made = Home(path).create()
    if not made.state_db.exists():
        create_home(made.state_db)
    (made.config / "default.yaml").write_text(AGENTS, "utf-8")
    return made


def project(made: Home, name: str, title: str) -> Sampler:
    """A project of the sample team."""
    folder = made.project_folder(name)
    (folder / "config").mkdir(parents=True)
    text = f"project: {{name: {title}, agents: {TEAM}}}\n"
    (folder / "config" / "project.yaml").write_text(text, "utf-8")
    create_project(folder, name, NOW - 30 * DAY)
    return Sampler(open_project(folder), folder)


def sample_home(path: Path) -> Home:
    """The home that the screens are shown with."""
    made = empty_home(path)
    for fill, name, title in (
        (_quant, "quant", "量化实战"),
        (_vnpy, "vnpy", "vnpy adapters"),
        (_lake, "lake", "data lake"),
    ):
        sampler = project(made, name, title)
        fill(sampler)
        sampler.db.close()
    db = open_home(made.state_db)
    notes.observe(
        db,
        "blackboard of archive_2025 set aside: malformed page 41",
        level=Level.URGENT,
        cause="set_aside:archive_2025",
        by=SCHEDULER,
        now=NOW - HOUR,
    )
    home.publish_status(
        db, {"last_tick": iso(NOW - 12 * SECOND), "last_tick_ms": 3, "tick_interval_seconds": 30}, now=NOW
    )
    db.close()
    return made


def _quant(s: Sampler) -> None:
    for n, title in enumerate(("Session expiry", "因子缓存", "CI on arm64", "Fee table", "Fill simulator replay")):
        s.done(title, (n + 1) * 7 * HOUR)
    analysis = s.task("回测参数敏感性分析", 3 * DAY, reviews=("analysis_review",))
    scores = {"method": 0.4, "data": 0.8, "claims": 0.5}
    s.submitted(analysis, "zhangfei-dev", 9 * HOUR, "Sharpe stays above 1.3 in all but two windows; see report.md.")
    finding = "Window 2019-2021 excludes the March crash; the Sharpe claim rests on it."
    s.verdict(analysis, "simayi-challenger", Verdict.REQUEST_CHANGES, scores, 8 * HOUR, finding)
    s.submitted(
        analysis,
        "zhangfei-dev",
        HOUR,
        "Table 4 excludes 2020-03.",
        "The window was fixed by plan_review, see decision 7.",
    )
    s.verdict(analysis, "simayi-challenger", Verdict.APPROVE, {"method": 0.5, "data": 0.8, "claims": 0.5}, 30 * MINUTE)
    s.escalated(analysis, "approved with 0.60, below the threshold of 0.70", 4 * MINUTE)
    router = s.task("Order router: retry on 429", 2 * DAY, reviews=("output_review",))
    s.submitted(router, "guanyu-dev", 40 * MINUTE)
    s.escalated(router, "no eligible reviewer", 22 * MINUTE)
    s.failed("夜间行情入库", "exit code 2: connection refused", 6 * HOUR)
    backoff = s.task("Backoff & jitter", 5 * HOUR, priority=1)
    fill = s.task("Fill simulator", 5 * HOUR)
    s.start(backoff, "zhangfei-dev", 6 * MINUTE + 12 * SECOND, "editing router/backoff.py", quiet=4 * SECOND)
    s.start(fill, "zhaoyun-data", 20 * MINUTE, "reading fills.parquet", quiet=3 * MINUTE)
    feed = s.task("接入新行情源", 4 * HOUR, priority=1)
    s.task("Slippage model", 4 * HOUR, after=(feed,))
    s.task("月度报告", 4 * HOUR, deadline=NOW + 2 * DAY)
    held = s.task("Rotate API keys", 3 * HOUR)
    tasks.hold_task(s.db, held, reason="touches credentials", rule="secrets", by=SCHEDULER, now=NOW - 2 * HOUR)
    for title in (
        "Universe rebalancing",
        "手续费模型",
        "Borrow cost feed",
        "因子中性化",
        "Outlier report",
        "Nightly backfill",
    ):
        s.task(title, 2 * HOUR, priority=3)
    s.task("Data dictionary", 2 * HOUR, priority=4)


def _vnpy(s: Sampler) -> None:
    for n in range(6):
        s.done(f"Adapter {n + 1}: CTP gateway", (n + 1) * 5 * HOUR)
    review = s.task("Adapter tests", 2 * HOUR, reviews=("output_review",))
    s.submitted(review, "zhangfei-dev", 30 * MINUTE)
    s.prepared(review, "guanyu-dev", MINUTE)
    work = s.task("Tick recorder for options", 2 * HOUR)
    s.start(work, "guanyu-dev", MINUTE + 40 * SECOND, "pytest -q tests/recorder: 41 passed", quiet=9 * SECOND)
    notes.observe(
        s.db,
        "disk of the recorder is 91 % full",
        level=Level.ATTENTION,
        cause="disk",
        by=SCHEDULER,
        now=NOW - 25 * MINUTE,
    )
    for title in ("Replay of 2024-02-05", "Docs for adapters", "Retry on disconnect"):
        s.task(title, HOUR)


def _lake(s: Sampler) -> None:
    for n in range(9):
        s.done(f"Parquet compaction {n + 1}", (n + 1) * 11 * HOUR)
