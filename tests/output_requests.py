"""Owns the table of what agents ask about outputs, as each door that has it is asked. Nothing here is a test."""

from __future__ import annotations

from console.blackboard.writes.outputs import record_output
from console.commands.agent.output import TakeOutput, take_output
from console.commands.agent.withdraw import WithdrawOutput, withdraw_output
from console.commands.text import Line
from console.records.actor import Actor, Origin
from tests.agent_requests import stale, working
from tests.door_requests import AUTHOR, SAID, Floor, Request
from tests.homes import CLOCK, TeamHome

__all__ = ("OUTPUT_REQUESTS",)


def recorded(team: TeamHome, project: str) -> None:
    """The author has recorded its file."""
    working(team, project)
    by = Actor(name="dev", origin=Origin.AGENT)
    record_output(team.db(project), 1, path="outputs/a.md", sha256="0" * 64, size=6, fence=1, by=by, now=CLOCK.now())


def takes(at: Floor, path: str, kind: str = "file") -> None:
    take_output(at.desk, TakeOutput(path=path, here=at.desk.task_folder(1), kind=Line(kind)))


def withdraws(at: Floor, path: str) -> None:
    withdraw_output(at.desk, WithdrawOutput(path=path, here=at.desk.task_folder(1)))


OUTPUT_REQUESTS: dict[str, Request] = {
    "an output": Request(
        ready=working, session=AUTHOR, blackboard=("output", "outputs/a.md", "--kind", SAID[:14]),
        floor=lambda at: takes(at, "outputs/a.md", SAID[:14]),
    ),
    "an output of too many words": Request(
        ready=working, session=AUTHOR, blackboard=("output", "outputs/a.md", "--kind", "k" * 41),
        floor=lambda at: takes(at, "outputs/a.md", "k" * 41), says="--kind is a word of up to 40 characters", code=2,
    ),
    "an output that is not there": Request(
        ready=working, session=AUTHOR, blackboard=("output", "outputs/b.md"),
        floor=lambda at: takes(at, "outputs/b.md"), says="outputs/b.md", code=2,
    ),
    "an output from elsewhere": Request(
        ready=working, session=AUTHOR, blackboard=("output", "../../config/project.yaml"),
        floor=lambda at: takes(at, "../../config/project.yaml"), says="is outside this task's folders", code=2,
    ),
    "an output of who was replaced": Request(
        ready=stale, session=AUTHOR, blackboard=("output", "outputs/a.md"),
        floor=lambda at: takes(at, "outputs/a.md"), says="has ended", code=4,
    ),
    "an output taken back": Request(
        ready=recorded, session=AUTHOR, blackboard=("output", "outputs/a.md", "--withdraw"),
        floor=lambda at: withdraws(at, "outputs/a.md"),
    ),
    "an output taken back that is none": Request(
        ready=working, session=AUTHOR, blackboard=("output", "outputs/a.md", "--withdraw"),
        floor=lambda at: withdraws(at, "outputs/a.md"), says="#1 has no output 'outputs/a.md'; those it has: none", code=3,
    ),
}  # fmt: skip
