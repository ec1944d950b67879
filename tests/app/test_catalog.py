"""Promises that every string a person sees is translated, and that the compiled catalog is the one that is edited."""

from __future__ import annotations

import re

from console.i18n import choose_language
from tests.app.catalog import MO, compiled, extracted, stored
from tests.repository import msgids, product


def test_every_msgid_is_translated() -> None:
    known = {message.id: message.string for message in stored()}
    wanted = [message.id for message in extracted() if message.id]
    assert [msgid for msgid in wanted if not known.get(msgid)] == []


def test_no_translation_is_left_that_nothing_uses() -> None:
    wanted = {message.id for message in extracted()}
    assert [message.id for message in stored() if message.id and message.id not in wanted] == []


def test_every_marked_string_can_be_extracted() -> None:
    found = {msgid for message in extracted() for msgid in _ids(message.id)}
    assert sorted({msgid for source in product() for msgid in msgids(source)} - found) == []


def test_the_compiled_catalog_is_in_step() -> None:
    assert MO.read_bytes() == compiled(stored()), "run: python -m tests.app.catalog"


def test_translations_have_the_same_places_to_fill_in() -> None:
    places = re.compile(r"\{(\w+)\}")
    wrong = [
        message.id
        for message in stored()
        if message.id
        and any(set(places.findall(text)) != set(places.findall(_ids(message.id)[0])) for text in _ids(message.string))
    ]
    assert wrong == []


def test_the_language_follows_the_setting_then_the_locale() -> None:
    assert choose_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert choose_language({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}) == "en"
    assert choose_language({"LANG": "en_US.UTF-8"}, "zh") == "zh"
    assert choose_language({"LANG": "de_DE.UTF-8"}, "auto") == "en"
    assert choose_language({}) == "en"


def _ids(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else [str(value)]
