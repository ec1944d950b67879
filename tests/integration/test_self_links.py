"""Promises that a link which leads to itself is a plain answer of a command, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.home import Home
from console.making import prepare_home
from tests.program import moziplus


@pytest.mark.parametrize(
    "words", [("demo", "--headless"), ("init",), ("doctor",), ("status",), ("skill", "add"), ("config", "show")]
)
def test_a_path_that_leads_to_itself_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    home = prepare_home(Home(tmp_path / "home"))
    given = {"init": (*words, str(loop)), "skill": (*words, str(loop))}.get(words[0], ("--home", str(loop), *words))
    done = moziplus(*given, home=home.path)
    assert "Traceback" not in done.err and "internal" not in done.err, done
    assert done.code in (1, 2, 3, 5), done
    assert len(done.err.splitlines()) <= 2, done


@pytest.mark.parametrize(
    "place", ["projects/loop", "skills/custom/loop", "runs/loop", "config/review_protocols/loop.yaml"]
)
def test_such_a_link_inside_of_a_home_stops_no_command(tmp_path: Path, place: str) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    (home.path / place).parent.mkdir(parents=True, exist_ok=True)
    (home.path / place).symlink_to(Path(place).name)
    for words in (
        ("doctor",),
        ("status",),
        ("init", str(home.path)),
        ("skill", "list"),
        ("project", "list"),
        ("clean",),
    ):
        done = moziplus(*words, home=home.path, HOME=str(tmp_path))
        assert "Traceback" not in done.err and "internal" not in done.err, (words, done)
