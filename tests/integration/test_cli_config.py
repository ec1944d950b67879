"""Promises of `moziplus config`: what holds and why, what is wrong with line and key, no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import moziplus


@pytest.fixture
def home(tmp_path: Path) -> Path:
    moziplus("init", str(tmp_path / "h"))
    moziplus("project", "create", "--id", "quant", "--agents", "a", home=tmp_path / "h")
    return tmp_path / "h"


def test_path_is_one_line_that_a_script_can_use(home: Path) -> None:
    assert moziplus("config", "path", home=home).out == f"{home}/config/default.yaml\n"
    found = moziplus("config", "path", "--project", "quant", "--json", home=home).record
    assert found["path"] == f"{home}/projects/quant/config/project.yaml"
    assert [file["exists"] for file in found["files"]] == [True, True, True]
    assert moziplus("config", "path", "--project", "none", home=home).code == 3


def test_show_says_what_holds_and_where_it_comes_from(home: Path) -> None:
    (home / "config" / "default.yaml").write_text("daemon:\n  tick_interval: 7\n")
    found = moziplus("config", "show", "--json", home=home, LOG_LEVEL="debug").record
    assert found["settings"]["daemon"]["tick_interval"] == 7
    assert found["settings"]["logging"]["level"] == "DEBUG"
    assert found["sources"]["daemon.tick_interval"] == f"{home}/config/default.yaml:2"
    assert found["sources"]["logging.level"] == "environment (LOG_LEVEL)"
    assert found["sources"]["daemon.task_timeout"] == "shipped"
    text = moziplus("config", "show", "--project", "quant", home=home).out
    assert [line.split() for line in text.splitlines() if line.startswith("project.agents")] == [
        ["project.agents", "[a]", f"{home}/projects/quant/config/project.yaml:4"]
    ]


def test_show_hides_secrets(home: Path) -> None:
    (home / "config" / "default.yaml").write_text('notify: {command: [curl, "https://h/?token=abcdef123456"]}\n')
    (home / "projects" / "quant" / "config" / "project.yaml").write_text(
        "context: {api_key: zzz-1, deep: {password: hunter2}, note: ghp_abcdefghijklmnopqrstuvwxyz0123}\n"
    )
    for arguments in (["--json"], []):
        out = moziplus("config", "show", "--project", "quant", *arguments, home=home).out
        assert not [secret for secret in ("abcdef123456", "zzz-1", "hunter2", "ghp_") if secret in out]


def test_check_tells_every_problem_of_every_file(home: Path) -> None:
    assert moziplus("config", "check", home=home).code == 0
    project = home / "projects" / "quant" / "config" / "project.yaml"
    project.write_text("project: {names: x}\nretry: {base: -1}\n")
    done = moziplus("config", "check", home=home)
    assert (done.code, done.out) == (2, "")
    assert [line.partition(" expected")[0] for line in done.err.splitlines()] == [
        f"moziplus: {project}:1: project.names:",
        f"moziplus: {project}:2: retry.base:",
    ]
    told = moziplus("config", "check", "--json", home=home)
    assert (told.code, told.err, told.record["ok"], len(told.record["problems"])) == (2, "", False, 2)


def test_check_looks_at_the_review_protocols_of_home_and_projects_too(home: Path) -> None:
    for folder, text in ((home, "quorum: most\norder: random\n"), (home / "projects" / "quant", "reviewers: []\n")):
        (folder / "config" / "review_protocols").mkdir(exist_ok=True)
        (folder / "config" / "review_protocols" / "mine.yaml").write_text(text)
    done = moziplus("config", "check", "--json", home=home)
    ours, theirs = (f"{part}/config/review_protocols/mine.yaml" for part in (home, home / "projects" / "quant"))
    assert done.code == 2 and {ours, theirs} <= set(done.record["files"])
    assert done.record["problems"] == [
        f"{ours}: quorum: expected all, majority or a number of approvals, found 'most'",
        f"{ours}: order: expected parallel or sequence, found 'random'",
        f"{theirs}: reviewers: expected a list of agents or @roles, found []",
    ]


def test_a_wrong_home_file_ends_each_command_that_needs_settings_with_2(home: Path) -> None:
    (home / "config" / "default.yaml").write_text("a: &x [1]\nb: *x\n")
    for command in (["agent", "list"], ["config", "show"], ["config", "check"], ["project", "show", "quant"]):
        done = moziplus(*command, home=home)
        assert (done.code, done.err.count("\n")) == (2, 1), command
        assert "default.yaml:1: expected a value, found an anchor" in done.err
    assert moziplus("config", "path", home=home).code == 0


def test_check_tells_of_guardrails_that_are_wrong_or_can_never_match(home: Path) -> None:
    moziplus("task", "create", "--project", "quant", "--title", "x", "--tag", "prod", home=home)
    own = home / "projects" / "quant" / "config" / "guardrails.yaml"
    (home / "config" / "guardrails.yaml").write_text(
        "default: allow\nrules:\n"
        "  - {name: wide, effect: hold, match: {agent: [a, b*]}}\n"
        "  - {name: hidden, effect: deny, match: {agent: a, tags: [prod]}}\n"
        "  - {name: names, effect: require_review, protocol: paln, match: {agent: [zed], role: pilot, project: quant2}}\n"
        "  - {name: later, effect: hold, match: {tags: [staging, prod]}}\n"
    )
    own.write_text("default: allow\nrules:\n  - {name: a b, effect: hold, match: {tags: [x]}}\n")
    done = moziplus("config", "check", home=home)
    file = f"{home}/config/guardrails.yaml"
    assert (done.code, done.err.splitlines()) == (
        2,
        [
            f"moziplus: {file}:4: hidden never matches: the rule wide before it matches all that it does",
            f"moziplus: {file}:5: names: there is no agent zed",
            f"moziplus: {file}:5: names: there is no role pilot",
            f"moziplus: {file}:5: names: there is no project quant2",
            f"moziplus: {file}:5: names: there is no review protocol paln",
            f"moziplus: {own}:3: rules.0.name: expected a name of a-z, 0-9, -, _ and ., as in no-prod, found `a b`",
        ],
    )
    assert done.out.splitlines() == [
        f"warning: {file}:3: wide: there is no agent b*",
        f"warning: {file}:6: later: no task has the tag staging",
    ]
    told = moziplus("config", "check", "--json", home=home).record
    assert (told["ok"], len(told["problems"]), len(told["warnings"])) == (False, 6, 2)
    assert file in told["files"] and str(own) in told["files"]
    doctor = moziplus("doctor", "--json", home=home)
    assert "hidden never matches" in doctor.out and "staging" in doctor.out


def test_show_lists_the_guardrails_that_hold(home: Path) -> None:
    shipped = moziplus("config", "show", "--json", home=home).record["guardrails"]
    assert [rule["name"] for rule in shipped["rules"]] == ["destructive-prompt"]
    (home / "projects" / "quant" / "config" / "guardrails.yaml").write_text(
        "default: hold\nrules:\n  - {name: ok, effect: allow, match: {tags: [x]}}\nbudgets: {task: {cost: 2}}\n"
    )
    assert [(act["name"], act["effect"], act["match"]) for act in shipped["acts"]] == [
        ("blackboard", "allow", "command: blackboard *")
    ]
    assert "guardrails.acts.blackboard" in moziplus("config", "show", home=home).out
    text = moziplus("config", "show", "--project", "quant", home=home).out
    rows = [line.split()[:2] for line in text.splitlines() if line.startswith("guardrails.")]
    assert rows[:3] == [["guardrails.default", "hold"], ["guardrails.ok", "allow"], ["guardrails.budgets.task", "2"]]


def test_an_escalation_to_somebody_whom_the_project_does_not_list_is_said(home: Path) -> None:
    assert "escalates to" not in moziplus("config", "check", home=home).out
    (home / "config" / "default.yaml").write_text("review: {escalate_to: zhuge-liang}\n")
    said = "output_review of quant escalates to zhuge-liang, no agent of the project: it is skipped"
    assert f"warning: {said}" in moziplus("config", "check", home=home).out
    assert said in moziplus("doctor", home=home).out
    moziplus("task", "create", "--project", "quant", "--title", "t", home=home)
    assert said in moziplus("task", "explain", "1", "--project", "quant", home=home).out
    own = home / "projects/quant/config/review_protocols"
    own.mkdir(parents=True)
    (own / "output_review.yaml").write_text('escalate_to: ["@lead", operator, later]\n')
    assert "output_review of quant escalates to @lead, no agent" in moziplus("config", "check", home=home).out
