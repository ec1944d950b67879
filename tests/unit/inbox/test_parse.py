"""Promises what a line of the inbox becomes, whatever is in it."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.inbox.kinds import KINDS, Comment, Pause, TaskCreate, Wake, Written
from console.inbox.parse import LINE_MAX, Good, Reject, harmless, parse, understood
from console.redact import redact
from console.text import safe
from tests.repository import ROOT

SESSION = "11111111-2222-3333-4444-555555555555"
WHOLE: dict[str, dict[str, Any]] = {
    "task.create": {"project": "quant", "title": "t", "assignee": "dev", "priority": 0, "after": [11], "review": False},
    "comment": {"project": "quant", "task": 3, "body": "b"},
    "observation": {"project": "quant", "body": "b", "level": "optional"},
    "alert": {"project": "quant", "body": "b", "cause": "disk"},
    "message": {"project": "quant", "task": 3, "body": "b"},
    "session.event": {"project": "quant", "event": "word", "text": "x", "session": SESSION, "fence": 2},
    "wake": {},
    "pause": {"project": "quant", "reason": "lunch"},
    "resume": {},
}


def line(kind: str, **fields: Any) -> bytes:
    """A line of a kind, whole, with `fields` over it; a field of None is left out."""
    whole = {"v": 1, "kind": kind, **WHOLE.get(kind, {}), **fields}
    return json.dumps({name: value for name, value in whole.items() if value is not None}, ensure_ascii=False).encode()


def good(raw: bytes) -> Good:
    """The only message of a line."""
    (found,) = parse(raw)
    assert isinstance(found, Good), found
    return found


def reason(raw: bytes) -> str:
    """Why a line is refused as a whole."""
    (found,) = parse(raw)
    assert isinstance(found, Reject), found
    return found.reason


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_understood_and_stays_so_when_it_was_stored(kind: str) -> None:
    found = good(line(kind))
    assert found.kind == kind
    assert understood(found.body) == found.message


def test_a_task_may_say_what_is_expected_of_it_and_what_follows_its_failure() -> None:
    found = good(line("task.create", expect=["a.md", "b\u202e.md"], on_failure="undo", undo="take it \x1b[2Jback"))
    message = found.message
    assert isinstance(message, TaskCreate)
    assert (message.expect, message.on_failure, message.undo) == (("a.md", "b.md"), "undo", "take it back")
    assert understood(found.body) == message
    assert "needs the field undo" in reason(line("task.create", on_failure="undo"))
    assert reason(line("task.create", on_failure="explode"))
    assert reason(line("task.create", expect=["x"] * 51))


def test_the_example_of_the_contract_is_understood() -> None:
    raw = (
        '{"v":1,"id":"01J","project":"quant","kind":"task.create","title":"…","body":"…","assignee":"zhangfei-dev",'
        '"priority":2,"after":[11],"review":false}'
    )
    message = good(raw.encode()).message
    assert isinstance(message, TaskCreate)
    assert (message.title, message.after, message.review) == ("…", (11,), False)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"wake", "pause", "resume"}))
def test_only_wake_pause_and_resume_may_leave_the_project_out(kind: str) -> None:
    assert reason(line(kind, project=None)) == "missing field `project`"
    assert good(line("wake")).project == ""


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (line("wake", v=2), "v: expected 1"),
        (line("wake", v="1"), "v: expected 1"),
        (b'{"kind":"wake"}', "missing field `v`"),
        (b'{"v":1}', "missing field `kind`"),
        (line("walk"), "unknown kind 'walk'; known: task.create"),
        (line("wake", colour="red"), "unknown field `colour`"),
        (line("comment", task="3"), "task: expected `int`, got `str`"),
        (line("comment", task=True), "task: expected `int`, got `bool`"),
        (line("comment", task=0), "task: expected `int` >= 1"),
        (line("comment", body="x" * 100_001), "body: expected `str` of length <= 100000"),
        (line("comment", project="../etc"), "project: not the id of a project"),
        (line("task.create", title="x" * 501), "title: expected `str` of length <= 500"),
        (line("task.create", priority=5), "priority: expected `int` <= 4"),
        (line("task.create", title="   "), "there is nothing to read in it"),
        (line("comment", body="\u200b"), "there is nothing to read in it"),
        (line("alert", body=None), "an alert needs a body"),
        (line("alert", cause=None, ended=True), "the end of an alert needs its cause"),
        (line("comment", session=SESSION), "session and fence belong together"),
        (line("session.event", session=None, fence=None), "a session.event needs session and fence"),
        (line("wake", id="with blank"), "id: expected 1 to 128 visible"),
        (b"[]", "Expected `object`"),
        (b'"text"', "Expected `object`"),
        (b"nonsense", "it is not one JSON object"),
        (b'{"v":1,"kind":"wake"', "it is not one JSON object"),
        (b'{"v":1,"kind":"pause","reason":"\xff"}', "it is not UTF-8"),
        (b'{"v":1,"kind":"pause","reason":"a\x00b"}', "it holds NUL bytes"),
        (b'{"v":1,"kind":"pause","reason":' + b"[" * 100_000, "reason: expected"),
        (b'{"a":' * 100_000, "it is nested too deeply"),
        (b"x" * (LINE_MAX + 1), "longer than 1048576 bytes"),
    ],
)
def test_a_refused_line_says_why(raw: bytes, why: str) -> None:
    assert why in reason(raw)


@pytest.mark.parametrize("raw", [b"", b"  ", b"\r", b"\0\0\0", b"\xef\xbb\xbf", b"\t \r"])
def test_a_blank_line_is_nothing(raw: bytes) -> None:
    assert parse(raw) == []


@pytest.mark.parametrize(
    "raw",
    [line("wake") + b"\r", b"\xef\xbb\xbf" + line("wake"), b"\0\0\0\0" + line("wake"), b"  " + line("wake") + b"  \r"],
)
def test_what_other_systems_put_around_a_line_does_no_harm(raw: bytes) -> None:
    found = good(raw)
    assert isinstance(found.message, Wake)
    assert raw[found.at :].startswith(b'{"v"')


def test_objects_whose_line_end_was_lost_are_all_taken_each_with_its_place() -> None:
    first, second = line("comment", body="a}{b 中"), line("pause", reason="x")
    whole = first + b"  " + second + b'{"v":1,"ki'
    one, two, rest = parse(whole)
    assert isinstance(one, Good) and isinstance(one.message, Comment) and one.message.body == "a}{b 中"
    assert isinstance(two, Good) and isinstance(two.message, Pause) and whole[two.at :].startswith(second)
    assert isinstance(rest, Reject) and whole[rest.at :] == b'{"v":1,"ki'


def test_a_wrong_object_beside_a_good_one_does_not_take_it_along() -> None:
    wrong, right = parse(line("walk") + line("wake"))
    assert isinstance(wrong, Reject) and isinstance(right, Good)


def test_texts_are_made_safe_and_hold_no_secrets() -> None:
    token = "ghp_" + "a1B2" * 9
    found = good(line("task.create", title="red \x1b[31m\nalert", body=f"use {token}\nnow", tags=["a\x07b", "a\x07b"]))
    assert isinstance(found.message, TaskCreate)
    assert found.message.title == "red alert"
    assert found.message.body == "use [redacted]\nnow"
    assert found.message.tags == ("ab",)
    assert token not in found.body and "\\u001b" not in found.body


def test_a_refused_line_is_kept_without_secrets_and_escapes() -> None:
    (found,) = parse(b'{"from":"cron","password":"hunter2hunter2"} \x1b[31m \xff')
    assert isinstance(found, Reject)
    assert found.writer == "cron"
    assert "hunter2" not in found.body and "\x1b" not in found.body and "\\xff" in found.body


def test_who_writes_is_the_name_given_and_else_nobody_known() -> None:
    assert good(line("wake", **{"from": "backup.sh"})).writer == "backup.sh"
    assert good(line("wake")).writer == "unknown"


def test_every_kind_and_field_is_documented() -> None:
    page = (ROOT / "docs" / "inbox.md").read_text(encoding="utf-8")
    fields = {name for kind in get_args(Written) for name in kind.__struct_encode_fields__}
    assert len(fields) > 20
    assert [name for name in sorted({*KINDS, *fields}) if f"`{name}`" not in page and f'"{name}"' not in page] == []


texts = st.text(max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
almost = st.builds(
    lambda kind, fields: json.dumps({"v": 1, "kind": kind, **WHOLE.get(kind, {}), **fields}).encode(),
    st.sampled_from(KINDS),
    st.dictionaries(
        st.sampled_from(
            ["id", "from", "session", "fence", "project", "title", "body", "task", "cause", "review", "zz"]
        ),
        values,
        max_size=3,
    ),
)


@given(st.binary(max_size=200) | almost | st.lists(almost | st.binary(max_size=20), max_size=4).map(b"".join))
@example(b'{"v":1,"kind":"comment","project":"q","task":1,"body":"\\ud800"}')
@example(b"\xff\xfe{\0}\0")
def test_no_line_raises_and_all_that_comes_out_is_safe(raw: bytes) -> None:
    for found in parse(raw):
        assert 0 <= found.at <= len(raw)
        if isinstance(found, Good):
            assert understood(found.body) == found.message
        else:
            assert found.reason and safe(found.reason) == found.reason and safe(found.body) == found.body


marks = st.sampled_from(
    [
        *(
            "sk-",
            "sk_live_",
            "ghp_",
            "github_pat_",
            "glpat-",
            "AKIA",
            "ASIA",
            "xoxb-",
            "AIza",
            "ya29.",
            "npm_",
            "hf_",
            "pypi-",
        ),
        *("eyJ", "Authorization: ", "Bearer ", "password=", "passwd: ", "passphrase: ", "pwd=", "secret=", "token: "),
        *(
            "api_key=",
            "access-key: ",
            "private_key=",
            "credential: ",
            "auth_key=",
            "?sig=",
            "&signature=",
            "#auth=",
            "://",
        ),
        *(
            "?key=",
            "-----BEGIN RSA PRIVATE KEY-----",
            "u:",
            "@",
            ".",
            "=",
            " ",
            '"',
            "a1B2c3D4" * 5,
            "A1B2C3D4" * 2,
            "7",
        ),
    ]
)


@given(st.lists(marks | st.text(max_size=6), max_size=8).map("".join))
def test_what_is_called_harmless_holds_nothing_to_hide_or_to_clean(text: str) -> None:
    if harmless(text.encode("utf-8", "surrogatepass")) and text.isprintable():
        assert redact(text) == text
        assert safe(text) == text
