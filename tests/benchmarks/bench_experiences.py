"""Measures experiences at 10,000 of them: the best few for a task, a search, and what a look of the scheduler asks.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_experiences [EXPERIENCES]`. Asserts nothing.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from console.blackboard.connection import Database, write
from console.blackboard.reads.experience_search import search_experiences
from console.blackboard.reads.experiences import experiences_for
from console.blackboard.reads.learning import learning
from console.blackboard.writes.experience_upkeep import index_changed
from tests.boards import Board

WORDS = ["".join(random.Random(n).choices("bcdfghklmnprst", k=3 + n % 6)) for n in range(2000)]
HAN = "回测数据缺失值读取编码错误策略收益风险对冲因子模型参数日志缓存"


def fill(db: Database, count: int) -> None:
    """Experiences of 60 words and 20 characters, each with two of 40 tags, one of which all have."""
    dice = random.Random(4)
    with write(db):
        for n in range(count):
            body = " ".join(dice.choices(WORDS, k=60)) + "".join(dice.choices(HAN, k=20))
            db.execute(
                "INSERT INTO experiences (title, body, tags, at) VALUES (?, ?, ?, ?)",
                (f"{dice.choice(WORDS)} {n}", body, f'["tag{n % 39}", "all"]', n),
            )
        while index_changed(db, limit=5000):
            pass
        db.execute("DELETE FROM experiences_unwritten")


def timed(what: str, ask: Callable[[], object]) -> None:
    """Print how long `ask` takes."""
    found = []
    for _ in range(20):
        began = perf_counter()
        ask()
        found.append((perf_counter() - began) * 1000)
    sys.stdout.write(f"{what:52} median {median(found):7.3f} ms  worst {max(found):7.3f}\n")


def main() -> None:
    """Build, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        board = Board(Path(folder) / "quant")
        began = perf_counter()
        fill(board.db, count)
        sys.stdout.write(f"{count} experiences recorded and indexed in {perf_counter() - began:.1f} s\n")
        tagged = board.task(f"{WORDS[1]} {WORDS[2]} 回测数据", body=" ".join(WORDS[4:60]), tags=("all", "tag3"))
        plain = board.task(f"{WORDS[1]} {WORDS[2]} 回测数据", body=" ".join(WORDS[4:60]))
        timed("the best few, by tags and words", lambda: experiences_for(board.db, tagged))
        timed("the best few, by words alone", lambda: experiences_for(board.db, plain))
        timed("a search for two words", lambda: search_experiences(board.db, f"{WORDS[1]} {WORDS[2]}"))
        timed("a search for one character", lambda: search_experiences(board.db, "测"))
        known = learning(board.db)
        timed("a look of the scheduler, nothing learnt", lambda: learning(board.db, known))
        timed("a look of the scheduler, tags counted anew", lambda: learning(board.db))
        board.close()


if __name__ == "__main__":
    main()
