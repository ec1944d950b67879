"""Reads the repository as the house rules see it: files, Python trees, calls, imports, msgids. Judges nothing."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

GETTEXT = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2, "pgettext": 1}
"""Names that mark a string for translation → how many arguments are msgids (a pgettext has its context first)."""


class Source(NamedTuple):
    """One Python file: its path from the root, its text, its tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def files() -> tuple[str, ...]:
    """Every file that is or could be committed, from the root; without git, every file outside hidden folders."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return tuple(sorted({path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()}))
    every = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(str(p) for p in every if not any(part.startswith(".") for part in p.parts[:-1])))


@cache
def python() -> tuple[Source, ...]:
    """Every Python file of the packages and the tests."""
    paths = [p for p in files() if p.endswith(".py") and p.startswith(("console/", "widgets/", "tests/"))]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    return tuple(Source(path, text, ast.parse(text, path)) for path, text in texts.items())


def product() -> Iterator[Source]:
    """The Python files that are installed; tests may do what the product may not."""
    return (source for source in python() if not source.path.startswith("tests/"))


def calls(wanted: Callable[[ast.Call], bool]) -> list[str]:
    """The product files that hold a wanted call."""
    return [s.path for s in product() if any(isinstance(n, ast.Call) and wanted(n) for n in ast.walk(s.tree))]


def name_of(function: ast.expr) -> str:
    """`a.b.c` for a plain dotted name or for the end of a longer expression."""
    if isinstance(function, ast.Attribute):
        return f"{name_of(function.value)}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def imports(node: ast.AST, package: str, name: str | None = None) -> bool:
    """Whether `node` imports `package` (or `name` from it)."""
    if isinstance(node, ast.ImportFrom):
        inside = (node.module or "").split(".")[0] == package and node.level == 0
        return inside and (name is None or any(alias.name == name for alias in node.names))
    return name is None and isinstance(node, ast.Import) and any(a.name.split(".")[0] == package for a in node.names)


def long_functions(source: Source, limit: int) -> Iterator[tuple[str, int]]:
    """Each function with more lines of code than `limit`: no decorators, docstring, blank lines or comments."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if len(lines) > limit:  # only then the tokens are worth their time
                own = _lines_of_code(source) & set(lines)
                if ast.get_docstring(node) is not None:
                    own -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
                if len(own) > limit:
                    yield node.name, len(own)


@cache
def _lines_of_code(source: Source) -> frozenset[int]:
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type not in skipped:
            code.update(range(token.start[0], token.end[0] + 1))
    return frozenset(code)


def found_in_texts(pattern: re.Pattern[str]) -> list[str]:
    """`path:line: match` for every match in a text file; a file with a NUL byte is not text."""
    found = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" in content:
            continue
        for n, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            found += [f"{path}:{n}: {match[0]}" for match in pattern.finditer(line)]
    return found


def msgids(source: Source) -> Iterator[str]:
    """The literal strings that `source` marks for translation."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := name_of(node.func).rpartition(".")[2]) in GETTEXT:
            first = 1 if name == "pgettext" else 0
            for argument in node.args[first : first + GETTEXT[name]]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
