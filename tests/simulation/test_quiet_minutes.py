"""An agent that says nothing for nine minutes but uses its CPU is at work: nobody is nudged, told, or stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.reads.notes import observations
from console.blackboard.reads.sessions import recent_sessions
from tests.homes import TeamHome, developer

BUSY = """
python3 -c '
import time
until = time.monotonic() + 540
while time.monotonic() < until:
    pause = time.monotonic() + 0.02
    while time.monotonic() < pause:
        pass
    time.sleep(0.3)
'
blackboard submit --summary compiled
"""


@pytest.mark.soak
def test_nine_quiet_but_busy_minutes_raise_nothing(tmp_path: Path) -> None:
    team = TeamHome(tmp_path, {"dev": developer(BUSY)}, settings={"daemon": {"task_timeout": 900}})
    task = team.task("compile it all", reviews=())
    team.run()
    assert team.status(task) == "done"
    (session,) = recent_sessions(team.db())
    assert (session.nudged_at, session.attempt, session.failure) == (None, 1, None)
    assert observations(team.db()) == ()
    team.close()
