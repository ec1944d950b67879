"""Owns what the guardrails are told of an act that an agent asks leave for, and the asking of them.

Paths are looked up as they really are now: whoever may write where they lie can change that afterwards.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from console.blackboard.connection import Database
from console.blackboard.reads.leave import leave_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used_by_task
from console.commands.context import Team
from console.errors import ConfigError
from console.guardrails.acts import ActRule, judge
from console.guardrails.shell import Command, Word, read_command, words_of
from console.home import Home
from console.records.act import Act, Judged, Part, Say, Spot
from console.records.agent import Agent
from console.records.task import Task

if TYPE_CHECKING:
    from console.settings import ProjectSettings

__all__ = ("Laws", "command_of", "laws_in", "laws_of", "listed")

UNREADABLE = "guardrails.unreadable"
_MOVES = frozenset(("cd", "pushd", "popd"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """The rules on what agents do that hold in a project, and what is known of its team."""

    guardrails: tuple[ActRule, ...] = ()
    """Of guardrails.yaml; what these deny stays denied."""
    own: tuple[ActRule, ...] = ()
    """Of project.yaml: what was answered with `always`."""
    agents: Mapping[str, Agent]
    workdir: Path | None = None
    worktrees: bool = False
    unreadable: str = ""

    def on(self, db: Database, task_id: int | None, agent: str, about: Mapping[str, Any]) -> Judged:
        """What they say of an act, in the place where its agent works. What they do not know is asked."""
        if self.unreadable:
            return Judged(say=Say.ASK, rule=UNREADABLE, reason=self.unreadable)
        own = (*(() if task_id is None else leave_of(db, task_id)), *self.own)
        if not own and not self.guardrails:
            return Judged(say=Say.ASK)
        task = Task(id=0, title="") if task_id is None else get_task(db, task_id)
        act = self._act(db, task, agent, about)
        walls = judge(self.guardrails, act)
        if walls.say == Say.DENY:
            return walls
        learnt = judge(own, act)
        return learnt if learnt.rule else walls

    def _act(self, db: Database, task: Task, agent: str, about: Mapping[str, Any]) -> Act:
        roots = self._roots(db.path.parent, task)
        known = self.agents.get(agent)
        parts, sure, loose = _parts(about, roots)
        return Act(
            project=db.path.parent.name,
            agent=agent,
            role=known.role if known is not None else "",
            tags=task.tags,
            tool=str(about.get("tool") or ""),
            parts=tuple(parts),
            sure=sure,
            loose=loose,
            used=used_by_task(db, task.id),
        )

    def _roots(self, project: Path, task: Task) -> tuple[Path, ...]:
        """Where its agent works, and the task's own folder."""
        own = project / "artifacts" / str(task.id)
        if self.workdir is None:
            return (own,)
        if self.worktrees:
            return (Path(task.work_folder) if task.work_folder else project / "worktrees" / str(task.id), own)
        return (self.workdir.expanduser(), own)


def laws_of(team: Team, folder: Path) -> Laws:
    """The rules of the project in `folder`, read now. Where they cannot be read, everything is asked."""
    from console.settings.guardrails import load_guardrails

    if not team.configs:
        return Laws(agents={})
    try:
        found = load_guardrails(Home(team.configs[-1].parent), folder).guardrails.acts
        settings = team.settings()
    except ConfigError as error:
        return Laws(agents={}, unreadable=error.problems[0][:400])
    return laws_in(settings, found)


def laws_in(settings: ProjectSettings, guardrails: tuple[ActRule, ...]) -> Laws:
    """The same, of settings that were read already."""
    return Laws(
        guardrails=guardrails,
        own=settings.acts,
        agents={agent.id: agent for agent in settings.agents},
        workdir=settings.workdir,
        worktrees=settings.worktrees,
    )


def command_of(about: Mapping[str, Any]) -> str:
    """The command that an act would run, as a line; empty where it runs none."""
    said = about.get("command") or ""
    return shlex.join(map(str, said)) if isinstance(said, list | tuple) else str(said)


def _parts(about: Mapping[str, Any], roots: tuple[Path, ...]) -> tuple[list[Part], bool, tuple[str, ...]]:
    here = [_under(roots[0], str(about["cwd"])) if about.get("cwd") else str(roots[0])]
    hosts = tuple(dict.fromkeys([*listed(about.get("host")), *_hosts(map(str, listed(about.get("url"))))]))
    spots = [_spot(path, here[0], roots) for path in listed(about.get("path"))]
    command = command_of(about)
    if not command:
        return [Part(spots=tuple(spots), hosts=hosts)], True, ()
    read = read_command(command)
    parts = list(_of_commands(read.commands, here, roots))
    if spots or hosts:
        parts = [Part(words=p.words, spots=(*p.spots, *spots), vague=p.vague, hosts=(*p.hosts, *hosts)) for p in parts]
    return parts, read.sure, words_of(command)


def _of_commands(commands: Iterable[Command], here: list[str], roots: tuple[Path, ...]) -> Iterator[Part]:
    """Each with the paths that its words may be. After a `cd`, which may not have happened, in both folders."""
    lost = False
    for command in commands:
        words = command.words
        spots, vague = [_spot(folder, folder, roots) for folder in here], lost
        for word in words[1:]:
            path = _path_in(word)
            vague = vague or path is None
            if path:
                spots += [_spot(path, folder, roots) for folder in here]
        yield Part(
            words=tuple(word.text for word in words),
            spots=tuple(dict.fromkeys(spots)),
            vague=vague,
            hosts=tuple(_hosts(word.text for word in words)),
        )
        if words[0].text in _MOVES:
            lost = lost or words[0].text != "cd" or len(words) != 2 or not words[1].plain or words[1].text == "-"
            if not lost:
                here = [*here, *(_under(Path(folder), words[1].text) for folder in here)][:8]


def _path_in(word: Word) -> str | None:
    """What of a word may be a path; empty where none can be, None where that cannot be told."""
    text = word.text
    if "://" in text:
        return ""
    if text.startswith("-"):
        _option, mark, text = text.partition("=")
        if not mark:
            return "" if word.plain and "/" not in word.text and ".." not in word.text else None
    if not word.plain or ("/" in text and set(text) & set(":=,@")):
        return None
    return text


def _spot(path: object, here: str, roots: tuple[Path, ...]) -> Spot:
    written = _under(Path(here), str(path))
    real = os.path.realpath(written)
    inside = any(real == top or real.startswith(f"{top}/") for top in map(os.path.realpath, roots))
    return Spot(real, inside, os.path.normpath(written))


def _under(folder: Path, path: str) -> str:
    """Not made shorter: where `..` leads is known only once the links before it are followed."""
    return os.path.join(folder, os.path.expanduser(path.removeprefix("file://")))


def listed(value: Any) -> tuple[Any, ...]:
    """One value, or several."""
    if value is None or value == "":
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _hosts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        at = text.find("://")
        if at >= 0:
            try:
                host = urlsplit(text[max(text.rfind("=", 0, at) + 1, 0) :]).hostname
            except ValueError:
                host = None
            if host:
                yield host
