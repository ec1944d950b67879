"""Owns what `agent check` finds out of an agent that speaks ACP: its program is started, greeted, and ended for certain.

Opens no session, gives no prompt and asks no provider: whether it is signed in shows only with a prompt.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from console.agents.acp.driver import VERSION, hello
from console.agents.acp.talk import Refused, Talk, TooLate
from console.agents.acp.wire import Gone, Message, Wire
from console.agents.checking import Checked
from console.agents.identity import boot_id
from console.agents.kill import MARKER, Target, kill_for_certain
from console.environments import for_agent
from console.records.agent import Agent
from console.settings import Settings
from console.text import one_line

__all__ = ("checked",)

PATIENCE = 30.0
"""Seconds in which a program has to answer."""
AT_ONCE = 3


def checked(team: Sequence[Agent], settings: Settings, environ: Mapping[str, str]) -> dict[str, Checked]:
    """Each program is found, started, and speaks the protocol; nothing of it is left afterwards."""
    allowed = settings.policy.agent_env
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(partial(_checked, environ=environ, allowed=allowed), team)
        return {agent.id: result for agent, result in zip(team, found, strict=True)}


def _checked(agent: Agent, *, environ: Mapping[str, str], allowed: tuple[str, ...]) -> Checked:
    program = agent.command[0]
    where = shutil.which(os.path.expanduser(program), path=environ.get("PATH"))
    if where is None:
        return Checked(
            found=None, problem=f"{program} is not found on PATH or cannot be run; install it or give its full path"
        )
    mark = f"check-{uuid.uuid4()}"
    env = for_agent(environ, allowed, agent.env_required) | dict(agent.env) | {MARKER: mark}
    words: list[str] = []
    with tempfile.TemporaryDirectory(prefix="moziplus-check-") as folder:
        try:
            wire = Wire([where, *agent.command[1:]], cwd=folder, env=env, say=words.append)
        except OSError as error:
            return Checked(found=None, problem=f"{program} cannot be run: {error.strerror}")
        try:
            return _greeted(wire, where)
        finally:
            wire.close(0.5)
            kill_for_certain(Target(session=mark, boot=boot_id()), grace=0.5)


def _greeted(wire: Wire, where: str) -> Checked:
    talk = Talk(wire, told=lambda method, params: None, asked=_turn_down, tick=lambda: None)
    try:
        known = talk.call("initialize", hello(), PATIENCE)
    except TooLate:
        return Checked(found=where, problem=f"it was started and said nothing of ACP within {PATIENCE:.0f} s")
    except (Refused, Gone) as error:
        return Checked(found=where, problem=f"it was started and is no ACP agent: {one_line(str(error), 300)}")
    if known.get("protocolVersion") != VERSION:
        return Checked(
            found=where, problem=f"it speaks version {known.get('protocolVersion')!r} of ACP; this is {VERSION}"
        )
    return Checked(found=f"{where}: {_described(known)}")


def _described(known: Message) -> str:
    info = known.get("agentInfo")
    info = info if isinstance(info, dict) else {}
    words = [
        f"{info.get('title') or info.get('name') or 'an agent without a name'} {info.get('version') or ''}".strip()
    ]
    capabilities = known.get("agentCapabilities")
    if isinstance(capabilities, dict) and capabilities.get("loadSession") is True:
        words.append("goes on with conversations")
    return one_line("; ".join(words), 200)


def _turn_down(talk: Talk, number: object, method: str, params: Message) -> None:
    talk.refuse(number, -32601, "not offered here")
