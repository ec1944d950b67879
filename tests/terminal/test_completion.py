"""Promises of completion in real shells: the line that the documentation gives makes ids, projects and agents complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands_page import page
from tests.program import moziplus
from tests.repository import ROOT


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Of a shell that finds `moziplus`, and a home with two projects and a task."""
    home = tmp_path / "h"
    moziplus("init", str(home))
    for project in ("hello", "help"):
        moziplus("project", "create", "--id", project, "--agents", "writer,reader", home=home)
    moziplus("task", "create", "--project", "hello", "--title", "Say: it's [done], now", home=home)
    (program := tmp_path / "bin" / "moziplus").parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m console "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "MOZIPLUS_HOME": str(home), "HOME": str(tmp_path)}


def documented(shell: str) -> str:
    """The line for this shell, without its comment."""
    line = next(line for line in page().splitlines() if f"_MOZIPLUS_COMPLETE={shell}_source" in line)
    return line.partition("  #")[0]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_completes_ids_projects_and_agents(environ: dict[str, str]) -> None:
    def offered(typed: str) -> list[list[str]]:
        script = f'{documented("fish")}; complete -C "{typed}"'
        done = subprocess.run(
            ["fish", "--no-config", "-c", script], env=environ, capture_output=True, text=True, check=True
        )
        return [line.split("\t") for line in done.stdout.splitlines()]

    assert offered("moziplus task show ") == [["hello#1", "pending: Say: it's [done], now"]]
    assert [words[0] for words in offered("moziplus task create --project he")] == ["hello", "help"]
    assert [words[0] for words in offered("moziplus project create --agents writer,re")] == ["writer,reader"]
    assert [words[0] for words in offered("moziplus tas")] == ["task"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh_completes_ids_projects_and_agents(environ: dict[str, str]) -> None:
    """The function that zsh calls, with what it would tell the shell written down instead."""
    seen = '_describe() { print -l -- "${(@P)3}" }; compadd() { print -l -- "${@[-1]}" "${(@P)@[-1]}" }'

    def offered(*words: str) -> str:
        typed = " ".join(f"'{word}'" for word in words)
        script = f"autoload -Uz compinit && compinit -u -D; {documented('zsh')}; {seen}; words=({typed}); CURRENT={len(words)}"
        command = ["zsh", "-f", "-c", f"{script}; _moziplus_completion"]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout

    assert "hello#1:pending: Say: it's [done], now" in offered("moziplus", "task", "show", "")
    assert "help:help" in offered("moziplus", "task", "create", "--project", "he")
    assert "writer,reader" in offered("moziplus", "project", "create", "--agents", "writer,re")
