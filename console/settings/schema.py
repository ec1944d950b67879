"""Owns which settings exist and what each may hold: the home's, a project's, an agent's. Defaults are in the shipped YAML.

A key that is not here is an error, outside `context:`. Each key of HOME has its line in config/default.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from console.backends import CHOSEN, traits_of
from console.settings.guardrail_schema import ACTS, CAP
from console.settings.kinds import (
    Each,
    Kind,
    Schema,
    choice,
    either,
    flag,
    free,
    number,
    path,
    pattern,
    size,
    some_of,
    text,
    whole,
    words,
)

__all__ = ("AGENT", "FORMS", "HOME", "INBOX_PATH", "LEVEL", "PROJECT", "RESERVED_AGENTS")

RESERVED_AGENTS = ("operator", "scheduler", "unknown")
"""Names of actors that are no agents."""

_DAY = 86_400
_ID = text(63, pattern=r"[a-z0-9][a-z0-9_-]{0,62}", says="an id of a-z, 0-9, - and _, as in zhangfei-dev")
_WORD = text(40, pattern=r"[^\s@#,{}\[\]\"']+", says="one word of at most 40 characters", name=True)
_WORDS = words(_WORD, most=50, says="a list of words, as in [python, data]")
_COMPONENT = text(40, pattern=r"[a-z][a-z0-9_.]*", says="a component, as in scheduler or agents.runner")
_VARIABLE = text(80, pattern=r"[A-Za-z_][A-Za-z0-9_]*", says="a variable, as in TZ")
_VARIABLES = words(_VARIABLE, most=50, says="a list of names of variables, as in [API_KEY]")
_ENV = Each(_VARIABLE, text(10_000, lines=True))
_PATTERNS = words(
    text(80, pattern=r"[A-Za-z_*][A-Za-z0-9_*]*"),
    most=200,
    says="a list of variables or patterns, as in [AWS_*]",
)
_COMMAND = words(text(100_000, lines=True), most=200, says="a list of a program and its arguments, as in [claude, -p]")
FORMS = (
    *("claude", "codex", "opencode", "gemini", "qwen", "pi", "mini", "hermes", "vibe", "gptme"),
    *("moziplus", "claude_json", "codex_json"),
)
"""Forms of output that are known; how each is read is in `agents.forms`. The last two are older names of the first two."""
_USAGE = either(
    choice("none", *FORMS),
    some_of(tokens=pattern(), cost=pattern()),
    says=f"one of none, {', '.join(FORMS)}, or {{tokens: 'regular expression', cost: 'regular expression'}}",
)
_COMMANDS = words(
    either(text(4000, lines=True), _COMMAND, says="a line for sh, or [program, argument]"),
    most=50,
    says="a list of commands, each a line for sh or [program, argument], as in [npm ci, [make, venv]]",
)
_CACHES = words(
    text(100, pattern=r"[^/]+"), most=200, says="a list of names without /, as in [node_modules, __pycache__]"
)
_PATH = path(1000, optional=True)
INBOX_PATH = path(1000)
LEVEL = choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", any_case=True)

_OF_OPTIONS: Mapping[str, Kind | Each] = {
    "command": _COMMAND,
    "text": text(200, optional=True),
    "word": text(40, optional=True),
    "usage": _USAGE,
    "env": _ENV,
    "span": text(12, pattern=r"[1-9][0-9]{0,4}[smhd]", says="a time as in 90s, 30m, 8h or 2d", optional=True),
    "share": text(5, pattern=r"[1-9][0-9]?%|never", says="a part from 1% to 99%, or never", optional=True),
    "tokens": replace(
        text(9, pattern=r"[1-9][0-9]{3,8}", says="a whole number of tokens, as in 200000", optional=True),
        json={"type": ["integer", "string", "null"], "minimum": 1000},
    ),
}
"""What an option of a backend may take."""


def _kind(takes: str | tuple[str, ...]) -> Kind | Each:
    return _OF_OPTIONS[takes] if isinstance(takes, str) else choice(*takes)


AGENT: Schema = {
    "name": text(80),
    "role": _WORD,
    "capabilities": _WORDS,
    "backend": choice(*CHOSEN),
    **{option.name: _kind(option.takes) for name in CHOSEN for option in traits_of(name).options},
    "env_required": _VARIABLES,
    "fallback": words(_ID, most=20, says="a list of ids of agents, as in [codex-dev, opencode-dev]"),
    "silence": whole(1, 30 * _DAY),
    "nudge": whole(1, 30 * _DAY),
    "task_timeout": whole(1, 30 * _DAY),
    "max_parallel": whole(1, 1000),
    "cap": CAP,
}

_REVIEW: Schema = {
    "default_max_rounds": whole(1, 100),
    "debate_max_rounds": whole(1, 100),
    "confidence_threshold": number(0, 1),
    "escalate_to": text(
        64, pattern=r"@?[^\s@#,{}\[\]\"']+", says="an agent's id, a role as @ROLE, or operator", name=True
    ),
    "round_timeout": whole(0, 30 * _DAY),
    "grace": whole(0, 600),
}
_RETRY: Schema = {
    "max_attempts": whole(1, 1000),
    "base": number(0, _DAY),
    "factor": number(1, 100),
    "cap": number(0, 30 * _DAY),
}
_LEAD: Schema = {
    "agent": text(63, pattern=r"[a-z0-9][a-z0-9_-]{0,62}", says="an agent's id, as in zhangfei-dev", optional=True),
    "approvals": flag(),
    "wait": whole(1, 30 * _DAY),
}
_TASK_TIMEOUT = whole(1, 30 * _DAY)
_DAYS = whole(0, 36_500)

HOME: Schema = {
    "daemon": {
        "tick_interval": whole(1, 3600),
        "task_timeout": _TASK_TIMEOUT,
        "max_global_agents": whole(1, 1000),
        "max_per_agent": whole(1, 1000),
        "zombie_threshold": whole(1, 100_000),
        "policy": choice("priority", "fifo", "deadline", "dynamic", "auto"),
        "ageing": whole(0, 30 * _DAY),
        "deadline_lead": whole(0, 30 * _DAY),
        "waiting_bonus": whole(0, 30 * _DAY),
        "silence_nudge": whole(1, 30 * _DAY),
        "silence_alert": whole(1, 30 * _DAY),
        "lease": whole(10, _DAY),
        "start_grace": whole(1, 3600),
        "leave_grace": whole(1, 3600),
        "free_disk_floor_bytes": size(0),
        "keep_awake": flag(),
        "agent_env": _PATTERNS,
    },
    "inbox": {
        "path": INBOX_PATH,
        "watch_interval": number(0.05, 3600),
        "max_size_bytes": size(1024),
    },
    "review": _REVIEW,
    "lead": _LEAD,
    "retry": _RETRY,
    "experience": {"distill_threshold": whole(1, 10_000), "expire_days": whole(1, 36_500)},
    "gateway": {
        "url": text(
            300,
            pattern=r"(?:https?|wss?)://[^\s/@?#]+(?:/[^\s@?#]*)?",
            says="an address without login or query, as in http://127.0.0.1:18789",
            optional=True,
        ),
        "token_file": _PATH,
        "breaker_failures": whole(1, 1000),
        "breaker_window": number(1, _DAY),
        "breaker_open_for": number(1, _DAY),
        "breaker_open_cap": number(1, _DAY),
        "breaker_probes": whole(1, 100),
        "starts_per_minute": number(0.1, 10_000),
        "starts_burst": whole(1, 1000),
    },
    "agents": Each(_ID, AGENT),
    "logging": {"level": LEVEL, "max_file_size": size(1024), "levels": Each(_COMPONENT, LEVEL)},
    "notify": {
        "command": _COMMAND,
        "timeout": number(1, 300),
        "batch": whole(0, 30 * _DAY),
        "subscribe": words(text(200), most=200, says="a list of causes, as in [distilled]"),
    },
    "backup": {
        "interval": whole(0, 30 * _DAY),
        "keep_hourly": whole(1, 10_000),
        "keep_daily": whole(0, 10_000),
        "keep_weekly": whole(0, 10_000),
        "destination": path(1000, whole=True, optional=True),
    },
    "retention": {
        "interval": whole(0, 30 * _DAY),
        "transcripts_days": _DAYS,
        "runs_days": _DAYS,
        "events_days": _DAYS,
        "inbox_days": _DAYS,
        "logs_days": _DAYS,
        "archived_artifacts_days": _DAYS,
        "discarded_days": _DAYS,
    },
    "worktree": {"caches": _CACHES, "timeout": whole(1, _DAY)},
}

PROJECT: Schema = {
    "project": {
        "name": text(80, name=True),
        "description": text(4000, lines=True),
        "agents": words(_ID, most=200, says="a list of ids of agents, as in [zhangfei-dev, guanyu-dev]"),
        "max_global_agents": whole(1, 1000),
        "workdir": path(1000, whole=True, optional=True),
        "worktrees": flag(),
        "shared_folder": flag(),
    },
    "context": free(),
    "acts": ACTS,
    "review": _REVIEW,
    "lead": _LEAD,
    "retry": _RETRY,
    "daemon": {"task_timeout": _TASK_TIMEOUT},
    "worktree": {
        "copy": words(text(500), most=200, says="a list of patterns as in .gitignore, as in [.env, config/*.local]"),
        "setup": _COMMANDS,
        "checks": _COMMANDS,
        "caches": _CACHES,
        "timeout": whole(1, _DAY),
    },
    "agents": Each(_ID, AGENT),
}
