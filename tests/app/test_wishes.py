"""Promises that an edit of `console.yaml` shows in a running console, and that a broken one changes nothing but says where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from textual import constants
from textual.widgets import Input

from console.actions.registry import by_id, use_keys
from console.app.app import Console
from console.app.preferences import config_file, theme_folder
from console.app.preferred import preferences
from console.app.wishes import SETTLED, Wished, Wishes
from console.home import Home
from console.i18n import language, use_language
from console.sentences import spoken
from tests.app.conftest import Opener
from tests.app.world import FixedClock, until
from widgets.marks import ASCII


@pytest.fixture(autouse=True)
def _our_keys_again() -> Iterator[None]:
    yield
    use_keys({})


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    """Of a person whose file says nothing yet."""
    found = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path)}
    theme_folder(found).mkdir(parents=True)
    config_file(found).write_text("", "utf-8")
    return found


def write(environ: Mapping[str, str], text: str) -> None:
    """As an editor does that writes another file and renames it."""
    file = config_file(environ)
    beside = file.with_name("console.yaml.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)


def told(app: Console) -> str:
    """What the notes say."""
    return "\n".join(note.message for note in app._notifications)


async def test_an_edit_shows_while_the_console_runs_and_what_was_typed_stays(
    home: Home, opened: Opener, environ: Mapping[str, str]
) -> None:
    async with opened(home, environ=environ, wanted=preferences(environ)) as (app, pilot):
        await pilot.press("colon", *"theme")
        wishes = "theme: light\nmarks: ascii\nbell: off\nmotion: false\nquiet: 01:00-02:00\nkeys:\n  approve: [f5]\n"
        write(environ, wishes)
        await until(pilot, lambda: app.theme == "moziplus-light", "the theme")
        assert app.screen.query_one(Input).value == "theme"
        assert (app.look.glyphs, app.terminal.bell, app.animation_level) == (ASCII, "off", "none")
        assert (by_id()["approve"].keys, app.wanted.quiet) == (("f5",), (60, 120))
        write(environ, "language: zh\n")
        await until(pilot, lambda: language() == "zh", "the language")
        assert (app.theme, by_id()["approve"].keys) == ("moziplus-dark", ("v",)), "what is left out is as ever"
        assert (app.terminal.bell, app.animation_level) == ("on", constants.TEXTUAL_ANIMATIONS)
        assert app.screen.query_one(Input).value == "theme"


async def test_a_broken_file_is_told_with_its_line_and_what_was_in_force_stays_until_it_is_mended(
    home: Home, opened: Opener, environ: Mapping[str, str]
) -> None:
    write(environ, "theme: light\nkeys:\n  approve: [f5]\n")
    use_keys({"approve": ("f5",)})
    async with opened(home, environ=environ, wanted=preferences(environ)) as (app, pilot):
        write(environ, "theme: contrast\nbell: loud\n")
        await until(pilot, lambda: f"{config_file(environ)}:2: bell: expected" in told(app), "the problem")
        assert "stays so until that is mended" in told(app)
        assert (app.theme, by_id()["approve"].keys, app.wanted.bell) == ("moziplus-light", ("f5",), "on")
        write(environ, "theme: nowhere\n")
        await until(pilot, lambda: f"{config_file(environ)}:1: theme: expected one of" in told(app), "the theme")
        assert app.theme == "moziplus-light"
        write(environ, "theme: contrast\nbell: bell\n")
        await until(pilot, lambda: app.theme == "moziplus-contrast", "the mended file")
        assert (app.wanted.bell, by_id()["approve"].keys) == ("bell", ("v",))


async def test_what_was_chosen_meanwhile_stays_and_a_theme_of_ones_own_is_worn_as_it_is_now(
    home: Home, opened: Opener, environ: Mapping[str, str]
) -> None:
    sea = theme_folder(environ) / "sea.yaml"
    sea.write_text('primary: "#004080"\n', "utf-8")
    write(environ, "theme: sea\n")
    async with opened(home, environ=environ, wanted=preferences(environ)) as (app, pilot):
        sea.write_text('primary: "#105090"\n', "utf-8")
        await until(pilot, lambda: app.theme_variables["primary"] == "#105090", "the colour")
        sea.write_text("primary: blue\n", "utf-8")
        await until(pilot, lambda: f"{sea}:1: primary: expected a colour" in told(app), "the torn theme")
        assert app.theme_variables["primary"] == "#105090"
        app.theme = "moziplus-light"
        write(environ, "theme: sea\nbell: off\n")
        await until(pilot, lambda: app.terminal.bell == "off", "the bell")
        assert app.theme == "moziplus-light"


def test_a_file_is_read_once_nobody_writes_it_any_more(environ: Mapping[str, str]) -> None:
    clock, found = _Hand(), list[Wished]()
    wishes = Wishes(environ, clock, found.append)
    assert not wishes.look(), "what is there at the start is known"
    write(environ, "the")
    assert wishes.look() and not found
    clock.at += SETTLED
    write(environ, "theme: light\n")
    assert wishes.look() and not found, "it was written again meanwhile"
    clock.at += SETTLED
    assert not wishes.look() and [each.wanted.theme for each in found] == ["light"]
    config_file(environ).unlink()
    assert wishes.look()
    clock.at += SETTLED
    assert not wishes.look() and found[-1].wanted.theme == "", "without the file all is as ever"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("them: dark\n", "应为`theme`，却有未知的键"),
        ("quiet: 25:00-07:00\n", "：quiet：应为一天中两个不同的时刻"),
        ("keys:\n  aprove: v\n", "keys.aprove：应为 `approve`，却是未知的名称"),
        ("keys:\n  approve: x\n", "`x` 却也属于 request_changes"),
        ("- a\n", "却是列表"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_with_keys_as_they_are_written(
    environ: Mapping[str, str], text: str, says: str
) -> None:
    write(environ, text)
    use_language("zh")
    (problem,) = preferences(environ).problems
    assert says in spoken(problem)


class _Hand(FixedClock):
    """A clock moved by hand."""

    at = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.at
