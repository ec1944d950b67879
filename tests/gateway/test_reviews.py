"""Promises of reviews with real gateways of both releases: author and reviewer go round, the scheduler alone drives them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.records.session import Session, SessionStatus
from tests.gateway.conftest import World
from tests.gateway.quant import Quant
from tests.gateway.sessions import happens
from tests.program import moziplus

# A prompt holds the task's text, and with it this script: what is looked for must not stand in it as it is.
AUTHOR = (
    "$BB claim && mkdir -p outputs && if $BB read | grep -q 'too [s]hort'; then"
    " echo 'a longer text' > outputs/a.md && $BB output outputs/a.md --copy"
    " && $BB submit --summary \"$(printf 'it is %s now' long)\" --rebuttal 'short was asked for; so be it';"
    " else echo short > outputs/a.md && $BB output outputs/a.md --copy && $BB submit --summary 'a first text'; fi"
)
REVIEWER = (
    "if $BB read | grep -q 'it is [l]ong now'; then"
    " $BB review --verdict approve --score correctness=0.9 --score completeness=0.9 --score clarity=0.9;"
    " else $BB review --verdict request_changes --finding \"$(printf 'outputs/a.md:1: too %s' short)\"; fi"
)
EACH: list[dict[str, Any]] = [
    {"sh": f"case $BB in */simayi-challenger/*) {REVIEWER} ;; *) {AUTHOR} ;; esac"},
    {"say": "that is it"},
]
"""One script for both: the path of its `blackboard` says who plays it."""


async def test_a_review_goes_round_between_two_agents_of_the_gateway_until_it_is_approved(
    quant: Quant, world: World
) -> None:
    task = quant.task(EACH, reviews=("output_review",))
    process = quant.run("--until-idle")
    await ended(process)
    assert process.returncode == 0 and quant.status(task) == "done"
    review = moziplus("review", "show", "1", "--project", "quant", "--json", home=quant.home).record
    assert (review["status"], review["round"], review["author"]) == ("approved", 2, "zhangfei-dev")
    assert review["confidence"] == pytest.approx(0.9) and review["escalated_to"] is None
    first, second = review["submissions"]
    assert (first["summary"], first["rebuttal"]) == ("a first text", None)
    assert (second["summary"], second["rebuttal"]) == ("it is long now", "short was asked for; so be it")
    asked, approved = review["verdicts"]
    assert (asked["round"], asked["verdict"], asked["by"]) == (1, "request_changes", "simayi-challenger")
    (finding,) = asked["findings"]
    assert "too short" in str(finding) and "outputs/a.md" in str(finding)
    assert (approved["round"], approved["verdict"], approved["by"]) == (2, "approve", "simayi-challenger")

    sessions = [each for each in quant.sessions(task) if each.started_at]  # a busy gateway may have to be asked twice
    assert [session.agent for session in sessions] == ["zhangfei-dev", "simayi-challenger"] * 2
    assert [session.seat_id is None for session in sessions] == [True, False] * 2
    for session in sessions:
        assert session.backend == "gateway" and session.status == SessionStatus.SUCCEEDED and session.gone_at
        assert session.tokens == 2 * 132, "one turn for the work, one to say so, and none of those before"
    author, reviewer, *again = sessions
    assert [each.external_id for each in again] == [author.external_id, reviewer.external_id], (
        "each goes on with its own"
    )
    assert author.external_id != reviewer.external_id
    for before, after in zip((author, reviewer), again, strict=True):
        whole, news = prompt(before), prompt(after)
        assert "[[play" in whole and "[[play" not in news and len(news) < len(whole) / 2
        assert (world.provider.asked(before.id), world.provider.asked(after.id)) == (4, 2), "the model sees round 1"
    assert "too short" in prompt(again[0])
    for _n in range(6):  # what a busy gateway had no time for is made up for by the next scheduler
        if os.listdir(quant.home / "state" / "gateway"):
            later = quant.run("--until-idle")
            await ended(later)
    assert os.listdir(quant.home / "state" / "gateway") == [], "their sessions there are archived with the task"


async def ended(process: subprocess.Popen[bytes]) -> None:
    """A scheduler has ended by itself."""
    await happens(lambda: process.poll() is not None, seconds=300)


def prompt(session: Session) -> str:
    """What its agent was told."""
    return Path(session.folder or "", "prompt.md").read_text()
