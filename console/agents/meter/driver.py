"""Owns one metered session: `main` runs under the session's runner, starts the agent's own command beside a meter of its own.

The meter ends with it. What it counts is written down call by call, and decides about the next one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.meter.proxy import Proxy
from console.agents.spec import StartSpec
from console.agents.wake import Signals
from console.blackboard.connection import open_project
from console.blackboard.writes.sessions import set_usage
from console.clock import Clock, SystemClock
from console.errors import MoziError
from console.records.actor import Actor, Origin
from console.records.budget import Usage
from console.records.session import StopReason
from console.umask import keep_private

__all__ = ("LEFT", "main")

LEFT = "tokens_left"
"""The option of the start spec that says how many tokens the session may use."""
PLACE = "{meter}"
"""What stands for the meter's address in an agent's command."""
PROVIDERS = {
    "anthropic": ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    "openai": ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
}
"""Of each kind the variable that names its address, and the address without it."""
LOOK = 1.0


class Meter:
    """What the session has used, and whether it may use more."""

    def __init__(self, spec: StartSpec, folder: SessionFolder, clock: Clock) -> None:
        self._spec, self._folder, self._clock = spec, folder, clock
        left = spec.options.get(LEFT, "")
        self._left = int(left) if left.isdecimal() else None
        self._lock = threading.Lock()
        self._tokens = 0

    def refusal(self) -> str | None:
        """Why no call goes on any more."""
        if self._left is not None and self._tokens >= self._left:
            return f"moziplus: this session is at its cap ({self._tokens:,} of {self._left:,} tokens)"
        if self._folder.stop_asked() is not None:
            return "moziplus: this session is being stopped"
        return None

    def count(self, tokens: int) -> None:
        """Write it down; where that is not possible now, with the next one."""
        if not tokens:
            return
        with self._lock:
            self._tokens += tokens
            by = Actor(name=self._spec.agent, origin=Origin.AGENT, session=self._spec.session)
            try:
                db = open_project(Path(self._spec.project_folder))
                try:
                    set_usage(db, self._spec.session, Usage(tokens=self._tokens), by=by, now=self._clock.now())
                finally:
                    db.close()
            except MoziError as error:
                self._folder.complain(f"what its meter counted cannot be written down now: {error}")

    def refused(self) -> None:
        """It is over: the runner ends the session as for any cap, whatever the agent makes of the refusal."""
        record = self._folder.record()
        if record is not None and record.pid == os.getppid():
            self._folder.ask_to_stop(StopReason.HOLD)
            os.kill(record.pid, signal.SIGTERM)


def main() -> int:
    """Run the command that the arguments are; give its exit status."""
    keep_private()
    signals, folder = Signals(), SessionFolder(Path(os.environ["MOZIPLUS_PROMPT_FILE"]).parent)
    spec = StartSpec.from_json(folder.text(folder.start))
    variable, usual = PROVIDERS[spec.options["meter"]]
    meter = Meter(spec, folder, SystemClock())
    proxy = Proxy(spec.options["meter"], os.environ.get(variable) or usual, meter)
    try:
        agent = subprocess.Popen(
            [part.replace(PLACE, proxy.address) for part in sys.argv[1:]], env=_environment(variable, proxy.address)
        )
    except OSError as error:
        os.write(2, f"{sys.argv[1]} cannot be run: {error.strerror}\n".encode("utf-8", "backslashreplace"))
        return 127
    while agent.poll() is None:
        signals.pause(LOOK)
        if signals.term:
            agent.terminate()
            agent.wait()
    proxy.close()
    return agent.returncode if agent.returncode >= 0 else 128 - agent.returncode


def _environment(variable: str, address: str) -> dict[str, str]:
    """Its own, with the meter in the provider's place; a proxy of the machine is none for what lies on it."""
    env = dict(os.environ) | {variable: address}
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, (env.get(name, ""), "127.0.0.1")))
    return env


if __name__ == "__main__":
    os._exit(main())  # calls that still wait for their provider end with it
