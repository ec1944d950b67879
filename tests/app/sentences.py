"""Owns what the product says in English and a door shows in the reader's language: the msgids, found in the code.

A msgid has `{1}`, `{2}`, … where a sentence fills something in; `console/sentences.py` finds it again by them.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache

import click

from console.cli.demo_summary import THINGS
from console.cli.doctor.command import CHECKS
from console.cli.doctor.line import State
from console.cli.main import COMMANDS
from console.cli.main import moziplus as program
from console.cli.told import without_json
from console.records.alert import Level
from console.records.experience import ExperienceStatus
from console.records.inbox import MessageStatus
from console.records.need import NeedKind
from console.records.note import CommentType
from console.records.review import ReviewStatus, SeatStatus, Verdict
from console.records.session import SessionStatus
from console.records.task import OnFailure, TaskKind, TaskStatus
from tests.repository import GETTEXT, Source, name_of, product

ERRORS = frozenset(
    {
        "BadParameter",
        "ClickException",
        "Conflict",
        "ConfigError",
        "DatabaseSetAside",
        "Locked",
        "MoziError",
        "NoWorkplace",
    }
    | {"NotFound", "Refused", "StaleFence", "Unavailable", "UsageError"}
)
PARSERS = frozenset(
    {
        "Missing argument {1}",
        "Missing option {1}",
        "Option {1} requires an argument",
        "Option {1} does not take a value",
    }
    | {
        "Invalid value for {1}: {2}",
        "Invalid value: {1}",
        "Got unexpected extra argument {1}",
        "Got unexpected extra arguments {1}",
    }
    | {
        "{1} is not a valid integer range",
        "{1} is not a valid integer",
        "{1} is not a valid float range",
        "{1} is not one of {2}",
    }
    | {"{1} is not in the range {2}", "the following arguments are required: {1}", "unrecognized arguments: {1}"}
    | {"argument {1}: expected one argument", "argument {1}: expected at least one argument", "argument {1}: {2}"}
    | {"invalid choice: {1} (choose from {2})", "invalid int value: {1}", "invalid float value: {1}"}
)
"""What click and argparse say of a command line that is wrong."""
VOCABULARY = (
    TaskStatus,
    TaskKind,
    OnFailure,
    ReviewStatus,
    SeatStatus,
    SessionStatus,
    ExperienceStatus,
    MessageStatus,
) + (
    NeedKind,
    Level,
    CommentType,
    State,
)
"""Words that stand alone in a column or behind a name."""
WORDS = frozenset(
    "yes no none unknown anyone home noted headless console never draining daily disabled stopping blocked project".split()  # noqa: SIM905
) | {"waiting", "DID NOT HAPPEN", "PROBLEM", "SET ASIDE", "usage: ", "options:", "a list", "a mapping"}
WHOLE = (
    "console/cli/",
    "console/commands/agent/",
    *(
        f"console/settings/{name}.py"
        for name in ("check", "guardrail_schema", "guardrails", "kinds", "load", "project")
    ),
    *(f"console/settings/{name}.py" for name in ("schema", "yaml_edit", "yaml_file")),
    *(f"console/plans/{name}.py" for name in ("fields", "fit", "read")),
    *(f"console/guardrails/{name}.py" for name in ("decide", "lint", "patterns")),
    *(f"console/reviews/{name}.py" for name in ("confidence", "findings", "gates", "protocol_checks", "round")),
    *(
        f"console/scheduler/{name}.py"
        for name in ("attention", "budgets", "calendar", "caps", "endings", "place", "rounds")
    ),
    *(f"console/scheduler/{name}.py" for name in ("unassignable", "wording", "works_for")),
    *(f"console/knowledge/{name}.py" for name in ("skill_advice", "skill_file", "skills", "wording")),
    *(f"console/inbox/{name}.py" for name in ("alerts", "apply", "parse", "tail")),
    *(f"console/services/{name}.py" for name in ("asking", "launchd", "pm2", "systemd")),
    "console/scheduler/policies/",
    "console/blackboard/writes/in_place.py",
    "console/blackboard/writes/lead.py",
    "console/blackboard/reads/needs.py",
    "console/commands/lead.py",
    "console/scheduler/lead.py",
    "console/settings/fallbacks.py",
    "console/backends/",
    "console/agents/checking.py",
    "console/scheduler/fitness.py",
    "console/engine/fitness.py",
    "console/gateway/states.py",
    "console/gateway/discovery.py",
    "console/gateway/openclaw_file.py",
    "console/gateway/settings.py",
    "console/gateway/breaker.py",
    "console/actions/forewarn.py",
    "console/engine/control.py",
    "console/engine/emergency.py",
    *(f"console/engine/{name}.py" for name in ("hanging", "home_alerts", "home_now", "status")),
    "console/records/cause.py",
    "console/prompts/components.py",
    "console/keeping/retention.py",
    "console/artifacts.py",
    *(f"console/app/{name}.py" for name in ("dressing", "preferences_file", "theme_file")),
    "console/outputs_check.py",
    *(
        f"console/blackboard/writes/{name}.py"
        for name in ("failures", "guardrails", "held_ends", "parked_asks", "plan_tasks", "plans", "recovery")
    ),
    *(f"console/blackboard/writes/{name}.py" for name in ("reviews", "rounds", "submissions", "tasks", "verdicts")),
    *(f"console/agents/acp/{name}.py" for name in ("causes", "checking", "driver", "opening", "presets", "wire")),
    *(f"console/agents/{name}.py" for name in ("endings", "fitness", "gateway_ending", "gateway_made", "local")),
    *(f"console/agents/{name}.py" for name in ("presets", "project_commands", "spec", "unused", "workplace")),
    "console/engine/ending.py",
    "console/engine/starting.py",
)
"""Where every sentence reaches the operator by the command line."""
NO_SENTENCES = frozenset(
    {
        "How to check",
        "Inputs and outputs",
        "When to use",
        "how to check",
        "inputs and outputs",
        "when to use",
    }  # headings
    | {"Invalid value", "Object contains unknown", "Object missing required field", "matching regex"}  # looked for
    | {"at most {1} of *, +, ? and {} in a pattern, {2} of them without an upper end"}
    | {"adopted sessions", "cannot start", "session %s could not be started", "start {1}", "{1} (exit {2})"}
    | {"{1} is required: {2}"}  # behind which anything may stand
    | {"in {1}", "inbox {1}", "it beside {1}", "signal {1}", "{1} --project {2}", "{1} and {2}", "{1} for {2} task(s)"}
    | {
        "the {1} `{2}` {3}{4}{5}",
        "{1} bytes for {2}",
        "{1} by {2}",
        "{1} in time",
        "{1} is {2}",
        "{1}#{2} on {3}",
        "{1}{2} at {3}",
    }
    | {"{agent} {what} on task #{task}", "{1} has not {2}"}
    | {"{1} has no JSON form", "{1} in round {2}", "{1} {2}{3} {4} {5} {6} {7} by {8}", "demo_pace: {1}"}
    | {'string split ","', 'string split --max 1 ","'}
    | {"project create", "review approve", "review reject", "session log", "task create", "task list"}
)
"""Parts that would be found in what others wrote, and what a program reads."""
_WORDS = re.compile(r"[a-z]{2,}[,;:]? [{a-z(`]")
"""Two words in a row: a sentence, or a part of one."""
_TYPED = re.compile(
    r"^(?:moziplus|blackboard|git|kill|export) [^ ](?!.* (?:says|shows|lists|it) )"
    r"|^`[^`]*`$|^(?:SELECT|INSERT|UPDATE|WITH RECURSIVE) |^\(\?|^#|^// |^check doctor |^\.TH"
)
"""What is typed or read by a program: it is the same in every language."""


@cache
def said() -> frozenset[str]:
    """Everything that the command line says: help, titles, names, words, its sentences and the errors that reach it."""
    sentences = {text for source in product() for text in _of(source)}
    words = {str(word) for family in VOCABULARY for word in family} | WORDS
    words |= {word.replace("_", " ") for word in (*Verdict, *THINGS)} | set(CHECKS)
    return frozenset(sentences | words | PARSERS | helped() | titles() | _names_of_facts())


@cache
def helped() -> frozenset[str]:
    """What help says first of each command, of each option, and in each list of commands."""
    texts = {entry.help for entry in COMMANDS.values()}
    for one in (program, *_commands(program, click.Context(program))):
        texts.add(without_json(inspect.cleandoc(one.help or "").split("\n\n")[0]))
        texts |= {param.help for param in one.params if isinstance(param, click.Option) and param.help}
    return frozenset(text for text in texts if text)


def _commands(group: click.Group, context: click.Context) -> Iterator[click.Command]:
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield found
        if isinstance(found, click.Group):
            yield from _commands(found, click.Context(found, info_name=name, parent=context))


def titles() -> frozenset[str]:
    """Of the columns of tables."""
    return frozenset(title for one in _cli() for title in re.findall(r'Column\("([A-Z ]+)"', one.text))


def _names_of_facts() -> set[str]:
    """What stands before a value where one thing is shown: the first of each pair."""
    views = (source for source in _cli() if source.path.endswith(("_views.py", "/project.py")))
    pairs = (
        node for source in views for node in ast.walk(source.tree) if isinstance(node, ast.Tuple) and len(node.elts) > 1
    )
    names = (pair.elts[0].value for pair in pairs if isinstance(pair.elts[0], ast.Constant))
    return {name for name in names if isinstance(name, str) and re.fullmatch("[a-z ]+", name)}


def _cli() -> Iterator[Source]:
    return (source for source in product() if source.path.startswith("console/cli/"))


def _of(source: Source) -> Iterator[str]:
    everything = source.path.startswith(WHOLE)
    passed = _docstrings(source.tree)
    for node, raised in _texts(source.tree, False, passed):
        text = msgid(node).strip("\n")
        if (everything or raised) and _WORDS.search(text) and not _TYPED.search(text) and text not in NO_SENTENCES:
            yield text


def msgid(node: ast.Constant | ast.JoinedStr) -> str:
    """A literal as a msgid: each value that it fills in is a number in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts, filled = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            filled += 1
            parts.append(f"{{{filled}}}")
    return "".join(parts)


def _docstrings(tree: ast.Module) -> set[int]:
    """Bare strings: they explain the code."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(node: ast.AST, raised: bool, passed: set[int]) -> Iterator[tuple[ast.Constant | ast.JoinedStr, bool]]:
    if isinstance(node, ast.Call):
        name = name_of(node.func).rpartition(".")[2]
        if name in GETTEXT or name_of(node.func) in (
            "_log.debug",
            "_log.info",
            "_log.warning",
            "_log.error",
            "re.compile",
        ):
            return
        raised = raised or name in ERRORS
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        if id(node) in passed:
            return
        yield node, raised
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _texts(part.value, raised, passed)
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, raised, passed)
