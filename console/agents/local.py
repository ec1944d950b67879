"""Owns the agents that run as processes of this machine (backends command and demo): start, life, ending, stop, sweep.

Never waits for an agent in the loop's thread, and never takes a session's lock for longer than it takes to test it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from console.agents.fitness import missing_variables, program_found
from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.identity import alive, boot_id
from console.agents.kill import CERTAIN, GRACE, Target, kill_for_certain
from console.agents.mark import bearers
from console.agents.orphans import Undertaker, adopt_orphans, bury_bearers
from console.agents.spec import StartSpec, arguments, environment
from console.backends import traits_of
from console.crash import VARIABLE as CRASH
from console.errors import AgentUnfit, MoziError
from console.own_python import python_command
from console.records.ending import Ending, Life
from console.records.session import Session, StopReason
from console.spawn import spawn
from console.umask import former

__all__ = ("LocalAgents",)

_log = logging.getLogger("moziplus.agents")
POLL = 0.5
"""Seconds between two looks at the sessions that another life of the scheduler started."""
_left: list[subprocess.Popen[bytes]] = []
"""Runners that outlive the LocalAgents that started them; kept so that Python does not call them forgotten."""


class LocalAgents:
    """Runs agents through runners, each a process of its own that outlives this one.

    `on_exit` is called in the loop's thread with the session's id when a runner ends: at once for those started here,
    within half a second for those adopted.
    """

    def __init__(
        self, on_exit: Callable[[str], None] = lambda session: None, *, patience: float = GRACE + CERTAIN + 2.0
    ) -> None:
        """`patience`: seconds that a runner gets to end its agent before both are killed from here."""
        self._on_exit = on_exit
        self._patience = patience
        self._runners: dict[str, subprocess.Popen[bytes]] = {}
        self._adopted: dict[str, Session] = {}
        self._polling: asyncio.Task[None] | None = None
        self._undertaker = Undertaker()

    async def start(self, spec: StartSpec) -> None:
        """Start the runner of a session whose folder is laid out.

        Raises AgentUnfit where its command or environment cannot work, NotStartable where its prompt fits no argument,
        MoziError where its folder is gone or no process can be made.
        """
        await asyncio.to_thread(check, spec)
        adopt_orphans()  # of a runner that is killed: what it held would be lost to us
        await asyncio.to_thread(self._undertaker.look, time.monotonic(), self._waited_for())
        try:
            runner = await asyncio.to_thread(_spawn_runner, spec.folder)
        except OSError as error:
            raise MoziError(f"no process can be started for {spec.agent}: {error.strerror}") from error
        self._runners[spec.session] = runner
        assert runner.stdout is not None
        asyncio.get_running_loop().add_reader(runner.stdout, self._closed, spec.session)

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Watch live sessions that were started elsewhere; those started here are watched already."""
        self._adopted |= {s.id: s for s in sessions if s.id not in self._runners}
        if self._adopted and self._polling is None:
            self._polling = spawn(self._poll(), name="adopted sessions")

    def life(self, session: Session) -> Life:
        """Alive while its lock is held; dead when it is free again; unborn while no runner has come so far."""
        if session.folder is None:
            return Life.UNBORN
        folder = SessionFolder(session.folder)
        try:
            locked = folder.locked()
            if locked:
                return Life.ALIVE
            if locked is not None and (folder.has(folder.runner) or folder.has(folder.exit)):
                return Life.DEAD
        except OSError:
            return Life.UNKNOWN
        return Life.DEAD if self._ended_before_birth(session.id) else Life.UNBORN

    def ending(self, session: Session) -> Ending | None:
        """What its runner left, believed only once the lock is free."""
        if session.folder is None or self.life(session) is not Life.DEAD:
            return None
        folder = SessionFolder(session.folder)
        ending = folder.ending()
        if ending is None and (asked := folder.stop_asked()) is not None:
            # Killed while it could not write its end (a full disk), and because somebody wanted it stopped.
            return Ending(exit_code=None, stopped=asked)
        return ending

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """Ask the runner to end its agent; where it does not in time, kill both. True when all of it is gone."""
        if session.folder is None:
            return True
        folder = SessionFolder(session.folder)
        try:
            await asyncio.to_thread(folder.ask_to_stop, str(reason))
        except OSError as error:  # a full disk takes no reason; the stop goes on without
            _log.warning("the reason for stopping %s could not be written: %s", session.id, error)
        self._terminate(session.id, folder)
        if not await self._ends(session, self._patience):
            await asyncio.to_thread(self._kill_below, session.id, folder)
            self._kill_runner(session.id, folder)
            await self._ends(session, 5.0)
        return await self.sweep(session)

    async def sweep(self, session: Session) -> bool:
        """Kill what a dead runner left: its agent's group, the noted tree, every bearer of the session's marker.

        False while the runner lives, or where something survives.
        """
        if session.folder is None:
            return True
        life, folder = self.life(session), SessionFolder(session.folder)
        if life in (Life.ALIVE, Life.UNKNOWN):
            return False
        swept = life is Life.DEAD and folder.swept() and not bearers(session.id)  # an agent can write a note, too
        if swept or await asyncio.to_thread(_sweep, session.id, folder):
            await asyncio.to_thread(bury_bearers, session.id, self._waited_for())
            self._forget(session.id)
            return True
        return False

    def close(self) -> None:
        """Stop watching. The runners go on; the next scheduler adopts them. Safe to call twice."""
        for runner in self._runners.values():
            if runner.stdout is not None and not runner.stdout.closed:
                asyncio.get_running_loop().remove_reader(runner.stdout)
                runner.stdout.close()
        _left.extend(self._runners.values())
        self._runners.clear()
        self._adopted.clear()
        if self._polling is not None:
            self._polling.cancel()
            self._polling = None

    def _closed(self, session: str) -> None:
        """The runner's own end of the pipe is closed: it has ended, or will within an instant."""
        runner = self._runners.get(session)
        if runner is None or runner.stdout is None:
            return
        loop = asyncio.get_running_loop()
        if not runner.stdout.closed:
            loop.remove_reader(runner.stdout)
            runner.stdout.close()
        if runner.poll() is None:
            loop.call_later(0.005, self._closed, session)
            return
        self._on_exit(session)

    def _forget(self, session: str) -> None:
        """Let go of a runner once it is reaped; its lock is free an instant before that."""
        self._adopted.pop(session, None)
        runner = self._runners.get(session)
        if runner is not None and runner.poll() is None:
            asyncio.get_running_loop().call_later(POLL, self._forget, session)
        else:
            self._runners.pop(session, None)

    async def _poll(self) -> None:
        while self._adopted:
            await asyncio.sleep(POLL)
            gone = [s.id for s in self._adopted.values() if self.life(s) is Life.DEAD]
            for session in gone:
                self._adopted.pop(session, None)
                self._on_exit(session)
        self._polling = None

    def _ended_before_birth(self, session: str) -> bool:
        runner = self._runners.get(session)
        return runner is not None and runner.poll() is not None

    async def _ends(self, session: Session, patience: float) -> bool:
        """Whether the session's runner is gone within `patience` seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while True:
            runner = self._runners.get(session.id)
            waiting = runner is not None and runner.poll() is None
            if not waiting and self.life(session) in (Life.DEAD, Life.UNBORN):
                return True
            if loop.time() > until:
                return False
            await asyncio.sleep(0.02)

    def _terminate(self, session: str, folder: SessionFolder) -> None:
        """TERM, and CONT with it: a runner that was stopped must hear it."""
        runner = self._runners.get(session)
        for number in (signal.SIGTERM, signal.SIGCONT):
            if runner is not None:
                runner.send_signal(number)
            elif (record := folder.record()) is not None and _is_alive(record):
                os.kill(record.pid, number)

    def _kill_below(self, session: str, folder: SessionFolder) -> None:
        """Everything below a runner that does not end, while it still holds it: afterwards it would be scattered."""
        runner, record = self._runners.get(session), folder.record()
        pid = runner.pid if runner is not None else record.pid if record is not None and _is_alive(record) else None
        if pid is not None:
            kill_for_certain(replace(_target(session, folder), below=pid), grace=0.0, certain=CERTAIN)

    def _waited_for(self) -> set[int]:
        return {runner.pid for runner in (*self._runners.values(), *_left)}

    def _kill_runner(self, session: str, folder: SessionFolder) -> None:
        runner = self._runners.get(session)
        if runner is not None:
            runner.kill()
        elif (record := folder.record()) is not None and _is_alive(record):
            os.kill(record.pid, 9)


def check(spec: StartSpec) -> None:
    """Refuse what cannot work before anything is started. Raises MoziError: see `start`."""
    if not Path(spec.cwd).is_dir():
        raise MoziError(f"{spec.agent} cannot work in {spec.cwd}: there is no such folder")
    if missing := missing_variables(spec.env_required, os.environ):
        raise AgentUnfit(f"{spec.agent} needs {', '.join(missing)} in the environment of the scheduler; it is not set")
    if not spec.command:
        if traits_of(spec.backend).module:
            return
        raise AgentUnfit(f"agent {spec.agent} has no command; give it one in config/default.yaml")
    try:
        folder = SessionFolder(spec.folder)
        prompt = folder.text(folder.prompt)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MoziError(f"the prompt {spec.prompt_file} cannot be read: {reason}") from error
    program = arguments(spec, prompt)[0]
    if program_found(program, environment(spec, os.environ), Path(spec.cwd)) is None:
        raise AgentUnfit(f"the command of {spec.agent} cannot be run: {program} is not found or not executable")


def _spawn_runner(folder: Path) -> subprocess.Popen[bytes]:
    """A runner in a session of its own, with nothing open of ours but a pipe that closes when it ends."""
    env = {n: v for n, v in os.environ.items() if not n.startswith("MOZIPLUS_") or n == CRASH}
    session = SessionFolder(folder)
    with open(session.open_to_append(session.errors), "ab") as errors:
        return subprocess.Popen(
            [*python_command("console.agents.runner"), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd="/",
            env=env,
            umask=former(),
            start_new_session=True,
        )


def _is_alive(record: RunnerRecord) -> bool:
    return alive(record.pid, record.start_ticks, record.boot_id)


def _sweep(session: str, folder: SessionFolder) -> bool:
    return kill_for_certain(_target(session, folder), grace=2.0)


def _target(session: str, folder: SessionFolder) -> Target:
    record = folder.record()
    leader = None
    if record is not None and record.agent_pid is not None and record.agent_start is not None:
        leader = (record.agent_pid, record.agent_start)
    boot = record.boot_id if record is not None else boot_id()
    return Target(session=session, boot=boot, leader=leader, noted=tuple(folder.noted_tree()))
