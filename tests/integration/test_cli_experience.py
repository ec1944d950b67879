"""Promises of `moziplus experience`: what was learnt is listed, found, read and exported, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.reads.experience_search import unindexed
from tests.agent import Desk
from tests.program import Done, moziplus

FIELDS = {"project", "id", "title", "tags", "status", "source", "task", "session", "by", "at", "uses", "last_use_at"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With two experiences, one of them Chinese."""
    desk = Desk(tmp_path)
    desk("experience", "--title", "Read the CSV", "--body", "as utf-8-sig", "--tag", "csv", MOZIPLUS_AGENT="dev")
    desk("experience", "--title", "回测时数据缺失", "--body", "先补齐[red]数据[/red]", "--tag", "回测,csv")
    return desk


def cli(desk: Desk, *words: str) -> Done:
    return moziplus("experience", *words, home=desk.home.path)


def test_the_newest_come_first_with_stable_fields(desk: Desk) -> None:
    newest, oldest = cli(desk, "list", "--json").records
    assert set(newest) == FIELDS
    assert (newest["title"], newest["tags"], newest["status"]) == ("回测时数据缺失", ["回测", "csv"], "active")
    assert (oldest["by"], oldest["source"], oldest["uses"], oldest["last_use_at"]) == ("dev", "hand", 0, None)
    assert [row["id"] for row in cli(desk, "list", "--tag", "回测", "--json").records] == [newest["id"]]
    assert "Read the CSV" in cli(desk, "list").out


def test_chinese_words_of_one_and_two_characters_are_found(desk: Desk) -> None:
    for words in ("缺", "缺失", "数据 缺失", "测"):
        (row,) = cli(desk, "search", *words.split(), "--json").records
        assert (row["title"], row["whole"]) == ("回测时数据缺失", True)
        assert set(row) == FIELDS | {"snippet", "whole"}
    assert "[red]数据[/red]" in cli(desk, "search", "补齐").out, "shown as it is, not as markup"


def test_what_has_only_some_of_the_words_says_so(desk: Desk) -> None:
    done = cli(desk, "search", "csv", "parquet")
    assert (done.code, done.out.splitlines()[0]) == (0, "none has all of the words; these have some:")
    assert cli(desk, "search", "nothing-like-it").out == "no experience has any of these words\n"
    assert cli(desk, "search", "title:", '"', "--json").records == []


def test_one_is_shown_whole_and_an_unknown_one_is_not_found(desk: Desk) -> None:
    record = cli(desk, "show", "1", "--json").record
    assert set(record) == FIELDS | {"body", "distillation"}
    assert (record["body"], record["distillation"]) == ("as utf-8-sig", None)
    assert cli(desk, "show", "quant#1").out.splitlines()[0] == "quant#1 Read the CSV"
    missing = cli(desk, "show", "99")
    assert (missing.code, missing.out) == (3, "") and "experience list" in missing.err


def test_the_tags_say_how_far_they_are_from_a_skill(desk: Desk) -> None:
    rows = cli(desk, "list", "--tags", "--json").records
    assert [(r["project"], r["tag"], r["active"], r["waiting"], r["threshold"]) for r in rows] == [
        ("quant", "csv", 2, 2, 5),
        ("quant", "回测", 1, 1, 5),
    ]
    assert "2 of 5" in cli(desk, "list", "--tags").out
    assert cli(desk, "list", "--tags", "--tag", "csv").code == 2


def test_deprecated_ones_are_shown_only_when_asked_for(desk: Desk) -> None:
    db = desk.open()
    db.execute("UPDATE experiences SET status = 'deprecated' WHERE id = 1")
    db.close()
    assert [row["id"] for row in cli(desk, "list", "--json").records] == [2]
    assert [row["id"] for row in cli(desk, "list", "--all", "--json").records] == [2, 1]
    assert cli(desk, "search", "utf", "--json").records == []
    assert [row["id"] for row in cli(desk, "search", "utf", "--all", "--json").records] == [1]


def test_what_a_bare_shell_wrote_is_found_too(desk: Desk) -> None:
    db = desk.open()
    db.execute("INSERT INTO experiences (title, body, at) VALUES ('手写', 'by hand', 1)")
    assert unindexed(db)
    db.close()
    (row,) = cli(desk, "search", "手写", "--json").records
    assert (row["by"], row["tags"]) == ("unknown", [])


def test_the_export_writes_what_is_missing_and_nothing_twice(desk: Desk) -> None:
    first = cli(desk, "export", "--json").record
    folder = Path(first["folder"])
    assert (first["experiences"], first["written"], folder) == (2, 2, desk.folder / "experiences")
    assert sorted(path.name for path in folder.iterdir()) == ["0001-read-the-csv.md", "0002-回测时数据缺失.md"]
    assert cli(desk, "export", "--json").record["written"] == 0
    (folder / "0001-read-the-csv.md").write_text("changed")
    assert cli(desk, "export", "--json").record["written"] == 1
