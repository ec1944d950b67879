"""The async door: whole commands on a thread of their own, errors as they are, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

import pytest

from console.blackboard.aio import AsyncDatabase
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.errors import DatabaseSetAside, NotFound
from tests.boards import BOSS, Board


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_command_runs_and_gives_its_result(board: Board) -> None:
    door = await AsyncDatabase.open(partial(open_project, board.folder))
    task = await door.call(create_task, NewTask(title="through the door"), by=BOSS, now=5)
    assert await door.call(get_task, task.id) == task
    with pytest.raises(NotFound):
        await door.call(get_task, 99)
    await door.close()
    await door.close()


async def test_a_database_that_cannot_be_opened_raises_and_leaves_no_thread(tmp_path: Path) -> None:
    with pytest.raises(DatabaseSetAside):
        await AsyncDatabase.open(partial(open_project, tmp_path / "nowhere"))


def test_a_door_left_open_does_not_keep_the_process_alive(board: Board) -> None:
    script = textwrap.dedent(f"""
        import asyncio
        from functools import partial
        from pathlib import Path
        from console.blackboard.aio import AsyncDatabase
        from console.blackboard.connection import open_project
        async def main():
            global door
            door = await AsyncDatabase.open(partial(open_project, Path({str(board.folder)!r})))
        asyncio.run(main())
    """)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], timeout=20, check=True, cwd=Path(__file__).parents[3]
    )
