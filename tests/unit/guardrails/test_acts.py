"""Promises of the rules on what agents do: word by word, every part of a command, no trick with paths, unsure is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.guardrails.acts import ActMatch, ActRule, exactly, judge, pattern_fault
from console.guardrails.shell import read_command, words_of
from console.records.act import Act, Part, Say, Spot
from console.records.budget import Usage


def act(command: str, **rest: object) -> Act:
    """A command as a rule sees it, without any paths."""
    read = read_command(command)
    parts = tuple(Part(words=tuple(word.text for word in one.words)) for one in read.commands)
    return Act(parts=parts, sure=read.sure, loose=words_of(command), tool="Bash", **rest)  # type: ignore[arg-type]


def rule(effect: Say, name: str = "r", **match: object) -> ActRule:
    """A rule with these matchers."""
    given = {key: (value,) if isinstance(value, str) else value for key, value in match.items()}
    return ActRule(name=name, effect=effect, match=ActMatch(**given), reason="why")  # type: ignore[arg-type]


TESTS = rule(Say.ALLOW, command=("npm test *", "echo *", "git status"))


@pytest.mark.parametrize(
    "command",
    [
        "npm test",
        "npm test -- --watch=false",
        "npm test && git status",
        "npm test | echo; echo done &",
        "(npm test)",
        "echo $(git status)",
        'echo "`git status`"',
        "npm test 2>&1",
        "npm test >/dev/null 2>&1",
        "bash -lc 'npm test && git status'",
        "sh -c \"bash -c 'npm test'\"",
        "npm \\\n test",
        "'npm' \"te\"st",
        "echo 'a; rm -rf /' \"b && c\" d\\;e",
    ],
)
def test_a_command_is_allowed_where_each_of_its_parts_is(command: str) -> None:
    assert judge([TESTS], act(command)).say == Say.ALLOW


@pytest.mark.parametrize(
    "command",
    [
        "npm testing",
        "npm",
        "xnpm test",
        "./npm test",
        "git status -s",
        "npm test && rm -rf x",
        "npm test; rm x",
        "npm test\nrm x",
        "npm test & rm x",
        "npm test | sh",
        "npm test |& tee x",
        "npm test || rm x",
        "echo $(rm x)",
        "echo `rm x`",
        'echo "$(rm x)"',
        "echo $(echo $(rm x))",
        "echo <(rm x)",
        "echo >(rm x)",
        "echo a > b",
        "echo a >> b",
        "echo a >| b",
        "echo a &> b",
        "echo a >& b",
        "echo a 3<> b",
        "(rm x)",
        "bash -c 'npm test; rm x'",
        'bash -c "npm test; $X"',
        "bash -lic 'rm x'",
        "npm test <<EOF\nrm x\nEOF",
        "npm test 'unfinished",
        'npm test "unfinished',
        "npm test $(unfinished",
        "$X test",
        "`echo npm` test",
        "npm test \x00rm",
        "npm test \r rm",
        "LD_PRELOAD=x npm test",
        "if npm test; then rm x; fi",
        "for i in a; do npm test; done",
        "npm() { rm x; }; npm test",
        "echo $'a\\'; rm x'",
        "echo ${x:-$(rm x)}",
        "echo $((x[$(rm x)]))",
        "echo *(e:'rm x':)",
        "echo a # b",
        "",
        "   ",
        "echo " + "$(" * 50 + ")" * 50,
        "echo " + "a" * 30_000,
    ],
)
def test_whatever_else_it_does_is_asked(command: str) -> None:
    assert judge([TESTS], act(command)).say == Say.ASK


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /x",
        "echo a; rm -rf /x",
        "sudo rm -rf /x",
        "sudo -u me rm -rf /x",
        "X=1 rm -rf /x",
        "/bin/rm -rf /x",
        "env A=b /bin/rm -rf /x",
        "bash -c 'rm -rf /x'",
        "echo $(rm -rf /x)",
        "find . | xargs rm -rf",
        "if true; then rm -rf /x; fi",
        "cat <<E\n`rm -rf /x`\nE",
        "\"rm\" '-rf' /x",
        "r\\m -rf /x",
    ],
)
def test_what_is_denied_is_found_wherever_it_stands(command: str) -> None:
    found = judge([rule(Say.ALLOW, "all", command="*"), rule(Say.DENY, command="rm -rf *")], act(command))
    denied = judge([rule(Say.DENY, command="rm -rf *"), rule(Say.ALLOW, "all", command="*")], act(command))
    assert (denied.say, denied.rule, denied.reason) == (Say.DENY, "r", "why")
    assert found.say in (Say.ALLOW, Say.ASK, Say.DENY)  # an earlier rule that allows everything decides what it can


def test_the_first_rule_that_matches_a_part_decides_it_and_the_strictest_part_the_whole() -> None:
    rules = [rule(Say.ASK, "push", command="git push *"), rule(Say.ALLOW, "git", command="git *")]
    assert judge(rules, act("git log")).rule == "git"
    assert judge(rules, act("git log; git push")) == judge(rules, act("git push"))
    assert judge(rules, act("git log; make")).rule == ""
    assert judge([], act("git log")).say == Say.ASK


def test_a_command_is_never_allowed_by_a_rule_that_names_no_command() -> None:
    assert judge([rule(Say.ALLOW, tool="bash")], act("npm test")).say == Say.ASK
    assert judge([rule(Say.ALLOW, tool="bash", command="*")], act("npm test")).say == Say.ALLOW


def test_paths_are_where_they_really_are() -> None:
    inside, outside = Spot("/w/a", True), Spot("/etc/passwd", False, "/w/link")
    allowed = [rule(Say.ALLOW, tool="edit", path="inside")]

    def edit(*spots: Spot, vague: bool = False) -> Act:
        return Act(tool="Edit", parts=(Part(spots=spots, vague=vague),))

    assert judge(allowed, edit(inside)).say == Say.ALLOW
    assert judge(allowed, edit(inside, outside)).say == Say.ASK
    assert judge(allowed, edit(inside, vague=True)).say == Say.ASK
    assert judge(allowed, edit()).say == Say.ASK
    assert judge([rule(Say.DENY, path="outside")], edit(inside, outside)).say == Say.DENY
    assert judge([rule(Say.DENY, path="outside")], edit(inside, vague=True)).say == Say.DENY
    assert judge([rule(Say.DENY, path="/etc/*")], edit(outside)).say == Say.DENY
    assert judge([rule(Say.DENY, path="/w/link")], edit(outside)).say == Say.DENY
    assert judge([rule(Say.ALLOW, path="/w/link")], edit(outside)).say == Say.ASK


def test_hosts_and_cost_are_looked_at() -> None:
    def fetch(*hosts: str) -> Act:
        return Act(tool="WebFetch", parts=(Part(hosts=hosts),), used=Usage(cost=3.0))

    allowed = [rule(Say.ALLOW, host="*.example.org")]
    assert judge(allowed, fetch("a.example.org")).say == Say.ALLOW
    assert judge(allowed, fetch("a.example.org", "b.com")).say == Say.ASK
    assert judge(allowed, fetch()).say == Say.ASK
    assert judge([rule(Say.DENY, cost_over=2.0), *allowed], fetch("a.example.org")).say == Say.DENY
    assert judge([rule(Say.DENY, cost_over=4.0), *allowed], fetch("a.example.org")).say == Say.ALLOW


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8), min_size=1, max_size=4
    )
)
def test_the_pattern_of_some_words_matches_these_words_and_no_others(words: list[str]) -> None:
    only = [rule(Say.ALLOW, command=exactly(words))]
    assert pattern_fault(exactly(words)) is None
    assert judge(only, Act(parts=(Part(words=tuple(words)),))).say == Say.ALLOW
    assert judge(only, Act(parts=(Part(words=(*words, "x")),))).say == Say.ASK
    assert judge(only, Act(parts=(Part(words=tuple(words[:-1]) + (words[-1] + "x",)),))).say == Say.ASK


@given(st.text("ab '\"\\$(){}`;&|<>\n#*~=", max_size=30))
def test_any_text_is_read_to_its_end(text: str) -> None:
    read_command(text)
