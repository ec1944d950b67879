"""Owns how the home's settings come about: shipped, then the home's file, then two variables, merged key by key.

Either everything is right or ConfigError names every problem; there is no half-read state.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from console.backends import BACKENDS, CHOSEN, DEFAULT, Option, traits_of
from console.errors import ConfigError
from console.home import Home
from console.records.agent import Agent, PromptBy, UsageForm
from console.records.budget import Limit
from console.settings.check import check, found
from console.settings.fallbacks import fallback_problems
from console.settings.kinds import Schema
from console.settings.model import (
    Backup,
    Daemon,
    Experience,
    Gateway,
    Inbox,
    Logging,
    Notify,
    Retention,
    Settings,
)
from console.settings.policy import policy_from
from console.settings.schema import HOME, INBOX_PATH, LEVEL, RESERVED_AGENTS
from console.settings.secret_values import know_agents, know_gateway
from console.settings.yaml_file import Document, Problem, parse, read_yaml
from console.shipped_files import shipped
from console.user_paths import user_path

__all__ = (
    "agent_from",
    "agent_problems",
    "check_home_text",
    "contradictions",
    "files",
    "load_settings",
    "merged",
    "read_checked",
    "settings_as_far_as_right",
)

SHIPPED = "shipped"
_FIELDS = frozenset(field.name for field in dataclass_fields(Agent))
"""What an agent has whatever its backend is, or what several of them read."""


def files(home: Home) -> tuple[Path, Path]:
    """The files that are merged, in this order: the shipped one, the home's (which may be missing)."""
    return shipped("config", "default.yaml"), home.config / "default.yaml"


def load_settings(home: Home, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force in `home`. Raises ConfigError with every problem."""
    problems: list[str] = []
    sources: dict[str, str] = {}
    values: dict[str, Any] = {}
    for path, name in zip(files(home), (SHIPPED, ""), strict=True):
        document, right = read_checked(path, HOME, problems)
        values = merged(values, right, sources, document, name)
    _from_environment(values, sources, environ, problems)
    if not problems:
        problems += contradictions(values, sources) + agent_problems(values["agents"], sources)
    if problems:
        raise ConfigError(problems)
    settings = _settings(home, values, sources)
    know_gateway(settings.gateway.token_file, environ)
    know_agents(settings.agents.values(), environ)
    return settings


def check_home_text(text: str, name: str) -> None:
    """Raise ConfigError with every problem that `text` would have as the home's file called `name`."""
    problems: list[str] = []
    try:
        document = parse(text, name)
    except Problem as problem:
        raise ConfigError([str(problem)]) from problem
    own, sources = check(document, HOME, problems), dict[str, str]()
    agents = merged({}, {"agents": own.get("agents", {})}, sources, document)["agents"]
    if problems := problems or agent_problems(agents, sources):
        raise ConfigError(problems)


def settings_as_far_as_right(home: Home, environ: Mapping[str, str] = os.environ) -> tuple[Settings, list[str]]:
    """For who only looks: the settings in force, or where they are wrong those that ship, with every problem."""
    try:
        return load_settings(home, environ), []
    except ConfigError as error:
        sources: dict[str, str] = {}
        document, right = read_checked(files(home)[0], HOME, [])
        return _settings(home, merged({}, right, sources, document, SHIPPED), sources), list(error.problems)


def read_checked(path: Path, schema: Schema, problems: list[str]) -> tuple[Document, dict[str, Any]]:
    """What `path` says that is right; its problems are added to `problems`."""
    try:
        document = read_yaml(path)
    except Problem as problem:
        problems.append(str(problem))
        return Document(file=str(path)), {}
    return document, check(document, schema, problems)


def merged(
    under: Mapping[str, Any],
    over: Mapping[str, Any],
    sources: dict[str, str],
    document: Document,
    name: str = "",
    path: tuple[str, ...] = (),
) -> dict[str, Any]:
    """`over` laid over `under` key by key; `sources` learns where each value comes from (`name`, else file and line)."""
    result = dict(under)
    for key, value in over.items():
        below = (*path, key)
        if isinstance(value, dict) and below[0] != "context":
            kept = result.get(key)
            result[key] = merged(kept if isinstance(kept, dict) else {}, value, sources, document, name, below)
        else:
            result[key] = value
        if not isinstance(value, dict) or not value:
            sources[".".join(below)] = name or document.where(below)
    return result


def agent_from(name: str, fields: Mapping[str, Any]) -> Agent:
    """The agent of id `name` with the checked `fields`."""
    known = {key: value for key, value in fields.items() if key in _FIELDS}
    known["options"] = tuple((key, value) for key, value in fields.items() if key not in _FIELDS)
    known["command"] = _command(known.get("command", ()))
    known["prompt"] = PromptBy(known.get("prompt", PromptBy.FILE))
    known["env"] = tuple(dict(known.get("env", {})).items())
    known["usage"] = _usage(known.get("usage", "none"))
    known["cap"] = Limit(**known.get("cap", {}))
    return Agent(id=name, **known)


def _command(parts: Sequence[str]) -> tuple[str, ...]:
    """As a shell would give it to the program: a word that begins with `~/` lies in the home of whoever runs this."""
    return tuple(os.path.expanduser(part) if part.startswith("~/") else part for part in parts)


def _usage(value: str | Mapping[str, str]) -> UsageForm | None:
    if isinstance(value, str):
        return None if value == "none" else UsageForm(form=value)
    return UsageForm(**value)


def agent_problems(agents: Mapping[str, Any], sources: Mapping[str, str]) -> list[str]:
    """What is wrong with agents whose every field is right."""
    problems = []
    for name, fields in agents.items():
        key = f"agents.{name}"
        if name in RESERVED_AGENTS:
            problems.append(f"{where(sources, key)}: {key}: expected another id, found one that moziplus itself uses")
        problems += _option_problems(key, fields, sources)
    return problems + fallback_problems(agents, sources)


def _option_problems(key: str, fields: Mapping[str, Any], sources: Mapping[str, str]) -> Iterator[str]:
    """What of an agent's keys does not go with its backend."""
    traits = traits_of(fields.get("backend", DEFAULT))
    for option in traits.options:
        if option.required and not fields.get(option.name):
            yield (
                f"{where(sources, f'{key}.backend')}: {key}.{option.name}: expected {option.required} "
                f"beside `backend: {traits.name}`, found nothing"
            )
    for option in dict.fromkeys(option for each in BACKENDS.values() for option in each.options if option.alone):
        if fields.get(option.name, option.nothing) not in (option.nothing, ()) and option not in traits.options:
            yield (
                f"{where(sources, f'{key}.{option.name}')}: {key}.{option.name}: expected only beside "
                f"{_takers(option)}, found it beside {traits.name}"
            )


def _takers(option: Option) -> str:
    return " or ".join(f"`backend: {name}`" for name in CHOSEN if option in traits_of(name).options)


def contradictions(values: Mapping[str, Any], sources: Mapping[str, str]) -> list[str]:
    """Pairs of settings that are right alone and wrong together."""
    problems = []
    for low, high in (
        ("daemon.silence_nudge", "daemon.silence_alert"),
        ("retry.base", "retry.cap"),
        ("gateway.breaker_open_for", "gateway.breaker_open_cap"),
    ):
        small, large = _get(values, low), _get(values, high)
        if small > large:
            problems.append(
                f"{where(sources, low)}: {low}: expected at most {high} ({large:g}), found {small:g}",
            )
    return problems


def where(sources: Mapping[str, str], key: str) -> str:
    """The source of `key`, or of the first one at or below it."""
    if key in sources:
        return sources[key]
    near = (source for name, source in sources.items() if name.startswith(f"{key}."))
    return next(near, SHIPPED)


def _get(values: Mapping[str, Any], key: str) -> float:
    section, _, name = key.partition(".")
    return float(values[section][name])


def _from_environment(
    values: dict[str, Any], sources: dict[str, str], environ: Mapping[str, str], problems: list[str]
) -> None:
    for variable, section, key, kind in (
        ("INBOX_PATH", "inbox", "path", INBOX_PATH),
        ("LOG_LEVEL", "logging", "level", LEVEL),
    ):
        value = environ.get(variable)
        if not value:
            continue
        try:
            values.setdefault(section, {})[key] = kind.read(value)
        except ValueError:
            problems.append(f"environment:1: {variable}: expected {kind.expected}, found {found(value)}")
        sources[f"{section}.{key}"] = f"environment ({variable})"


def _settings(home: Home, values: dict[str, Any], sources: dict[str, str]) -> Settings:
    daemon, gateway, inbox, logging = values["daemon"], values["gateway"], values["inbox"], values["logging"]
    token_file, destination = gateway["token_file"], values["backup"]["destination"]
    return Settings(
        home=home,
        policy=policy_from(values),
        daemon=Daemon(
            tick_interval=daemon["tick_interval"],
            zombie_threshold=daemon["zombie_threshold"],
            free_disk_floor_bytes=daemon["free_disk_floor_bytes"],
            keep_awake=daemon["keep_awake"],
        ),
        inbox=Inbox(
            path=home.path / user_path(inbox["path"]),
            watch_interval=inbox["watch_interval"],
            max_size_bytes=inbox["max_size_bytes"],
        ),
        experience=Experience(**values["experience"]),
        logging=Logging(**logging),
        gateway=Gateway(**gateway | {"token_file": home.path / user_path(token_file) if token_file else None}),
        notify=Notify(**values["notify"] | {"command": _command(values["notify"]["command"])}),
        backup=Backup(**values["backup"] | {"destination": user_path(destination) if destination else None}),
        retention=Retention(**values["retention"]),
        agents={name: agent_from(name, fields) for name, fields in values["agents"].items()},
        raw=values,
        sources=sources,
    )
