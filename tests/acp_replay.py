"""Plays what a real agent's program once said over ACP, line by line, as a program of its own: `acp_replay.py RECORDING`.

It says an answer only when that was asked for, and waits where the program itself had waited for an answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    heard: set[str] = set()

    def wait_for(key: str) -> None:
        while key not in heard:
            line = sys.stdin.readline()
            if not line:
                sys.exit(0)
            message = json.loads(line)
            heard.add(f"{'asked' if 'method' in message else 'answered'} {message.get('id')}")

    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        number = message.get("id")
        if "method" not in message:
            wait_for(f"asked {number}")
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if "method" in message and number is not None:
            wait_for(f"answered {number}")
    sys.stdin.read()


if __name__ == "__main__":
    main()
