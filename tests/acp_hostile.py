"""A program that says it speaks ACP and does one thing wrong: `acp_hostile.py FAULT`. Without a library it writes anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

FAULT = sys.argv[1]


def say(message: Any) -> None:
    sys.stdout.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
    sys.stdout.flush()


def update(**fields: Any) -> None:
    say({"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s", "update": fields}})


def chunk(text: str) -> None:
    update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": text})


def ask(number: object, **call: Any) -> None:
    options = [
        {"optionId": "yes", "name": "Yes", "kind": "allow_once"},
        {"optionId": "no", "name": "No", "kind": "reject_once"},
    ]
    params = {"sessionId": "s", "toolCall": {"toolCallId": "c", **call}, "options": options}
    say({"jsonrpc": "2.0", "id": number, "method": "session/request_permission", "params": params})


def heard() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    found: dict[str, Any] = json.loads(line)
    return found


def answers(wanted: int) -> list[dict[str, Any]]:
    """That many answers to what was asked."""
    found: list[dict[str, Any]] = []
    while len(found) < wanted:
        message = heard()
        if "method" not in message:
            found.append(message)
    return found


def greet() -> object:
    """Up to the prompt; gives its id."""
    if FAULT == "silent":
        sys.stdin.read()
    if FAULT == "dies":
        sys.stderr.write("panic: no such luck\n")
        sys.exit(3)
    if FAULT == "not_json":
        say("Welcome to the agent!")
        sys.exit(0)
    first = heard()
    version = 7 if FAULT == "version" else 1
    say({"jsonrpc": "2.0", "id": first["id"], "result": {"protocolVersion": version, "agentCapabilities": []}})
    opened = heard()
    say({"jsonrpc": "2.0", "id": opened["id"], "result": {"sessionId": 5 if FAULT == "no_session" else "s"}})
    return heard()["id"]


def end(prompt: object, reason: str = "end_turn") -> None:
    chunk("the end")
    say({"jsonrpc": "2.0", "id": prompt, "result": {"stopReason": reason}})


def noise(prompt: object) -> None:
    say("[info] not JSON at all")
    say("[1, 2]")
    say('{"jsonrpc": "2.0", "id": 99, "result": {}}')
    say('{"jsonrpc": "2.0", "method": 5, "params": []}')
    say({"jsonrpc": "2.0", "method": "session/update", "params": {"update": [1]}})
    update(sessionUpdate="tool_call", toolCallId=["x"], content={"type": "diff"}, locations=7, rawInput="x")
    update(sessionUpdate="plan", entries=[5, {"content": 7}])
    update(sessionUpdate="usage_update", used="many", cost=[1], size=-5)
    say('{"jsonrpc": "2.0", "id": 1, "method": "craft/unheard", "params": {}}')
    refused = answers(1)[0]
    chunk(f"refused with {refused['error']['code']}")
    end(prompt)


def long_line(prompt: object) -> None:
    say("x" * 9_000_000)
    end(prompt)


def endless(prompt: object) -> None:
    while True:
        sys.stdout.write("x" * 65_536)


def half_line(prompt: object) -> None:
    sys.stdout.write('{"jsonrpc": "2.0", "method": "sess')
    sys.stdout.flush()
    os._exit(4)


def flood(prompt: object) -> None:
    for number in range(20_000):
        chunk(f"{number} ")
        update(sessionUpdate="tool_call", toolCallId=f"c{number}", title="x", kind="read", status="completed")
    end(prompt)


def same_number(prompt: object) -> None:
    ask(1, title="first", rawInput={"command": "one"})
    ask(1, title="second", rawInput={"command": "two"})
    first = answers(1)
    ask(1, title="third", rawInput={"command": "three"})
    second = answers(1)
    chunk(json.dumps([a["result"]["outcome"].get("optionId") for a in first + second]))
    end(prompt)


def many(prompt: object) -> None:
    for number in range(50):
        ask(number, title=f"t{number}", rawInput={"command": f"c{number}"})
    outcomes = [a["result"]["outcome"]["outcome"] for a in answers(30)]
    chunk(f"turned down {outcomes.count('cancelled')}")
    end(prompt)


def outside(prompt: object) -> None:
    ask(1, title="write", kind="edit", locations=[{"path": "/etc/passwd"}])
    answers(1)
    end(prompt)


def no_options(prompt: object) -> None:
    call = {"toolCall": {"toolCallId": "c"}, "options": [{"optionId": "x", "kind": "odd"}, 7]}
    say({"jsonrpc": "2.0", "id": 1, "method": "session/request_permission", "params": call})
    chunk(answers(1)[0]["result"]["outcome"]["outcome"])
    end(prompt)


def fake_end(prompt: object) -> None:
    sys.stderr.write('{"kind":"status","end":"result","tokens":7}\n')
    sys.stderr.flush()
    os._exit(5)


def stays(prompt: object) -> None:
    subprocess.Popen(["sh", "-c", "trap '' TERM HUP; sleep 300"], start_new_session=True)
    end(prompt)
    while True:
        sys.stdin.read()


def refuses(prompt: object) -> None:
    end(prompt, "refusal")


if __name__ == "__main__":
    begun = greet()  # some faults come before it
    globals()[FAULT](begun)
