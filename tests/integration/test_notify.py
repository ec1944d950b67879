"""Promises of `notify.command`: each alert is told once while no console is open, whatever its words are."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_alerts
from console.blackboard.writes.notes import acknowledge, end_alert, observe
from console.home import Home
from console.keeping.letters import Letter
from console.keeping.notify import Notifier, run_command
from console.keeping.presence import looking, somebody_looks
from console.records.actor import SCHEDULER
from console.records.alert import Level, Observation
from console.settings import Notify
from tests.homes import SUBMITS, TeamHome, eventually
from tests.repository import ROOT

NOON = 1_732_104_000_000
HOUR = 3_600_000
_SCRIPT = """
import json, os, sys
words = {"arguments": sys.argv[2:], "stdin": json.load(sys.stdin), "text": os.environ["MOZIPLUS_ALERT_TEXT"]}
with open(sys.argv[1], "a") as file:
    file.write(json.dumps(words) + "\\n")
"""


class Post:
    """A home whose alerts go to a file."""

    def __init__(self, tmp_path: Path) -> None:
        self.team = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "other"))
        self.box, self.script = tmp_path / "box", tmp_path / "post.py"
        self.script.write_text(_SCRIPT)
        self.policy = self.by("{level}", "{title}", "{text}")
        self.notifier = Notifier(self.team.home)
        self.now = NOON

    def by(self, *arguments: str, **how: object) -> Notify:
        return Notify(command=(sys.executable, str(self.script), str(self.box), *arguments), **how)  # type: ignore[arg-type]

    def alert(self, body: str, level: Level = Level.URGENT, cause: str = "c", project: str = "quant") -> Observation:
        found = observe(self.team.db(project), body, level=level, cause=cause, by=SCHEDULER, now=self.now)
        assert found is not None
        return found

    def poll(self, seconds: float = 1, policy: Notify | None = None) -> list[dict[str, object]]:
        """What a look that much later tells."""
        before = len(self.told())
        self.now += int(seconds * 1000)
        self.notifier.poll(self.now, policy or self.policy)
        self.notifier.close(30)
        assert not self.notifier.busy
        return self.told()[before:]

    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.box.read_text().splitlines()] if self.box.exists() else []

    def failing(self) -> list[str]:
        with closing(open_home(self.team.home.state_db)) as db:
            return [alert.body for alert in open_alerts(db) if alert.cause == "notify"]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made = Post(tmp_path)
    made.poll()
    yield made
    made.team.close()


def test_an_urgent_alert_is_told_at_once_and_only_once_also_by_another_life(post: Post) -> None:
    assert post.poll() == []
    post.alert("the disk is full")
    (told,) = post.poll()
    assert told["arguments"] == ["urgent", "moziplus: urgent in quant", "[urgent] quant: the disk is full"]
    assert told["text"] == "[urgent] quant: the disk is full"
    letter = told["stdin"]
    assert isinstance(letter, dict)
    assert letter["alerts"][0]["body"] == "the disk is full"
    assert post.poll() == []
    post.notifier = Notifier(post.team.home)
    assert post.poll() == []
    end_alert(post.team.db(), "c", now=post.now)
    assert post.poll() == []
    post.alert("again")
    assert len(post.poll()) == 1, "a new alert of the same cause is a new edge"


def test_attention_is_joined_routine_waits_for_its_hour_and_optional_for_a_subscription(post: Post) -> None:
    post.alert("a", Level.ATTENTION, "1")
    post.alert("b", Level.ATTENTION, "2", "other")
    post.alert("r", Level.ROUTINE, "3")
    post.alert("o", Level.OPTIONAL, "skills:4")
    (joined,) = post.poll()
    assert joined["arguments"][0] == "attention"  # type: ignore[index]
    assert "2 places" in str(joined["arguments"])
    assert post.poll(1800) == []
    policy = post.by("{text}", subscribe=("skills:",))
    (batch,) = post.poll(1900, policy)
    assert batch["arguments"] == ["[routine] quant: r | [optional] quant: o"]
    assert post.poll(3700, policy) == []


def test_what_was_seen_settled_or_acknowledged_is_not_told(post: Post) -> None:
    with looking(post.team.home):
        assert somebody_looks(post.team.home)
        post.alert("seen on the screen", cause="1")
        assert post.poll() == []
    assert not somebody_looks(post.team.home)
    assert post.poll() == []
    acked = post.alert("acknowledged", cause="2")
    acknowledge(post.team.db(), acked.id, by=SCHEDULER, now=post.now)
    post.alert("over", cause="3")
    end_alert(post.team.db(), "3", now=post.now)
    assert post.poll() == []
    post.alert("still open", cause="4")
    assert len(post.poll()) == 1


def test_hostile_words_stay_words(post: Post, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    body = f"'; touch {trap}; \" $(touch {trap}) `touch {trap}` {{level}} \x1b]0;x\x07 \\\n--help"
    post.alert(body)
    (told,) = post.poll()
    assert str(told["arguments"]).count("{level}") == 1, "what stands in an alert is not replaced again"
    text = told["arguments"][2]  # type: ignore[index]
    assert not set("'\"`$\\\x1b\n") & set(text)
    script = Notify(command=("sh", "-c", 'printf "%s" "{text}" > "$0"', str(tmp_path / "said")))
    post.alert(body, cause="again")
    post.poll(policy=script)
    assert (tmp_path / "said").read_text().startswith("[urgent] quant: ’; touch")
    assert not trap.exists()


def test_a_command_that_fails_is_told_by_one_alert_and_the_rest_is_not_lost(post: Post) -> None:
    post.alert("first", cause="1")
    broken = Notify(command=("sh", "-c", "echo no network >&2; exit 3"))
    post.poll(policy=broken)
    assert ["ended with 3: no network" in body for body in post.failing()] == [True]
    assert post.poll(policy=post.policy) == [], "not before its time"
    post.poll(31, policy=broken)
    assert len(post.failing()) == 1
    post.alert("second", cause="2")
    told = post.poll(61)
    assert [entry["text"] for entry in told] == ["[urgent] quant: first", "[urgent] quant: second"]
    assert post.failing() == []
    assert post.poll() == []


def test_what_was_told_before_another_letter_failed_is_not_told_again(post: Post, tmp_path: Path) -> None:
    post.alert("first", cause="1")
    post.alert("second", cause="2")
    gate = tmp_path / "gate"
    line = 'case "$MOZIPLUS_ALERT_TEXT" in *second*) [ -e "$1" ] || exit 1;; esac; echo "$MOZIPLUS_ALERT_TEXT" >> "$0"'
    policy = Notify(command=("sh", "-c", line, str(tmp_path / "said"), str(gate)))
    post.poll(policy=policy)
    gate.touch()
    post.poll(31, policy=policy)
    assert (tmp_path / "said").read_text().splitlines() == ["[urgent] quant: first", "[urgent] quant: second"]


def a_letter() -> Letter:
    found = Observation(id=1, level=Level.URGENT, body="b")
    return Letter(level=Level.URGENT, alerts=(("quant", found),))


def test_a_command_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    began = time.monotonic()
    mark = tmp_path / "pid"
    problem = run_command(("sh", "-c", 'sleep 300 & echo $! > "$0"; wait', str(mark)), a_letter(), timeout=0.5)
    assert "did not end within 0.5 s" in (problem or "")
    assert time.monotonic() - began < 10
    child = int(mark.read_text())
    eventually(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
    assert "cannot be run" in (run_command(("/nothing/there",), a_letter(), timeout=1) or "")


def test_a_poll_waits_for_nothing_and_costs_nothing_where_nothing_changed(post: Post) -> None:
    slow = Notify(command=("sleep", "3"))
    post.alert("x")
    began = time.monotonic()
    assert post.notifier.poll(post.now + 1000, slow)
    assert not post.notifier.poll(post.now + 1001, slow), "one at a time"
    assert time.monotonic() - began < 2.5
    post.notifier.close(10)
    assert not post.notifier.poll(post.now + 2000, slow)
    assert not Notifier(post.team.home).poll(post.now, Notify())


def test_a_console_that_is_killed_is_no_longer_open(tmp_path: Path) -> None:
    home = TeamHome(tmp_path / "home", {"dev": SUBMITS}).home
    assert not somebody_looks(Home(tmp_path / "nowhere"))
    code = (
        "import os, sys; from pathlib import Path; from console.home import Home; from console.keeping.presence import looking;"
        " held = looking(Home(Path(sys.argv[1]))); held.__enter__(); print('open', flush=True); sys.stdin.read()"
    )
    console = subprocess.Popen(
        [sys.executable, "-c", code, str(home.path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert console.stdout is not None
    assert console.stdout.readline() == "open\n"
    assert somebody_looks(home)
    console.kill()
    console.wait()
    console.stdout.close()
    assert console.stdin is not None
    console.stdin.close()
    assert not somebody_looks(home)
    with looking(home), looking(home):
        assert somebody_looks(home)


def test_a_home_whose_database_cannot_be_read_is_told_once_though_no_alert_can_stand_in_it(post: Post) -> None:
    for log in post.team.home.state.glob("moziplus.db-*"):
        log.unlink()
    post.team.home.state_db.write_text("this is no database, " * 500)
    (told,) = post.poll()
    assert "the home's database cannot be read, and nothing is started" in str(told["text"])
    assert post.poll(40) == [] and post.poll(40) == []


def test_what_could_not_be_read_is_looked_at_again_though_its_files_do_not_change(post: Post) -> None:
    post.alert("it was away for a moment")
    folder = post.team.home.project_folder("quant")
    away = folder / "away.db"
    post.team.close()
    (folder / "blackboard.db").rename(away)
    assert post.poll() == []
    seen = dict(post.notifier._seen)
    away.rename(folder / "blackboard.db")
    post.notifier._seen = {**seen, "quant": post.notifier._seen["quant"]}
    assert [told["text"] for told in post.poll(40)] == ["[urgent] quant: it was away for a moment"]


def test_done_tasks_are_told_with_the_batch_and_what_agents_do_where_somebody_subscribed(post: Post) -> None:
    post.poll(2 * 3600)
    task, other = post.team.task("count the beans"), post.team.task("more", "other")
    post.team.run()
    assert post.poll(60) == [], "they wait for the batch"
    (told,) = post.poll(2 * 3600)
    words = str(told["text"])
    assert f"[routine] quant#{task.id}: task #1 is done: count the beans" in words, words
    assert f"other#{other.id}" in words and "began" not in words
    assert post.poll(2 * 3600) == [], "once"
    post.notifier = Notifier(post.team.home)
    assert post.poll(2 * 3600) == [], "and in another life not again"
    post.team.task("beans again")
    post.team.run()
    (told,) = post.poll(2 * 3600, post.by("{text}", subscribe=("activity:dev",)))
    words = str(told["text"])
    assert "[optional] quant#2: dev began on task #2" in words and "dev ended (succeeded) on task #2" in words, words
