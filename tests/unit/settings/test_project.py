"""Promises of a project's settings: what it may override, its team, its free context, and edits that keep comments."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from console.errors import ConfigError, UsageError
from console.home import Home
from console.settings import ProjectSettings, load_settings
from console.settings.project import check_project_text, load_project, project_file
from console.settings.yaml_edit import set_values
from console.settings.yaml_file import parse

CONTRACT = """\
project: {name: 量化实战, description: "…", agents: [pangtong-fujunshi, zhangfei-dev], max_global_agents: 3,
  workdir: ~/src/quant, worktrees: true}
context: {nas_path: "/Volumes/stock/", frameworks: [vnpy]}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    (home.config / "default.yaml").write_text(
        "agents:\n  zhangfei-dev: {name: 张飞, role: developer, backend: command, command: [claude]}\n",
        encoding="utf-8",
    )
    return home


def project(home: Home, text: str | None) -> ProjectSettings:
    folder = home.projects / "quant"
    (folder / "config").mkdir(parents=True, exist_ok=True)
    if text is not None:
        project_file(folder).write_text(text, encoding="utf-8")
    return load_project(load_settings(home, {}), folder)


def test_a_project_has_the_form_of_the_contract(home: Home) -> None:
    found = project(home, CONTRACT)
    assert (found.id, found.name, found.description) == ("quant", "量化实战", "…")
    assert [agent.id for agent in found.agents] == ["pangtong-fujunshi", "zhangfei-dev"]
    assert [agent.backend for agent in found.agents] == ["gateway", "command"]
    assert (found.policy.max_project_agents, found.policy.max_global_agents) == (3, 5)
    assert found.workdir == Path("~/src/quant").expanduser()
    assert found.worktrees and not found.shared_folder
    assert found.context == {"nas_path": "/Volumes/stock/", "frameworks": ["vnpy"]}


def test_a_project_without_a_file_has_the_homes_settings(home: Home) -> None:
    found = project(home, None)
    assert (found.name, found.agents, found.workdir) == ("quant", (), None)
    assert found.policy == load_settings(home, {}).policy


def test_a_project_overrides_rounds_retries_timeout_and_its_agents_only(home: Home) -> None:
    found = project(
        home,
        "project: {agents: [zhangfei-dev]}\nreview: {default_max_rounds: 9}\nretry: {base: 1}\n"
        "daemon: {task_timeout: 7}\nagents: {zhangfei-dev: {model: small}}\n",
    )
    assert (found.policy.review_max_rounds, found.policy.retry_base, found.policy.task_timeout) == (9, 1, 7)
    assert (found.agents[0].model, found.agents[0].name, found.agents[0].command) == ("small", "张飞", ("claude",))
    with pytest.raises(ConfigError) as error:
        project(home, "daemon: {tick_interval: 1}\nlogging: {level: INFO}\nproject: {agents: [a, a, operator]}\n")
    assert [problem.partition("project.yaml:")[2].partition(", found")[0] for problem in error.value.problems] == [
        "1: daemon.tick_interval: expected one of task_timeout",
        "2: logging: expected one of project, context, acts, review, lead, retry, daemon, worktree, agents",
    ]


def test_an_agent_stands_in_a_team_once_and_is_not_the_operator(home: Home) -> None:
    with pytest.raises(ConfigError) as error:
        project(home, "project:\n  agents:\n  - a\n  - a\n  - operator\n")
    assert [problem.partition("project.yaml:")[2][:2] for problem in error.value.problems] == ["4:", "5:"]


@pytest.mark.parametrize(
    "text", ["project: {worktrees: maybe}", "project: {workdir: relative/path}", "project: {name: ''}", "context: 7"]
)
def test_a_wrong_value_is_an_error(home: Home, text: str) -> None:
    with pytest.raises(ConfigError):
        project(home, text)
    with pytest.raises(ConfigError):
        check_project_text(text, "f")


FORMS = [
    "",
    "# nothing yet\n",
    CONTRACT,
    "project:\n",
    "project: # later\n",
    "project: {}\n",
    "{project: {name: x}}",
    "# 注释\nproject:\n  name: 量化 # name\n  agents:\n    - a\n    - b  # two\n\n  # tail\n"
    "  description: |\n    l\n    m\n# end\n",
    "project:\n  agents:\n  - a\n  name: q\ncontext:\n  k: v\n",
]
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(st.sampled_from(FORMS), TEXT, st.lists(st.sampled_from(["a", "b-1", "no", "0"]), max_size=3))
def test_an_edit_changes_what_was_asked_and_nothing_else(text: str, name: str, agents: list[str]) -> None:
    before = parse(text, "f").values
    try:
        after = set_values(text, "project", {"name": name, "agents": agents, "workdir": None}, "f")
    except UsageError:
        return
    changes = {"name": name, "agents": agents, "workdir": "null"}
    assert parse(after, "f").values == {**before, "project": {**(before.get("project") or {}), **changes}}


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("name", ["plain", "量化 实战", "a: b, [c] #d", "yes", "12", "line\nline", "'\"\\"])
def test_every_usual_form_of_a_file_can_be_edited(text: str, name: str) -> None:
    assert parse(set_values(text, "project", {"name": name}, "f"), "f").values["project"]["name"] == name


def test_comments_stay_through_an_edit() -> None:
    after = set_values(FORMS[7], "project", {"name": "新", "agents": ["c"], "max_global_agents": 2}, "f")
    assert [note for note in ("# 注释", "# name", "# tail", "# end") if note not in after] == []


def test_texts_reach_people_and_agents_as_they_were_written(home: Home) -> None:
    found = project(
        home,
        "project: {name: 000001, description: 1e3, agents: [007]}\n"
        "agents: {007: {name: NO, role: 3.10, capabilities: [15:00, 0x1F, yes], command: [run, 1_000, ~], backend: command}}\n"
        "context: {code: 000001, at: 15:00, python: 3.10, country: NO, day: 2026-01-01, none: ~,\n"
        "  list: [1e3, 1_000], deep: {x: on}}\n",
    )
    (agent,) = found.agents
    assert (found.name, found.description, agent.id, agent.name, agent.role) == ("000001", "1e3", "007", "NO", "3.10")
    assert (agent.capabilities, agent.command) == (("15:00", "0x1F", "yes"), ("run", "1_000", "~"))
    assert found.context == {
        **{"code": "000001", "at": "15:00", "python": "3.10", "country": "NO", "day": "2026-01-01", "none": "~"},
        **{"list": ["1e3", "1_000"], "deep": {"x": "on"}},
    }
    assert yaml.safe_load(yaml.safe_dump(found.context)) == found.context  # a run's BOOTSTRAP.md says it too
