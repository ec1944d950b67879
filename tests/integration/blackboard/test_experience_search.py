"""Promises of the search for experiences: Chinese words of one and two characters are found, and no input is ever syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.blackboard.reads.experience_search import Hit, search_experiences, unindexed
from console.blackboard.reads.experiences import list_experiences
from console.blackboard.words import snippet
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.experiences import record_experience
from tests.boards import BOSS, Board

HAN, KANA, HANGUL = "回测数据缺失值读取编码错误的了龘𠮷", "データを読むカナ", "데이터읽기"
LETTERS = "abcdefgABCDEFGéüñßαβγжщ0123456789"
MARKS = " \t\n.,;:!?\"'()[]{}*^+-_/\\|~«»，。、！？「」：\u3000"
MIXED = st.text(st.sampled_from(HAN + KANA + HANGUL + LETTERS + MARKS), min_size=1, max_size=60)
CJK = re.compile(f"[{HAN}{KANA}{HANGUL}]+")
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TITLES = count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """One blackboard for all examples: what others hold must not matter."""
    board = Board(tmp_path_factory.mktemp("shared") / "quant")
    yield board
    board.close()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "quant")
    yield made
    made.close()


def learn(board: Board, title: str, body: str, *tags: str) -> int:
    return record_experience(board.db, title=title, body=body, tags=tags, by=BOSS, now=board.now())


def found(board: Board, text: str, **how: object) -> list[int]:
    return [hit.experience.id for hit in hits(board, text, **how)]


def hits(board: Board, text: str, **how: object) -> tuple[Hit, ...]:
    return search_experiences(board.db, text, **{"limit": 100_000, **how})  # type: ignore[arg-type]


@MANY
@given(body=MIXED, data=st.data())
def test_any_one_or_two_neighbouring_chinese_characters_find_their_text(
    shared: Board, body: str, data: st.DataObject
) -> None:
    runs = CJK.findall(body)
    number = learn(shared, f"title {next(TITLES)}", f"x {body}")
    if runs:
        run = data.draw(st.sampled_from(runs))
        begin = data.draw(st.integers(0, len(run) - 1))
        for length in (1, 2):
            assert number in found(shared, run[begin : begin + length])


@MANY
@given(body=MIXED, data=st.data())
def test_a_text_is_found_by_each_of_its_words_and_by_all_of_them(shared: Board, body: str, data: st.DataObject) -> None:
    number = learn(shared, f"title {next(TITLES)}", f"x {body}")
    words = [word for word in body.split() if any(c.isalnum() for c in word)]
    for word in words:
        assert number in found(shared, word), word
        assert number in found(shared, word.upper() if word.isascii() else word), word
    if 0 < len(words) <= 20:
        assert number in found(shared, " ".join(data.draw(st.permutations(words))))


@MANY
@given(text=st.text(st.characters(), max_size=80))
def test_no_text_raises_whatever_is_in_it(shared: Board, text: str) -> None:
    for how in ({}, {"every": True}, {"tag": text.encode("utf-8", "replace").decode()}):
        hits(shared, text, **how)
    snippet(text, text)


@pytest.mark.parametrize(
    "syntax",
    [
        '"',
        '""',
        "a AND",
        "NOT a",
        "a OR",
        "title:x",
        "{title body}:x",
        "NEAR(a b)",
        "a*",
        "^a",
        "-a",
        "(",
        "a) OR (b",
        "\0",
        "\ud800",
    ],
)
def test_the_syntax_of_the_index_means_nothing(board: Board, syntax: str) -> None:
    learn(board, "one", "nothing of this kind")
    assert isinstance(found(board, syntax), list)


def test_a_word_of_the_syntax_is_a_word(board: Board) -> None:
    number = learn(board, "one", "this AND that, NOT those")
    assert found(board, "AND NOT") == [number]
    assert found(board, "title:those") == []


def test_the_title_counts_more_than_the_tags_and_these_more_than_the_body(board: Board) -> None:
    body = learn(board, "one", "something on encoding somewhere")
    tagged = learn(board, "two", "something on nothing at all", "encoding")
    titled = learn(board, "encoding", "something on nothing anywhere")
    assert found(board, "encoding") == [titled, tagged, body]


def test_a_word_is_found_as_the_beginning_of_a_longer_one(board: Board) -> None:
    number = learn(board, "backtests need data", "always")
    assert found(board, "backtest") == [number]
    assert found(board, "ba") == [], "two letters begin too many words"


def test_where_no_text_has_all_words_those_with_some_are_given_and_say_so(board: Board) -> None:
    one = learn(board, "csv", "read it as utf-8")
    learn(board, "other", "nothing")
    (hit,) = hits(board, "csv parquet")
    assert (hit.experience.id, hit.whole) == (one, False)
    (hit,) = hits(board, "csv")
    assert hit.whole
    chinese = learn(board, "数据缺失", "先补齐再回测")
    assert found(board, "回测数据缺失怎么办") == [chinese]


def test_only_those_with_the_tag_and_deprecated_ones_only_when_asked_for(board: Board) -> None:
    first, second = learn(board, "csv one", "x", "csv"), learn(board, "csv two", "x", "其他")
    assert found(board, "csv", tag="其他") == [second]
    board.db.execute("UPDATE experiences SET status = 'deprecated' WHERE id = ?", (first,))
    assert found(board, "csv") == [second]
    assert set(found(board, "csv", every=True)) == {first, second}


def test_the_snippet_shows_the_place_in_the_text(board: Board) -> None:
    learn(board, "long", f"{'before ' * 60}编码错误 {'after ' * 60}")
    (hit,) = hits(board, "编码")
    assert "编码错误" in hit.snippet and len(hit.snippet) < 130
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…")


def test_what_a_bare_shell_writes_changes_or_takes_away_is_found_as_it_is_now(board: Board) -> None:
    kept = learn(board, "kept", "old words", "csv")
    gone = learn(board, "gone", "old words")
    board.db.execute("INSERT INTO experiences (title, body, tags, at) VALUES ('壳', '手写的', '[\"shell\"]', 1)")
    board.db.execute("INSERT INTO experiences (title, body, tags, at) VALUES ('bad', 'tags', 'no json', 1)")
    board.db.execute("UPDATE experiences SET body = 'new words', tags = '[\"parquet\"]' WHERE id = ?", (kept,))
    board.db.execute("DELETE FROM experiences WHERE id = ?", (gone,))
    assert unindexed(board.db)
    assert index_changed(board.db, limit=1) == 1
    assert index_changed(board.db) == 3
    assert not unindexed(board.db) and index_changed(board.db) == 0
    assert found(board, "手写") == [gone + 1]
    assert found(board, "new", tag="parquet") == [kept]
    assert found(board, "old") == [], "neither what it said before, nor what is gone"
    assert found(board, "new", tag="csv") == []
    assert [e.tags for e in list_experiences(board.db)][:2] == [(), ("shell",)], "a broken row hides no other"
