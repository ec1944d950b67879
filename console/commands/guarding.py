"""Owns the facts that guardrails are asked about: of a session that is to start, and of work that is to be handed in.

Finds out only what some rule looks at. Outputs are read from their beginning, up to a limit, and only where each is a
plain file inside its task's folder: whatever else an agent put there stays unopened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from console.artifacts import lies_in
from console.blackboard.connection import Database
from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.guardrails import lifted
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used_by_task
from console.blackboard.reads.written import written_for
from console.guardrails.decide import Facts, evaluate
from console.guardrails.rules import Guardrails
from console.records.agent import Agent
from console.records.guardrail import Decision, Stage
from console.records.session import Session
from console.records.task import Task
from console.safe_files import read
from console.text import decoded

__all__ = ("Submission", "Worker", "decision_on_start", "submission")

TEXT_MAX = 256_000
"""Bytes of one output that are looked at."""
TEXTS_MAX = 4_000_000
"""Bytes of all outputs of a submission together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who works, and where, as the project's settings say."""

    agent: str
    role: str = ""
    command: tuple[str, ...] = ()
    workdir: Path | None = None
    worktrees: bool = False

    @classmethod
    def of(cls, agent: Agent, workdir: Path | None, worktrees: bool) -> Worker:
        """From the settings of an agent and its project."""
        return cls(agent=agent.id, role=agent.role, command=agent.command, workdir=workdir, worktrees=worktrees)


def decision_on_start(
    db: Database, project: str, guardrails: Guardrails, worker: Worker, task_id: int, *, reviewing: bool
) -> Decision:
    """What the rules say of a session that `worker` is to start on the task, or on a review of it."""
    brief = briefing(db, task_id)
    asked = guardrails.look_at("prompt", Stage.DISPATCH) and not reviewing
    facts = Facts(
        stage=Stage.DISPATCH,
        project=project,
        agent=worker.agent,
        role=worker.role,
        tags=brief.task.tags,
        prompt=written_for(brief) if asked else "",
        command=" ".join(worker.command),
        paths=_paths(db.path.parent, brief.task, worker, reviewing=reviewing),
        used=used_by_task(db, task_id),
        reviewing=reviewing,
    )
    return evaluate(guardrails, facts, lifted(db, brief.task))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is handed in, as the blackboard knows it."""

    facts: Facts
    lifted: frozenset[str]
    folder: Path
    """The task's own."""

    def decision(self, guardrails: Guardrails) -> Decision:
        """What the rules say of it. Call it while this process holds no connection, or where the agent is dead."""
        texts: tuple[str, ...] = ()
        if guardrails.look_at("output_text", Stage.SUBMIT):
            texts = tuple(_texts(self.folder, self.facts.outputs))
        return evaluate(guardrails, replace(self.facts, texts=texts), self.lifted)


def submission(db: Database, project: str, session: Session, worker: Worker) -> Submission:
    """What a session is about to hand in."""
    task = get_task(db, session.task_id)
    facts = Facts(
        stage=Stage.SUBMIT,
        project=project,
        agent=session.agent,
        role=worker.role,
        tags=task.tags,
        paths=_paths(db.path.parent, task, worker, reviewing=False),
        used=used_by_task(db, task.id),
        outputs=tuple(output.path for output in latest_outputs(db, task.id)),
    )
    return Submission(facts=facts, lifted=lifted(db, task), folder=db.path.parent / "artifacts" / str(task.id))


def _paths(project_folder: Path, task: Task, worker: Worker, *, reviewing: bool) -> tuple[str, ...]:
    """Where the agent works, and the project's workdir where that is a worktree of it; as written and as it really is."""
    if worker.workdir is None or reviewing:
        found = [project_folder / "artifacts" / str(task.id)]
    else:
        found = [worker.workdir.expanduser()]
        if worker.worktrees:
            found.append(Path(task.work_folder) if task.work_folder else project_folder / "worktrees" / str(task.id))
    return tuple(dict.fromkeys(str(path) for named in found for path in (named, Path(os.path.realpath(named)))))


def _texts(folder: Path, outputs: Iterable[str]) -> Iterator[str]:
    """The beginnings of the outputs that are text, as far as there is room."""
    left = TEXTS_MAX
    for output in outputs:
        content = _beginning(folder, output, min(left, TEXT_MAX))
        left -= len(content)
        if content and b"\0" not in content:
            yield decoded(content)


def _beginning(folder: Path, output: str, most: int) -> bytes:
    """Nothing of what is no plain file of the task's folder."""
    try:
        return read(*lies_in(folder, output), most=max(most, 0))
    except OSError:
        return b""
