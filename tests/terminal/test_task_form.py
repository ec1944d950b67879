"""Promises of a task as a text in a real terminal: it is made, kept as a draft and edited in the operator's own editor."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task, list_tasks
from console.home import Home
from console.records.task import TaskStatus
from tests.terminal.test_console import home, place
from tests.terminal.tmux import Terminal, needs_tmux, wait_for

__all__ = ("home", "place")  # fixtures

pytestmark = needs_tmux

EDITOR = """#!/bin/sh
# It takes no other title than Draft, leaves a plain text, and makes a mistake in an edit, which it mends when it is told.
set -e
file=$1
if grep -q '^# line' "$file"; then sed 's/^priority: soon/priority: 0/' "$file" > "$file.new"
elif grep -q '^title: 写周报' "$file"; then
  sed -e 's/^priority: [0-9]*/priority: soon/' -e 's/^tags: \\[\\]/tags: [hot]/' "$file" > "$file.new"
else grep -q '^title: Draft' "$file" || exit 3; printf '写周报\\n\\nWith a table.\\nAnd why.' > "$file.new"; fi
mv "$file.new" "$file"
"""


def test_a_task_is_drafted_let_go_and_edited_in_the_editor_and_what_is_wrong_comes_back(
    home: Home, place: Path
) -> None:
    editor = place / "editor"
    editor.write_text(EDITOR, "utf-8")
    editor.chmod(0o700)
    with (
        closing(open_project(home.project_folder("quant"))) as db,
        Terminal(place, "--home", str(home.path), LANG="C.UTF-8", EDITOR=str(editor), VISUAL="") as terminal,
    ):
        terminal.shows("in charge: this console")
        terminal.press("2", "n")
        terminal.shows("ctrl-o keeps a draft")
        terminal.press("Other", "C-g")
        terminal.shows("the editor ended with 3; nothing was taken")
        terminal.press("C-u")
        wait_for(lambda: "Other" not in terminal.screen(), "the field is empty")
        terminal.press("Draft", "C-g")
        terminal.shows("写周报", "With a table.", "And why.")
        terminal.press("C-o")
        task = wait_for(lambda: next((t.id for t in list_tasks(db)), None), "it is made")
        made = get_task(db, task)
        assert (made.title, made.body) == ("写周报", "With a table.\nAnd why.")
        assert (made.status, made.hold_reason) == (TaskStatus.HELD, "a draft")
        terminal.shows(f"#{task} is a draft", f"{task} 写周报")
        terminal.press("e")
        wait_for(lambda: get_task(db, task).priority == 0, "what was wrong came back and was mended")
        assert get_task(db, task).tags == ("hot",)
        terminal.press("B")
        wait_for(lambda: get_task(db, task).status != TaskStatus.HELD, "it is let go")
        terminal.press("q", "Down", "Enter")
        assert terminal.exit_code() == 0
