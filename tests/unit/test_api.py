"""Promises of what leaves the house as JSON: a command names its struct, a field has its sentence, agents pay nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from console.api.schema import named, schemas, sentences
from console.api.shape import Shape, encoded
from console.api.task import Task
from console.api.thread import Review
from console.cli.blackboard import COMMANDS as AGENTS
from console.cli.spec import document

WITHOUT = frozenset(("agent list", "agent show", "log", "run"))
"""Commands whose JSON has no fixed fields: what a backend lets an agent have, what a line of the log or an action holds."""


def test_every_command_names_the_struct_that_its_json_is_of() -> None:
    ours, _ = document().programs
    assert {one.name for one in ours.commands if one.prints is None} == WITHOUT


def test_every_field_has_a_sentence() -> None:
    ours = document().programs[0]
    assert ours.commands
    wanted = [shape for shape in _all(Shape) if set(shape.__struct_encode_fields__) != set(sentences(shape))]
    assert wanted == []


def test_no_two_structs_have_one_name() -> None:
    document()
    names = [shape.__name__ for shape in _all(Shape)]
    assert len(names) == len(set(names))


def test_the_document_is_of_its_own_schema_and_its_schemas_are_right() -> None:
    found = json.loads(encoded(document()))
    jsonschema.validate(found, {"$ref": "#/schemas/Spec", "schemas": found["schemas"]})
    jsonschema.Draft202012Validator.check_schema({"$defs": found["schemas"]})
    assert schemas([named("task.Task")])["Task"]["properties"]["priority"]["description"] == "0 (most urgent) to 4."


def test_both_programs_are_described_with_all_that_they_take() -> None:
    ours, agents = document().programs
    assert [one.name for one in agents.commands] == list(AGENTS)
    edit = next(one for one in ours.commands if one.name == "task list")
    status = next(one for one in edit.parameters if one.names == ("--status",))
    assert (status.many, status.required) == (True, False) and "pending" in status.choices
    limit = next(one for one in edit.parameters if one.names == ("--limit",))
    assert (limit.type, limit.default) == ("integer", 200)


@pytest.mark.parametrize("command", AGENTS)
def test_the_agents_tool_loads_no_msgspec(command: str) -> None:
    code = (
        "import sys; from console.cli.blackboard import parser_of;"
        " import console.blackboard.reads.briefing, console.blackboard.reads.task_json, console.blackboard.reads.thread_json;"
        f" parser_of({command!r}); print('msgspec' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_what_the_agents_tool_tells_of_a_task_and_a_review_has_the_fields_of_their_structs() -> None:
    from console.blackboard.reads.task_json import task_json
    from console.records.task import Task as Record

    told = task_json(Record(id=1, title="t"))
    assert ["project", "blocked", *told] == list(Task.__struct_encode_fields__)
    assert next(iter(Review.__struct_encode_fields__)) == "project"


def _all(kind: type[Shape]) -> list[type[Shape]]:
    return [found for child in kind.__subclasses__() for found in (child, *_all(child))]
