"""Builds a home with one debate over two rounds and one task of a single round, files and all, through the write API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.artifacts import keep
from console.blackboard.reads.reviews import reviews_of, thread
from console.blackboard.writes import claims, rounds, sessions, submissions, verdicts
from console.blackboard.writes.claims import Start
from console.blackboard.writes.outputs import record_output
from console.home import Home
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.reviews.terms import Terms
from tests.app.sample import HOUR, MINUTE, NOW, SECOND, Sampler, empty_home, project

DEBATE, SINGLE = 1, 2
"""Tasks; the reviews have the same numbers."""
SIMAYI, GUANYU = "simayi-challenger", "guanyu-dev"
HOSTILE = "\x1b[31m[bold red]red[/]\x1b]0;forged\x07 \u202eend"
TERMS = Terms(
    max_rounds=5,
    rubric={"method": 1.0, "data": 1.0},
    gates={"method": 0.5},
    quorum=2,
    debate=True,
    ladder=("zhaoyun-data",),
    round_timeout=7200,
)
REPORT = "\n".join(
    ["# 敏感性分析", "", "The Sharpe ratio holds above 1.3 in all windows.", "样本：2019-2021。", "", "Costs are 2 bp."]
)


class Debater(Sampler):
    """Does what authors and reviewers of a debate would have done."""

    def hand_in(
        self,
        task: int,
        files: Mapping[str, bytes],
        ago: int,
        *,
        answers: Sequence[Mapping[str, Any]] = (),
        gone: Sequence[str] = (),
        summary: str = "Done as asked.",
    ) -> None:
        """Write the files, record them, and submit."""
        session = self.start(task, "zhangfei-dev", ago + 10 * MINUTE, quiet=ago)
        who = Actor(name="zhangfei-dev", origin=Origin.AGENT, session=session.id)
        folder = self.task_folder(task)
        for name, content in files.items():
            (folder / "outputs").mkdir(parents=True, exist_ok=True)
            (folder / "outputs" / name).write_bytes(content)
            kept = keep(f"outputs/{name}", here=folder, task_folder=folder)
            stamp = {"path": kept.path, "sha256": kept.sha256, "size": kept.size}
            record_output(self.db, task, fence=session.fence, by=who, now=NOW - ago - MINUTE, **stamp)  # type: ignore[arg-type]
        for name in gone:
            (folder / name).unlink()
        submissions.submit(
            self.db, session.id, session.fence, summary=summary, answers=answers, gone=gone, by=who, now=NOW - ago
        )
        sessions.end_session(self.db, session.id, status=SessionStatus.SUCCEEDED, exit_code=0, now=NOW - ago + SECOND)

    def seated(self, task: int, ago: int) -> None:
        """The round of its review has its reviewers."""
        review = reviews_of(self.db, task)[-1]
        rounds.prepare_round(
            self.db,
            review.id,
            review.round,
            reviewers=(SIMAYI, GUANYU),
            terms=TERMS,
            by=SCHEDULER,
            now=NOW - ago,
        )

    def says(
        self, task: int, reviewer: str, verdict: Verdict, scores: Mapping[str, float], ago: int, *found: dict[str, Any]
    ) -> None:
        """One reviewer speaks."""
        whole = thread(self.db, reviews_of(self.db, task)[-1].id)
        (seat,) = (s for s in whole.seats if (s.round, s.reviewer) == (whole.review.round, reviewer))
        start = Start(session=self._uuid(), agent=reviewer, backend="command", folder=str(self._session_folder()))
        session = claims.claim_seat(self.db, seat.id, start, by=SCHEDULER, now=NOW - ago - MINUTE)
        sessions.mark_running(self.db, session.id, now=NOW - ago - MINUTE)
        who = Actor(name=reviewer, origin=Origin.AGENT, session=session.id)
        verdicts.give_verdict(
            self.db, session.id, session.fence, verdict=verdict, scores=scores, findings=found, by=who, now=NOW - ago
        )
        sessions.end_session(self.db, session.id, status=SessionStatus.SUCCEEDED, exit_code=0, now=NOW - ago)

    def task_folder(self, task: int) -> Path:
        """Where its outputs lie."""
        return self.folder / "artifacts" / str(task)


def debated_home(path: Path) -> Home:
    """The home, escalated to an agent after two rounds."""
    made = empty_home(path)
    sampler = project(made, "quant", "量化实战")
    debater = Debater(sampler.db, sampler.folder)
    assert debater.task("回测参数敏感性分析", 9 * HOUR, reviews=("analysis_review",)) == DEBATE
    _first_round(debater)
    _second_round(debater)
    assert debater.task("Fee table", HOUR, reviews=("output_review",)) == SINGLE
    debater.hand_in(SINGLE, {"fees.csv": b"venue,bp\nSHFE,2\n", "notes.md": b"from the exchange\n"}, 20 * MINUTE)
    debater.db.close()
    return made


def _first_round(debater: Debater) -> None:
    files = {
        "report.md": REPORT.encode(),
        "windows.csv": b"window,sharpe\n2019,1.4\n",
        "plot.png": b"\x89PNG\x00\x01",
        "scratch.md": b"to be thrown away\n",
    }
    debater.hand_in(DEBATE, files, 8 * HOUR, summary="夏普比率在所有窗口都高于 1.3，见 report.md。")
    debater.seated(DEBATE, 7 * HOUR)
    window = {"text": "Window 2019-2021 excludes the March crash; the Sharpe claim rests on it.\n样本要覆盖 2020-03。"}
    window |= {"path": "outputs/report.md", "line": 3}  # type: ignore[dict-item]
    low = {"method": 0.45, "data": 0.8}
    debater.says(DEBATE, SIMAYI, Verdict.REQUEST_CHANGES, low, 7 * HOUR, window)
    costs = {"text": f"Where do 2 bp come from? {HOSTILE}"}
    debater.says(DEBATE, GUANYU, Verdict.REQUEST_CHANGES, {"method": 0.7, "data": 0.78}, 6 * HOUR, costs)


def _second_round(debater: Debater) -> None:
    said = REPORT.replace("all windows", "all but two windows").replace("2 bp.", "2 bp (table 3).\nRange 1.1 to 1.9.\n")
    files = {"report.md": f"{said}{HOSTILE}\n".encode(), "plot.png": b"\x89PNG\x00\x02", "crash.csv": b"2020-03,0.2\n"}
    answers = (
        {"finding": 1, "text": "补上了 2020-03：两个窗口低于 1.3，结论已改。"},
        {"finding": 3, "text": f"Table 3 of the exchange. {HOSTILE}"},
    )
    gate = {"finding": 2, "text": "The method is now that of plan #24."}
    debater.hand_in(
        DEBATE, files, 2 * HOUR, answers=(*answers, gate), gone=("outputs/scratch.md",), summary="Both points taken."
    )
    debater.seated(DEBATE, 2 * HOUR)
    scores = {"method": 0.6, "data": 0.7}
    debater.says(DEBATE, SIMAYI, Verdict.APPROVE, scores, HOUR)
    debater.says(DEBATE, GUANYU, Verdict.APPROVE, {"method": 0.9, "data": 0.85}, HOUR // 2)
