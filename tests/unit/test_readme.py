"""Promises of README.md and its Chinese twin: their lines work as they stand, and every page of docs is reachable from them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.program import moziplus
from tests.repository import ROOT

READMES = ("README.md", "README.zh-CN.md")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def links(page: Path) -> list[str]:
    """Where a page leads, without the web."""
    plain = _FENCE.sub("", page.read_text("utf-8"))
    return [link for link in _LINK.findall(plain) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*?) *$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE):
        words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        kept = "".join(c for c in words if c in " -_" or unicodedata.category(c)[0] in "LN")
        found.add(kept.replace(" ", "-"))
    return found


def pages() -> list[Path]:
    return [*(ROOT / name for name in READMES), ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    broken = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("readme", READMES)
def test_every_page_of_docs_is_reachable(readme: str) -> None:
    seen: set[Path] = set()
    ahead = [ROOT / readme]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        ahead += [
            target
            for link in links(page)
            if (target := (page.parent / link.partition("#")[0]).resolve()).suffix == ".md" and target.exists()
        ]
    assert [str(page) for page in (ROOT / "docs").rglob("*.md") if page not in seen] == []


def test_both_say_the_same() -> None:
    english, chinese = (text(name) for name in READMES)
    for wanted in (r"\]\(([^)]+\.(?:md|svg)[^)]*)\)", r"^moziplus (\w+)", r"`([A-Za-z?])`", r"^(#+) "):
        found, other = (set(re.findall(wanted, page, re.MULTILINE)) - set(READMES) for page in (english, chinese))
        assert found == other, wanted
    for name in READMES:
        first = next(line for line in text(name).splitlines() if line and not line.startswith("#"))
        assert "Claude Code" in first and "Codex" in first
        for key in ("`J`", "`v`", "`q`", "--force .", "uninstall moziplus"):
            assert key in text(name), (name, key)


def test_it_is_read_in_two_minutes() -> None:
    words = re.findall(r"[A-Za-z][\w'-]*", re.sub(r"^\|.*", "", _FENCE.sub("", text("README.md")), flags=re.MULTILINE))
    assert len(words) < 480


def steps(readme: str) -> str:
    """The lines of shell that make a home, as they stand in the page."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text(readme), re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if "moziplus init" in block]
    return str(found)


def test_both_give_the_same_lines() -> None:
    english, chinese = (re.sub(r"  # .*", "", steps(name)) for name in READMES)
    assert english == chinese


@pytest.mark.drill
def test_its_lines_lead_from_an_empty_folder_to_a_task_that_was_reviewed_and_approved(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, module in (("moziplus", "console.cli.main"), ("blackboard", "console.cli.blackboard")):
        code = f"import sys; sys.argv[0] = '{name}'; from {module} import main; main()"
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
        (programs / name).chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOZIPLUS_")}
    environ |= {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    shell = ["sh", "-e", "-c", steps("README.md")]
    done = subprocess.run(shell, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert moziplus("task", "show", "1", "--json", home=tmp_path / "hello").record["status"] == "done"
    assert moziplus("review", "show", "1", "--json", home=tmp_path / "hello").record["status"] == "approved"
