"""Owns what runs in the gateway ask of a person: commands that want leave and questions become asks, answers go back.

The gateway's own list is the truth: its events are only hints to read it. Nothing is answered here that nobody answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_ear import Ear
from console.agents.gateway_families import Families
from console.agents.gateway_run import Run
from console.clock import Clock
from console.commands.asks import Question
from console.commands.text import Line, Prose
from console.errors import MoziError
from console.gateway import asked as asked_
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.states import GatewayFault, Refused
from console.records.ask import Ask, AskKind, AskStatus, Leave, Option, Risk
from console.spawn import spawn
from console.text import one_line

__all__ = ("QUESTIONS", "SOURCE", "Asker", "follow_up")

SOURCE = "gateway"
QUESTIONS = 4
"""The first protocol whose agents can ask questions, and whose runs wait for leave; before, they end meanwhile."""
STEP = 0.25
"""Seconds between two looks for answers."""
REFUSE = "deny"
FORGOTTEN = "the gateway was started anew, and does not know of it any more"
_PLUGIN = "plugin:"
"""How the id of what a plugin asks begins."""
_LABELS = {
    "allow-once": ("allow once", Leave.ONCE),
    "allow-always": ("always allow", Leave.ALWAYS),
    REFUSE: ("refuse", Leave.REJECT),
}
_APPROVALS = ("exec", "plugin")
_HINTS = (
    *(f"{kind}.approval.{what}" for kind in _APPROVALS for what in ("requested", "resolved")),
    *("question.requested", "question.resolved"),
)
_PHASES = ("waiting-approval", "approval-resolved", "requested", "resolved")

_log = logging.getLogger("moziplus.gateway")


class Asker:
    """Asks for the runs of one gateway."""

    def __init__(self, gateway: Gateway, board: GatewayBoard, ear: Ear, runs: dict[str, Run], clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._board = board
        self._ear = ear
        self._runs = runs
        self._families = Families(gateway)
        self._until: int | None = None
        """Epoch ms at which the first of what is asked expires: nobody tells of that on the older release."""
        self._reading = asyncio.Lock()
        self._due = True
        """The gateway's lists are to be read: something may be asked, or be asked no more."""
        self._soon = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        ear.on_event, ear.on_open = self.hint, self.look

    def begin(self) -> None:
        """Follow from now on. Safe to call twice."""
        if self._following is None:
            self._following = spawn(self._follow(), name="gateway asks")

    async def close(self) -> None:
        """Stop following; what is asked stays. Safe to call twice."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            await asyncio.wait([following])
        await self._ear.close()

    def look(self) -> None:
        """Something may be asked, or be asked no more."""
        self._due = True
        self._soon.set()

    def hint(self, event: wire.Event) -> None:
        """An event of the gateway."""
        if event.event in _HINTS:
            self.look()

    def did(self, told: wire.AgentEvent) -> None:
        """Something that a run did: of ours, or of what one of ours began by itself."""
        if told.stream in ("lifecycle", "approval") and told.data.get("phase") in _PHASES:
            self.look()

    async def read(self) -> None:
        """Everything that is asked now stands on the blackboard, and nothing else. Raises MoziError."""
        async with self._reading:
            self._due, self._until = False, None
            runs = {run.note.key: run for run in self._runs.values() if not run.over}
            if not runs:
                return
            try:
                found = await self._found(runs)
                for run in runs.values():
                    await self._tell(run, found.get(run.id, []))
            except MoziError:
                self._due = True
                raise

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(STEP):
                    await self._soon.wait()
            self._soon.clear()
            await self._ear.turn(any(not run.over for run in self._runs.values()))
            if self._gateway.connection is None:
                continue
            try:
                if self._due or (self._until is not None and self._clock.now() > self._until):
                    await self.read()
                for run in [run for run in self._runs.values() if run.asking and not run.over]:
                    await self._answer(run)
            except MoziError as error:
                _log.info("what runs in the gateway ask cannot be told or answered now: %s", error)

    async def _answer(self, run: Run) -> None:
        """What was answered goes to the gateway."""
        for name, asked in _together(await self._board.unsent(run, SOURCE)):
            if any(ask.status == AskStatus.OPEN for ask in asked):
                continue
            if all(ask.status != AskStatus.CLOSED for ask in asked):
                await self._send(run, name, asked)
            await self._board.heard(run, asked)
            run.asking.discard(name)

    async def _found(self, runs: dict[str, Run]) -> dict[str, list[Question]]:
        """What the runs ask now, by session."""
        found: dict[str, list[Question]] = {}
        for kind in _APPROVALS:
            for approval in await self._gateway.call(f"{kind}.approval.list", {}, tuple[asked_.Approval, ...]):
                if (run := await self._families.run_of(approval.request.session_key, runs)) is not None:
                    found.setdefault(run.id, []).append(_of_approval(run, approval))
        connection = self._gateway.connection
        if connection is not None and connection.hello.protocol >= QUESTIONS:
            for query in (await self._gateway.call("question.list", {}, asked_.QueryList)).questions:
                if (run := await self._families.run_of(query.session_key, runs)) is not None:
                    found.setdefault(run.id, []).extend(_of_query(run, query))
        expiries = [new.expires_at for asked in found.values() for new in asked if new.expires_at is not None]
        self._until = min(expiries, default=None)
        return found

    async def _tell(self, run: Run, wanted: list[Question]) -> None:
        names = {new.source_id for new in wanted}
        for new in wanted:
            await self._board.ask(run, new)
        unsent = await self._board.unsent(run, SOURCE)
        for ask in unsent:
            if ask.status == AskStatus.OPEN and ask.source_id not in names:
                forgotten = await self._follows(run, ask)
                await self._board.close_ask(run, ask.id, FORGOTTEN if forgotten else await self._what_became(ask))
        run.asking = {_name(ask.source_id or "") for ask in unsent}
        run.asked_on = self._gateway.connection

    async def _follows(self, run: Run, ask: Ask) -> bool:
        """Note what follows on the older release, whose run ended where it asked: another one where somebody gave leave,
        and none where the gateway forgot what was asked, as it does when it is started anew. Then True.
        """
        connection = self._gateway.connection
        expired = ask.expires_at is not None and self._clock.now() >= ask.expires_at
        if connection is None or connection.hello.protocol >= QUESTIONS or expired or ask.kind != AskKind.APPROVAL:
            return False
        forgotten, later = run.asked_on is not connection, (*run.note.later, follow_up(_name(ask.source_id or "")))
        await asyncio.to_thread(run.change, later=later, forgotten=forgotten)
        return forgotten

    async def _what_became(self, ask: Ask) -> str:
        """Of one that the gateway does not list any more, in words."""
        connection = self._gateway.connection
        told = ""
        if ask.kind == AskKind.APPROVAL and connection is not None and connection.hello.protocol >= QUESTIONS:
            with suppress(GatewayFault, Refused):
                found = await self._gateway.call("approval.get", {"id": ask.source_id}, asked_.ApprovalFound)
                told = ", ".join(filter(None, (found.approval.status, found.approval.reason)))
        return f"it was settled in the gateway: {one_line(told, 200)}" if told else "the gateway waits for it no more"

    async def _send(self, run: Run, name: str, asked: tuple[Ask, ...]) -> None:
        """Raises GatewayFault where it could not be told; that it knows better already is fine."""
        if asked[0].kind == AskKind.APPROVAL:
            kind = "plugin" if name.startswith(_PLUGIN) else "exec"
            method = f"{kind}.approval.resolve"
            params: dict[str, Any] = {"id": name, "decision": asked[0].choice or REFUSE}
            if kind == "exec":
                await asyncio.to_thread(run.change, later=(*run.note.later, follow_up(name)))
        else:
            method = "question.resolve"
            said = {_question(ask): [ask.said] for ask in asked}
            whole = all(ask.said for ask in asked)
            params = {"id": name, "answers": {"answers": said}} if whole else {"id": name, "cancel": True}
        try:
            await self._gateway.call(method, params, dict)
        except Refused as error:
            _log.info("the gateway takes no answer to %s of run %s: %s", name, run.id, error)


def follow_up(approval: str) -> str:
    """The id of the run by which the older release goes on once a command has leave."""
    return f"exec-approval-followup:{approval}"


def _of_approval(run: Run, approval: asked_.Approval) -> Question:
    asked = approval.request
    text = f"run {asked.command}" if asked.title is None else asked.title
    about = {"tool": "exec", "command": asked.command, "cwd": asked.cwd, "where": asked.host}
    if asked.title is not None:
        about = {"tool": asked.tool_name, "plugin": asked.plugin_id}
    if asked.session_key not in (None, run.note.key):
        about["session"] = asked.session_key
    known = [name for name in asked.allowed_decisions if name in _LABELS]
    return Question(
        task=run.spec.task,
        kind=AskKind.APPROVAL,
        text=Prose("\n".join(filter(None, (text, asked.description, asked.warning_text)))),
        options=tuple(Option(id=name, label=_LABELS[name][0], leave=_LABELS[name][1]) for name in known),
        about={key: value for key, value in about.items() if value},
        risk=Risk.HIGH if asked.warning_text or asked.severity == "critical" else None,
        source=SOURCE,
        source_id=approval.id,
        expires_at=None if approval.expires_at_ms is None else int(approval.expires_at_ms),
        fallback=Line(REFUSE) if REFUSE in known else None,
    )


def _of_query(run: Run, query: asked_.Query) -> Iterator[Question]:
    """One ask for each of its questions; one that asks for a secret is answered in the gateway itself."""
    if any(question.secret_store is not None for question in query.questions):
        return
    for question in query.questions:
        yield Question(
            task=run.spec.task,
            text=Prose(question.question),
            options=tuple(Option(id=choice.label, label=choice.label) for choice in question.options),
            source=SOURCE,
            source_id=f"{query.id}/{question.question_id}",
            expires_at=None if query.expires_at_ms is None else int(query.expires_at_ms),
        )


def _name(source_id: str) -> str:
    """What the gateway calls all that was asked at once."""
    return source_id.partition("/")[0]


def _question(ask: Ask) -> str:
    return (ask.source_id or "").partition("/")[2]


def _together(asks: tuple[Ask, ...]) -> Iterator[tuple[str, tuple[Ask, ...]]]:
    """Those that the gateway takes one answer for."""
    for name in dict.fromkeys(_name(ask.source_id or "") for ask in asks):
        yield name, tuple(ask for ask in asks if _name(ask.source_id or "") == name)
