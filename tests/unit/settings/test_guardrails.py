"""Promises of guardrails.yaml: one file holds whole, every problem is told with its line, and what ships does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.guardrails.decide import Facts, evaluate
from console.guardrails.lint import shadowed
from console.home import Home
from console.records.budget import Budgets, Limit
from console.records.guardrail import Effect, Stage
from console.settings.guardrails import load_guardrails
from console.shipped_files import shipped
from tests.repository import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "projects" / "quant" / "config").mkdir(parents=True)
    return Home(tmp_path)


def write(home: Home, text: str, project: str | None = None) -> Path:
    folder = home.config if project is None else home.projects / project / "config"
    (folder / "guardrails.yaml").write_text(text)
    return folder / "guardrails.yaml"


def problems(home: Home, project: str | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_guardrails(home, None if project is None else home.projects / project)
    return [problem.partition("guardrails.yaml:")[2] for problem in raised.value.problems]


def test_the_first_file_that_is_there_holds_whole(home: Home) -> None:
    quant = home.projects / "quant"
    assert load_guardrails(home, quant).document.file == str(shipped("config", "guardrails.yaml"))
    write(home, "default: hold\nrules:\n  - {name: a, effect: deny, match: {agent: x}}\n")
    assert load_guardrails(home, quant).guardrails.default == Effect.HOLD
    write(home, "default: allow\n", "quant")
    assert load_guardrails(home, quant).guardrails.rules == ()
    assert load_guardrails(home, None).guardrails.default == Effect.HOLD


def test_rules_and_budgets_are_read_as_they_are_written(home: Home) -> None:
    file = write(
        home,
        "default: allow\nrules:\n"
        "  - name: prod\n    effect: require_review\n    protocol: plan_review\n    reason: it is live\n"
        "    match: {tags: [prod, live], path: ~/src/*, cost_over: 1.5}\n"
        "budgets: {task: {sessions: 3}, day: {cost: 20, tokens: null}}\n",
    )
    loaded = load_guardrails(home, None)
    (rule,) = loaded.guardrails.rules
    assert (rule.name, rule.protocol, list(rule.stages)) == ("prod", "plan_review", [Stage.DISPATCH])
    assert rule.match.tags == ("prod", "live")
    assert rule.match.path == (str(Path("~/src/*").expanduser()),)
    assert loaded.guardrails.budgets == Budgets(task=Limit(sessions=3), day=Limit(cost=20))
    assert loaded.where(0, ("match", "tags", "1")) == f"{file}:7"


def test_every_problem_is_told_at_once_with_line_and_key(home: Home) -> None:
    write(
        home,
        "rules:\n"
        "  - {name: a, effect: stop, match: {agent: x}}\n"
        "  - {effect: hold, match: {}}\n"
        "  - {name: a, effect: hold, match: {promt: x}}\n"
        "  - name: b\n    effect: hold\n    match:\n      prompt:\n        - fine\n        - (a+)+\n"
        "  - {name: default, effect: hold, protocol: p, match: {tags: [x]}}\n"
        "  - {name: c, effect: require_review, match: {tags: [x]}}\n"
        "  - {name: d, effect: hold, match: {prompt: x, output: y}}\n"
        "  - {name: e, effect: hold, stage: submit, match: {command: x}}\n"
        "budgets: {week: {cost: 1}, day: {cost: -1}}\n",
    )
    assert [problem.split(" expected")[0] for problem in problems(home)] == [
        "2: rules.0.effect:",
        "4: rules.2.match.promt:",
        "15: budgets.week:",
        "15: budgets.day.cost:",
        "1: default:",
        "3: rules.1:",
        "3: rules.1:",
        "4: rules.2.name:",
        "10: rules.3.match.prompt.1:",
        "11: rules.4.protocol:",
        "11: rules.4.name:",
        "12: rules.5:",
        "13: rules.6.match:",
        "14: rules.7.stage:",
    ]


def test_a_project_cannot_set_the_budget_of_the_home(home: Home) -> None:
    write(home, "default: allow\nbudgets: {day: {cost: 1}}\n", "quant")
    assert problems(home, "quant") == [
        "2: budgets.day: expected only in the home's guardrails.yaml, found in a project's"
    ]


@pytest.mark.parametrize("text", ["", "rules: 3\n", "default: maybe\n", "default: [\n", "rules: [x, y]\n"])
def test_what_is_no_list_of_rules_is_an_error_and_never_a_crash(home: Home, text: str) -> None:
    write(home, text)
    assert problems(home)


def test_the_shipped_guardrails_ask_nothing_of_a_submission_and_limit_nothing(home: Home) -> None:
    rails = load_guardrails(home, None).guardrails
    assert rails.silent_at(Stage.SUBMIT)
    assert rails.budgets == Budgets()
    assert list(shadowed(rails)) == []


@pytest.mark.parametrize(
    "text",
    ["rm -rf /", "then rm -fr ~/ please", "sudo rm -Rf /*", "`rm -rf /`", "dd if=x of=/dev/sda", ":(){ :|:& };:"],
)
def test_the_shipped_guardrails_hold_what_would_wipe_a_disk(home: Home, text: str) -> None:
    assert asked(home, text) == Effect.HOLD


@pytest.mark.parametrize(
    "text", ["rm -rf build/", "rm -r ~/src/quant/build", "rm -rf /tmp/x", "never delete / by hand", "ls /dev/sda"]
)
def test_the_shipped_guardrails_let_usual_work_go(home: Home, text: str) -> None:
    assert asked(home, text) == Effect.ALLOW


def asked(home: Home, text: str) -> Effect:
    rails = load_guardrails(home, None).guardrails
    return evaluate(rails, Facts(stage=Stage.DISPATCH, project="p", agent="a", prompt=text)).effect


def test_the_example_of_the_page_is_right(home: Home) -> None:
    page = (ROOT / "docs" / "guardrails.md").read_text("utf-8")
    write(home, page.partition("```yaml\n")[2].partition("```")[0])
    rails = load_guardrails(home, None).guardrails
    assert [rule.name for rule in rails.rules] == ["ops-may", "prod-waits", "schema-changes", "no-yolo", "no-keys"]
    assert list(shadowed(rails)) == []
    assert rails.budgets.day == Limit(cost=40, sessions=200)


def test_what_the_shipped_file_shows_to_copy_is_right(home: Home) -> None:
    text = shipped("config", "guardrails.yaml").read_text("utf-8")
    shown = [line.replace("# - ", "- ") for line in text.splitlines() if line.startswith("  # - {")]
    write(home, "default: allow\nrules:\n" + "\n".join(shown) + "\n")
    assert len(load_guardrails(home, None).guardrails.rules) == len(shown) == 5
