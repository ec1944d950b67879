"""Promises of the settings: names and defaults of the first document, merging by key, every problem at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import ConfigError
from console.home import Home
from console.records.agent import PromptBy
from console.records.policy import Policy
from console.scheduler.policies import AUTO, ORDERS
from console.settings import Daemon, Experience, Gateway, Inbox, Logging, Notify, Settings, load_settings
from console.settings.kinds import Each, Kind, Many, Schema
from console.settings.schema import HOME
from console.shipped_files import shipped
from console.text import one_line

FIRST_DOCUMENT: dict[str, dict[str, Any]] = {
    "daemon": {
        "tick_interval": 30,
        "task_timeout": 600,
        "max_global_agents": 5,
        "max_per_agent": 1,
        "zombie_threshold": 20,
    },
    "inbox": {"path": "inbox/daemon.jsonl", "watch_interval": 1, "max_size_bytes": 1048576},
    "review": {"default_max_rounds": 3, "debate_max_rounds": 5, "confidence_threshold": 0.7},
    "experience": {"distill_threshold": 5, "expire_days": 30},
    "logging": {"level": "INFO", "max_file_size": "10MB"},
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def write(home: Home, text: str) -> Path:
    path = home.config / "default.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(home: Home, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load_settings(home, environ or {})
    return error.value.problems


def test_every_key_of_the_first_document_has_its_name_and_default() -> None:
    ours = yaml.safe_load(shipped("config", "default.yaml").read_text("utf-8"))
    assert {section: {key: ours[section][key] for key in keys} for section, keys in FIRST_DOCUMENT.items()} == (
        FIRST_DOCUMENT
    )


def test_the_shipped_file_has_every_key_that_exists_and_no_other() -> None:
    ours = yaml.safe_load(shipped("config", "default.yaml").read_text("utf-8"))
    assert names(ours, HOME) == schema_names(HOME)


def test_an_empty_home_has_the_defaults_of_the_records(home: Home) -> None:
    found = load_settings(home, {})
    assert found.policy == Policy()
    assert found.daemon == Daemon() and found.experience == Experience()
    assert found.logging == Logging() and found.gateway == Gateway() and found.notify == Notify()
    assert found.inbox == Inbox(path=home.inbox / "daemon.jsonl")
    assert found.agents == {}


def test_the_home_changes_single_keys_and_keeps_the_others(home: Home) -> None:
    path = write(
        home, "daemon:\n  tick_interval: 5\n  # policy: fifo\nreview:\nlogging: {levels: {scheduler: debug}}\n"
    )
    found = load_settings(home, {})
    assert (found.daemon.tick_interval, found.policy.task_timeout, found.policy.zombie_after) == (5, 600, 100)
    assert found.logging.levels == {"scheduler": "DEBUG"}
    assert found.sources["daemon.tick_interval"] == f"{path}:2"
    assert found.sources["daemon.task_timeout"] == "shipped"


def test_the_two_variables_come_before_the_files(home: Home, tmp_path: Path) -> None:
    write(home, "logging: {level: ERROR}\ninbox: {path: other.jsonl}\n")
    found = load_settings(home, {"INBOX_PATH": str(tmp_path / "in.jsonl"), "LOG_LEVEL": "debug"})
    assert (found.logging.level, found.inbox.path) == ("DEBUG", tmp_path / "in.jsonl")
    assert found.sources["logging.level"] == "environment (LOG_LEVEL)"
    assert load_settings(home, {"INBOX_PATH": "", "LOG_LEVEL": ""}).inbox.path == home.path / "other.jsonl"


def test_every_problem_is_told_at_once_with_file_line_key_and_what_was_expected(home: Home) -> None:
    path = write(
        home,
        "daemon:\n  tick_intervall: 5\n  task_timeout: soon\n  max_global_agents: 0\n  policy: random\n"
        "retry: 3\nreview: {confidence_threshold: 7}\nlogging:\n  max_file_size: big\n  level: LOUD\n"
        "agents:\n  Zhang Fei: {}\n  x: {backend: command}\n  y: {backend: carrier, silence: yes}\n"
        "gateway: {token: sk-ant-0123456789abcdef}\nzzz: {a: 1}\nnotify: {command: say hello}\n",
    )
    assert problems(home, {"LOG_LEVEL": "\x1b[31mloud"}) == [
        f"{path}:2: daemon.tick_intervall: expected `tick_interval`, found a key that is not known",
        f"{path}:3: daemon.task_timeout: expected a whole number from 1 to 2592000, found `soon`",
        f"{path}:4: daemon.max_global_agents: expected a whole number from 1 to 1000, found 0",
        f"{path}:5: daemon.policy: expected one of priority, fifo, deadline, dynamic, auto, found `random`",
        f"{path}:6: retry: expected a mapping, found 3",
        f"{path}:7: review.confidence_threshold: expected a number from 0 to 1, found 7",
        f"{path}:9: logging.max_file_size: expected a size of 1024 bytes or more, as in 10MB, found `big`",
        f"{path}:10: logging.level: expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, found `LOUD`",
        f"{path}:12: agents.Zhang Fei: expected an id of a-z, 0-9, - and _, as in zhangfei-dev, found `Zhang Fei`",
        f"{path}:14: agents.y.backend: expected one of gateway, command, acp, demo, found `carrier`",
        f"{path}:14: agents.y.silence: expected a whole number from 1 to 2592000, found yes",
        f"{path}:15: gateway.token: expected `token_file`, found a key that is not known",
        f"{path}:16: zzz: expected one of {', '.join(HOME)}, found a key that is not known",
        f"{path}:17: notify.command: expected a list of a program and its arguments, as in [claude, -p], "
        "found `say hello`",
        "environment:1: LOG_LEVEL: expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, found `loud`",
    ]


def test_settings_that_contradict_each_other_are_told(home: Home) -> None:
    path = write(
        home,
        "daemon: {silence_nudge: 400}\nretry: {cap: 1}\n"
        "agents:\n  x: {backend: command}\n  y: {command: [a]}\n  operator: {}\n",
    )
    assert problems(home) == [
        f"{path}:1: daemon.silence_nudge: expected at most daemon.silence_alert (300), found 400",
        "shipped: retry.base: expected at most retry.cap (1), found 30",
        f"{path}:4: agents.x.command: expected a program and its arguments beside `backend: command`, found nothing",
        f"{path}:5: agents.y.command: expected only beside `backend: command` or `backend: acp`, found it beside gateway",
        f"{path}:6: agents.operator: expected another id, found one that moziplus itself uses",
    ]


def test_agents_have_the_form_of_the_contract(home: Home) -> None:
    write(
        home,
        'gateway: {url: "http://127.0.0.1:18789"}\nagents:\n'
        "  pangtong-fujunshi: {name: 庞统, role: lead, backend: gateway}\n"
        "  zhangfei-dev: {name: 张飞, role: developer, capabilities: [python], backend: command,\n"
        '    command: ["claude", "-p"], prompt: stdin}\n'
        '  tester: {role: tester, backend: command, command: ["sh", "/abs/run.sh", "{prompt_file}"],\n'
        "    env_required: [API_KEY], silence: 900}\n  player: {backend: demo}\n  bare:\n",
    )
    agents = load_settings(home, {}).agents
    zhangfei, tester = agents["zhangfei-dev"], agents["tester"]
    assert (zhangfei.label, zhangfei.command, zhangfei.prompt) == ("张飞", ("claude", "-p"), PromptBy.STDIN)
    assert (tester.prompt, tester.env_required, tester.silence) == (PromptBy.FILE, ("API_KEY",), 900)
    assert [agent.backend for agent in agents.values()] == [
        "gateway",
        "command",
        "command",
        "demo",
        "gateway",
    ]


def test_two_may_work_in_each_others_place_and_nobody_in_its_own(home: Home) -> None:
    write(home, "agents:\n  a: {fallback: [b, gone]}\n  b: {fallback: [a]}\n")
    assert load_settings(home, {}).agents["a"].fallback == ("b", "gone")
    write(home, "agents:\n  a: {fallback: [b]}\n  b:\n    fallback: [a]\n  d: {fallback: [a, d]}\n")
    with pytest.raises(ConfigError) as refused:
        load_settings(home, {})
    (problem,) = refused.value.problems
    assert problem.endswith(":5: agents.d.fallback: expected other agents, found itself")


@pytest.mark.parametrize("text", ["10MB", "10 MiB", "10485760", "10240KB", 10485760])
def test_a_size_may_be_written_in_several_ways(text: Any) -> None:
    kind = HOME["logging"]["max_file_size"]  # type: ignore[index]
    assert isinstance(kind, Kind) and kind.read(text) == 10 * 1024 * 1024


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\x1b[2J\u202e"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from([*HOME, "x"]), VALUES, max_size=4),
    st.sampled_from(
        [
            "daemon.tick_interval",
            "agents",
            "logging.levels",
            "inbox.path",
            "retry.base",
            "gateway.url",
            "notify.command",
        ]
    ),
    VALUES,
)
def test_whatever_a_file_holds_it_is_settings_or_lines_that_are_safe_to_show(
    tree: dict[str, Any], path: str, value: Any
) -> None:
    section, _, key = path.partition(".")
    tree[section] = {key: value} if key else value
    found = read(yaml.safe_dump(tree, allow_unicode=True))
    if isinstance(found, list):
        assert found
        assert not [line for line in found if one_line(line, 800) != line]


def read(text: str) -> Settings | list[str]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        (Path(folder) / "config").mkdir()
        write(Home(Path(folder)), text)
        try:
            return load_settings(Home(Path(folder)), {})
        except ConfigError as error:
            return error.problems


def names(values: Any, schema: Schema, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in values.items():
        below = schema.get(key)
        inside = isinstance(value, dict) and not isinstance(below, Kind | Each | Many) and below is not None
        found |= names(value, below, f"{prefix}{key}.") if inside else {f"{prefix}{key}"}  # type: ignore[arg-type]
    return found


def schema_names(schema: Schema, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in schema.items():
        found |= {f"{prefix}{key}"} if isinstance(value, Kind | Each | Many) else schema_names(value, f"{prefix}{key}.")
    return found


def test_the_policies_that_can_be_set_are_those_that_the_scheduler_has() -> None:
    kind = HOME["daemon"]["policy"]  # type: ignore[index]
    assert isinstance(kind, Kind) and set(kind.json["enum"]) == {*ORDERS, AUTO}


def test_a_tilde_in_a_command_or_a_path_is_the_operators_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/me")
    (home.config / "default.yaml").write_text(
        "agents: {dev: {backend: command, command: [~/bin/agent, --at, ~/x, a~b]}}\n"
        "gateway: {token_file: ~/token}\nbackup: {destination: ~/copies}\ninbox: {path: ~/in.jsonl}\n"
        "notify: {command: [~/bin/tell]}\n"
    )
    found = load_settings(home, {})
    assert found.agents["dev"].command == ("/me/bin/agent", "--at", "/me/x", "a~b")
    assert (str(found.gateway.token_file), str(found.backup.destination)) == ("/me/token", "/me/copies")
    assert (str(found.inbox.path), found.notify.command) == ("/me/in.jsonl", ("/me/bin/tell",))
    (home.config / "default.yaml").write_text("backup: {destination: ~nobody-here/copies}\n")
    with pytest.raises(ConfigError, match="~name must be a user here"):
        load_settings(home, {})


def test_names_are_the_same_however_they_are_composed(home: Home) -> None:
    (home.config / "default.yaml").write_text(
        "agents: {dev: {backend: command, command: [x], role: re\u0301dacteur, capabilities: [cafe\u0301]}}\n"
    )
    dev = load_settings(home, {}).agents["dev"]
    assert (dev.role, dev.capabilities) == ("r\xe9dacteur", ("caf\xe9",))
