"""A blackboard of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boards import Board


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "quant")
    yield made
    made.close()


@pytest.fixture
def reviewed(board: Board) -> Board:
    """A board whose task #1 was submitted for an output review."""
    board.task("the work", reviews=("output_review",))
    board.work(1)
    return board
