"""Owns an actor of the demo: `python -m console.agents.demo.play` plays one session by the script. No model is involved.

It knows only what any agent's driver knows, its environment and its session's folder, and acts only through the `blackboard`
command on its PATH. Its conversation is a name: nobody keeps one where no model is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.agents.demo.scenes import Round, Scene, distilling, scene_of
from console.records.transcript import Entry, EntryKind
from console.settings.yaml_file import Problem, read_yaml
from console.transcript.line import line_of
from console.umask import keep_private

__all__ = ("main",)

BROKEN = 1
ASKS_FOR = "3m"
"""How long an actor waits for the operator; then its default holds."""


class Broken(Exception):
    """The session cannot go on: with which exit code, and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def main() -> int:
    """Play the session that the environment names; gives the exit code."""
    keep_private()
    new = talk(Path(os.environ["MOZIPLUS_PROMPT_FILE"]).parent)
    say("(demo) this is a script: no model is involved · 这是演示脚本，没有调用任何模型")
    try:
        play(new)
    except Broken as broken:
        tell(EntryKind.STATUS, str(broken), end="error")
        return broken.code
    tell(EntryKind.STATUS, end="result")
    return 0


def talk(folder: Path) -> bool:
    """Begin a conversation, or go on with the one of the session before: only what is new was said then. Whether it is new."""
    earlier = json.loads((folder / "start.json").read_text(encoding="utf-8"))["conversation"]
    if not earlier:
        tell(EntryKind.STATUS, "begins a conversation", conversation=os.environ["MOZIPLUS_SESSION"])
        return True
    told, whole = (len((folder / name).read_text(encoding="utf-8")) for name in ("prompt.md", "whole.md"))
    tell(EntryKind.STATUS, f"goes on with its conversation {earlier}", conversation=earlier)
    tell(EntryKind.STATUS, f"was told only what is new: {told:,} characters in place of {whole:,}")
    return False


def play(new: bool) -> None:
    """Whatever the script has for it; in a `new` conversation it reports what it used."""
    pause = pace(os.environ)
    brief = json.loads(blackboard("read", "--json"))
    scene = scene_for(brief["task"])
    if os.environ.get("MOZIPLUS_SEAT"):
        review(brief, scene, pause)
    else:
        work(brief, scene, pause, new)


def work(brief: dict[str, Any], scene: Scene, pause: float, new: bool) -> None:
    """Do the present round of the task, or break off as the script says."""
    round_ = scene.round(
        1 + max((t["round"] for t in brief["reviews"] if t["status"] == "changes_requested"), default=0)
    )
    time.sleep(pause)
    if new and (round_.tokens or round_.cost):
        blackboard("usage", "--tokens", str(round_.tokens), "--cost", f"{round_.cost:g}")
    if len(brief["attempts"]) < round_.fails:
        raise Broken(BROKEN, round_.breaks)
    for step in round_.steps:
        act(step, pause)
        time.sleep(pause)
    said = ["--rebuttal", round_.rebuttal] if round_.rebuttal else []
    for number, answer in enumerate(round_.answers, 1):
        said += ["--answer", f"{number}={answer}"]
    blackboard("submit", "--summary", round_.summary, *said)


def act(step: Mapping[str, Any], pause: float) -> None:
    """One step of the script. Nobody is waited for where nothing waits."""
    if "say" in step:
        say(step["say"])
    if "write" in step:
        path = Path(step["write"])
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(step["text"], encoding="utf-8")
        say(f"wrote {path}")
        blackboard("output", str(path))
    if "comment" in step:
        blackboard("comment", step["comment"])
    if "decide" in step:
        title, reason = step["decide"]
        blackboard("decide", title, "--reason", reason)
    if "ask" in step:
        options = [word for option in step["options"] for word in ("--option", option)]
        wait = ASKS_FOR if pause else "1s"
        blackboard("ask", step["ask"], *options, "--wait", wait, "--default", step["default"])
    if "leave" in step:
        about = f"command={step['command']}"
        blackboard("ask", step["leave"], "--kind", "approval", "--about", about, "--wait", "1s", "--default", "refuse")
    if "observe" in step:
        cause = ["--cause", step["cause"]] if "cause" in step else []
        blackboard("observe", step["observe"], "--level", step.get("level", "routine"), *cause)


def review(brief: dict[str, Any], scene: Scene, pause: float) -> None:
    """Look at what was submitted, then give the scripted verdict on this round."""
    thread = brief["review"]
    for output in brief["outputs"]:
        say(f"reading {output['path']} ({output['size']} bytes)")
        time.sleep(pause)
    mine = next((s for s in thread["seats"] if str(s["id"]) == os.environ["MOZIPLUS_SEAT"]), {"kind": "review"})
    plan, escalated = thread["protocol"] == "plan_review", mine["kind"] == "escalation"
    given = scene.verdict(thread["round"], plan=plan, escalated=escalated)
    arguments = ["--verdict", given["verdict"]]
    if given["verdict"] == "approve":
        for name in thread["rubric"] or ():
            arguments += ["--score", f"{name}={given.get('scores', {}).get(name, given['score'])}"]
    for finding in given.get("findings", ()):
        arguments += ["--finding", finding]
    if "comment" in given:
        arguments += ["--comment", given["comment"]]
    time.sleep(pause)
    blackboard("review", *arguments)


def blackboard(*arguments: str) -> str:
    """Run the real command; where it refuses, this actor ends with the same code and says why."""
    done = subprocess.run(["blackboard", *arguments], env=dict(os.environ), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Broken(done.returncode, f"blackboard {arguments[0]} said {done.returncode}: {done.stderr.strip()}")
    if arguments[0] != "read":
        say(done.stdout.strip())
    return done.stdout


def scene_for(task: Mapping[str, Any]) -> Scene:
    """The scene of a task: the one of its tag, else what is done with its kind."""
    if task["kind"] == "distil":
        return distilling()
    return scene_of(task["tags"]) or unknown(task)


def unknown(task: Mapping[str, Any]) -> Scene:
    """A task that the operator made: an actor says that it cannot really do it."""
    text = f"# {task['title']}\n\n演示的角色不会真的做这件事。 An actor of the demo cannot really do this.\n"
    steps = ({"write": "outputs/note.md", "text": text},)
    return Scene(key="", title="", rounds=(Round(steps=steps, summary="（演示）只写了一张便条 · only a note (demo)"),))


def pace(environ: Mapping[str, str]) -> float:
    """Seconds for each step: `context.demo_pace` of the project, so that it can be changed while the demo runs."""
    try:
        project = Path(environ["MOZIPLUS_TASK_DIR"]).parent.parent / "config" / "project.yaml"
        return min(max(float(read_yaml(project).values["context"]["demo_pace"]), 0.0), 60.0)
    except (OSError, KeyError, TypeError, ValueError, Problem):
        return 0.0


def say(text: str) -> None:
    """Words of its own, at once."""
    tell(EntryKind.TEXT, text)


def tell(kind: EntryKind, text: str = "", **fields: str) -> None:
    """One entry of its transcript."""
    os.write(1, f"{line_of(Entry(kind=kind, text=text, fields=fields))}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
