"""Promises of leave: a rule answers what agents ask leave for, and `always` writes one that was shown before and is narrow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.asks import get_ask
from console.commands import asks, leave
from console.commands.asks import Answer, Question
from console.commands.context import Context, team_of
from console.commands.text import Prose
from console.errors import Conflict, UsageError
from console.records.actor import Actor, Origin
from console.records.ask import Answered, Ask, AskKind, AskStatus, Leave, Option
from tests.guarded import guard
from tests.homes import BOSS, SUBMITS, TeamHome

GIT = {"name": "git", "effect": "allow", "match": {"command": ["git status", "git log *"]}}
NO_PUSH = {"name": "no-push", "effect": "deny", "reason": "releases are mine", "match": {"command": "git push *"}}
INSIDE = {"name": "own-files", "effect": "allow", "match": {"tool": "Edit", "path": "inside"}}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    found.task()
    yield found
    found.close()


DEV = Actor(name="dev", origin=Origin.AGENT)


def context(team: TeamHome, by: Actor = DEV, now: int = 1_000) -> Context:
    return Context(team.db(), by, now, team_of(team.home, "quant", {}))


def leave_for(team: TeamHome, command: str = "", options: tuple[Option, ...] | None = None, **about: Any) -> Ask:
    """What comes of an approval that is asked."""
    known = asks.plain_options((), AskKind.APPROVAL) if options is None else options
    about = {"tool": "Bash", "command": command, **about} if command else about
    asked = Question(task=1, text=Prose("may I?"), kind=AskKind.APPROVAL, options=known, about=about)
    return asks.ask(context(team), asked)


def project_file(team: TeamHome) -> Path:
    return team.home.project_folder("quant") / "config" / "project.yaml"


def test_a_rule_answers_before_the_operator_and_says_which(team: TeamHome) -> None:
    guard(team.home, acts=[NO_PUSH, GIT])
    allowed = leave_for(team, "git status && git log -3")
    assert (allowed.status, allowed.choice, allowed.answered_how, allowed.rule) == ("answered", "allow", "rule", "git")
    denied = leave_for(team, "git status; git push")
    assert (denied.choice, denied.rule, denied.said) == ("refuse", "no-push", "refuse: no-push: releases are mine")
    assert leave_for(team, "git status > x").status == AskStatus.OPEN
    assert leave_for(team, "make").rule is None


def test_a_rule_that_asks_stands_with_the_ask(team: TeamHome) -> None:
    guard(team.home, acts=[{"name": "look", "effect": "ask", "match": {"command": "git *"}}, GIT])
    found = leave_for(team, "git status")
    assert (found.status, found.rule) == ("open", "look")


def test_only_approvals_are_for_rules(team: TeamHome) -> None:
    guard(team.home, acts=[{"name": "all", "effect": "allow", "match": {"tool": "*"}}])
    asked = Question(task=1, text=Prose("which?"), options=asks.plain_options(("a", "b"), AskKind.QUESTION))  # type: ignore[arg-type]
    assert asks.ask(context(team), asked).status == AskStatus.OPEN


def test_rules_that_cannot_be_read_have_everything_asked(team: TeamHome) -> None:
    guard(team.home, acts=[GIT])
    (team.home.config / "guardrails.yaml").write_text("default: allow\nacts: [{name: x}]")
    found = leave_for(team, "git status")
    assert (found.status, found.rule) == ("open", "guardrails.unreadable")


def test_a_file_is_inside_where_it_really_is(team: TeamHome, tmp_path: Path) -> None:
    guard(team.home, acts=[INSIDE])
    own = team.home.project_folder("quant") / "artifacts" / "1"
    own.mkdir(parents=True, exist_ok=True)
    (own / "out").symlink_to(tmp_path)
    (own / "deep").symlink_to(own / "a" / "b")
    for path, status in (
        (f"{own}/a.py", "answered"),
        ("a.py", "answered"),
        (f"{own}/../1/a.py", "answered"),
        (f"{own}/../2/a.py", "open"),
        ("../2/a.py", "open"),
        (f"{own}/out/a.py", "open"),
        (f"{own}/deep/../../../x", "open"),
        (f"{own}x/a.py", "open"),
        ("/etc/passwd", "open"),
        ("~/.ssh/id", "open"),
    ):
        assert leave_for(team, tool="Edit", path=path).status == status, path


def test_a_command_stays_inside_with_all_that_its_words_may_be(team: TeamHome, tmp_path: Path) -> None:
    guard(
        team.home,
        acts=[{"name": "look", "effect": "allow", "match": {"command": ["cat *", "cd *", "> *"], "path": "inside"}}],
    )
    own = team.home.project_folder("quant") / "artifacts" / "1"
    own.mkdir(parents=True, exist_ok=True)
    (own / "link").symlink_to("/etc/passwd")
    for command, status in (
        ("cat a.txt -n", "answered"),
        (f"cat {own}/a > {own}/b", "answered"),
        ("cd sub && cat a", "answered"),
        ("cat /etc/passwd", "open"),
        ("cat a > ../b", "open"),
        ("cat link", "open"),
        ("cat --file=/etc/passwd", "open"),
        ("cat -f/etc/passwd", "open"),
        ("cat $X", "open"),
        ("cat {/etc,x}/passwd", "open"),
        ("cat *", "open"),
        ("cat file:/etc/passwd", "open"),
        ("cd .. && cat a", "open"),
        ("cd sub; cat ../a", "open"),
        ("cd $X; cat a", "open"),
        ("cat ~root/x", "open"),
    ):
        assert leave_for(team, command).status == status, command


def test_a_secret_is_not_hidden_from_the_rules(team: TeamHome) -> None:
    guard(team.home, acts=[{"name": "echo", "effect": "allow", "match": {"command": "echo *"}}])
    found = leave_for(team, "echo password=$(rm -rf /home)")
    assert found.status == AskStatus.OPEN


def test_always_for_the_project_is_shown_then_written_with_the_comments_kept(team: TeamHome) -> None:
    file = project_file(team)
    file.write_text(
        file.read_text() + "# mine\nacts:  # these\n  - {name: a, effect: ask, match: {tool: X}}  # first\n# end\n"
    )
    before, ask = file.read_text(), leave_for(team, "npm test 'a*b'")
    shown = team.cli("ask", "answer", str(ask.id), "always")
    assert shown.returncode == 2 and "npm test" in shown.stderr and "--yes" in shown.stderr
    assert (file.read_text(), get_ask(team.db(), ask.id).status) == (before, "open")
    done = team.cli("ask", "answer", str(ask.id), "always", "--yes")
    assert done.returncode == 0, done.stderr
    after = file.read_text()
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        f"  - {{name: always-npm-test-a-b-{ask.id}, effect: allow,"
        " match: {tool: [Bash], command: [\"npm test 'a[*]b'\"]}}"
    ]
    answered = get_ask(team.db(), ask.id)
    assert (answered.choice, answered.answered_how, answered.answered_by) == ("allow", "person", "operator")
    again = leave_for(team, "npm test 'a*b'", x=1)
    assert (again.status, again.rule) == ("answered", f"always-npm-test-a-b-{ask.id}")
    for other in ("npm test axb", "npm test 'a*b' c", "npm test"):
        assert leave_for(team, other).status == AskStatus.OPEN


def test_always_for_a_task_holds_for_this_task_only(team: TeamHome) -> None:
    ask = leave_for(team, "make all")
    asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("always"), scope=leave.Scope.TASK))
    assert "acts" not in project_file(team).read_text()
    assert leave_for(team, "make all", x=1).answered_how == Answered.RULE
    team.task()
    other = Question(
        task=2,
        text=Prose("may I?"),
        kind=AskKind.APPROVAL,
        about={"tool": "Bash", "command": "make all"},
        options=asks.plain_options((), AskKind.APPROVAL),
    )
    assert asks.ask(context(team), other).status == AskStatus.OPEN


def test_what_the_guardrails_deny_no_always_allows(team: TeamHome) -> None:
    ask = leave_for(team, "git push origin")
    asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("always")))
    assert leave_for(team, "git push origin", x=1).choice == "allow"
    guard(team.home, acts=[NO_PUSH])
    assert leave_for(team, "git push origin", x=2).choice == "refuse"


def test_an_option_that_means_always_is_ours_and_the_agent_is_told_once(team: TeamHome) -> None:
    options = (
        Option(id="a", label="Yes, and never ask again", leave=Leave.ALWAYS),
        Option(id="b", label="Yes", leave=Leave.ONCE),
        Option(id="c", label="No", leave=Leave.REJECT),
    )
    ask = leave_for(team, "make", options)
    found = asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("1")))
    assert found.choice == "b" and "always for this project" in found.answer


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({}, "does not say"),
        ({"command": "for x in a; do rm $x; done"}, "for certain"),
        ({"command": "curl -H 'Authorization: Bearer abcdefgh12345678'"}, "secret"),
        ({"path": "a.py"}, "absolute"),
    ],
)
def test_what_no_rule_can_say_is_not_made_one(team: TeamHome, about: dict[str, Any], why: str) -> None:
    ask = leave_for(team, **about)
    before = project_file(team).read_text()
    with pytest.raises(UsageError, match=why):
        asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("always")))
    assert (get_ask(team.db(), ask.id).status, project_file(team).read_text()) == ("open", before)


def test_no_agent_gives_leave(team: TeamHome) -> None:
    ask = leave_for(team, "make")
    with pytest.raises(Conflict, match="operator"):
        asks.answer(context(team), Answer(ask=ask.id, said=Prose("1")))


def test_always_that_comes_too_late_writes_nothing(team: TeamHome) -> None:
    ask = leave_for(team, "make")
    asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("refuse")))
    before = project_file(team).read_text()
    with pytest.raises(Conflict):
        asks.answer(context(team, BOSS), Answer(ask=ask.id, said=Prose("always")))
    assert project_file(team).read_text() == before


def test_the_same_answer_three_times_is_proposed_as_a_rule(team: TeamHome) -> None:
    said = []
    for _ in range(3):
        ask = leave_for(team, "make")
        said.append(team.cli("ask", "answer", str(ask.id), "1").stdout)
    assert ["always" in each for each in said] == [False, False, True]


def test_what_a_rule_would_answer_can_be_tried(team: TeamHome) -> None:
    guard(team.home, acts=[NO_PUSH, GIT])
    for given, said in (
        (("git status",), "allow git"),
        (("git log; git push",), "deny no-push releases are mine"),
        (("make", "--task", "1"), "ask"),
    ):
        assert team.cli("guardrail", "try", *given).stdout.strip() == said
    assert "no-push" in team.cli("guardrail", "list").stdout
    assert not team.db().execute("SELECT 1 FROM asks").fetchall()


def test_who_waits_for_the_same_is_answered_by_the_rule_too(team: TeamHome) -> None:
    waiting, same, other = (leave_for(team, command) for command in ("make a", "make a", "make b"))
    asks.answer(context(team, BOSS), Answer(ask=waiting.id, said=Prose("always"), scope=leave.Scope.TASK))
    found = get_ask(team.db(), same.id)
    assert (found.status, found.answered_how, found.rule) == ("answered", "rule", f"always-make-a-{waiting.id}")
    assert get_ask(team.db(), other.id).status == AskStatus.OPEN


def test_a_rule_written_by_hand_answers_those_who_wait_once_the_scheduler_sees_it(team: TeamHome) -> None:
    allowed, denied, asked, secret = (
        leave_for(team, command)
        for command in ("git status", "git push", "make", "git log sk-proj-abcdefghijklmnopqrstuv")
    )
    guard(team.home, acts=[NO_PUSH, GIT])
    assert team.cli("pause").returncode == 0, "nobody starts, whose end would settle them"
    assert team.cli("run", "--max-ticks", "1", "--quiet").returncode == 0
    found = {one.id: get_ask(team.db(), one.id) for one in (allowed, denied, asked, secret)}
    assert [(one.status, one.choice) for one in found.values()] == [
        *(("answered", "allow"), ("answered", "refuse")),
        *(("open", None), ("open", None)),
    ]


@pytest.mark.parametrize("scope", leave.Scope)
def test_what_was_allowed_for_ever_is_taken_back(team: TeamHome, scope: leave.Scope) -> None:
    first = leave_for(team, "make a")
    asks.answer(context(team, BOSS), Answer(ask=first.id, said=Prose("always"), scope=scope))
    rule = f"always-make-a-{first.id}"
    assert leave_for(team, "make a").rule == rule
    task = ("--task", "1") if scope == leave.Scope.TASK else ()
    assert team.cli("guardrail", "remove", "nothing", *task).returncode == 3
    done = team.cli("guardrail", "remove", rule, *task, "--json")
    assert done.returncode == 0, done.stderr
    gone = json.loads(done.stdout)
    assert set(gone) == {"name", "effect", "source", "match", "reason"}
    assert (gone["name"], gone["effect"], gone["source"]) == (rule, "allow", str(scope))
    assert rule not in team.cli("guardrail", "list", "--task", "1").stdout
    assert leave_for(team, "make a").status == AskStatus.OPEN
    assert team.cli("config", "check").returncode == 0
