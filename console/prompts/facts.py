"""Owns what is true of one session as its prompt needs it, and the values that templates may name. Pure.

Whatever others wrote comes in as texts that are quoted already (`briefing`) or as records that are quoted when rendered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.backends import PROCESS
from console.prompts.quoting import named
from console.records.experience import Attached
from console.records.skill import Skill

__all__ = ("Facts", "values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of one session."""

    agent_id: str
    agent: str
    """For people, such as 张飞."""
    role: str
    backend: str = PROCESS
    project: str
    """The project's id."""
    project_name: str = ""
    description: str = ""
    context: Mapping[str, object] = field(default_factory=dict)
    """The project's free `context:`."""
    soul: str = ""
    bootstrap: str = ""
    """Body of the run's BOOTSTRAP.md."""
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where `soul`, `run` and `project` come from."""
    task: int
    kind: str = "work"
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    briefing: Mapping[str, str] = field(default_factory=dict)
    """What the blackboard knows, by the name of the part, as text for a model."""
    attempt: int = 1
    for_operator: bool = False
    """It answers what another agent asks, which its task says all of."""
    reviewer: bool = False
    protocol: str = ""
    """Of the review to give."""
    about: str = ""
    """What the protocol judges, in one line."""
    rubric: Mapping[str, float] = field(default_factory=dict)
    """Scores that an approval needs, with their weights."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """What each score asks."""
    gates: Mapping[str, float] = field(default_factory=dict)
    """Scores that have a least value, whoever approves."""
    debate: bool = False
    """The review to give, or the one that asked for changes, is a debate."""
    cwd: str
    task_dir: str
    worktree: str = ""
    branch: str = ""
    empty: tuple[str, ...] = ()
    """Submodules of the worktree of which there is only the folder."""
    pointers: tuple[str, ...] = ()
    """Files of Git LFS of which there is only the pointer."""
    blackboard: str = "blackboard"
    """How the agent calls its `blackboard`: the name, or an absolute path where nothing puts it on PATH."""
    minutes: int = 10
    """Run time, rounded up."""
    resumed: bool = False
    """It goes on with its own conversation."""
    ended: str = ""
    """How its last session in that ended."""
    others: tuple[str, ...] = ()
    """Who else worked on its task since."""
    edited: bool = False
    """Its task was changed since."""
    skills: tuple[Skill, ...] = ()
    """Every skill that holds here, the project's first."""
    experiences: tuple[Attached, ...] = ()

    @property
    def audiences(self) -> frozenset[str]:
        """Whose parts it gets."""
        if self.resumed:
            return frozenset({"resumed"})
        if self.for_operator:
            return frozenset({"all"})
        return frozenset({"all", "reviewer"} if self.reviewer else {"all", "author", self.kind})

    @property
    def holding(self) -> frozenset[str]:
        """Everything that a part's `when` may ask and that holds."""
        states = {
            "first": self.attempt <= 1,
            "retry": self.attempt > 1,
            "rework": bool(self.briefing.get("findings")),
            "edited": self.edited,
            "debate": self.debate,
            "worktree": bool(self.worktree),
        }
        held = {name for name, holds in states.items() if holds} | {self.backend}
        return frozenset(held | {f"tag:{t}" for t in self.tags} | {f"role:{self.role}", f"agent:{self.agent_id}"})


def values(facts: Facts) -> dict[str, str]:
    """What `{name}` stands for in a template."""
    return {
        "agent": facts.agent,
        "role": facts.role or "member of the team",
        "project": facts.project,
        "project_name": facts.project_name or facts.project,
        "description": facts.description,
        "context": "\n".join(f"- {name}: {_plain(value)}" for name, value in facts.context.items()),
        "task": str(facts.task),
        "attempt": str(facts.attempt),
        "minutes": str(facts.minutes),
        "cwd": facts.cwd,
        "task_dir": facts.task_dir,
        "place": _place(facts),
        "blackboard": facts.blackboard,
        "protocol": named(facts.protocol),
        "about": named(facts.about),
        "rubric": "\n".join(_score(facts, name, weight) for name, weight in facts.rubric.items())
        or "- (none: no scores)",
        "scores": " ".join(f"--score {name}=N" for name in facts.rubric),
        "debate": _debate(facts),
        "ended": named(facts.ended),
        "meanwhile": _meanwhile(facts),
        "handing": _handing(facts),
    }


def _meanwhile(facts: Facts) -> str:
    """That what it knows of the task's files may no longer be so."""
    who = " and ".join(facts.others)
    return f" Since then {who} worked on this task: look at what is there now before you go on." if who else ""


def _score(facts: Facts, name: str, weight: float) -> str:
    asks = f": {named(facts.questions[name])}" if facts.questions.get(name) else ""
    least = facts.gates.get(name)
    gate = f" **Gate:** below {least:g} the work is not approved, whoever approves." if least is not None else ""
    return f"- `{name}` (weight {weight:g}){asks}{gate}"


def _handing(facts: Facts) -> str:
    """How it hands in, in a word for who was told all of it before."""
    own = facts.blackboard
    moved = "" if own == "blackboard" else f"Your `blackboard` is now `{own}`; that of your last session is closed. "
    if facts.reviewer:
        return (
            f"{moved}Look at what changed, then give exactly one verdict with `{own} review`, as before; it ends your work."
            f" `{own} help review` says how."
        )
    return (
        f"{moved}Record each result with `{own} output PATH`, and hand in with `{own} submit --summary TEXT`, as before;"
        f" that ends your work. `{own} help` says the rest."
    )


def _debate(facts: Facts) -> str:
    if not facts.debate:
        return ""
    if facts.reviewer:
        return (
            "This review is a debate: the author answers each finding, and you answer the answers. Let a finding go where"
            " the answer convinces you; where it does not, raise it again and say what the answer misses."
        )
    return (
        "This review is a debate: every finding needs an answer, `--answer N=TEXT` for finding N: how you mended it, or why it"
        " stays. `--rebuttal` answers all that you do not answer one by one; a submit without is refused."
    )


def _place(facts: Facts) -> str:
    if facts.reviewer:
        look = f" Its author worked in `{facts.worktree}` (branch `{facts.branch}`): read it, change nothing there."
        return f"You are in `{facts.cwd}`, the folder of the task.{look if facts.worktree else ''}"
    if facts.worktree:
        return (
            f"You are in `{facts.cwd}`, a git worktree of your own on the branch `{facts.branch}`. Commit your work there;"
            " do not switch branches and do not push. What you changed goes along with your submit as a diff."
            + _lacks(facts)
        )
    if facts.cwd != facts.task_dir:
        return f"You are in `{facts.cwd}`, the project's own folder. The folder of the task is `{facts.task_dir}`."
    return f"You are in `{facts.cwd}`, the folder of the task. What you produce goes into `outputs/`."


def _lacks(facts: Facts) -> str:
    said = ""
    if facts.empty:
        said += f" Not filled in, because their commits are not on this machine: the submodules {_few(facts.empty)}."
    if facts.pointers:
        said += f" Only pointers, because Git LFS was not run here: {_few(facts.pointers)}."
    return said


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{named(name)}`" for name in names[:10]) + (", …" if len(names) > 10 else "")


def _plain(value: object) -> str:
    """One value of the context as people write it; further lines stay inside its item."""
    if isinstance(value, list | tuple) and not any(isinstance(one, list | tuple | Mapping) for one in value):
        return ", ".join(map(str, value))
    return "\n  ".join(_flow(value).splitlines())


def _flow(value: object) -> str:
    """What holds others as YAML has it on one line, its texts as they are."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)
