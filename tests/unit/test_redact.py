"""Promises of console.redact: secrets of known forms are hidden, ordinary words and numbers stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.redact import HIDDEN, Redactor, hide_values, redact

SECRETS = [
    "sk-ant-api03-" + "a1B2" * 8,
    "sk-proj-" + "a1B2" * 8,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "glpat-" + "a1B2" * 5,
    "AKIA" + "ABCD1234" * 2,
    "xoxb-" + "1234567890",
    "AIza" + "a1B2c" * 7,
    "npm_" + "a1B2" * 9,
    "eyJ" + "hbGciOiJIUzI1" + ".eyJzdWIiOiIx" + ".c2lnbmF0dXJl",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "key {} used", '"{}"', "x={};", "({})", "Bearer {}", "https://h/p?key={}&x=1"]
)
def test_a_secret_is_hidden_wherever_it_stands(secret: str, around: str) -> None:
    out = redact(around.format(secret))
    assert secret not in out and secret[-12:] not in out
    assert HIDDEN in out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("password=hunter2", "password=[redacted]"),
        ('{"password": "hun ter2", "a": 1}', '{"password": "[redacted]", "a": 1}'),
        ("DB_PASSWORD: 'x y z'", "DB_PASSWORD: '[redacted]'"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("authorization=Basic dXNlcjpwYXNz", "authorization=Basic [redacted]"),
        ("https://user:pass@host/x", "https://user:[redacted]@host/x"),
        ("GET /x?access_token=zzz&b=1", "GET /x?access_token=[redacted]&b=1"),
        ("export OPENAI_API_KEY=foo12345", "export OPENAI_API_KEY=[redacted]"),
        ("client_secret: a1b2c3d4e5", "client_secret: [redacted]"),
    ],
)
def test_a_named_secret_is_hidden_and_its_name_stays(line: str, expected: str) -> None:
    assert redact(line) == expected
    assert redact(expected) == expected


@pytest.mark.parametrize(
    "line",
    [
        "tokens: 1234",
        "max_tokens=4096, temperature=0.7",
        "used 12,345 tokens of 200,000",
        "def token(self, secret: str) -> None:",
        "bearer authentication is basic",
        "task-force sk-short risk-management-is-a-word",
        "see https://example.org/a?b=c#d and mail a@example.org",
        "git commit 3f2504e04f8911d39a0c0305e82c3301",
    ],
)
def test_ordinary_text_stays(line: str) -> None:
    assert redact(line) == line


def test_a_private_key_is_hidden_over_lines_and_the_rest_stays() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"
    assert redact(f"before\n{key} after\nlast\n") == f"before\n{HIDDEN}\n after\nlast\n"
    assert redact(json.dumps({"k": key})) == json.dumps({"k": HIDDEN})
    stream = Redactor()
    assert "MIIEow" not in "".join(stream.line(line + "\n") for line in key.split("\n"))
    assert stream.line("free again\n") == "free again\n"


def test_a_lone_begin_does_not_swallow_a_log() -> None:
    stream = Redactor()
    stream.line("-----BEGIN PRIVATE KEY-----\n")
    assert [stream.line(f"line {n}\n") for n in range(300)][-1] == "line 299\n"


def test_a_known_value_is_hidden_wherever_it_stands() -> None:
    assert redact("the word is swordfish!", known=["swordfish", "", "is"]) == f"the word is {HIDDEN}!"


def test_values_are_hidden_by_the_name_of_their_key() -> None:
    tree = {"gateway": {"url": "http://u:p@h", "token_file": "/t"}, "context": {"api_key": 7, "token": "x", "a": [1]}}
    assert hide_values(tree) == {
        "gateway": {"url": f"http://u:{HIDDEN}@h", "token_file": "/t"},
        "context": {"api_key": HIDDEN, "token": HIDDEN, "a": [1]},
    }


@given(st.text(alphabet="abs-k_=:/@?&'\" \n.ey1password", max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
