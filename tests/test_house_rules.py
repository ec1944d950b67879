"""Keeps the house rules of CONTRIBUTING.md: sizes, one door to each effect, all documented, nothing of one machine.

Reads the files of the repository only; every exception is in a list at the top, with its reason.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
from collections.abc import Iterator

import click
import pytest
import yaml
from babel.messages.pofile import read_po

from console.cli import blackboard
from tests.repository import (
    ROOT,
    calls,
    found_in_texts,
    imports,
    long_functions,
    msgids,
    name_of,
    product,
    python,
)

FILE_LINES = 300
FUNCTION_LINES = 40

LONG_FILES: dict[str, str] = {}
"""`path` → why it is better long."""

LONG_FUNCTIONS: dict[str, str] = {}
"""`path::name` → why it is better long."""

OPENS_WHERE_AGENTS_WRITE: dict[str, str] = {
    "console/agents/demo/play.py": "it is an agent itself",
    "console/agents/gateway_board.py": "opens blackboards, by the door of their room",
    "console/agents/identity.py": "reads the kernel's own word",
    "console/agents/local.py": "makes a file of a descriptor that the safe writer opened",
    "console/agents/mark.py": "reads the kernel's own word",
    "console/git/furnish.py": "removes a folder that it has just made",
    "console/git/repository.py": "copies git's own index from git's own folder",
    "console/inbox/tail.py": "removes a part of the inbox that was read, by its name",
    "console/knowledge/distilled.py": "writes into a folder that it has just made",
}
"""`path` → why it need not go through console/safe_files.py."""

DATABASE_FILES: dict[str, str] = {}
"""`path` → why it may touch a database file by its name without SQLite."""


# --- sizes and first sentences


def test_no_file_is_longer_than_300_lines() -> None:
    long = {s.path: s.text.count("\n") for s in python() if s.text.count("\n") > FILE_LINES}
    assert_only_exceptions(long, LONG_FILES)


def test_no_function_is_longer_than_40_lines_of_code() -> None:
    long = {f"{s.path}::{name}": n for s in python() for name, n in long_functions(s, FUNCTION_LINES)}
    assert_only_exceptions(long, LONG_FUNCTIONS)


def test_every_module_says_what_it_owns() -> None:
    assert [s.path for s in python() if not ast.get_docstring(s.tree)] == []


def test_no_comment_refers_to_a_document_that_is_not_here() -> None:
    elsewhere = re.compile(r"\b(?:DESIGN|HOUSE|STYLE|SCREENS|facts|seed) ?(?:\.md\b|§|00\d)")
    assert [s.path for s in product() if elsewhere.search(s.text)] == []


# --- one door to each effect


def test_only_one_module_opens_databases() -> None:
    def opens(call: ast.Call) -> bool:
        return name_of(call.func) in {
            "sqlite3.connect",
            "aiosqlite.connect",
            "sqlite3.Connection",
            "sqlite3.dbapi2.connect",
        }

    imported = [s.path for s in product() for n in ast.walk(s.tree) if imports(n, "sqlite3", "connect")]
    assert set(calls(opens)) | set(imported) <= {"console/blackboard/connection.py"}


def test_nothing_opens_copies_or_hashes_a_database_file() -> None:
    verbs = {"open", "fdopen", "read_bytes", "read_text", "write_bytes", "write_text", "file_digest", "make_archive"}
    verbs |= {"copy", "copy2", "copyfile", "copyobj", "move", "sha256", "md5", "blake2b"}
    database = re.compile(
        r"\.db\b|-wal\b|-shm\b|\bdb_(?:path|file)\b|\bdatabase_(?:path|file)\b|\b(?:blackboard|home)_db\b"
    )

    def touches(call: ast.Call) -> bool:
        return name_of(call.func).rpartition(".")[2] in verbs and bool(database.search(ast.unparse(call)))

    assert_only_exceptions(dict.fromkeys(calls(touches), 1), DATABASE_FILES)


def test_where_agents_write_only_the_safe_reader_and_writer_touch_files() -> None:
    verbs = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "copy2", "copyfile", "rmtree", "unlink"}
    places = re.compile(
        r"console/(?:agents/|inbox/(?:files|send|tail|reading)|git/(?:furnish|furnished|repository)|engine/(?:ending|scheduled)|artifacts|outputs_|planning"
        r"|cli/session_log|commands/(?:agent/|guarding)|knowledge/(?:distilled|experience_files))"
    )

    def touches(call: ast.Call) -> bool:
        receiver, _, verb = ast.unparse(call.func).rpartition(".")
        return verb in verbs and receiver != "safe_files" and (bool(receiver) or verb == "open")

    assert_only_exceptions({path: 1 for path in calls(touches) if places.match(path)}, OPENS_WHERE_AGENTS_WRITE)


def test_only_the_clock_reads_the_time() -> None:
    clocks = re.compile(
        r"(?:^|\.)(?:time\.time|time\.time_ns|datetime\.now|datetime\.utcnow|datetime\.today|date\.today)$"
    )
    assert set(calls(lambda call: bool(clocks.search(name_of(call.func))))) <= {"console/clock.py"}


def test_only_spawn_creates_tasks_on_a_loop() -> None:
    def creates(call: ast.Call) -> bool:
        receiver, _, verb = ast.unparse(call.func).rpartition(".")
        return verb in {"create_task", "ensure_future"} and bool(re.search(r"asyncio|loop", receiver))

    assert set(calls(creates)) <= {"console/spawn.py"}


def test_only_output_and_diagnostics_print() -> None:
    def prints(call: ast.Call) -> bool:
        return name_of(call.func) in {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}

    assert set(calls(prints)) <= {"console/cli/output.py", "console/cli/diagnostics.py"}


def test_only_the_app_and_the_widgets_import_textual() -> None:
    users = {s.path for s in product() for n in ast.walk(s.tree) if imports(n, "textual")}
    assert [path for path in sorted(users) if not path.startswith(("console/app/", "widgets/"))] == []


# --- nothing undocumented


def test_every_command_has_help_and_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    commands = {name: command.help or "" for name, command in tree_of("moziplus", "console.cli.main").items()}
    commands |= {f"blackboard {name}": text for name, text in blackboard.COMMANDS.items()}
    assert len(commands) > 10
    assert [name for name, text in commands.items() if not text.strip()] == []
    assert [name for name in commands if name not in page] == []


def test_every_setting_is_explained_by_a_comment() -> None:
    text = (ROOT / "config" / "default.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    settings = dict(setting_lines(yaml.compose(text, Loader=yaml.SafeLoader)))
    assert settings
    bare = [key for key, n in settings.items() if " #" not in lines[n] and not lines[n - 1].lstrip().startswith("#")]
    assert bare == []


def test_every_string_a_person_sees_is_translated_to_chinese() -> None:
    folder = ROOT / "config" / "translations"
    if not any(path.is_file() for path in folder.rglob("*")):
        pytest.skip("no translations yet: config/translations is empty")
    catalogs = [path for path in folder.rglob("*.po") if "zh" in str(path.relative_to(folder))]
    assert catalogs, "config/translations has files but no zh catalog"
    known: set[str] = set()
    for path in catalogs:
        with path.open("rb") as file:
            known |= set(translated(file))
    assert sorted({msgid for s in product() for msgid in msgids(s)} - known) == []


# --- nothing of one machine


def test_no_private_address_is_in_the_repository() -> None:
    private = re.compile(
        r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.])"
    )
    assert found_in_texts(private) == []


def test_no_absolute_path_of_a_machine_is_in_the_repository() -> None:
    machine = re.compile(r"(?<![\w.<>{}~$/*-])/(?:Users|home|root|work|opt|mnt|private)/[\w.]+")
    assert found_in_texts(machine) == []


def test_the_pinned_file_holds_versions_only() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = re.compile(r"[a-z0-9.-]+==[0-9][\w.]*(?: ; [\w .<>='!]+)?")
    assert [line for line in lines if line and not line.startswith("#") and not pinned.fullmatch(line)] == []


# --- how the rules look


def assert_only_exceptions(found: dict[str, int], allowed: dict[str, str]) -> None:
    """Fail on what is found and not allowed, and on exceptions that are no longer needed."""
    assert {name: n for name, n in found.items() if name not in allowed} == {}
    assert sorted(set(allowed) - set(found)) == [], "these exceptions are no longer needed"


def tree_of(program: str, module_name: str) -> dict[str, click.Command]:
    """Every visible command of a program; its group is the module's `main`, else the first group in it."""
    module = importlib.import_module(module_name)
    groups = [value for value in (module.main, *vars(module).values()) if isinstance(value, click.Group)]
    assert groups, f"no click group in {module_name}"
    return walk(program, groups[0])


def walk(name: str, command: click.Command) -> dict[str, click.Command]:
    """Every visible command below and with `command`, by its full name; groups are asked, so lazy ones load."""
    if command.hidden:
        return {}
    found = {name: command}
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for child in command.list_commands(context):
            below = command.get_command(context, child)
            assert below is not None, f"{name} {child} is listed but cannot be loaded"
            found |= walk(f"{name} {child}", below)
    return found


def setting_lines(node: yaml.Node | None, prefix: str = "") -> Iterator[tuple[str, int]]:
    """`a.b.c` and the line (from 0) of every key of a YAML tree that has no keys below it."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        if isinstance(value, yaml.MappingNode) and value.value and not value.flow_style:
            yield from setting_lines(value, f"{name}.")
        else:
            yield name, key.start_mark.line


def translated(file: io.BufferedReader) -> Iterator[str]:
    """The msgids (also plural ones) of a catalog that have a translation which is not marked as doubtful."""
    for message in read_po(file):
        strings = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and not message.fuzzy and all(strings):
            yield from message.id if isinstance(message.id, list | tuple) else [message.id]
