"""Promises of the inbox's quarantine and of its commands: what went wrong is told, shown, mended and tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.notes import comments, open_alerts
from console.blackboard.reads.tasks import get_task
from console.records.inbox import InboxMessage, MessageStatus
from tests.homes import TeamHome
from tests.inboxes import all_messages, append, home_db, polled, team_home


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = team_home(tmp_path / "home", projects=("quant", "zwei"))
    yield found
    found.close()


def say(team: TeamHome, kind: str, *, project: str | None = "quant", **fields: Any) -> InboxMessage:
    """Send one message, let it be applied, give what became of it."""
    whole = {"v": 1, "kind": kind, "project": project, **fields}
    append(team.home, json.dumps({name: value for name, value in whole.items() if value is not None}))
    polled(team.home)
    with home_db(team.home) as db:
        return all_messages(db)[-1]


def test_one_writer_is_alerted_about_once_an_hour(team: TeamHome) -> None:
    append(team.home, '{"from":"cron"} x', '{"from":"cron"} y', "z")
    polled(team.home)
    append(team.home, '{"from":"cron"} again')
    polled(team.home)
    with home_db(team.home) as db:
        found = {alert.cause: alert.body for alert in open_alerts(db)}
    assert set(found) == {"inbox-bad:cron", "inbox-bad:unknown"}
    assert found["inbox-bad:cron"].startswith("2 message(s) of cron in the inbox went into quarantine")


def test_quarantine_is_left_by_a_retry_once_the_cause_is_gone(team: TeamHome) -> None:
    bad = say(team, "comment", task=1, body="b", id="7")
    assert bad.status == MessageStatus.BAD
    team.task()
    assert team.cli("inbox", "retry", str(bad.id)).returncode == 0
    polled(team.home)
    assert [comment.body for comment in comments(team.db(), 1)] == ["b"]
    with home_db(team.home) as db:
        assert open_alerts(db) == ()


def test_a_message_can_be_mended_and_keeps_its_place(team: TeamHome) -> None:
    append(team.home, '{"v":1,"project":"quant","kind":"task.create","titel":"t"}')
    polled(team.home)
    refused = team.cli("inbox", "retry", "1")
    assert (refused.returncode, "stays in quarantine: unknown field `titel`" in refused.stderr) == (2, True)
    mended = '{"v":1,"project":"quant","kind":"task.create","title":"t"}'
    assert team.cli("inbox", "retry", "1", "--body", mended).returncode == 0
    assert team.cli("inbox", "retry", "1").returncode == 4
    assert team.cli("inbox", "retry", "99").returncode == 3
    polled(team.home)
    assert get_task(team.db(), 1).title == "t"


def test_a_message_sent_by_the_command_is_read_and_shown(team: TeamHome) -> None:
    sent = json.loads(team.cli("--json", "inbox", "send", "--project", "quant", "--kind", "task.create",
                               "--set", "title=from a shell", "--set", "review=false").stdout)  # fmt: skip
    polled(team.home)
    assert get_task(team.db(), 1).title == "from a shell"
    (shown,) = (json.loads(line) for line in team.cli("--json", "inbox", "show").stdout.splitlines())
    assert (shown["status"], shown["kind"], shown["project"], shown["writer"]) == (
        "done",
        "task.create",
        "quant",
        "operator",
    )
    assert json.loads(shown["body"])["id"] == sent["id"]
    assert json.loads(team.cli("--json", "inbox", "show", str(shown["id"])).stdout) == shown
    assert team.cli("inbox", "show", "77").returncode == 3


@pytest.mark.parametrize(
    "arguments", [["{"], ["[]"], ["--kind", "walk"], ["--kind", "comment"], [], ["--project", "nope", "--kind", "wake"]]
)
def test_a_wrong_message_is_refused_by_the_command(team: TeamHome, arguments: list[str]) -> None:
    done = team.cli("inbox", "send", *arguments)
    assert done.returncode in (2, 3)
    assert len(done.stderr.splitlines()) == 1
    assert not (team.home.inbox / "daemon.jsonl").exists()


def test_a_sent_message_is_not_glued_to_a_torn_line(team: TeamHome) -> None:
    (team.home.inbox / "daemon.jsonl").write_bytes(b'{"v":1,"ki')
    assert team.cli("inbox", "send", "--kind", "wake").returncode == 0
    assert polled(team.home).taken == 2
