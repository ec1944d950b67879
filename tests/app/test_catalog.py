"""Promises that every string a person sees is translated, and that the compiled catalog is the one that is edited."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from console.i18n import choose_language
from tests.app.catalog import CLI, PO, compiled, extracted, left, spoken, stored
from tests.repository import msgids, product

BOTH = pytest.mark.parametrize(("po", "wanted"), [(PO, extracted), (CLI, spoken)])
MEND = "say it in Chinese in config/translations/zh_CN/LC_MESSAGES, then: python -m tests.app.catalog"


@BOTH
def test_every_msgid_is_translated(po: Path, wanted: Callable[[], Catalog]) -> None:
    known = {message.id for message in stored(po)}
    assert [message.id for message in wanted() if message.id not in known] + left(po) == [], MEND


@BOTH
def test_no_translation_is_left_that_nothing_uses(po: Path, wanted: Callable[[], Catalog]) -> None:
    used = {message.id for message in wanted()}
    assert [message.id for message in stored(po) if message.id and message.id not in used] == [], MEND


def test_every_marked_string_can_be_extracted() -> None:
    found = {msgid for message in extracted() for msgid in _ids(message.id)}
    assert sorted({msgid for source in product() for msgid in msgids(source)} - found) == []


@BOTH
def test_the_compiled_catalog_is_in_step(po: Path, wanted: Callable[[], Catalog]) -> None:
    assert po.with_suffix(".mo").read_bytes() == compiled(stored(po)), MEND


@BOTH
def test_translations_have_the_same_places_to_fill_in(po: Path, wanted: Callable[[], Catalog]) -> None:
    """In the console's every one; a sentence of the command line may leave one out, as `is` and `are`."""
    places = re.compile(r"\{(\w+)\}")
    for message in stored(po):
        if message.id:
            meant = set(places.findall(_ids(message.id)[0]))
            for text in _ids(message.string):
                filled = set(places.findall(text))
                assert filled == meant if po == PO else filled <= meant, message.id


def test_the_language_follows_the_setting_then_the_locale() -> None:
    assert choose_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert choose_language({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}) == "en"
    assert choose_language({"LANG": "en_US.UTF-8"}, "zh") == "zh"
    assert choose_language({"LANG": "de_DE.UTF-8"}, "auto") == "en"
    assert choose_language({}) == "en"


def _ids(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else [str(value)]
