"""Makes a home in which every noun has something to show, and the list of commands that show or change it. Judges nothing."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.blackboard.connection import open_home
from console.blackboard.writes.claims import claim_task
from console.blackboard.writes.experiences import record_experience
from console.blackboard.writes.guardrails import decide_start
from console.blackboard.writes.inbox import Taken, register_segment, take_lines
from console.blackboard.writes.notes import add_comment, add_decision, observe
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.sessions import mark_running, note_word
from console.blackboard.writes.tasks import hold_task
from console.blackboard.writes.worktrees import note_kept, set_discarded, set_merged, set_worktree
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.alert import Level
from console.records.guardrail import Decision, Effect
from console.records.inbox import SegmentState
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.records.task import TaskKind
from console.records.worktree import Kept
from tests.boards import BOSS, Board
from tests.guarded import guard
from tests.homes import TeamHome, developer, reviewer
from tests.short_transcript import write_transcript

__all__ = ("READS", "SHAPES", "WRITES", "filled_home", "plain", "shape")

READS = (
    "status",
    "needs",
    "needs --project quant",
    "doctor",
    "service status",
    "service install systemd --dry-run",
    "events",
    "log",
    "runs list",
    "runs show RUN",
    "config show",
    "config show --project quant",
    "config check",
    "config path",
    "config path --project quant",
    "project list",
    "project list --archived",
    "project show quant",
    "agent list",
    "agent show dev",
    "agent show claw",
    "agent check",
    "agent stats --days 30",
    "stats --days 2",
    "task list --all",
    "task show 1",
    "task show 2",
    "task show 3",
    "task show 5",
    "task show 8",
    "task show 9",
    "task explain 4",
    "task explain 6",
    "task graph",
    "task graph --all --limit 3",
    "task prompt 4 --agent dev",
    "schedule list",
    "review list --all",
    "review show 1",
    "review show 1 --diff --rounds 0..2",
    "review show 2",
    "review stats",
    "experience list",
    "experience list --tags",
    "experience search sums",
    "experience show 1",
    "skill list",
    "skill show code_review",
    "skill check",
    "session list --all",
    "session show SESSION",
    "session log SESSION",
    "guardrail list",
    "guardrail try git+status",
    "search reading",
    "alert list",
    "alert list --all",
    "inbox show",
    "inbox show 1",
    "backup --list",
    "clean --dry-run",
    "man",
    "run --dry-run",
)
"""What only looks; SESSION is the one that is at work."""

WRITES = (
    "backup",
    "backup --list --project quant",
    "project create --id more --name More --agents dev,stranger --description words",
    "project edit more --name Other",
    "project archive more",
    "project list --archived",
    "project unarchive more",
    "task create --project quant --title new --after 4 --tag x --deadline 2030-01-01",
    "task plan --project quant goal",
    "task edit 4 --title other",
    "task comment 4 words",
    "task assign 4 --assignee rev",
    "task hold 4 --reason because",
    "task release 4",
    "task cancel 4 --reason because",
    "task retry 4",
    "schedule add weekly --project quant --cron 30+9+*+*+1-5 --except 2030-10-01 --title do+{date}",
    "schedule add report --project quant --daily 18:00 --report",
    "schedule disable weekly --project quant",
    "schedule enable weekly --project quant",
    "schedule list --project quant",
    "schedule remove weekly --project quant",
    "review comment 2 words",
    "review escalate 2 --to rev --reason because",
    "review approve 2 --comment good",
    "review reopen 2 --undo",
    "review request-changes 2 --comment more --finding a.md:3:+wrong",
    "review reject 3 --comment no",
    "experience export --project quant",
    "skill new mine",
    "skill add CODE_REVIEW --id theirs",
    "session send SESSION words",
    "session stop SESSION",
    "alert ack quant#1",
    "alert ack 1",
    "inbox send --kind task.create --project quant --set title=sent",
    "inbox retry 1",
    "clean",
    "pause --project quant --reason because",
    "pause",
    "status",
    "resume --project quant",
    "resume",
    "drain",
    "estop --reason because",
    "restore lab --empty",
    "restore lab",
    "service uninstall systemd",
    "init HOME",
)
"""What changes something, in this order; a `+` in a word is a space."""

SHAPES = ("agent check", "agent stats", "config show", "doctor", "man", "service", "skill show", "stats", "task prompt")
"""Of these only the fields and the kinds of their values are compared: what they say is of a machine, or is long."""

_PLAIN = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "MOMENT"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?"), "LOCAL"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"\d{8}[_T]?\d{6}(-?\d{3}Z)?"), "STAMP"),
    (re.compile(r"\b1[0-9]{12}\b"), "0"),
    (re.compile(r'"(size|db_size_bytes|characters|whole|total|pid|epoch)": [0-9]+'), r'"\1": 0'),
    (re.compile(r'"(epoch|host|version|commit|ref)": "[^"]+"'), r'"\1": "TEXT"'),
)
_SAID = {"v": 1, "project": "quant", "kind": "comment", "task": 1, "from": "cron", "body": "b"}


def plain(text: str) -> str:
    """What a command printed, without what differs from one run to the next: moments, ids, sizes."""
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    return text


def shape(value: Any) -> Any:
    """The fields of a value, each with the kind of what it holds; of a list the shapes that occur in it."""
    if isinstance(value, dict):
        return {key: shape(held) for key, held in value.items()}
    if isinstance(value, list):
        return list({json.dumps(found): found for found in map(shape, value)}.values())
    return type(value).__name__


def filled_home(path: Path) -> tuple[TeamHome, str]:
    """The home, and the id of the session that is at work."""
    claw = {"role": "analyst", "backend": "gateway", "agent": "main", "capabilities": ["maths"]}
    usage = {"tokens": r"tokens: (\d+)"}
    agents = {"dev": developer("true", usage=usage), "rev": reviewer("true"), "claw": claw}
    team = TeamHome(path, agents, projects=("quant", "lab"), settings={})
    guard(
        team.home,
        {"name": "keys", "effect": "hold", "match": {"tags": ["keys"]}, "reason": "touches credentials"},
        budgets={"day": {"tokens": 1000}, "task": {"sessions": 9}},
        acts=[{"name": "look", "effect": "allow", "reason": "reads only", "match": {"command": "git status"}}],
    )
    board = Board(team.home.project_folder("quant"))
    session = _tasks(board, team.home.path)
    _notes(board)
    board.close()
    _home(team)
    return team, session


def _tasks(board: Board, home: Path) -> str:
    first = board.task('量化 "one"', reviews=("output_review",), tags=("x", "y"), priority=1, body="all\nof it")
    work = board.claim(first.id)
    _output(board, work.id, first.id, "a" * 64)
    board.submit(work, summary="did it")
    board.verdict(Verdict.REQUEST_CHANGES)
    again = board.claim(first.id)
    _output(board, again.id, first.id, "b" * 64)
    board.submit(again, rebuttal="no", answers=({"finding": 1, "text": "it is not"},))
    board.verdict(Verdict.APPROVE)
    for title in ("waits", "judged"):
        board.work(board.task(title, reviews=("output_review",)).id)
        if title == "waits":
            board.prepare("rev")
    board.task("ready", assignee="dev", expect=("outputs/a.md",), needs=())
    failed = board.task("fails", role="developer")
    board.gone(
        board.claim(failed.id), SessionStatus.FAILED, failure="exit code 1", exit_code=1, exhausted=True, counted=True
    )
    board.task("after", after=(4,), parent=4, deadline=4_000_000_000_000, not_before=3_000_000)
    held = board.task("held")
    hold_task(board.db, held.id, reason="touches credentials", rule="keys", by=SCHEDULER, now=board.now())
    _trees(board, home)
    busy = board.task("at work")
    start = board.start("dev")
    place = home / "runs" / "20260101_000000" / "agents" / "dev" / start.session
    write_transcript(place, board.now)
    session = claim_task(board.db, busy.id, replace(start, folder=str(place)), by=SCHEDULER, now=board.now())
    mark_running(board.db, session.id, now=board.now())
    note_word(board.db, session.id, now=board.now(), last_line="reading")
    return session.id


def _trees(board: Board, home: Path) -> None:
    kept = board.task("with a worktree")
    tree = home / "worktrees" / "quant" / "8"
    set_worktree(
        board.db, kept.id, folder=str(tree), branch="task-8", repository=str(home / "r"), base="c" * 40,
        target="main", ready=True, by=SCHEDULER, now=board.now(),
    )  # fmt: skip
    board.work(kept.id)
    reasons = (Kept(code="untracked", n=2, names=("a", "b")),)
    note_kept(board.db, kept.id, repository=str(home / "r"), kept=reasons, size=12, by=SCHEDULER, now=board.now())
    merged = board.task("merged", kind=TaskKind.WORK)
    board.work(merged.id)
    set_merged(
        board.db, merged.id, repository=str(home / "r"), commit="d" * 40, into="main", by=SCHEDULER, now=board.now()
    )
    set_discarded(
        board.db, merged.id, repository=str(home / "r"), ref="refs/moziplus/left/9", tip="e" * 40,
        until=4_000_000_000_000, by=SCHEDULER, now=board.now(),
    )  # fmt: skip


def _output(board: Board, session: str, task: int, digest: str) -> None:
    who = Actor(name="dev", origin=Origin.AGENT, session=session)
    record_output(board.db, task, path="outputs/a.md", sha256=digest, size=3, by=who, now=board.now())


def _notes(board: Board) -> None:
    db = board.db
    add_comment(db, 1, "a word", by=BOSS, now=board.now())
    add_decision(db, "so it is", reason="because", task_id=1, by=BOSS, now=board.now())
    observe(db, "the disk is full", level=Level.ATTENTION, cause="disk", by=SCHEDULER, now=board.now())
    observe(db, "all is well", level=Level.ROUTINE, task_id=1, by=BOSS, now=board.now())
    decision = Decision(rule="keys", effect=Effect.HOLD, reason="touches credentials")
    task = board.task("rotate the key")
    decide_start(db, task.id, decision, reviewing=False, by=SCHEDULER, now=board.now())
    for n, title in enumerate(("check the sums", "mind the gap")):
        tags = ("maths",) * (n + 1)
        record_experience(db, title=title, body="as it says", tags=tags[:1], task_id=1, by=BOSS, now=board.now())


def _home(team: TeamHome) -> None:
    with closing(open_home(team.home.state_db)) as db:
        observe(db, "something of the home", level=Level.URGENT, cause="disk", by=SCHEDULER, now=1_000_000)
        segment = register_segment(db, dev=1, ino=1, name="daemon.jsonl", state=SegmentState.GONE, now=1_000_000)
        rows = [
            Taken(f"k{n}", project, kind, "cron", body, status, reason, 1_000_000)
            for n, (project, kind, body, status, reason) in enumerate(
                (
                    ("quant", "comment", json.dumps(_SAID), "bad", "no such task"),
                    ("", "", "no JSON", "bad", "it is no JSON"),
                )
            )
        ]
        take_lines(db, segment, rows, offset=0, head="", skipping=False, now=1_000_000)
    run = team.home.path / "runs" / "20260101_000000"
    (run / "state").mkdir(parents=True, exist_ok=True)
    (run / "state" / "runtime_state.json").write_text(json.dumps({"last_tick": None, "projects": {}}))
    (run / "BOOTSTRAP.md").write_text("---\nstarted_by: test\nconfig: {}\n---\nbody\n")
    line = {"at": "2026-01-01T00:00:00.000Z", "level": "INFO", "component": "engine", "message": "began", "pid": 1}
    (team.home.logs / "moziplus.log").write_text(json.dumps(line) + "\n")
