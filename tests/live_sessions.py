"""Makes a project with one claimed task and its session, ready for a runner; helpers to wait for what will come.

Everything is real: blackboard, folder, processes. Nothing here is a test.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from console.agents.folder import SessionFolder
from console.agents.layout import lay_out
from console.agents.spec import StartSpec
from console.blackboard.connection import Database, create_project, open_project
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import SystemClock
from console.records.actor import SCHEDULER
from console.records.session import Session

CLOCK = SystemClock()


@dataclass
class Live:
    """One session that is `starting`, with its folder laid out."""

    spec: StartSpec
    folder: SessionFolder
    project: Path

    def open(self) -> Database:
        """A connection to its blackboard; the caller closes it."""
        return open_project(self.project)

    def session(self) -> Session:
        """Its row now."""
        db = self.open()
        try:
            return the_session(db, self.spec.session)
        finally:
            db.close()

    def again(self, **changes: object) -> Live:
        """The same with another start spec, laid out anew."""
        spec = replace(self.spec, **changes)  # type: ignore[arg-type]
        lay_out(spec, self.folder.prompt.read_text(encoding="utf-8"))
        return Live(spec, self.folder, self.project)


def session_for(home: Path, command: list[str], *, prompt: str = "do it", **changes: object) -> Live:
    """A session whose agent is `command`, on a new project in `home`."""
    project = home / "projects" / f"p{uuid.uuid4().hex[:6]}"
    project.mkdir(parents=True, mode=0o700)
    create_project(project, project.name, CLOCK.now())
    task_dir = project / "artifacts" / "1"
    task_dir.mkdir(parents=True)
    session_id = str(uuid.uuid4())
    folder = home / "runs" / "r1" / "agents" / "worker" / session_id
    db = open_project(project)
    try:
        task = create_task(db, NewTask(title="work"), by=SCHEDULER, now=CLOCK.now())
        start = Start(session=session_id, agent="worker", backend="command", run_id="r1", folder=str(folder))
        session = claim_task(db, task.id, start, by=SCHEDULER, now=CLOCK.now())
    finally:
        db.close()
    spec = StartSpec(
        home=str(home),
        project=project.name,
        project_folder=str(project),
        task=task.id,
        task_dir=str(task_dir),
        agent="worker",
        session=session_id,
        fence=session.fence,
        backend="command",
        command=tuple(command),
        prompt_file=str(folder / "prompt.md"),
        cwd=str(task_dir),
    )
    spec = replace(spec, **changes)  # type: ignore[arg-type]
    return Live(spec, lay_out(spec, prompt), project)


def until(true: Callable[[], object], *, seconds: float = 60.0, what: str = "it") -> None:
    """Look again and again until `true`; fail when it does not become so in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.01)


def bearers(marker: str) -> list[psutil.Process]:
    """Living processes whose command line or environment holds `marker`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if any(marker in part for part in process.cmdline()) or process.environ().get("MOZIPLUS_SESSION") == marker:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
