"""Owns the table of all that can be asked over HTTP; the server, OpenAPI and docs/http.md are made of it."""

from __future__ import annotations

from console.api.alert import Alert
from console.api.ask import Ask
from console.api.control import Estopped, Paused
from console.api.need import Need
from console.api.session import Session
from console.api.status import NamedProject, ProjectStands, Status
from console.api.task import Task, TaskShown
from console.api.thread import Review, Thread
from console.commands import tasks
from console.http import acting, bodies, reading
from console.http.route import Route
from console.records.review import Verdict

__all__ = ("TABLE",)

_TASK = "/api/projects/{project}/tasks/{number}"
_REVIEW = "/api/projects/{project}/reviews/{number}"
_ASK = "/api/projects/{project}/asks/{number}"
_LIMIT = {"limit": "At most so many, 200 where nothing is said."}
_ALL = _LIMIT | {"all": "Anything but nothing: settled and ended ones, too."}


def _get(path: str, says: str, answer: type, run: object, **more: object) -> Route:
    return Route(method="GET", path=path, says=says, answer=answer, run=run, **more)  # type: ignore[arg-type]


def _post(path: str, says: str, answer: type, run: object, body: type = bodies.Reasoned) -> Route:
    return Route(method="POST", path=path, says=says, answer=answer, run=run, body=body)  # type: ignore[arg-type]


TABLE: tuple[Route, ...] = (
    _get("/api/status", "Who is in charge, and how each project stands.", Status, reading.status, recent=0.5),
    _get(
        "/api/needs",
        "What needs the operator, in the order in which it is best settled.",
        Need,
        reading.needs,
        many=True,
        query={"all": "Anything but nothing: what was put off, too."},
    ),
    _get("/api/projects", "How each project stands.", NamedProject, reading.projects, many=True),
    _get("/api/projects/{project}", "How a project stands.", ProjectStands, reading.project),
    _get(
        "/api/projects/{project}/tasks",
        "The tasks of a project, in the order of their numbers.",
        Task,
        reading.tasks,
        many=True,
        query=_LIMIT | {"after": "Only those with a greater number.", "status": "Only these.", "tag": "Only with it."},
    ),
    _post("/api/projects/{project}/tasks", "Make a task.", Task, acting.create, bodies.NewTask),
    _get(_TASK, "A task with all that lies around it.", TaskShown, reading.task),
    _post(f"{_TASK}/hold", "Keep a task from going on; its agent is stopped.", Task, acting.moved(tasks.hold)),
    _post(f"{_TASK}/release", "Let a held task go on.", Task, acting.moved(tasks.release)),
    _post(f"{_TASK}/cancel", "End a task for good; its agents are stopped.", Task, acting.moved(tasks.cancel)),
    _post(f"{_TASK}/retry", "Put a failed or cancelled task back.", Task, acting.moved(tasks.retry)),
    _post(f"{_TASK}/assign", "Say who does a task.", Task, acting.assign, bodies.AssignTo),
    _post(f"{_TASK}/comment", "Say something about a task.", Task, acting.comment, bodies.Remark),
    _get("/api/reviews", "Reviews, those that wait for you first.", Review, reading.reviews, many=True, query=_ALL),
    _get(_REVIEW, "A review with all that was said in it.", Thread, reading.review),
    _post(f"{_REVIEW}/approve", "Approve the work.", Thread, acting.judged(Verdict.APPROVE), bodies.Judgement),
    _post(
        f"{_REVIEW}/request-changes",
        "Send the work back with what is to change.",
        Thread,
        acting.judged(Verdict.REQUEST_CHANGES),
        bodies.Judgement,
    ),
    _post(f"{_REVIEW}/reject", "Reject the work.", Thread, acting.judged(Verdict.REJECT), bodies.Judgement),
    _post(f"{_REVIEW}/reopen", "Judge work again that was settled.", Thread, acting.reopen),
    _post(f"{_REVIEW}/comment", "Say something in a review.", Thread, acting.comment_in_review, bodies.Remark),
    _get("/api/asks", "What agents ask, oldest first.", Ask, reading.asks, many=True, query=_ALL),
    _get(_ASK, "One ask, whole.", Ask, reading.ask),
    _post(f"{_ASK}/answer", "Answer an ask.", Ask, acting.answer, bodies.AskAnswer),
    _get("/api/sessions", "Agents' sessions that live.", Session, reading.sessions, many=True, query=_ALL),
    _post("/api/sessions/{session}/stop", "Stop an agent for certain.", Session, acting.stop),
    _get("/api/alerts", "Alerts that are open, worst first.", Alert, reading.alerts, many=True, query=_LIMIT),
    _post("/api/alerts/{number}/ack", "An alert of the home was seen.", Alert, acting.acknowledge),
    _post("/api/projects/{project}/alerts/{number}/ack", "An alert was seen.", Alert, acting.acknowledge),
    _post("/api/pause", "Start no new sessions.", Paused, acting.pause),
    _post("/api/resume", "Take back a pause or an emergency stop.", Paused, acting.resume),
    _post("/api/estop", "Emergency stop: pause, and stop every agent.", Estopped, acting.estop),
    _post("/api/projects/{project}/pause", "Start no new sessions of a project.", Paused, acting.pause),
    _post("/api/projects/{project}/resume", "Take back a project's pause.", Paused, acting.resume),
    _post("/api/projects/{project}/estop", "Stop every agent of a project.", Estopped, acting.estop),
    _get("/api/daemon/status", "The same as /api/status, where it stood before.", Status, reading.status, recent=0.5),
    _get("/api/daemon/sessions", "The same as /api/sessions.", Session, reading.sessions, many=True, query=_ALL),
    _post("/api/daemon/stop", "The same as /api/pause: whoever serves goes on.", Paused, acting.pause),
    _post("/api/daemon/start", "The same as /api/resume.", Paused, acting.resume),
)
