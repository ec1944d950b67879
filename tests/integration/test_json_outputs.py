"""Promises of the JSON of every command: over a well-filled home it stays as it was recorded, byte for byte."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from console.api.shape import plain as plain_shape
from console.cli.spec import document
from tests.filled_home import READS, SHAPES, WRITES, filled_home, plain, shape
from tests.program import moziplus
from tests.repository import ROOT

RECORDED = ROOT / "tests" / "integration" / "json_outputs.txt"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Command line to what it printed with --json, its exit code first."""
    path = tmp_path_factory.mktemp("filled").resolve()
    team, session = filled_home(path / "home")
    team.close()
    home = team.home.path
    skill = str(ROOT / "config" / "skills" / "code_review")
    names = {"SESSION": session, "RUN": "20260101_000000", "HOME": str(home), "CODE_REVIEW": skill}
    found: dict[str, str] = {}
    for line in (*READS, *WRITES):
        words = [names.get(word, word.replace("+", " ")) for word in line.split()]
        done = moziplus(*words, "--json", home=home, HOME=str(path), MOZIPLUS_PROJECT="quant")
        found[line if line not in found else f"{line} again"] = f"{done.code}\n{done.out}"
    return {line: text.replace(str(home), "HOME").replace(str(ROOT), "ROOT") for line, text in found.items()}


def test_the_json_of_every_command_stays_as_it_is(outputs: dict[str, str]) -> None:
    """Where it changes on purpose: `RECORD_JSON=1 pytest` on this file, and a look at the difference."""
    text = "\n".join(f"$ {line} -> {_comparable(line, out)}" for line, out in outputs.items())
    if os.environ.get("RECORD_JSON"):
        RECORDED.write_text(text, encoding="utf-8")
    assert text == RECORDED.read_text(encoding="utf-8")


def test_what_a_command_prints_is_of_the_struct_that_it_names(outputs: dict[str, str]) -> None:
    found = document()
    commands = {command.name: command for command in found.programs[0].commands if command.prints}
    checked = set()
    for line, out in outputs.items():
        name = next((name for name in commands if f"{line} ".startswith(f"{name} ")), None)
        if name is None:
            continue
        kinds = [commands[name].prints, *commands[name].also]
        schema = {"anyOf": [{"$ref": f"#/schemas/{kind}"} for kind in kinds], "schemas": plain_shape(found.schemas)}
        records = out.splitlines()[1:]
        assert commands[name].each or len(records) <= 1, line
        for record in records:
            jsonschema.validate(json.loads(record), schema)
            checked.add(name)
    elsewhere = {
        "agent add",
        "ask answer",
        "ask list",
        "ask show",
        "demo",
        "guardrail remove",
        "serve",
        "service uninstall",
        "session send",
        "spec",
    }
    assert set(commands) - checked == elsewhere | {"task discard", "task merge", "task raise"}, "show it there"


def _comparable(line: str, out: str) -> str:
    if not line.startswith(SHAPES):
        return plain(out)
    code, *records = out.splitlines()
    found = {json.dumps(shape(json.loads(record))): None for record in records}
    return "\n".join([code, *found, ""])
