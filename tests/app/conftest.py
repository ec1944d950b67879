"""The same world for every test of the console: English unless a test asks, no blinking, a sample home built once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from pathlib import Path
from sqlite3 import DatabaseError, connect
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from console.app.app import Console
from console.home import Home
from console.i18n import use_language
from tests.app.debated import debated_home
from tests.app.sample import empty_home, sample_home
from tests.app.world import FixedClock, settle

Opened = AbstractAsyncContextManager[tuple[Console, Pilot[int]]]
Opener = Callable[..., Opened]


class _Picture(SingleFileSnapshotExtension):
    """A screen as SVG, one file a picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = "svg"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test starts in English and leaves no other language behind."""
    use_language("en")
    yield
    use_language("en")


def _copied(made: Path, to: Path) -> Home:
    """All of it, and what its sessions say stands in the copy, or one test would read what another wrote."""
    shutil.copytree(made, to)
    home = Home(to)
    for project in sorted(home.projects.iterdir()):
        if not (project / "blackboard.db").is_file():
            continue
        with suppress(DatabaseError), closing(connect(project / "blackboard.db")) as db, db:  # one of them is broken
            db.execute("UPDATE sessions SET folder = replace(folder, ?, ?), rev = rev + 1", (str(made), str(to)))
    return home


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_home(tmp_path_factory.mktemp("sample") / "home").path


@pytest.fixture
def home(_made: Path, tmp_path: Path) -> Home:
    """A home of one's own, with the sample projects. No connection to the copied one is open."""
    return _copied(_made, tmp_path / "home")


@pytest.fixture(scope="session")
def _made_debated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return debated_home(tmp_path_factory.mktemp("debated") / "home").path


@pytest.fixture
def debated(_made_debated: Path, tmp_path: Path) -> Home:
    """A home of one's own in which agents debated over two rounds. No connection to the copied one is open."""
    return _copied(_made_debated, tmp_path / "home")


@pytest.fixture
def bare_home(tmp_path: Path) -> Home:
    """A home without projects."""
    return empty_home(tmp_path / "home")


@pytest.fixture
def opened() -> Opener:
    """Open the console on a home: `async with opened(home, size=(80, 24)) as (app, pilot)`."""

    @asynccontextmanager
    async def open_(
        home: Home, size: tuple[int, int] = (120, 40), **options: Any
    ) -> AsyncIterator[tuple[Console, Pilot[int]]]:
        options.setdefault("environ", {"HOME": str(home.path / "nobody")})
        app = Console(home, clock=FixedClock(), pace=0.0, **options)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            yield app, pilot

    return open_


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[Console], bool]:
    """Compare the screen with the stored picture; `--snapshot-update` stores it anew."""
    pictures = snapshot.use_extension(_Picture)

    def same(app: Console) -> bool:
        return bool(app.export_screenshot(simplify=True) == pictures)

    return same
