"""Owns the first fixed prompt: which parts it has, for whoever does a task and for whoever reviews one. Pure.

The templates' text is the caller's: it reads them from the project, the home or what was shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.prompts.assemble import TOTAL, Part, Prompt, assemble, fill

__all__ = ("TEMPLATES", "Facts", "first_prompt")

TEMPLATES = ("role.md", "project.md", "workplace.md", "author.md", "reviewer.md")
"""Files of `prompt_templates/` that it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of one session; texts from others are data, whatever they say."""

    agent: str
    """For people, such as 张飞."""
    role: str
    project: str
    """The project's id."""
    project_name: str = ""
    description: str = ""
    context: Mapping[str, object] = field(default_factory=dict)
    """The project's free `context:`."""
    bootstrap: str = ""
    """Body of the run's BOOTSTRAP.md."""
    task: int
    briefing: str
    """The task, findings and earlier attempts, as text for a model."""
    attempt: int = 1
    reviewer: bool = False
    rubric: Mapping[str, float] = field(default_factory=dict)
    """Scores that an approval needs, with their weights."""
    cwd: str
    task_dir: str
    worktree: str = ""
    branch: str = ""
    blackboard: str = "blackboard"
    """How the agent calls its `blackboard`: the name, or an absolute path where nothing puts it on PATH."""
    minutes: int = 10
    """Run time, rounded up."""


def first_prompt(facts: Facts, templates: Mapping[str, str], *, total: int = TOTAL) -> Prompt:
    """The prompt, exactly as the agent gets it."""
    values = _values(facts)
    how = "reviewer.md" if facts.reviewer else "author.md"
    return assemble(
        [
            Part(name="role", text=fill(templates["role.md"], values), cap=4_000),
            Part(name="run", text=facts.bootstrap, cap=8_000, spare=True),
            Part(name="project", text=fill(templates["project.md"], values), cap=8_000, spare=True),
            Part(name="task", text=facts.briefing, cap=60_000, spare=True),
            Part(name="workplace", text=fill(templates["workplace.md"], values), cap=4_000),
            Part(name="blackboard", text=fill(templates[how], values), cap=8_000),
        ],
        total=total,
    )


def _values(facts: Facts) -> dict[str, str]:
    rubric = facts.rubric
    return {
        "agent": facts.agent,
        "role": facts.role or "member of the team",
        "project": facts.project,
        "project_name": facts.project_name or facts.project,
        "description": facts.description,
        "context": "\n".join(f"- {name}: {_plain(value)}" for name, value in facts.context.items()),
        "task": str(facts.task),
        "attempt": str(facts.attempt),
        "cwd": facts.cwd,
        "task_dir": facts.task_dir,
        "place": _place(facts),
        "blackboard": facts.blackboard,
        "minutes": str(facts.minutes),
        "rubric": "\n".join(f"- {name} (weight {weight:g})" for name, weight in rubric.items())
        or "- (none: no scores)",
        "scores": " ".join(f"--score {name}=0.8" for name in rubric),
    }


def _place(facts: Facts) -> str:
    if facts.reviewer:
        look = f" Its author worked in `{facts.worktree}` (branch `{facts.branch}`): read it, change nothing there."
        return f"You are in `{facts.cwd}`, the folder of the task.{look if facts.worktree else ''}"
    if facts.worktree:
        return (
            f"You are in `{facts.cwd}`, a git worktree of your own on the branch `{facts.branch}`. Commit your work there;"
            " do not switch branches and do not push. What you changed goes along with your submit as a diff."
        )
    if facts.cwd != facts.task_dir:
        return f"You are in `{facts.cwd}`, the project's own folder. The folder of the task is `{facts.task_dir}`."
    return f"You are in `{facts.cwd}`, the folder of the task. What you produce goes into `outputs/`."


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
