"""Promises of docs/prompts.md and docs/skills.md: they name everything that a components file or a template may say."""

from __future__ import annotations

import re

from console.knowledge.skill_advice import ELEMENTS
from console.knowledge.skill_file import KEYS
from console.knowledge.wording import shipped_wording
from console.prompts.components import AUDIENCES, FACTS, SOURCES, components_from
from console.prompts.facts import Facts, values
from console.settings.yaml_file import parse
from tests.repository import ROOT

PROMPTS = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
SKILLS = (ROOT / "docs" / "skills.md").read_text(encoding="utf-8")


def test_every_source_audience_fact_and_value_is_explained() -> None:
    names = values(Facts(agent_id="", agent="", role="", project="", task=0, cwd="", task_dir=""))
    wanted = [*(f"`{word}`" for word in (*SOURCES, *AUDIENCES, *FACTS)), *(f"`{{{name}}}`" for name in names)]
    assert [word for word in wanted if word not in PROMPTS] == []


def test_the_order_of_cuts_is_told_as_it_ships() -> None:
    parts = [part for part in shipped_wording().components.parts if part.cut is not None]
    order = [part.name for part in sorted(parts, key=lambda part: part.cut or 0)]
    assert order == [
        *("comments", "decisions", "experiences", "attempts", "outputs", "needed", "skills"),
        *("project", "run", "soul", "review", "findings"),
    ]


def test_every_key_and_section_of_a_skill_is_explained() -> None:
    assert [word for word in KEYS if f"{word}: " not in SKILLS] == []
    assert [word for name, known in ELEMENTS.items() for word in (f"**{name}**", known[1]) if word not in SKILLS] == []


def test_the_example_of_a_components_file_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PROMPTS, re.DOTALL)
    document = parse(example, "docs/prompts.md")
    assert components_from(document.values, document.where).parts[-1].when == ("first", "tag:回测")
