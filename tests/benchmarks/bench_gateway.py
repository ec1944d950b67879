"""Measures agents in a real OpenClaw at rest, of each release: start to acceptance, and what following runs costs us.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_gateway [RUNS]`. Asserts nothing; a release that
`bash .ci/gateways` has not installed is left out. The ratio is to a call of the same gateway that does nothing. Of more
than four runs the gateway lets some wait, and their first turn with them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from tests.gateway.openclaw import AGENTS, RELEASES, OpenClaw, missing
from tests.gateway.provider import Provider
from tests.gateway.sessions import Team, happens, home_of, live

WATCHED = 15.0
"""Seconds over which the CPU of following is counted."""


def say(text: str) -> None:
    """One row."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def cpu(seconds: float) -> float:
    """The part of one core that this process uses meanwhile, in per cent."""
    before = time.process_time()
    await asyncio.sleep(seconds)
    return (time.process_time() - before) / seconds * 100


async def measure(gateway: OpenClaw, provider: Provider, folder: Path, runs: int) -> None:
    """All rows of one release."""
    home, go = home_of(folder), folder / "go"
    async with Team(gateway.url, starts_per_minute=6000, starts_burst=1000) as team:
        await team.up()
        await team.run(live(home, [{"say": "warm"}], agent=AGENTS[0]))
        calls = []
        for _ in range(20):
            began = time.perf_counter()
            await team.sessions({"limit": 1})
            calls.append(time.perf_counter() - began)
        memory = psutil.Process().memory_info().rss
        idle = await cpu(WATCHED)
        starts, waiting = [], []
        for n in range(runs):
            one = live(home, [{"until": str(go), "say": "done"}], agent=AGENTS[n % len(AGENTS)])
            began = time.perf_counter()
            await team.agents.start(one.spec)
            starts.append(time.perf_counter() - began)
            session = one.spec.session
            waiting.append(session)
            # A gateway that is still setting up the run before is slow to accept the next one.
            await happens(partial(provider.asked, session), what="the first turn")
        following = await cpu(WATCHED)
        more = (psutil.Process().memory_info().rss - memory) / 1e6
        call, start = median(calls) * 1000, median(starts) * 1000
        say(f"  a call that does nothing       median {call:7.1f} ms")
        say(f"  start to acceptance            median {start:7.1f} ms  ratio {start / call:.1f}")
        say(f"  CPU, {runs} runs that say nothing  {following:.2f} % of a core, without them {idle:.2f} %")
        say(f"  memory of all that             {more:.1f} MB")
        go.touch()
        await happens(lambda: set(waiting) <= set(team.ended), what="the end of all runs")


def main() -> None:
    """Each release that is installed."""
    runs = int(sys.argv[1]) if sys.argv[1:] else 4
    for release in RELEASES:
        if (why := missing(release)) is not None:
            say(f"OpenClaw {release} is left out: {why}")
            continue
        say(f"OpenClaw {release}")
        with tempfile.TemporaryDirectory() as folder, Provider() as provider:
            gateway = OpenClaw(Path(folder) / "gateway", release, provider.url)
            try:
                gateway.start()
                asyncio.run(measure(gateway, provider, Path(folder), runs))
            finally:
                gateway.end()


if __name__ == "__main__":
    main()
