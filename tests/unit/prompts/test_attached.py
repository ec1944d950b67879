"""Promises of experiences in a prompt: the best few stand in it together, however long one of them is."""

from __future__ import annotations

from dataclasses import replace

from console.knowledge.wording import shipped_wording
from console.prompts.compose import compose
from console.prompts.facts import Facts
from console.records.experience import Attached, Experience

FACTS = Facts(
    agent_id="dev",
    agent="dev",
    role="developer",
    project="quant",
    task=1,
    briefing={"task": "# Task"},
    cwd="/p",
    task_dir="/p",
)


def test_a_long_experience_leaves_room_for_the_others_and_says_where_the_rest_is() -> None:
    five = tuple(
        Attached(
            experience=Experience(id=n, title=f"title {n}", body=f"body {n} " + "x" * 50_000), reason="same tags: csv"
        )
        for n in range(1, 6)
    )
    composed = compose(replace(FACTS, experiences=five), shipped_wording())
    assert composed.experiences == (1, 2, 3, 4, 5)
    assert "experiences/0005-*.md in the project's folder has all of it" in composed.prompt.text
