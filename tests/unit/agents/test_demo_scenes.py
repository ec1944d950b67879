"""Promises of the demo's script: it can be played, and it holds everything that a demo must go through."""

from __future__ import annotations

from console.agents.demo.play import pace, unknown
from console.agents.demo.scenes import TAG, scene_of, scenes
from console.records.alert import Level
from console.records.review import Verdict
from console.text import one_line


def test_every_scene_depends_on_earlier_ones_and_can_be_found_by_its_tag() -> None:
    seen: set[str] = set()
    for scene in scenes():
        assert set(scene.after) <= seen, scene.key
        seen.add(scene.key)
        assert scene_of(["other", f"{TAG}{scene.key}"]) is scene
        assert scene.rounds and one_line(scene.title) == scene.title
    assert 10 <= len(seen) <= 18
    assert scene_of(["other"]) is None


def test_the_script_has_a_failure_an_alert_a_rebuttal_and_an_approval_that_is_not_sure() -> None:
    rounds = [round_ for scene in scenes() for round_ in scene.rounds]
    assert any(round_.fails for round_ in rounds)
    assert any(round_.rebuttal for round_ in rounds)
    observed = [step for round_ in rounds for step in round_.steps if "observe" in step]
    assert {step["level"] for step in observed} <= set(Level) and observed
    given = [verdict for scene in scenes() for verdict in scene.reviews_given]
    assert {verdict["verdict"] for verdict in given} <= set(Verdict)
    assert any(verdict["verdict"] == "request_changes" for verdict in given)
    assert any(verdict.get("score", 1.0) < 0.7 for verdict in given)


def test_rounds_and_verdicts_beyond_the_script_are_played_too() -> None:
    scene = scene_of([f"{TAG}baseline"])
    assert scene is not None
    assert scene.round(1) != scene.round(2) == scene.round(7)
    assert scene.verdict(9)["verdict"] == "approve"


def test_a_task_that_the_operator_made_gets_a_note_that_says_it_was_not_really_done() -> None:
    (step,) = unknown({"title": "买茶"}).round(1).steps
    assert "买茶" in step["text"] and "cannot really do this" in step["text"]


def test_without_a_readable_pace_an_actor_does_not_wait() -> None:
    assert pace({}) == 0.0
    assert pace({"MOZIPLUS_TASK_DIR": "/nowhere/artifacts/1"}) == 0.0
