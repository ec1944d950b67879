"""Promises of what an ACP agent's messages come to: entries, asks, answers, figures, causes. Shapes are of real programs."""

from __future__ import annotations

from typing import Any

import pytest

from console.agents.acp.causes import of_refusal, of_stop
from console.agents.acp.lines import Lines
from console.agents.acp.permissions import CANCELLED, outcome, question
from console.agents.acp.settings import request_for
from console.agents.acp.talk import Refused
from console.agents.acp.updates import Updates
from console.agents.acp.used import Used
from console.agents.forms.said import Kind
from console.errors import UsageError
from console.records.ask import Ask, AskStatus, Leave, Option
from console.records.transcript import Entry

OPENCODE: dict[str, Any] = {
    "toolCall": {
        "toolCallId": "call_2",
        "title": "touch perm.touched",
        "kind": "execute",
        "status": "pending",
        "locations": [],
        "rawInput": {"command": "touch perm.touched"},
    },
    "options": [
        {"optionId": "once", "kind": "allow_once", "name": "Allow once"},
        {"optionId": "always", "kind": "allow_always", "name": "Always allow"},
        {"optionId": "reject", "kind": "reject_once", "name": "Reject"},
    ],
}
CLAUDE_WRITES: dict[str, Any] = {
    "toolCall": {
        "toolCallId": "toolu_1",
        "title": "Write a.py",
        "kind": "edit",
        "rawInput": {"file_path": "/w/a.py", "content": "new"},
        "content": [{"type": "diff", "path": "/w/a.py", "oldText": None, "newText": "new"}],
        "locations": [{"path": "/w/a.py"}],
    },
    "options": [
        {"optionId": "allow-once", "name": "Yes", "kind": "allow_once"},
        {"optionId": "reject", "name": "No", "kind": "reject_once"},
    ],
}


def asked(given: dict[str, Any], known: dict[str, Any] | None = None, roots: tuple[str, ...] = ("/w",)) -> Any:
    return question(1, given, known or {}, roots=roots, seconds=60, name="s/1")


def told(*updates: dict[str, Any]) -> list[Entry]:
    reads = Updates()
    return [entry for update in updates for entry in reads.entries(update)]


# --- lines


def test_lines_come_whole_however_they_are_cut() -> None:
    text = b'{"a": 1}\n\n  \n{"b": 2}\nrest'
    for size in range(1, len(text)):
        lines = Lines()
        found = [line for at in range(0, len(text), size) for line in lines.feed(text[at : at + size])]
        assert found == [b'{"a": 1}', b'{"b": 2}']
        assert lines.rest() == b"rest"


def test_of_a_line_that_is_too_long_nothing_is_kept_and_the_next_one_is_whole() -> None:
    lines = Lines(longest=10)
    assert lines.feed(b"x" * 8) == lines.feed(b"x" * 8) == []
    assert lines.rest() == b""
    assert lines.feed(b"xx\nnext\n" + b"y" * 11 + b"\nlast\n") == [b"next", b"last"]
    assert lines.too_long == 2


# --- what is told


def test_a_call_is_told_once_its_input_is_known_and_its_result_once() -> None:
    found = told(
        {"sessionUpdate": "tool_call", "toolCallId": "c", "title": "bash", "kind": "execute", "status": "pending",
         "rawInput": {"cwd": "/w"}, "locations": [{"path": "/w"}]},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "in_progress", "title": "ls",
         "rawInput": {"command": "ls", "cwd": "/w"}},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "in_progress", "title": "ls"},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "completed",
         "rawOutput": {"output": "a.py", "metadata": {"exit": 0}}},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "completed"},
    )  # fmt: skip
    assert [(str(e.kind), e.id, e.text, dict(e.fields)) for e in found] == [
        ("tool_call", "c", "ls", {"tool": "execute", "command": "ls"}),
        ("tool_result", "c", "a.py", {"exit_code": 0}),
    ]


def test_the_programs_own_name_of_a_tool_goes_before_the_protocols_kind() -> None:
    (call,) = told({"sessionUpdate": "tool_call", "toolCallId": "c", "kind": "read", "title": "Read a",
                    "_meta": {"claudeCode": {"toolName": "Read"}}, "locations": [{"path": "/w/a"}]})  # fmt: skip
    assert dict(call.fields) == {"tool": "Read", "path": "/w/a"}


def test_pieces_of_a_message_go_together_until_a_tool_is_called() -> None:
    piece = {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": "a"}}
    call = {"sessionUpdate": "tool_call", "toolCallId": "c", "kind": "read"}
    first, second, _, third = told(piece, piece, call, piece)
    assert first.id == second.id != third.id


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"sessionUpdate": "agent_message_chunk"},
        {"sessionUpdate": "agent_message_chunk", "content": [1]},
        {"sessionUpdate": "tool_call", "toolCallId": ["x"], "content": 7, "locations": "x", "rawInput": 5},
        {"sessionUpdate": "tool_call_update", "status": "completed", "content": [1, {"type": "diff", "path": 3}]},
        {"sessionUpdate": "plan", "entries": {"a": 1}},
        {"sessionUpdate": "current_mode_update", "currentModeId": 4},
        {"sessionUpdate": "nobody_knows", "x": "y"},
    ],
)
def test_no_shape_of_an_update_breaks_anything(update: dict[str, Any]) -> None:
    told(update, update)
    Used().update(update)


# --- leave


def test_leave_for_a_command_names_it_with_all_that_may_be_answered() -> None:
    found = asked(OPENCODE)
    assert found.text == "May it run: touch perm.touched"
    assert found.about == {"tool": "execute", "command": "touch perm.touched"}
    assert [(o.id, o.label, o.leave) for o in found.options] == [
        ("once", "Allow once", Leave.ONCE),
        ("always", "Always allow", Leave.ALWAYS),
        ("reject", "Reject", Leave.REJECT),
    ]
    assert (found.fallback, found.source, found.source_id, found.risk) == ("reject", "acp", "s/1", None)


def test_leave_for_a_change_shows_it() -> None:
    found = asked(CLAUDE_WRITES)
    assert found.text == "May it change: Write a.py"
    assert found.about["path"] == "/w/a.py" and "+new" in found.about["diff"]
    assert found.risk is None
    assert asked(CLAUDE_WRITES, roots=("/elsewhere",)).risk == "high"


def test_a_request_without_a_title_is_told_by_what_its_call_said_before() -> None:
    given = {"toolCall": {"toolCallId": "c"}, "options": OPENCODE["options"]}
    known = {"title": "make", "kind": "execute", "rawInput": {"command": ["bash", "-lc", "make all"]}}
    assert asked(given, known).about["command"] == "make all"


@pytest.mark.parametrize("options", [None, [], 7, [{"optionId": "x"}], [{"optionId": "no", "kind": "reject_once"}]])
def test_a_request_that_can_only_be_turned_down_is_not_asked(options: object) -> None:
    assert asked({**OPENCODE, "options": options}) is None


def test_options_that_are_alike_can_be_told_apart_and_none_is_taken_for_another() -> None:
    options = [{"optionId": name, "name": "Allow", "kind": "allow_once"} for name in ("a", "b", "a")]
    found = asked({**OPENCODE, "options": options})
    assert [(o.id, o.label) for o in found.options] == [("a", "Allow"), ("b", "Allow (b)")]
    assert found.seconds is None, "nothing says what holds when it expires"


def test_what_gives_leave_once_stands_first_however_the_program_lists_it() -> None:
    found = asked({**OPENCODE, "options": [*reversed(OPENCODE["options"])]})
    assert [o.id for o in found.options] == ["once", "always", "reject"]


def test_a_call_that_is_named_only_when_leave_is_asked_for_it_is_told_before_that() -> None:
    reads = Updates()
    assert [
        *reads.entries({"sessionUpdate": "tool_call", "toolCallId": "c", "title": "Shell", "kind": "execute"})
    ] == []
    (call,) = reads.asked({"toolCallId": "c", "title": "ls", "rawInput": {"command": "ls"}})
    assert call.fields["command"] == "ls"
    assert [*reads.entries({"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "in_progress"})] == []


def test_an_answer_gives_the_option_that_was_taken_and_nothing_else() -> None:
    options = (Option(id="once", label="Allow once", leave=Leave.ONCE),)
    settled = Ask(id=1, task_id=1, body="?", about={}, options=options, status=AskStatus.ANSWERED, choice="once")
    assert outcome(settled) == {"outcome": {"outcome": "selected", "optionId": "once"}}
    odd = Ask(id=1, task_id=1, body="?", about={}, options=options, status=AskStatus.EXPIRED, answer="whatever")
    assert outcome(odd) == CANCELLED


# --- modes and models

OFFERED = {
    "modes": {"currentModeId": "auto", "availableModes": [{"id": "default"}, {"id": "auto"}]},
    "configOptions": [
        {
            "id": "model",
            "category": "model",
            "currentValue": "a",
            "options": [{"value": "a"}, {"options": [{"value": "b"}]}],
        }
    ],
}


def test_a_mode_and_a_model_are_set_by_what_the_session_offers() -> None:
    assert request_for("mode", "default", OFFERED) == ("session/set_mode", {"modeId": "default"})
    assert request_for("model", "b", OFFERED) == ("session/set_config_option", {"configId": "model", "value": "b"})
    assert request_for("mode", "auto", OFFERED) is request_for("model", "a", OFFERED) is None
    with pytest.raises(UsageError, match="no model 'c'; it has a, b"):
        request_for("model", "c", OFFERED)
    with pytest.raises(UsageError, match="no modes to choose from"):
        request_for("mode", "x", {})


# --- causes


FAILED = {"code": -32603, "message": "Internal error", "data": {"details": "503 overloaded"}}
DEEP = {"code": -32603, "message": "x", "data": {"error": {"data": {"statusCode": 401}}}}


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ({"code": -32000, "message": "sign in"}, Kind.SIGNED_OUT, "it is not signed in: sign in"),
        ({"code": 429, "message": "quota"}, Kind.LIMITED, "quota"),
        ({"code": 401, "message": "no"}, Kind.SIGNED_OUT, "no"),
        (FAILED, Kind.LIMITED, "Internal error: 503 overloaded"),
        (DEEP, Kind.SIGNED_OUT, "x"),
        ({"code": -32603, "message": "'NoneType' object"}, Kind.ERROR, "'NoneType' object"),
        ("odd", Kind.ERROR, "odd"),
        (None, Kind.ERROR, "it gave no reason"),
    ],
)
def test_an_error_is_told_in_words_with_its_cause(error: object, kind: Kind, words: str) -> None:
    found = of_refusal(Refused(error), 0)
    assert (found.kind, found.text) == (kind, words)


def test_an_end_that_is_none_of_its_own_is_an_error_in_words() -> None:
    assert of_stop("end_turn", "").kind == Kind.RESULT
    assert of_stop("max_tokens", "").text == "it ended at the most tokens that one answer may have"
    assert of_stop(None, "").kind == of_stop("odd", "").kind == Kind.ERROR
