"""Promises what a person's `console.yaml` does: keys, themes, quiet hours; and that what is wrong in it is said, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path

import pytest

from console.actions.registry import by_id, on_key, shipped, use_keys
from console.app.dressing import no_theme
from console.app.key_names import key_of, shown
from console.app.key_presets import PRESETS
from console.app.keymap import clashes, keys_with, with_presets
from console.app.preferences import EXAMPLE, Preferences, config_file, is_quiet, theme_folder
from console.app.preferred import preferences
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import settle
from tests.repository import ROOT
from widgets.board import BoardColumns


@pytest.fixture(autouse=True)
def _our_keys_again() -> Iterator[None]:
    yield
    use_keys({})


def written(folder: Path, text: str) -> Mapping[str, str]:
    """The variables of a person whose file says `text`."""
    environ = {"XDG_CONFIG_HOME": str(folder)}
    config_file(environ).parent.mkdir(parents=True, exist_ok=True)
    config_file(environ).write_text(text, "utf-8")
    return environ


def test_the_file_in_the_page_holds_and_names_every_key_there_is(tmp_path: Path) -> None:
    found = preferences(written(tmp_path, EXAMPLE))
    assert found.problems == ()
    assert (found.theme, found.bell, found.quiet, found.keys) == (
        "dark",
        "on",
        (22 * 60, 7 * 60),
        {"approve": ("v", "f5"), "pause": ()},
    )
    assert EXAMPLE in (ROOT / "docs" / "console.md").read_text("utf-8")


def test_without_a_file_everything_is_as_ever_and_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    assert preferences({"XDG_CONFIG_HOME": str(tmp_path / "none")}) == Preferences()
    environ = written(tmp_path, "theme: light\nlanguage: en\nbell: off\nmouse: true\n")
    said = preferences({**environ, "MOZIPLUS_THEME": "ansi", "MOZIPLUS_LANGUAGE": "zh", "MOZIPLUS_MOUSE": "off"})
    assert (said.theme, said.language, said.bell, said.mouse) == ("ansi", "zh", "off", False)
    assert preferences({**environ, "LANG": "C"}).ascii_marks, "a locale without UTF-8 draws no marks of it"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("them: dark\n", ":1: them: expected `theme`, found a key that is not known"),
        ("mouse: 3\n", ":1: mouse: expected true or false"),
        ("quiet: 25:00-07:00\n", ":1: quiet: expected two different times of the day"),
        ("keymap: vim\n", ":1: keymap: expected one of moziplus, k9s, lazygit"),
        ("keys:\n  aprove: v\n", ":2: keys.aprove: expected `approve`, found a name that is not known"),
        ("keys:\n  approve: [ctrl-i]\n", ":2: keys.approve: expected a key that a terminal can tell from others"),
        ("keys:\n  approve: hyper-x\n", ":2: keys.approve: expected a key"),
        ("keys:\n  approve: x\n", ":2: keys.approve: expected a key of its own, found `x`, which is also that of"),
        ("keys:\n - approve: v\n", ":1: keys: expected a mapping, found a list"),
        ("keys:\n  approve:\n", ":2: keys.approve: expected a key"),
        ("keys:\n  approve: ctrl-c\n", ":2: keys.approve: expected a key"),
        ("keys:\n  approve: ctrl-1\n", ":2: keys.approve: expected a key"),
        (
            "keys:\n  request-changes: f6\n  request_changes: f7\n",
            ":3: keys.request_changes: expected each action once",
        ),
        ("quiet: 08:00-08:00\n", ":1: quiet: expected two different times of the day"),
        ("keys:\n  quit: none\n", ":2: keys.quit: expected a key, for without one there is no way out"),
        ("a: [\n", ":2: "),
        ("- a\n", ":1: expected `key: value` lines"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_rest_holds(tmp_path: Path, text: str, says: str) -> None:
    found = preferences(written(tmp_path, text))
    assert len(found.problems) == 1 and says in found.problems[0], found.problems
    readable = ": expected `key" not in says and text != "a: [\n"
    assert (preferences(written(tmp_path, "theme: light\n" + text)).theme == "light") is readable


def test_a_link_to_nothing_is_told_and_a_capital_may_be_written_with_shift(tmp_path: Path) -> None:
    environ = written(tmp_path, "keys:\n  approve: shift-v\n")
    assert preferences(environ).keys == {"approve": ("V",)}
    config_file(environ).unlink()
    config_file(environ).symlink_to(tmp_path / "gone")
    assert "found a link to nothing" in preferences(environ).problems[0]


@pytest.mark.parametrize("keymap", PRESETS)
def test_no_keymap_that_comes_along_has_a_key_twice_or_names_an_action_that_is_none(keymap: str) -> None:
    own = PRESETS[keymap]
    assert set(own) <= {action.id for action in shipped()}
    assert list(clashes(with_presets(keymap, {}), own=own)) == []


def test_every_key_of_ours_can_be_written_into_the_file() -> None:
    for action in shipped():
        for key in action.keys:
            assert key_of(shown(key)) == key, (action.id, key)


def test_a_key_of_ones_own_is_taken_from_who_had_it() -> None:
    use_keys(keys_with("moziplus", {"approve": ("x", "f5")}))
    assert [action.id for action in on_key()["x"]] == ["approve"]
    assert by_id()["request_changes"].keys == ()
    assert "v" not in on_key()
    assert {action.id for action in on_key()["a"]} == {"answer", "assign"}, "what shares a key of ours goes on to"


async def test_keys_of_ones_own_act_and_are_shown_in_footer_and_help(debated: Home, opened: Opener) -> None:
    use_keys(keys_with("k9s", {"work": ("W",)}))
    async with opened(debated) as (app, pilot):
        await pilot.press("4")
        await pilot.press("o")
        assert not app.screen.query("WorkPane, #work.-page") and len(app.screen_stack) == 1
        await pilot.press("W")
        await pilot.pause()
        assert len(app.screen_stack) == 2, "the work has a page"
        await pilot.press("escape", "?")
        await pilot.pause()
        assert "ctrl-w" in str(app.export_screenshot())


@pytest.mark.parametrize(
    ("quiet", "at", "is_so"),
    [
        ((22 * 60, 7 * 60), "23:30", True),
        ((22 * 60, 7 * 60), "06:59", True),
        ((22 * 60, 7 * 60), "07:00", False),
        ((12 * 60, 13 * 60), "12:00", True),
        ((12 * 60, 13 * 60), "13:00", False),
        (None, "03:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(quiet: tuple[int, int] | None, at: str, is_so: bool) -> None:
    hour, minute = (int(part) for part in at.split(":"))
    now = 1_764_288_000_000 + (hour * 60 + minute) * 60_000  # a midnight of UTC, and on
    assert is_quiet(Preferences(quiet=quiet), now, UTC) is is_so


def test_a_theme_that_is_not_there_is_told_with_the_line_or_the_variable_that_names_it(tmp_path: Path) -> None:
    environ = written(tmp_path, "language: en\ntheme: lihgt\n")
    said = no_theme(preferences(environ), ())
    assert said.startswith(f"{config_file(environ)}:2: theme: expected one of dark, ") and said.endswith(
        "found `lihgt`"
    )
    assert no_theme(preferences({**environ, "MOZIPLUS_THEME": "sea"}), ()).startswith("MOZIPLUS_THEME: theme: expected")
    assert no_theme(preferences({**environ, "MOZIPLUS_THEME": "ansi"}), ()) == ""


async def test_a_theme_of_ones_own_is_worn_and_a_broken_one_is_told_and_left_out(
    home: Home, opened: Opener, tmp_path: Path
) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    folder = theme_folder(environ)
    folder.mkdir(parents=True)
    (folder / "sea.yaml").write_text('base: light\nprimary: "#004080"\n', "utf-8")
    (folder / "torn.yaml").write_text("primary: blue\n", "utf-8")
    (folder / "dark.yaml").write_text("base: light\n", "utf-8")
    async with opened(home, wanted=Preferences(theme="sea"), environ=environ) as (app, pilot):
        assert (app.theme, app.theme_variables["primary"]) == ("sea", "#004080")
        assert app.current_theme.dark is False
        told = " ".join(app.wanted.problems)
        assert "torn.yaml:1: primary: expected a colour" in told
        assert "dark.yaml:1: expected a name of its own" in told
        await pilot.pause()
        assert {note.title for note in app._notifications} == {"Console settings"}
    async with opened(home, wanted=Preferences(theme="gone"), environ=environ) as (app, _pilot):
        assert app.theme == "moziplus-dark", "a theme that is not there falls back"
        assert any("found `gone`" in problem for problem in app.wanted.problems)


async def test_a_console_begins_where_the_last_one_ended(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        other = next(row.id for row in app.world.projects if row.id != app.world.board.project)
        app.select(other)
        await pilot.press("2")
        await settle(app, pilot)
        app.screen.query_one(BoardColumns).filter("status=pending")
        app.history.remember("theme light")
        await settle(app, pilot)
    async with opened(home, wanted=Preferences(restore=False)) as (app, pilot):
        assert (app.current_mode, app.history.newest_first) == ("1", ()), "who does not want it begins anew"
    async with opened(home, read_only=True) as (app, pilot):
        await settle(app, pilot)
        assert (app.current_mode, app.world.board.project) == ("2", other)
        assert app.screen.query_one(BoardColumns).filtered == "status=pending"
        assert app.history.newest_first == ("theme light",)
        await pilot.press("1")
    async with opened(home) as (app, pilot):
        assert app.current_mode == "2", "a console that only looks leaves no word"
    (home.state / "console.json").write_text("[]", "utf-8")
    async with opened(home) as (app, pilot):
        assert app.current_mode == "1", "what is not ours is as nothing"
