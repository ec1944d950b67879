"""A program that keeps its conversations as Claude Code does, and writes its output: no model is involved.

`TALK` in its environment is a JSON list: the shell line of its first run, of its second … as an agent's model would call it;
`limited` and `full` have it refused, `note TEXT` says the text as its answer. `TALK_USED` is the list of the tokens that its
context holds in each run, of `TALK_WINDOW` that fit; without, it tells neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

KEPT = Path(os.environ["TALKER_KEPT"])
"""Where its conversations are kept: one JSON line for each prompt."""


def say(**said: object) -> None:
    """One object of its output."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> int:
    """One run."""
    arguments = sys.argv[1:]
    resumed = arguments[arguments.index("--resume") + 1] if "--resume" in arguments else None
    talk = resumed or str(uuid.uuid4())
    file = KEPT / f"{talk}.talk"
    if resumed and not file.is_file():
        sys.stderr.write(f"No conversation found with session ID: {resumed}\n")
        say(type="result", subtype="error_during_execution", is_error=True, session_id=talk, total_cost_usd=0)
        return 1
    counted = KEPT / f"{os.environ['MOZIPLUS_AGENT']}.runs"
    run = len(counted.read_text()) if counted.is_file() else 0
    counted.write_text("x" * (run + 1))
    with file.open("a") as kept:
        kept.write(json.dumps({"prompt": sys.stdin.read(), "agent": os.environ["MOZIPLUS_AGENT"]}) + "\n")
    turns = len(file.read_text().splitlines())
    say(type="system", subtype="init", session_id=talk, model="none")
    lines = json.loads(os.environ["TALK"])
    if lines[run] == "limited":
        say(type="result", is_error=True, api_error_status=429, result="429", session_id=talk, total_cost_usd=0)
        return 1
    words = lines[run].removeprefix("note ") if lines[run].startswith("note ") else "at it"
    used = json.loads(os.environ.get("TALK_USED", "[]"))[run : run + 1]
    message: dict[str, object] = {"id": f"m{run}", "content": [{"type": "text", "text": words}]}
    if used:
        message["usage"] = {"input_tokens": 10, "cache_read_input_tokens": used[0] - 10}
    say(type="assistant", session_id=talk, message=message)
    if lines[run] == "full":
        say(type="result", is_error=True, api_error_status=400, result="Prompt is too long", session_id=talk,
            total_cost_usd=0)  # fmt: skip
        return 1
    done = subprocess.run(["sh", "-c", ":" if words != "at it" else lines[run]], check=False)
    counts = {"input_tokens": 90, "output_tokens": 10}
    cost = 0.01 * turns
    failed = done.returncode != 0
    window = os.environ.get("TALK_WINDOW")
    models = {"modelUsage": {"one": {"inputTokens": 100, "contextWindow": int(window)}}} if window else {}
    said = "it broke" if failed else words if words != "at it" else "done"
    say(type="result", is_error=failed, result=said, session_id=talk, usage=counts, total_cost_usd=cost, **models)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
