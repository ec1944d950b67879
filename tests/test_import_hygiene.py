"""Promises what an import brings along: agents call `blackboard` often, so it is small; the core knows no Textual.

Looks at fresh interpreters, never at this one.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.repository import ROOT

HEAVY = (
    "textual",
    "rich",
    "asyncio",
    "httpx",
    "yaml",
    "watchfiles",
    "psutil",
    "aiosqlite",
    "websockets",
    "console.engine",
)
PURE_ROOMS = ("console.scheduler", "console.reviews", "console.guardrails", "console.prompts", "console.plans")
ROOMS = "records settings blackboard inbox gateway agents knowledge engine commands"
BELOW_THE_SCREENS = (*PURE_ROOMS, *(f"console.{room}" for room in ROOMS.split()))


def test_a_blackboard_call_imports_neither_textual_nor_asyncio_nor_httpx() -> None:
    assert (
        loaded_by(
            "console.cli.blackboard",
            (*HEAVY, "uuid", "random", "shutil", "lzma", "console.redact", "console.sentences"),
        )
        == []
    )


@pytest.mark.parametrize(
    "module", ["cli.blackboard_commands.read", "commands.agent.acknowledge", "commands.agent.renew"]
)
def test_what_an_agent_asks_without_a_word_loads_nothing_that_cleans_words(module: str) -> None:
    loaded = loaded_by(
        f"console.{module}", (*HEAVY, "uuid", "console.redact", "console.settings", "console.guardrails")
    )
    assert loaded == []


@pytest.mark.parametrize("module", ["cli.blackboard_commands.comment", "cli.blackboard_commands.create"])
def test_what_only_says_something_loads_no_traits_of_backends(module: str) -> None:
    assert loaded_by(f"console.{module}", (*HEAVY, "console.backends", "console.settings", "console.guardrails")) == []


def test_the_driver_of_an_acp_agent_speaks_without_the_protocols_library() -> None:
    assert (
        loaded_by("console.agents.acp.driver", ("acp", "pydantic", "asyncio", "httpx", "textual", "websockets")) == []
    )


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_imports_no_storage_no_network_and_no_screen(room: str) -> None:
    doors = ("textual", "httpx", "sqlite3", "asyncio", "websockets", "subprocess", "watchfiles", "psutil", "yaml")
    assert loaded_by(room, doors) == []


@pytest.mark.parametrize("room", BELOW_THE_SCREENS)
def test_nothing_below_the_screens_imports_textual(room: str) -> None:
    assert loaded_by(room, ("textual", "widgets", "console.app")) == []


def test_widgets_import_no_storage_and_no_engine() -> None:
    rooms = [room for room in (*BELOW_THE_SCREENS, "console.home") if room != "console.records"]
    assert loaded_by("widgets", ("sqlite3", "aiosqlite", "httpx", *rooms)) == []


def test_the_package_itself_imports_nothing() -> None:
    assert loaded_by("console", ("logging", "console.errors", "console.clock")) == []


def loaded_by(package: str, suspects: tuple[str, ...]) -> list[str]:
    """Which of `suspects` a fresh interpreter has loaded after importing `package` with all its modules."""
    script = (
        "import importlib, pkgutil, sys\n"
        "package = importlib.import_module(sys.argv[1])\n"
        "inside = getattr(package, '__path__', None) if sys.argv[1] != 'console' else None\n"
        "for found in pkgutil.walk_packages(inside, sys.argv[1] + '.') if inside else ():\n"
        "    if not found.name.endswith('.__main__'): importlib.import_module(found.name)\n"
        "print(*sorted(set(sys.argv[2:]) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}", package, *suspects],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
