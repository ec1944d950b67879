"""Promises how the console looks: every size in both languages, the other themes, without colour, in ASCII."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.app.app import Console
from console.app.exporting import text_of_screen
from console.app.preferences import Preferences
from console.home import Home
from console.i18n import use_language
from tests.app.conftest import Opener
from tests.app.system_sample import ILL, IN_ORDER, OUT_OF_ORDER, WELL, shown, standing, write_a_day
from tests.app.test_cockpit import cockpit, told
from tests.app.world import settle, stand_on, until

__all__ = ("told",)  # a fixture

SIZES = ((80, 24), (120, 40), (200, 60))
ANALYSIS = 6
Same = Callable[[Console], bool]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_overview_looks_right_in_every_size_and_language(
    home: Home, opened: Opener, picture: Same, size: tuple[int, int], language: str
) -> None:
    use_language(language)
    async with opened(home, size=size) as (app, _pilot):
        assert picture(app)


@pytest.mark.parametrize("theme", ["light", "ansi", "contrast", "blue-orange"])
async def test_the_overview_looks_right_in_other_themes(home: Home, opened: Opener, picture: Same, theme: str) -> None:
    async with opened(home, wanted=Preferences(theme=theme)) as (app, _pilot):
        assert picture(app)


async def test_nothing_is_told_by_colour_alone(
    home: Home, opened: Opener, picture: Same, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(home) as (app, _pilot):
        assert picture(app)


async def test_the_console_can_do_without_unicode_marks(home: Home, opened: Opener, picture: Same) -> None:
    async with opened(home, wanted=Preferences(ascii_marks=True)) as (app, _pilot):
        assert picture(app)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("view", ["2", "3", "4", "5"])
async def test_the_other_views_look_right(
    home: Home, opened: Opener, picture: Same, size: tuple[int, int], view: str
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await pilot.press(view)
        if view == "3" and size[0] > 80:  # which session is read follows the cursor after a rest
            await until(pilot, lambda: "It has said nothing yet." in text_of_screen(app), "the transcript is read")
        await settle(app, pilot)
        assert picture(app)


async def test_the_board_has_the_task_beside_it_where_there_is_room(home: Home, opened: Opener, picture: Same) -> None:
    use_language("zh")
    async with opened(home, size=(200, 60)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        assert picture(app)


@pytest.mark.parametrize(
    ("size", "language"), [*((size, "en") for size in SIZES), (SIZES[1], "zh")], ids=("80", "120", "200", "120-zh")
)
async def test_the_system_view_looks_right(
    home: Home, opened: Opener, picture: Same, size: tuple[int, int], language: str
) -> None:
    use_language(language)
    write_a_day(home)
    async with opened(home, size=size) as (app, pilot):
        await standing(app, pilot, WELL, IN_ORDER)
        assert picture(app)


@pytest.mark.parametrize("size", SIZES[:2], ids=("80", "120"))
async def test_the_system_view_says_what_is_wrong(
    home: Home, opened: Opener, picture: Same, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await standing(app, pilot, ILL, OUT_OF_ORDER)
        assert picture(app)


async def test_the_log_has_the_whole_of_a_small_terminal(home: Home, opened: Opener, picture: Same) -> None:
    write_a_day(home)
    async with opened(home, size=(80, 24)) as (app, pilot):
        await standing(app, pilot, WELL, IN_ORDER)
        await pilot.press("]")
        await settle(app, pilot)
        assert picture(app)


@pytest.mark.parametrize("pane", range(5))
async def test_every_pane_has_the_whole_of_a_small_terminal(
    home: Home, opened: Opener, picture: Same, pane: int
) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        for _n in range(pane):
            await pilot.press("]")
        assert picture(app)


@pytest.mark.parametrize("key", ["question_mark", "colon", "full_stop", "D", "x"])
async def test_the_dialogs_look_right(home: Home, opened: Opener, picture: Same, key: str) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press(key)
        await pilot.pause()
        assert picture(app)


async def test_a_thread_and_a_task_can_be_read_on_a_small_terminal(home: Home, opened: Opener, picture: Same) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("enter")
        await settle(app, pilot)
        assert picture(app)


async def test_an_empty_home_says_what_fills_it(bare_home: Home, opened: Opener, picture: Same) -> None:
    async with opened(bare_home) as (app, _pilot):
        assert picture(app)


@pytest.mark.parametrize("size", SIZES[:2], ids=("80", "120"))
async def test_the_agents_look_right(home: Home, opened: Opener, picture: Same, size: tuple[int, int]) -> None:
    async with opened(home, size=size) as (app, pilot):
        await pilot.press("7")
        await until(pilot, lambda: "simayi" in shown(app), "they were read")
        await settle(app, pilot)
        assert picture(app)


async def test_four_sessions_at_once_look_right(told: Home, opened: Opener, picture: Same) -> None:  # noqa: F811
    use_language("zh")
    async with opened(told, size=(200, 60)) as (app, pilot):
        await cockpit(app, pilot)
        await pilot.press("S", "t")
        everybody = ("The cache is gone.", "I am guanyu-dev.", "I am zhaoyun-data.")
        await until(pilot, lambda: all(words in shown(app) for words in everybody), "all of them")
        await settle(app, pilot)
        assert picture(app)
