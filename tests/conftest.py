"""Makes every test run in the same world: no setting of the operator's, UTC, C.UTF-8, an empty user folder.

The environment is set while this file is imported, so that fixtures of any scope and every subprocess see it. It
holds no helpers: those are in tests/fakes/ and tests/play.py.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

import hypothesis
import pytest

_user = tempfile.TemporaryDirectory(prefix="moziplus-user-", ignore_cleanup_errors=True)

_FORGET = (
    *("MOZIPLUS_", "BLACKBOARD_", "INBOX_", "LOG_LEVEL", "OPENCLAW_", "XDG_", "GIT_", "SSH_", "TMUX", "TEXTUAL", "LC_"),
    *(
        "LANGUAGE",
        "COLUMNS",
        "LINES",
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "PYTHONASYNCIO",
    ),
)
"""Variables whose names begin so are the operator's own."""

_SET = {
    "HOME": _user.name,
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TEXTUAL_ANIMATIONS": "none",
    "GIT_CONFIG_NOSYSTEM": "1",
}
# Where agents find it, too: they inherit no GIT_* of ours.
Path(_user.name, ".gitconfig").write_text("[user]\n\tname = moziplus tests\n\temail = tests@example.invalid\n")


def _same_world() -> None:
    for name in list(os.environ):
        if name.startswith(_FORGET):
            del os.environ[name]
    os.environ.update(_SET)
    time.tzset()
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a shell's background: whatever the tests start inherits it
        signal.signal(signal.SIGINT, signal.default_int_handler)


_same_world()

hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests need no plugin but anyio's, no mark, and run on asyncio, as the program does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def no_setting_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that sets MOZIPLUS_* by hand must not reach the next one; each starts without any."""
    for name in list(os.environ):
        if name.startswith("MOZIPLUS_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("console.secrets._known", None)
    monkeypatch.setattr("console.secrets._withheld", {})
    monkeypatch.setattr("console.secrets._digests", {})


def pytest_unconfigure() -> None:
    """Remove the empty user folder."""
    _user.cleanup()


DRILLS = (
    "simulation/",
    "integration/test_budgets.py",
    "integration/test_demo.py",
    "integration/test_engine_plans.py",
    "integration/test_engine_reviews.py",
    "integration/test_example_own_repository.py",
    "integration/test_in_charge_takeover.py",
    "integration/test_inbox_drill.py",
    "integration/test_kill.py",
    "integration/test_learning.py",
    "integration/test_restore_killed.py",
    "integration/test_runner_drill.py",
    "integration/test_service.py",
)
"""Files that take long whatever they find: kills at every instant, a month of simulated work, stories played by real agents.
`make drill` and .ci/run run them beside the others."""


LONGEST = ("test_after_all_that_time_every_task_has_ended_or_waits_for_the_operator[a month]",)
"""Tests that take as long as many others together."""
LIMITS = {"soak": 0, "drill": 1500, "gateway": 900, "agents": 600, "npm": 900}
"""Seconds that a marked test may take, however it is run; 0 for as long as it likes. The others have `timeout`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drills are marked by their place, in one list; what takes longest begins first, so that no core waits for it."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).as_posix().startswith(DRILLS):
            item.add_marker(pytest.mark.drill)
        limits = [limit for mark, limit in LIMITS.items() if item.get_closest_marker(mark) is not None]
        if limits and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(0 if 0 in limits else max(limits)))
    items.sort(key=lambda item: item.name not in LONGEST)
