"""The kill drill: a home at work while schedulers, runners and agents are killed with -9, and what must be true afterwards.

The agents keep a journal of their own: what they were told was done, and whether they ever met another at the same task.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import defaultdict
from pathlib import Path

import psutil

from console.agents.folder import SessionFolder
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import list_tasks
from console.blackboard.writes.tasks import cancel_task
from console.blackboard.writes.verdicts import operator_verdict
from console.crash import VARIABLE
from console.errors import MoziError
from console.records.review import ReviewStatus, Verdict
from console.records.task import Task, TaskStatus
from tests.homes import BOSS, CLOCK, TeamHome, developer, reviewer

PROJECTS = ("one", "two")
SETTINGS = {
    "daemon": {"start_grace": 1, "leave_grace": 2, "lease": 10, "tick_interval": 1},
    "retry": {"max_attempts": 1000, "base": 0.05, "cap": 0.3},
}
HASTY = {"reviewers": ["deaf"], "round_timeout": 1, "escalate_to": "operator"}
"""A protocol whose only reviewer never answers, and is not waited for."""
_MEETS = """
me=$MOZIPLUS_PROJECT-$MOZIPLUS_TASK-$MOZIPLUS_SEAT
for p in $(cat "{j}/$me.pids" 2>/dev/null); do
    case $(ps -o stat= -p "$p") in ''|Z*) ;; *) echo "$me: $p beside $$" >> "{j}/twice" ;; esac
done
echo $$ >> "{j}/$me.pids"
"""
_ACK = ' && echo "{what} $MOZIPLUS_SESSION" >> "{j}/acks"\n'


class Drill:
    """One home under fire."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.journal = folder / "journal"
        self.fired = folder / "fired"
        for made in (self.journal, self.fired):
            made.mkdir()
        self.team = TeamHome(folder / "home", self._agents(), projects=PROJECTS, settings=SETTINGS)
        protocols = self.team.home.config / "review_protocols"
        protocols.mkdir(exist_ok=True)
        (protocols / "hasty.yaml").write_text(json.dumps(HASTY))
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.kills: dict[str, int] = defaultdict(int)
        self._tasks = 0

    def _agents(self) -> dict[str, dict[str, object]]:
        def said(script: str) -> str:
            return (_MEETS + script).replace("{j}", str(self.journal))

        comment = 'blackboard comment "$MOZIPLUS_SESSION" >/dev/null' + _ACK.replace("{what}", "comment")
        submit = 'blackboard submit --summary "$MOZIPLUS_SESSION" >/dev/null' + _ACK.replace("{what}", "submit")
        scores = "--score correctness=1 --score completeness=1 --score clarity=1"
        verdict = f"blackboard review --verdict approve {scores} >/dev/null" + _ACK.replace("{what}", "verdict")
        work = said(comment + "sleep 0.$(($$ % 3))\n" + submit)
        return {
            "dev1": developer(work),
            "dev2": developer(work),
            "mute": developer(said("echo these are my last words"), role="mute"),
            "sleeper": developer(said("sleep 500 & sleep 500"), role="sleeper"),
            "judge": reviewer(said(verdict)),
            "deaf": developer(said("sleep 500 & sleep 500"), role="deaf"),
        }

    def feed(self, most: int) -> None:
        """Create work of every kind until `most` tasks are open."""
        for project in PROJECTS:
            while self._open(project) < most // len(PROJECTS):
                self._tasks += 1
                kind = self.random.choice(["plain", "plain", "reviewed", "reviewed", "hasty", "mute", "sleeper"])
                role = kind if kind in ("mute", "sleeper") else "developer"
                protocols = {"reviewed": ("output_review",), "hasty": ("hasty",)}
                self.team.task(f"{kind} {self._tasks}", project, role=role, reviews=protocols.get(kind, ()))

    def operate(self) -> None:
        """The operator cancels what sleeps and approves what ended without a submit."""
        for project in PROJECTS:
            db = self.team.db(project)
            for session in present_sessions(db):
                if session.agent == "sleeper" and session.status == "running":
                    cancel_task(db, session.task_id, by=BOSS, now=CLOCK.now())
            for review, _ in list_reviews(db, statuses=[ReviewStatus.ESCALATED]):
                operator_verdict(db, review.id, verdict=Verdict.APPROVE, by=BOSS, now=CLOCK.now())

    def start(self, point: str | None = None) -> None:
        """A new scheduler; `point` is where the first process to come by dies."""
        crash = {VARIABLE: f"{point}:{self.fired / point}"} if point else {}
        self.scheduler = self.team.start("run", **crash)

    def alive(self) -> bool:
        """Whether the scheduler lives."""
        return self.scheduler is not None and self.scheduler.poll() is None

    def end_scheduler(self) -> None:
        """Kill -9, if it lives, and bury it."""
        if self.scheduler is not None:
            self.scheduler.kill()
            self.scheduler.wait()
            self.scheduler = None

    def strike(self) -> None:
        """Kill -9 one of the processes, by chance."""
        whom = self.random.choice(["scheduler", "runner", "agent"])
        if whom == "scheduler":
            self.end_scheduler()
        else:
            victims = [pid for found in self._records() if (pid := found[whom])]
            if not victims:
                return
            try:
                os.kill(self.random.choice(victims), 9)
            except ProcessLookupError:
                return
        self.kills[whom] += 1

    def under_fire(self, point: str | None, seconds: float, chance: float, tasks: int) -> bool:
        """Work for at most `seconds`, until `point` was reached; True where it was."""
        until = time.monotonic() + seconds
        self.start(point)
        while time.monotonic() < until:
            time.sleep(0.05)
            self.feed(tasks)
            self.operate()
            if point is not None and (self.fired / point).exists():
                break
            if self.random.random() < chance:
                self.strike()
            if not self.alive():
                self.start(point)
        time.sleep(0.05)
        self.end_scheduler()
        return point is not None and (self.fired / point).exists()

    def finish(self) -> None:
        """Let a scheduler bring everything to its end in peace."""
        for project in PROJECTS:
            for task in self._all(project):
                if task.role == "sleeper" and task.status != TaskStatus.DONE:
                    cancel_task(self.team.db(project), task.id, by=BOSS, now=CLOCK.now())
        for _ in range(20):
            done = self.team.cli("run", "--until-idle", patience=300)
            assert done.returncode == 0, done.stderr
            self.operate()
            if all(self._open(project) == 0 for project in PROJECTS):
                return
        raise AssertionError(f"unfinished: {[(t.id, t.status) for p in PROJECTS for t in self._all(p)]}")

    def violations(self) -> list[str]:
        """Everything that should never have happened, one line each."""
        found = [f"a task had two agents: {line}" for line in _lines(self.journal / "twice")]
        for project in PROJECTS:
            found += self._not_done(project) + self._overlaps(project) + self._lost(project) + self._broken(project)
        return found + [f"left over: {process.pid} {process.cmdline()}" for process in self._left()]

    def _not_done(self, project: str) -> list[str]:
        ended = {TaskStatus.DONE, TaskStatus.CANCELLED}
        return [f"{project}#{t.id} ({t.title}) is {t.status}" for t in self._all(project) if t.status not in ended]

    def _overlaps(self, project: str) -> list[str]:
        """Sessions on one task or seat follow each other: each begins after the one before is gone."""
        rows = self.team.db(project).execute(
            "SELECT task_id, seat_id, fence, created_at, gone_at, status FROM sessions ORDER BY task_id, seat_id, fence"
        )
        found, before = [], None
        for row in rows.fetchall():
            if row["gone_at"] is None:
                found.append(f"{project}#{row['task_id']} fence {row['fence']} never ended")
            same = before is not None and tuple(before[:2]) == tuple(row[:2])
            if same and before is not None and row["created_at"] < (before["gone_at"] or 0):
                found.append(f"{project}#{row['task_id']} fence {row['fence']} began beside fence {before['fence']}")
            before = row
        return found

    def _lost(self, project: str) -> list[str]:
        """What an agent was told was done is on the blackboard."""
        db = self.team.db(project)
        (own,) = [{row[0] for row in db.execute("SELECT id FROM sessions")}]
        kept = {
            "comment": {row[0] for row in db.execute("SELECT body FROM comments")},
            "submit": {row[0] for row in db.execute("SELECT id FROM sessions WHERE status = 'succeeded'")},
            "verdict": {row[0] for row in db.execute("SELECT session FROM verdicts")},
        }
        acks = [line.split() for line in _lines(self.journal / "acks")]
        return [f"{project}: the {what} of {who} is lost" for what, who in acks if who in own and who not in kept[what]]

    def _broken(self, project: str) -> list[str]:
        db = self.team.db(project)
        told = [row[0] for row in db.execute("PRAGMA integrity_check")]
        twice = db.execute(
            "SELECT task_id FROM sessions WHERE seat_id IS NULL AND status = 'succeeded' GROUP BY task_id HAVING count(*) > 1"
        ).fetchall()
        return [f"{project}: {line}" for line in told if line != "ok"] + [
            f"{project}#{row[0]} was handed in twice without a review that asked for it" for row in twice
        ]

    def _left(self) -> list[psutil.Process]:
        """Processes that bear the home's marker or name it, other than this one."""
        home, found = str(self.team.home.path), []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("MOZIPLUS_HOME") == home or any(home in part for part in process.cmdline())
                if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def _records(self) -> list[dict[str, int | None]]:
        found = []
        for project in PROJECTS:
            for session in present_sessions(self.team.db(project)):
                folder = SessionFolder(session.folder or "/nowhere")
                record = folder.record()
                if record is not None and not folder.exit.exists() and _is(record.pid, record.start_ticks):
                    found.append({"runner": record.pid, "agent": record.agent_pid})
        return found

    def _open(self, project: str) -> int:
        return sum(1 for t in self._all(project) if t.status not in (TaskStatus.DONE, TaskStatus.CANCELLED))

    def _all(self, project: str) -> tuple[Task, ...]:
        try:
            return list_tasks(self.team.db(project), limit=10_000)
        except MoziError as error:
            raise AssertionError(f"{project} cannot be read any more: {error}") from error

    def close(self) -> None:
        """End what still runs."""
        self.end_scheduler()
        for process in self._left():
            try:
                process.kill()
            except psutil.Error:
                continue
        self.team.close()


def _is(pid: int, start: float) -> bool:
    from console.agents.identity import raw_start

    try:
        return bool(raw_start(psutil.Process(pid)) == start)
    except psutil.Error:
        return False


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
