"""Owns what a runner is told: the start spec of one session, its JSON, and the environment and arguments that follow.

Never holds a secret: what the agent inherits from the scheduler's environment is not written down here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from console import crash
from console.agents.going_on import going_on
from console.agents.login_shells import shell_environment
from console.backends import traits_of
from console.environments import for_agent
from console.errors import NotStartable, UsageError
from console.records.budget import Usage
from console.secrets import NAMES

__all__ = ("ARGUMENT_BYTES", "StartSpec", "arguments", "context", "environment")

VERSION = 1
ARGUMENT_BYTES = 100_000
"""Largest prompt that goes as an argument. Linux refuses one above 131072 bytes, macOS all above 1 MiB together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSpec:
    """Everything that a runner needs to run one agent once; `start.json` in the session's folder."""

    version: int = VERSION
    home: str
    """Absolute path."""
    project: str
    project_folder: str
    """Absolute path of the folder with the blackboard."""
    task: int
    task_dir: str
    """Absolute path of artifacts/<task>."""
    review: int | None = None
    """Set, with `seat`, for a reviewer."""
    seat: int | None = None
    agent: str
    session: str
    fence: int
    backend: str
    command: tuple[str, ...] = ()
    """Argument list with its placeholders; empty for the demo backend."""
    prompt_by: str = "file"
    """file, stdin or argument."""
    prompt_file: str
    """<session folder>/prompt.md; its folder is the session's."""
    cwd: str
    env: dict[str, str] = field(default_factory=dict)
    """Added to what the agent inherits. No secrets: this file is kept."""
    env_required: tuple[str, ...] = ()
    """Variables that must be set where the scheduler runs."""
    env_pass: tuple[str, ...] = ("*",)
    """Names and patterns of the variables that it may inherit."""
    secrets: str = ""
    """What else its `blackboard` hides: see `console.secrets.NAMES`."""
    task_timeout: int = 600
    """Seconds of run time."""
    lease: int = 90
    """Seconds that one renewal holds."""
    gateway_agent: str | None = None
    """The gateway's id for the agent, where that differs."""
    model: str | None = None
    thinking: str | None = None
    """Both for the gateway; None leaves it to the gateway's own settings."""
    usage: dict[str, str] = field(default_factory=dict)
    """How what it used is read from its output: `form`, or patterns for `tokens` and `cost`; empty for not at all."""
    options: dict[str, str] = field(default_factory=dict)
    """What else its backend lets the agent have."""
    conversation: str = ""
    """The one of its own program that it goes on with, by the program's name of it; empty for a new one. Its prompt has then
    only what is new, and `whole.md` has all."""
    tokens_before: int = 0
    cost_before: float = 0.0
    """What that conversation had used, as it is recorded."""
    hands_over: bool = False
    """That conversation is nearly full: its prompt asks for a hand-over note, with which a new one begins."""
    parent_session: str | None = None
    """The session whose agent created the task: its gateway session becomes the parent of this one's."""

    @property
    def folder(self) -> Path:
        """The session's folder."""
        return Path(self.prompt_file).parent

    @property
    def before(self) -> Usage:
        """What the conversation had used that it goes on with."""
        return Usage(tokens=self.tokens_before, cost=self.cost_before)

    @property
    def ends_its_own(self) -> bool:
        """Whether its agent ends in order what it has started."""
        return traits_of(self.backend).ends_its_own

    def as_json(self) -> str:
        """As it is written to start.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> StartSpec:
        """From start.json; unknown fields of a later version are left out. Raises UsageError."""
        try:
            values: dict[str, Any] = json.loads(text)
            known = {f.name for f in fields(cls)}
            values = {name: value for name, value in values.items() if name in known}
            lists = {name: tuple(values.get(name, ())) for name in ("command", "env_required")}
            lists["env_pass"] = tuple(values.get("env_pass", ("*",)))
            return cls(**{**values, **lists})
        except (ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"start.json cannot be read: {error}") from error


def context(spec: StartSpec) -> dict[str, str]:
    """The MOZIPLUS_* variables of a session; those that do not apply are empty, so no outer session shows."""
    return {
        "MOZIPLUS_HOME": spec.home,
        "MOZIPLUS_PROJECT": spec.project,
        "MOZIPLUS_TASK": str(spec.task),
        "MOZIPLUS_TASK_DIR": spec.task_dir,
        "MOZIPLUS_REVIEW": "" if spec.review is None else str(spec.review),
        "MOZIPLUS_SEAT": "" if spec.seat is None else str(spec.seat),
        "MOZIPLUS_AGENT": spec.agent,
        "MOZIPLUS_SESSION": spec.session,
        "MOZIPLUS_FENCE": str(spec.fence),
        "MOZIPLUS_PROMPT_FILE": spec.prompt_file,
        NAMES: spec.secrets,
    }


def environment(spec: StartSpec, inherited: Mapping[str, str]) -> dict[str, str]:
    """The agent's whole environment: what it inherits, the session's context, its folder first on PATH."""
    env = for_agent(inherited, spec.env_pass, spec.env_required)
    if crash.VARIABLE in inherited:
        env[crash.VARIABLE] = inherited[crash.VARIABLE]
    env |= spec.env
    env |= context(spec) | {"PWD": spec.cwd}
    env["PATH"] = f"{spec.folder}:{env.get('PATH') or '/usr/local/bin:/usr/bin:/bin'}"
    return env | shell_environment(spec.folder, env)


def arguments(spec: StartSpec, prompt: str) -> list[str]:
    """The agent's argument list: placeholders replaced once, the prompt last where it goes as an argument.

    Raises NotStartable where the prompt is too long for an argument.
    """
    command = going_on(spec.command, spec.usage.get("form", ""), spec.conversation, by_stdin=spec.prompt_by == "stdin")
    as_argument = spec.prompt_by == "argument" or any("{prompt}" in part for part in command)
    if as_argument and (size := len(prompt.encode())) > ARGUMENT_BYTES:
        raise NotStartable(
            f"the prompt for {spec.agent} has {size} bytes, more than the {ARGUMENT_BYTES} that an argument may have;"
            " use `prompt: file` or `prompt: stdin` for this agent"
        )
    values = {
        "{prompt_file}": spec.prompt_file,
        "{prompt}": prompt,
        "{task}": str(spec.task),
        "{task_dir}": spec.task_dir,
        "{project}": spec.project,
        "{project_folder}": spec.project_folder,
        "{session}": spec.session,
        "{session_folder}": str(spec.folder),
    }
    found = [_filled(part, values) for part in command]
    if spec.prompt_by == "argument" and not any("{prompt}" in part for part in command):
        found.append(prompt)
    return found


def _filled(part: str, values: Mapping[str, str]) -> str:
    """`part` with each placeholder replaced in one pass, so that a placeholder inside the prompt stays as it is."""
    done, rest = "", part
    while rest:
        at, name = min(((rest.find(n), n) for n in values if n in rest), default=(-1, ""))
        if at < 0:
            break
        done, rest = done + rest[:at] + values[name], rest[at + len(name) :]
    return done + rest
