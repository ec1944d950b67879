"""Promises of `moziplus session log` and `moziplus search` on transcripts: as a person reads, as they are, searched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.search import hits
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.writes.notes import add_comment, add_decision
from console.records.transcript import Entry, EntryKind
from console.transcript.line import line_of
from tests.app.debated import SIMAYI, debated_home
from tests.homes import BOSS, CLOCK, TeamHome, developer

LINES = (
    Entry(kind=EntryKind.STATUS, text="started"),
    Entry(kind=EntryKind.THINKING, text="I shall look first."),
    Entry(kind=EntryKind.TEXT, id="m1", text="I look "),
    Entry(kind=EntryKind.TEXT, id="m1", text="around.\nThen I work."),
    Entry(kind=EntryKind.TOOL_CALL, id="c1", fields={"tool": "shell", "command": "ls\n-la"}),
    Entry(kind=EntryKind.TOOL_RESULT, id="c1", text="\n".join(f"file {n}" for n in range(20)), fields={"exit_code": 2}),
    Entry(kind=EntryKind.TOOL_CALL, id="c2", fields={"tool": "fetch", "input": {"url": "https://example.org/Needle"}}),
    Entry(kind=EntryKind.USAGE, fields={"tokens": 1204, "cost": 0.01}),
    Entry(kind=EntryKind.STATUS, text="All done.", fields={"end": "result", "tokens": 1204}),
)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    script = tmp_path / "said.jsonl"
    script.write_text("".join(line_of(entry) + "\n" for entry in LINES))
    agents = {
        "dev": developer(f"cat '{script}'; blackboard submit --summary done >/dev/null", usage="moziplus"),
        "plain": developer("echo a plain needle; echo 你好; blackboard submit --summary done >/dev/null"),
    }
    with closing(TeamHome(tmp_path / "home", agents, projects=("quant", "other"))) as team:
        yield team


def session(team: TeamHome, agent: str = "dev", project: str = "quant") -> str:
    """The session of a task that this agent has done."""
    task = team.task(project=project, reviews=(), assignee=agent)
    assert team.run() == 0
    (found,) = sessions_of(team.db(project), task.id)
    return found.id


def shows(team: TeamHome, *words: str) -> str:
    done = team.cli("session", "log", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def entries(team: TeamHome, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shows(team, *words, "--json").splitlines()]


def test_a_transcript_reads_as_a_person_reads_and_as_it_is(team: TeamHome) -> None:
    one = session(team)
    said = shows(team, one)
    lines = [line[9:] for line in said.splitlines()[1:]]
    assert "dev: I look around." in lines and "     Then I work." in lines
    assert "> shell ls -la" in lines and '> fetch {"url": "https://example.org/Needle"}' in lines
    assert "  file 7" in lines and "  file 8" not in lines and "  … 12 more lines" in lines and "  exit code 2" in lines
    assert "1,204 tokens, $0.0100" in lines and "* ended with a result (1,204 tokens)" in lines
    assert "{" not in said.replace('{"url"', "")
    found = entries(team, one)
    assert [row["kind"] for row in found][:3] == ["status", "thinking", "text"]
    call = next(row for row in found if row["id"] == "c2")
    assert call["fields"]["input"] == {"url": "https://example.org/Needle"} and call["at"].endswith("Z")
    assert found[-1]["fields"] == {"ended": True, "exit_code": 0}


def test_the_last_entries_those_that_match_and_the_raw_output(team: TeamHome) -> None:
    one = session(team)
    assert len(entries(team, one, "-n", "2")) == 2
    assert [row["id"] for row in entries(team, one, "--grep", "example.org/(needle|x)")] == ["c2"]
    assert entries(team, one, "--grep", "no such text") == []
    assert team.cli("session", "log", one, "--grep", "(").returncode == 2
    assert team.cli("session", "log", one, "--grep", "x", "--raw").returncode == 2
    assert shows(team, one, "--raw").startswith('{"kind":"status","text":"started"}\n')
    assert "dev: I look around." in shows(team, one, "--follow")


def test_plain_output_is_what_it_said_and_a_session_without_a_transcript_shows_its_output(team: TeamHome) -> None:
    one = session(team, "plain")
    assert "plain: a plain needle" in shows(team, one)
    (found,) = sessions_of(team.db(), 1)
    (Path(found.folder or "") / "transcript.jsonl").unlink()
    assert shows(team, one) == "a plain needle\n你好\n"


def test_a_text_is_found_in_every_project_the_newest_session_first(team: TeamHome) -> None:
    first, second = session(team, "plain"), session(team, "dev", "other")
    done = team.cli("search", "NEEDLE", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["project"], row["session"], row["kind"]) for row in rows] == [
        ("other", second, "tool_call"),
        ("quant", first, "text"),
    ]
    assert rows[1]["around"] == "a plain needle" and "example.org/Needle" in rows[0]["around"]
    assert [json.loads(r)["project"] for r in team.cli("search", "你好", "--json").stdout.splitlines()] == ["quant"]
    assert team.cli("search", "needle", "--project", "quant", "--limit", "1").stdout.count("a plain needle") == 1
    assert team.cli("search", "nowhere to be found").returncode == 0
    assert team.cli("search", " ").returncode == 2


def test_a_text_is_found_in_what_stands_on_the_blackboards_too_and_only_where_it_is_looked_for(team: TeamHome) -> None:
    now = CLOCK.now()
    task = team.task("count the PLUMS", body="100% of them_all")
    add_comment(team.db(), task.id, "who counts plums?", by=BOSS, now=now)
    add_decision(team.db("other"), "Plums are counted by hand", reason="they roll", by=BOSS, now=now)
    team.task("grüne ÄPFEL", "other")

    def found(*words: str) -> list[tuple[str, str, str]]:
        done = team.cli("search", *words, "--json")
        assert done.returncode == 0, done.stderr
        return [(r["kind"], r["project"], r["around"]) for r in map(json.loads, done.stdout.splitlines())]

    assert sorted(found("plums")) == [
        ("comment", "quant", "who counts plums?"),
        ("decision", "other", "Plums are counted by hand they roll"),
        ("task", "quant", "count the PLUMS 100% of them_all"),
    ]
    assert [kind for kind, _, _ in found("plums", "--in", "tasks", "--in", "decisions", "--project", "quant")] == [
        "task"
    ]
    assert [kind for kind, _, _ in found("0% of")] == ["task"] and found("0%of") == [], "its signs mean themselves"
    assert [project for _, project, _ in found("äpfel")] == ["other"]
    assert found("plums", "--in", "transcripts") == []
    assert len(found("plums", "--limit", "1")) == 1


def test_a_finding_is_found_with_who_found_it(tmp_path: Path) -> None:
    home = debated_home(tmp_path / "home")
    with closing(open_project(home.project_folder("quant"), read_only=True)) as db:
        (hit,) = hits(db, "march CRASH", kinds=["finding"])
        assert (hit.kind, hit.by) == ("finding", SIMAYI)
        assert list(hits(db, "march CRASH", kinds=["finding"], by="nobody")) == []


def test_a_folder_that_an_agent_replaced_is_named_and_hides_no_other(team: TeamHome) -> None:
    session(team, "plain")
    session(team, "dev")
    (found,) = sessions_of(team.db(), 2)
    live = Path(found.folder or "") / "transcript.jsonl"
    live.unlink()
    os.mkfifo(live)
    done = team.cli("search", "needle", "--json")
    assert (done.returncode, done.stdout.count("\n"), "it is a pipe" in done.stderr) == (5, 1, True)
    log = team.cli("session", "log", found.id)
    assert (log.returncode, "it is a pipe" in log.stderr) == (1, True)
