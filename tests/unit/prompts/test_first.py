"""Promises of the first prompt, made with the templates that ship."""

from __future__ import annotations

from dataclasses import replace

from console.prompts.first import TEMPLATES, Facts, first_prompt
from console.shipped_files import shipped

SHIPPED = {name: shipped("config", "prompt_templates", name).read_text(encoding="utf-8") for name in TEMPLATES}
FACTS = Facts(
    agent="张飞",
    role="developer",
    project="quant",
    project_name="量化实战",
    context={"frameworks": ["vnpy", "pandas"]},
    bootstrap="Be kind.",
    task=12,
    briefing="# Task quant#12: 修复回测\n\nThe sum is wrong.",
    cwd="/p/artifacts/12",
    task_dir="/p/artifacts/12",
)


def test_an_author_is_told_who_it_is_what_to_do_and_how_to_hand_in() -> None:
    text = first_prompt(FACTS, SHIPPED).text
    for said in (
        "You are 张飞, developer",
        "Be kind.",
        "vnpy, pandas",
        "修复回测",
        "`blackboard submit --summary",
        "outputs/",
    ):
        assert said in text
    assert "--verdict" not in text
    assert text.index("Be kind.") < text.index("修复回测") < text.index("blackboard submit")


def test_a_reviewer_is_told_the_rubric_and_every_verdict_but_not_how_to_submit() -> None:
    text = first_prompt(replace(FACTS, reviewer=True, rubric={"correct": 2.0, "clear": 1.0}), SHIPPED).text
    assert "- correct (weight 2)" in text
    assert "blackboard review --verdict approve --score correct=0.8 --score clear=0.8" in text
    for verdict in ("request_changes", "reject", "abstain"):
        assert f"--verdict {verdict}" in text
    assert "blackboard submit" not in text


def test_a_worktree_is_named_to_its_author_and_shown_read_only_to_a_reviewer() -> None:
    there = replace(FACTS, cwd="/p/worktrees/12", worktree="/p/worktrees/12", branch="moziplus/quant/12")
    assert "Commit your work there" in first_prompt(there, SHIPPED).text
    seen = first_prompt(replace(there, reviewer=True, cwd=FACTS.cwd), SHIPPED).text
    assert "read it, change nothing there" in seen and "Commit your work" not in seen


def test_a_huge_briefing_is_cut_and_the_way_to_hand_in_is_kept() -> None:
    prompt = first_prompt(replace(FACTS, briefing="x\n" * 200_000), SHIPPED)
    assert len(prompt.text) < 91_000
    assert "`blackboard submit --summary" in prompt.text
    assert prompt.cuts and prompt.cuts[0].startswith("task: ")


def test_an_agent_whose_blackboard_is_not_on_path_is_told_its_absolute_path() -> None:
    text = first_prompt(replace(FACTS, blackboard="/runs/1/blackboard"), SHIPPED).text
    assert "`/runs/1/blackboard submit" in text
