"""Promises of console/outputs_check.py: what is handed in is what was recorded, and what was asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.artifacts import keep
from console.outputs_check import Looked, look_at_outputs
from console.records.output import Output


class Task:
    """A task's folder with what is recorded of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "outputs").mkdir(parents=True)
        self.recorded: list[Output] = []

    def record(self, name: str, text: str = "text\n", round_: int = 1) -> Path:
        """Write a file and record it."""
        place = self.folder / "outputs" / name
        place.write_text(text)
        kept = keep(str(place), here=self.folder, task_folder=self.folder)
        self.recorded.append(Output(id=1, task_id=1, path=kept.path, sha256=kept.sha256, size=kept.size, round=round_))
        return place

    def look(self, *expected: str, round_: int = 1) -> Looked:
        """What stands against handing in."""
        return look_at_outputs(self.folder, self.recorded, expected, present_round=round_)


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(tmp_path / "7")


def test_what_is_as_it_was_recorded_stands_against_nothing(task: Task) -> None:
    task.record("a.md")
    assert task.look("outputs/a.md") == Looked()


def test_every_expected_output_that_is_missing_is_named_with_what_to_do(task: Task) -> None:
    (task.folder / "outputs" / "there.md").write_text("x")
    first, second = task.look("outputs/gone.md", "outputs/there.md").problems
    assert "outputs/gone.md is expected" in first and f"write it to {task.folder}/outputs/gone.md" in first
    assert "it is there, so record it with `blackboard output" in second


def test_a_file_that_changed_since_is_refused_also_one_of_an_earlier_round(task: Task) -> None:
    task.record("now.md", round_=2).write_text("other\n")
    task.record("before.md", round_=1).write_text("other\n")
    problems = task.look(round_=2).problems
    assert ["record it again" in problem for problem in problems] == [True, True]


def test_a_file_that_became_empty_a_folder_or_a_link_that_leaves_is_refused(task: Task, tmp_path: Path) -> None:
    task.record("empty.md").write_text("")
    folder = task.record("folder.md")
    folder.unlink()
    folder.mkdir()
    link = task.record("link.md")
    link.unlink()
    (tmp_path / "outside").write_text("text\n")
    link.symlink_to(tmp_path / "outside")
    lost = task.record("lost.md")
    lost.unlink()
    lost.symlink_to(tmp_path / "nothing")
    pipe = task.record("pipe.md")
    pipe.unlink()
    os.mkfifo(pipe)
    problems = task.look().problems
    for name, said in (("empty", "is empty"), ("folder", "a folder"), ("link", "leads out"), ("pipe", "a pipe")):
        assert [p for p in problems if p.startswith(f"outputs/{name}.md") and said in p], (name, problems)
    assert len(problems) == 5


def test_a_file_of_this_round_or_an_expected_one_must_not_be_gone(task: Task) -> None:
    task.record("new.md", round_=2).unlink()
    task.record("wanted.md", round_=1).unlink()
    looked = task.look("outputs/wanted.md", round_=2)
    assert len(looked.problems) == 2 and looked.gone == ()


def test_a_file_of_an_earlier_round_that_nobody_expects_may_be_taken_away(task: Task) -> None:
    task.record("old.md", round_=1).unlink()
    assert task.look(round_=2) == Looked(gone=("outputs/old.md",))
