"""Promises of docs/configuration.md: every setting and every field is in it, with the default that ships."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from console.settings.json_schema import documents
from console.settings.kinds import Each, Kind, Many, Schema
from console.settings.schema import AGENT, HOME, PROJECT
from console.shipped_files import shipped
from tests.repository import ROOT

PAGE = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def test_every_setting_is_in_the_table_with_its_default() -> None:
    told = dict(re.findall(r"^\| `([a-z_.]+)` \| (.*?) +\|", PAGE, re.MULTILINE))
    values = yaml.safe_load(shipped("config", "default.yaml").read_text("utf-8"))
    assert {name: told.get(name) for name in leaves(HOME)} == {
        name: shown(value(values, name)) for name in leaves(HOME)
    }


def test_every_field_of_an_agent_and_of_a_project_is_explained() -> None:
    assert [name for name in AGENT if f"`{name}`" not in PAGE] == []
    own = PROJECT["project"]
    assert isinstance(own, dict)
    assert [name for name in own if f"`project.{name}`" not in PAGE] == []


def leaves(schema: Schema, prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, below in schema.items():
        found += [f"{prefix}{key}"] if isinstance(below, Kind | Each | Many) else leaves(below, f"{prefix}{key}.")
    return found


def value(values: dict[str, Any], name: str) -> Any:
    section, _, key = name.partition(".")
    return values[section][key] if key else values[section]


def shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return "none" if default is None else str(default)


def test_the_json_schemas_for_editors_are_those_of_the_settings() -> None:
    for name, document in documents().items():
        assert json.loads(shipped("config", "schemas", name).read_text("utf-8")) == json.loads(json.dumps(document))
