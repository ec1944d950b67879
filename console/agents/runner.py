"""Owns one agent's run, as a process that outlives the scheduler: `python -m console.agents.runner <session folder>`.

Its alive.lock is the session's proof of life. It starts only what the blackboard confirms, and ends when all is gone.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from console.agents.alive_lock import AliveLock
from console.agents.allowance import Allowance
from console.agents.birth import CONFIRM_FOR, begin, told
from console.agents.clearing import clear_away
from console.agents.endings import not_started
from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.herald import Herald, try_mark_running
from console.agents.identity import asked_start, boot_id
from console.agents.kill import GRACE, Target, kill_for_certain
from console.agents.last_note import leave
from console.agents.listening import Listening
from console.agents.mark import bear
from console.agents.orphans import adopt_orphans, bury
from console.agents.spec import StartSpec
from console.agents.wake import Signals
from console.agents.watch import Watch
from console.clock import Clock, SystemClock
from console.crash import crash_point
from console.errors import MoziError
from console.records.ending import Ending
from console.umask import keep_private

__all__ = ("main",)

LOOK = 0.25
"""Seconds between two looks at the clock; output and the agent's end wake the runner at once."""
FIRST = (0.1, 0.3, 1.0)
"""Seconds after its start of the first looks at the agent's processes: what leaves its tree does so early."""
WATCH = 5.0
"""Seconds between two later looks."""
LEFTOVER_GRACE = 2.0
"""Seconds that a dev server gets after its agent has ended by itself."""
START_FOR = 60.0
"""Seconds in which the agent must have been started, if the machine lacks something for it."""


def main() -> int:
    """Run the session in the folder that is the first argument."""
    keep_private()
    signals = Signals()
    folder = SessionFolder(Path(sys.argv[1]))
    crash_point("runner.before_lock")
    clock = SystemClock()
    lock = AliveLock.take(folder, clock, signals)
    if lock is None or folder.has(folder.runner):
        return 0
    code = Run(folder, lock, told(folder, clock, signals), clock, signals).run()
    os._exit(code)  # all is written; taking the interpreter down in order costs a tenth of a short run


class Run:
    """One run of one agent, in the order in which it happens."""

    def __init__(self, folder: SessionFolder, lock: AliveLock, spec: StartSpec, clock: Clock, signals: Signals) -> None:
        self._folder = folder
        self._lock = lock
        self._spec = spec
        self._clock = clock
        self._signals = signals
        self._record = RunnerRecord(
            pid=os.getpid(), start_ticks=asked_start(os.getpid()) or 0.0, boot_id=boot_id(), at=clock.now()
        )
        self._recorded = False
        self._complained = ""
        self._herald = Herald(spec, clock, folder.complain)
        self._watch = Watch(folder, clock)
        self._allowance = Allowance(spec, clock)
        self._ear = Listening(spec, folder, clock)
        self._orphans = False
        self._timed_out = False
        self._stopped: str | None = None

    def run(self) -> int:
        """From the record to exit.json."""
        self._note()
        crash_point("runner.after_record")
        confirmed = self._confirm()
        if confirmed is None:
            why = "the blackboard could not be reached to confirm the start"
            return self._end(replace(not_started(why, None), unstarted=False), swept=True)
        if not confirmed:
            return 0
        crash_point("runner.after_running")
        while True:
            agent = self._started()
            if isinstance(agent, Ending):
                return self._end(agent, swept=True)
            fault = self._tried(partial(self._attend, agent))
            swept = self._clear_away(agent)
            if not (swept and self._begins_anew(agent)):
                break
        endings: list[Ending] = []
        fault = self._tried(lambda: endings.append(self._ending(agent))) or fault
        ending = endings[0] if endings else Ending(exit_code=None)
        self._tried(lambda: self._ear.close(ending))
        if fault is not None and ending.exit_code != 0:
            ending = replace(ending, failure=f"moziplus itself failed while it worked: {fault!r}", ours=True)
        return self._end(ending, swept=swept)

    def _begins_anew(self, agent: subprocess.Popen[bytes]) -> bool:
        """Whether it is to be started once more, in a new conversation."""
        try:
            anew = self._stopped is None and self._ear.begins_anew(agent.returncode, timed_out=self._timed_out)
        except (OSError, ValueError) as error:
            self._complain(f"the whole prompt cannot be had: {error}")
            return False
        if anew:
            self._spec, self._timed_out = replace(self._spec, conversation="", hands_over=False), False
        return anew

    def _tried(self, step: Callable[[], object]) -> Exception | None:
        """Do what may fail, and must not take the agent along; what it failed of."""
        try:
            step()
        except Exception as error:
            self._complain(f"{type(error).__name__}: {error}")
            return error
        return None

    def _complain(self, text: str) -> None:
        """Once, and not at every look."""
        if text != self._complained:
            self._complained = text
            self._folder.complain(text)

    def _note(self) -> None:
        """Write runner.json; where it does not fit, at a later look."""
        if not self._recorded:
            self._recorded = self._tried(lambda: self._folder.write_record(self._record)) is None

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

    def _started(self) -> subprocess.Popen[bytes] | Ending:
        """The agent, or why there is none. What the machine lacks just now is waited for, a while."""
        until = self._clock.monotonic() + START_FOR
        while True:
            if self._signals.term:
                return not_started(None, self._folder.stop_reason() or "operator")
            try:
                return self._start()
            except (OSError, MoziError) as error:
                self._tried(lambda: kill_for_certain(self._target(), grace=0.0))
                ending = not_started(error, None, program=(self._spec.command or ("",))[0], cwd=self._spec.cwd)
                if ending.unstarted or self._clock.monotonic() > until:
                    return ending
                self._complain(f"the agent cannot be started yet: {error}")
            self._signals.pause(1.0)

    def _start(self) -> subprocess.Popen[bytes]:
        self._orphans = adopt_orphans()
        bear(self._spec.session)
        agent = begin(self._spec, self._folder)
        self._ear.begin()
        self._allowance.begin(self._spec)
        crash_point("runner.after_agent_start")
        self._record = replace(self._record, agent_pid=agent.pid, group=agent.pid, agent_start=asked_start(agent.pid))
        self._recorded = False
        self._note()
        return agent

    def _attend(self, agent: subprocess.Popen[bytes]) -> None:
        """Until the agent ends, is stopped, or its time is over."""
        assert agent.stdout is not None
        os.set_blocking(agent.stdout.fileno(), False)
        started, looks = self._clock.monotonic(), [*FIRST]
        with selectors.PollSelector() as waiting:  # needs no descriptor of its own
            waiting.register(self._signals.wake, selectors.EVENT_READ)
            waiting.register(agent.stdout, selectors.EVENT_READ)
            while agent.poll() is None:
                waiting.select(max(0.0, min(LOOK, started + looks[0] - self._clock.monotonic())))
                self._signals.clear()
                if not self._drain(agent):
                    waiting.unregister(agent.stdout)
                    agent.stdout.close()
                passed = self._clock.monotonic() - started
                if self._signals.term:
                    self._stopped = self._folder.stop_reason() or "operator"
                    return
                if self._allowance.is_over():
                    self._timed_out = True
                    return
                if passed >= looks[0]:
                    self._look(agent, passed)
                    looks = looks[1:] or [passed + min(WATCH, 1.0 + passed / 4)]

    def _look(self, agent: subprocess.Popen[bytes], passed: float) -> None:
        """Nothing that goes wrong here may end the agent, or keep the rest from being looked at."""
        self._tried(lambda: bury(agent.pid))
        self._tried(self._watch_processes)
        if passed < FIRST[-1]:
            return
        if not self._herald.is_alive():
            self._tried(self._herald.start)
        self._keep_lock()
        self._note()
        self._ear.again(self._tried)

    def _watch_processes(self) -> None:
        if self._watch.look():
            self._herald.word(self._ear.last_line, self._ear.used)

    def _keep_lock(self) -> None:
        """Where an agent removed or replaced it, what stands beside it is written anew, too."""
        self._tried(self._put_lock_back)

    def _put_lock_back(self) -> None:
        self._recorded = not self._lock.keep() and self._recorded

    def _drain(self, agent: subprocess.Popen[bytes]) -> bool:
        """Take what the agent has said so far; False once nobody can say anything any more."""
        assert agent.stdout is not None
        before = self._ear.total
        try:
            return agent.stdout.closed or self._ear.read(agent.stdout.fileno(), self._tried)
        except OSError as error:
            self._complain(f"what the agent says cannot be read just now: {error}")
            self._signals.pause(LOOK)
            return True
        finally:
            self._tried(self._ear.flush)
            if self._ear.total != before:
                self._tried(self._tell)

    def _tell(self) -> None:
        self._herald.word(self._ear.last_line, self._ear.used)
        self._herald.conversation(self._ear.conversation)

    def _clear_away(self, agent: subprocess.Popen[bytes]) -> bool:
        """End the agent if it still runs, and everything that it left; True when nothing is left."""
        swept = clear_away(
            agent,
            replace(self._target(), leader=(agent.pid, self._record.agent_start or 0.0), group_is_ours=True),
            grace=GRACE if agent.poll() is None else LEFTOVER_GRACE,
            orphans=self._orphans,
            in_order=self._spec.ends_its_own,
            pause=lambda seconds: self._wait(agent, seconds),
            complain=self._complain,
        )
        self._drain(agent)
        return swept

    def _target(self) -> Target:
        boot, noted = self._record.boot_id, self._watch.seen
        return Target(session=self._spec.session, boot=boot, noted=noted, below=os.getpid())

    def _wait(self, agent: subprocess.Popen[bytes], seconds: float) -> None:
        """Between two looks of a kill: an agent that says its last words must not be blocked by a full pipe."""
        self._signals.pause(seconds)
        self._drain(agent)

    def _ending(self, agent: subprocess.Popen[bytes]) -> Ending:
        return self._ear.ending(agent.returncode, self._spec, stopped=self._stopped, timed_out=self._timed_out)

    def _end(self, ending: Ending, *, swept: bool) -> int:
        self._tried(lambda: self._herald.finish(1.0))
        crash_point("runner.before_exit_record")
        leave(
            self._folder,
            replace(ending, at=self._clock.now()),
            swept=swept,
            clock=self._clock,
            signals=self._signals,
            keep=self._keep_lock,
            lost=self._lock.is_deleted,
            complain=self._complain,
        )
        crash_point("runner.after_exit_record")
        return 0


if __name__ == "__main__":
    sys.exit(main())
