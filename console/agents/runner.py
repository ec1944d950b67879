"""Owns one agent's run, as a process that outlives the scheduler: `python -m console.agents.runner <session folder>`.

Holds alive.lock from first to last: that is the session's proof of life. Never starts an agent whose session the
blackboard does not confirm, and never ends before nothing of its agent is left.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from console.agents.endings import after_exit, not_started
from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.herald import Herald, try_mark_running
from console.agents.identity import boot_id, start_of
from console.agents.kill import GRACE, Target, kill_for_certain
from console.agents.orphans import adopt_orphans, bury, childless
from console.agents.output import OutputLog
from console.agents.shim import python_command
from console.agents.spec import StartSpec, arguments, environment
from console.agents.usage import UsageTail
from console.agents.watch import Watch
from console.clock import Clock, SystemClock
from console.crash import crash_point
from console.errors import UsageError
from console.records.ending import Ending
from console.safe_files import of_session
from console.umask import former, keep_private

__all__ = ("main",)

LOOK = 0.25
"""Seconds between two looks at the clock; output and the agent's end wake the runner at once."""
WATCH = 5.0
"""Seconds between two looks at the agent's processes; the first few come sooner."""
LEFTOVER_GRACE = 2.0
"""Seconds that a dev server gets after its agent has ended by itself."""
CONFIRM_FOR = 300.0
"""Seconds in which the blackboard must confirm the start, if it is locked or away."""


def main() -> int:
    """Run the session in the folder that is the first argument."""
    keep_private()
    signals = Signals()
    folder = SessionFolder(Path(sys.argv[1]))
    crash_point("runner.before_lock")
    lock = take_lock(folder, clock := SystemClock(), signals)
    if lock is None or folder.has(folder.runner):
        return 0
    spec = StartSpec.from_json(folder.text(folder.start))
    os._exit(Run(folder, spec, clock, signals).run())  # all is written; to end in order costs a tenth of a short run


class Signals:
    """Turns TERM, and a child's end, into bytes that wake the loop. HUP and INT mean nothing to a runner."""

    def __init__(self) -> None:
        self.term = False
        self.wake, write = os.pipe()
        for end in (self.wake, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD):
            signal.signal(ignored, lambda number, frame: None)  # a handler, because SIG_IGN would be inherited
        signal.signal(signal.SIGTERM, self._terminate)

    def _terminate(self, number: int, frame: object) -> None:
        self.term = True

    def clear(self) -> None:
        """Forget what woke the loop."""
        try:
            while os.read(self.wake, 512):
                pass
        except BlockingIOError:
            return

    def pause(self, seconds: float) -> None:
        """Wait, but not on after a signal."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.wake, selectors.EVENT_READ)
            waiting.select(seconds)
        self.clear()


def take_lock(folder: SessionFolder, clock: Clock, signals: Signals) -> int | None:
    """The exclusive lock, held until this process ends; None where another runner has it.

    Whoever tests the lock holds it for an instant, so it is tried for a moment.
    """
    descriptor = folder.open_lock()
    until = clock.monotonic() + 2.0
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if folder.has(folder.runner) or clock.monotonic() > until:
                os.close(descriptor)
                return None
        signals.pause(0.005)


class Run:
    """One run of one agent, in the order in which it happens."""

    def __init__(self, folder: SessionFolder, spec: StartSpec, clock: Clock, signals: Signals) -> None:
        self._folder = folder
        self._spec = spec
        self._clock = clock
        self._signals = signals
        self._record = RunnerRecord(
            pid=os.getpid(), start_ticks=start_of(os.getpid()) or 0.0, boot_id=boot_id(), at=clock.now()
        )
        self._herald = Herald(spec, clock, folder.complain)
        self._watch = Watch(folder)
        self._output = OutputLog(*of_session(folder.path, folder.output.name))
        self._usage = UsageTail(spec.usage)
        self._orphans = False
        self._timed_out = False
        self._stopped: str | None = None

    def run(self) -> int:
        """From the record to exit.json."""
        self._folder.write_record(self._record)
        crash_point("runner.after_record")
        confirmed = self._confirm()
        if confirmed is None:
            return self._end(not_started("the blackboard could not be reached to confirm the start", None), swept=True)
        if not confirmed:
            return 0
        crash_point("runner.after_running")
        if self._signals.term:
            return self._end(not_started(None, self._folder.stop_reason() or "operator"), swept=True)
        try:
            agent = self._start()
        except (OSError, UsageError) as error:
            return self._end(not_started(error, None, program=(self._spec.command or ("",))[0]), swept=True)
        self._attend(agent)
        swept = self._clear_away(agent)
        return self._end(self._ending(agent), swept=swept)

    def _confirm(self) -> bool | None:
        """Whether the session became `running`; None where nobody can say, after a long while."""
        until = self._clock.monotonic() + CONFIRM_FOR
        while True:
            try:
                return try_mark_running(self._spec, self._clock)
            except Exception as error:  # locked, away, being moved, set aside: whatever it is may pass
                self._folder.complain(f"the start could not be confirmed yet: {error}")
            if self._signals.term:
                return False
            if self._clock.monotonic() > until:
                return None
            self._signals.pause(1.0)

    def _start(self) -> subprocess.Popen[bytes]:
        prompt = self._folder.text(self._folder.prompt)
        env = environment(self._spec, os.environ)
        demo = python_command("console.agents.demo.play") if self._spec.backend == "demo" else []
        command = [*demo, *arguments(self._spec, prompt)]
        self._orphans = adopt_orphans()
        with self._given() as stdin:
            agent = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self._spec.cwd,
                env=env,
                start_new_session=True,
                umask=former(),
                bufsize=0,
            )
        crash_point("runner.after_agent_start")
        self._record = replace(self._record, agent_pid=agent.pid, group=agent.pid, agent_start=start_of(agent.pid))
        self._folder.write_record(self._record)
        return agent

    @contextmanager
    def _given(self) -> Iterator[int]:
        """What the agent reads from its standard input."""
        if self._spec.prompt_by != "stdin":
            yield subprocess.DEVNULL
            return
        with self._folder.opened(self._folder.prompt) as (descriptor, _):
            os.set_blocking(descriptor, True)
            yield descriptor

    def _attend(self, agent: subprocess.Popen[bytes]) -> None:
        """Until the agent ends, is stopped, or its time is over."""
        assert agent.stdout is not None
        os.set_blocking(agent.stdout.fileno(), False)
        started = self._clock.monotonic()
        next_look = started + 1.0
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._signals.wake, selectors.EVENT_READ)
            waiting.register(agent.stdout, selectors.EVENT_READ)
            while agent.poll() is None:
                waiting.select(LOOK)
                self._signals.clear()
                if not self._drain(agent):
                    waiting.unregister(agent.stdout)
                    agent.stdout.close()
                now = self._clock.monotonic()
                if self._signals.term:
                    self._stopped = self._folder.stop_reason() or "operator"
                    return
                if now - started > self._spec.task_timeout:
                    self._timed_out = True
                    return
                if now >= next_look:
                    next_look = now + min(WATCH, 1.0 + (now - started) / 4)
                    self._look(agent)

    def _look(self, agent: subprocess.Popen[bytes]) -> None:
        bury(agent.pid)
        if not self._herald.is_alive():
            self._herald.start()
        if self._watch.look():
            self._herald.word(self._usage.last_line(self._output))

    def _drain(self, agent: subprocess.Popen[bytes]) -> bool:
        """Take what the agent has said so far; False once nobody can say anything any more."""
        assert agent.stdout is not None
        if agent.stdout.closed:
            return True
        try:
            for _ in range(64):
                chunk = os.read(agent.stdout.fileno(), 65_536)
                if not chunk:
                    return False
                self._output.feed(chunk)
                self._usage.feed(chunk)
                self._herald.word(self._usage.last_line(self._output))
        except BlockingIOError:
            pass
        return True

    def _clear_away(self, agent: subprocess.Popen[bytes]) -> bool:
        """End the agent if it still runs, and everything that it left; True when nothing is left."""
        by_itself = agent.returncode is not None
        if by_itself and self._orphans and childless():
            swept = True
        else:
            swept = kill_for_certain(
                Target(
                    session=self._spec.session,
                    boot=self._record.boot_id,
                    leader=(agent.pid, self._record.agent_start or 0.0),
                    group_is_ours=True,
                    noted=self._watch.seen,
                    below=os.getpid(),
                ),
                grace=LEFTOVER_GRACE if by_itself else GRACE,
                pause=lambda seconds: self._wait(agent, seconds),
            )
        self._drain(agent)
        try:
            agent.wait(5.0)
        except subprocess.TimeoutExpired:
            return False
        return swept

    def _wait(self, agent: subprocess.Popen[bytes], seconds: float) -> None:
        """Between two looks of a kill: an agent that says its last words must not be blocked by a full pipe."""
        self._signals.pause(seconds)
        self._drain(agent)

    def _ending(self, agent: subprocess.Popen[bytes]) -> Ending:
        self._output.close()
        said = self._usage.said(self._clock.now())
        return after_exit(
            agent.returncode,
            self._output.tail,
            stopped=self._stopped,
            timed_out=self._spec.task_timeout if self._timed_out else None,
            said=said,
            words=self._output.redacted(said.text),
        )

    def _end(self, ending: Ending, *, swept: bool) -> int:
        self._herald.finish(1.0)
        crash_point("runner.before_exit_record")
        self._folder.write_ending(replace(ending, at=self._clock.now()), swept=swept)
        crash_point("runner.after_exit_record")
        return 0


if __name__ == "__main__":
    sys.exit(main())
