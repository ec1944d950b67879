"""Promises of console.secrets and console.environments: what is secret is hidden and not passed on, what is ordinary stays."""

from __future__ import annotations

import ast
import base64
import json
import re
import time
import urllib.parse
from collections.abc import Callable

import pytest

from console import secrets
from console.environments import for_agent, for_operator, for_tool
from console.redact import HIDDEN, Redactor, hide_known, redact
from tests.repository import name_of, product

VALUE = "Zq8-plain-looking-value"
STARTERS = {
    "subprocess.run",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_output",
    "asyncio.create_subprocess_exec",
}


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "authToken"])
def test_a_name_tells_of_a_secret(name: str) -> None:
    assert secrets.secrets_in({name: VALUE}) == [VALUE]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_TOKENS", "1000000000000000"),
        ("TOKENIZERS_PARALLELISM", "false-or-so"),
        ("KEYBOARD", VALUE),
        ("MONKEY", VALUE),
        ("PWD", "/somewhere/else"),
        ("AWS_ACCESS_KEY_ID", "someidsomeid"),
        ("SECRET_FILE", "/run/secrets/one"),
        ("API_KEY", "true"),
        ("API_KEY", "short"),
        ("DB_PASSWORD", "password"),
        ("SSH_KEY", "/"),
    ],
)
def test_what_is_ordinary_is_not_hidden_whatever_its_name(name: str, value: str) -> None:
    assert secrets.secrets_in({name: value}) == []


@pytest.mark.parametrize(
    "value", ["1", "true", "developer", "production", "http://127.0.0.1:8080/v1", "20261127", "3.11.2"]
)
def test_a_required_variable_with_an_ordinary_value_hides_nothing(value: str) -> None:
    assert secrets.secrets_in({"MY_LOGIN": value, "HOME": "/somewhere/x1y2z3"}, ["MY_LOGIN", "HOME", "PATH"]) == []
    assert secrets.secrets_in({"MY_LOGIN": VALUE}, ["MY_LOGIN"]) == [VALUE]


def test_a_known_value_is_hidden_in_every_text_and_as_json_writes_it() -> None:
    secrets.know([VALUE, 'with"quote-and\\slash', "-----BEGIN\nfirst line of a key 1\nsecond line of a key"])
    assert redact(f"it is {VALUE}.") == f"it is {HIDDEN}."
    assert "quote-and" not in redact(json.dumps({"k": 'with"quote-and\\slash'}))
    assert redact("a\nsecond line of a key\n") == f"a\n{HIDDEN}\n"
    assert hide_known("password: stays-as-it-is") == "password: stays-as-it-is"


def test_a_session_hides_what_it_was_not_given_by_its_digest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told = secrets.hidden_names(["MY_LOGIN"], ["gw-0123456789abcdef"], "3f2504e0")
    assert "gw-" not in told
    monkeypatch.setenv(secrets.NAMES, told)
    monkeypatch.setenv("MY_LOGIN", VALUE)
    monkeypatch.setattr("console.secrets._known", None)
    assert (
        redact(f"token=gw-0123456789abcdef, {VALUE} and gw-0123456789abcdee")
        == f"token={HIDDEN}, {HIDDEN} and gw-0123456789abcdee"
    )


def test_hiding_is_cheap_where_there_is_nothing_to_hide() -> None:
    """A ratio within one run: a line of words costs no more than a few times what looking at each character does."""
    secrets.know([f"{VALUE}-{n}" for n in range(10)])
    text = "plain words in a line of an agent without any sign in it at all\n" * 2000
    took = min(_took(lambda: redact(text)) for _ in range(3))
    bare = min(_took(lambda: [ord(c) for c in text]) for _ in range(3))
    assert took < 10 * bare


def test_agents_and_tools_get_no_secret_of_ours() -> None:
    env = {
        "PATH": "/bin",
        "HOME": "/h",
        "OPENCLAW_GATEWAY_TOKEN": VALUE,
        "OPENCLAW_GATEWAY_PASSWORD": VALUE,
        "MOZIPLUS_HOME": "/m",
        "GIT_DIR": "/elsewhere",
        "ANTHROPIC_API_KEY": VALUE,
        "MY_OWN": "x",
    }
    assert for_agent(env) == {"PATH": "/bin", "HOME": "/h", "ANTHROPIC_API_KEY": VALUE, "MY_OWN": "x"}
    assert for_agent(env, ["MY_*"]) == {"PATH": "/bin", "HOME": "/h", "MY_OWN": "x"}
    assert for_agent(env, ["MY_*"], ["ANTHROPIC_API_KEY"])["ANTHROPIC_API_KEY"] == VALUE
    assert for_agent(env, ["*", "OPENCLAW_GATEWAY_TOKEN"])["OPENCLAW_GATEWAY_TOKEN"] == VALUE
    assert for_tool(env) == {"PATH": "/bin", "HOME": "/h", "MY_OWN": "x"}
    assert not [name for name in for_operator(env) if name.startswith("OPENCLAW_GATEWAY_")]


def test_every_program_that_we_start_is_given_its_environment() -> None:
    without = [
        (s.path, node.lineno)
        for s in product()
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Call)
        and name_of(node.func) in STARTERS
        and not any(k.arg == "env" for k in node.keywords)
    ]
    assert without == []


def _took(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


@pytest.mark.parametrize(
    "form",
    [
        lambda value: urllib.parse.quote(value, safe=""),
        lambda value: re.sub("%..", lambda found: found[0].lower(), urllib.parse.quote(value)),
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: base64.b64encode(f"user:{value}".encode()).decode(),
        lambda value: base64.urlsafe_b64encode(f"it's {value}, yes".encode()).decode(),
        lambda value: value.encode().hex(),
        lambda value: f"{value[:9]}\n{value[9:]}",
    ],
)
def test_a_known_value_is_hidden_in_every_form_that_tools_turn_it_into(
    form: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_known", ())
    value = "Zq7/Wp+4mK9=xT2vL8nR5?ß"
    secrets.know([value])
    told = redact(f"see {form(value)} there")
    assert HIDDEN in told and not any(piece in told for piece in (form(value)[8:16], value[8:16])), told


def test_the_rest_of_a_value_that_a_line_break_cuts_is_hidden_in_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", ())
    secrets.know([VALUE])
    stream = Redactor()
    told = "".join(map(stream.line, (f"a {VALUE[:9]}\n", f"{VALUE[9:]} and more\n", "plain\n")))
    assert told == f"a {VALUE[:9]}\n{HIDDEN} and more\nplain\n"
