"""Owns the way from a plan that was handed in to one that can be used: the recorded version, its YAML, what the project knows.

It opens no database: call it while this process holds no connection. What the rules are is in the room `console.plans`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.artifacts import place_of
from console.errors import Refused
from console.plans.fit import problems_of
from console.plans.plan import PLAN, Plan, World
from console.plans.read import read_plan
from console.records.budget import Usage
from console.records.output import Output
from console.safe_files import read
from console.settings import ProjectSettings
from console.settings.yaml_file import Problem, parse
from console.shipped_files import yaml_names

__all__ = ("checked_plan", "plan_among", "world_of")

SIZE_MAX = 1 << 20
"""Bytes of a plan."""


def world_of(settings: ProjectSettings, configs: Iterable[Path], used: Usage) -> World:
    """What a plan must fit into. `configs` are the config folders of project and home."""
    protocols = yaml_names("review_protocols", *configs)
    return World(agents=settings.agents, protocols=protocols, budgets=settings.guardrails.budgets, used=used)


def plan_among(outputs: Iterable[Output]) -> Output | None:
    """The plan among the newest outputs of a task; None where none was recorded."""
    return next((output for output in outputs if output.path == PLAN), None)


def checked_plan(task_folder: Path, recorded: Output | None, world: World, now: int) -> Plan:
    """The plan as it was recorded. Raises Refused with every reason why it cannot be used."""
    if recorded is None:
        raise Refused([f"{PLAN} was not recorded: write the plan there and record it with `blackboard output {PLAN}`"])
    text = _text(task_folder, recorded)
    try:
        document = parse(text, PLAN)
    except Problem as problem:
        raise Refused([str(problem)]) from problem
    plan, problems = read_plan(document.values, document.where, now)
    problems += problems_of(plan, world, document.where)
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    return plan


def _text(task_folder: Path, recorded: Output) -> str:
    """What was recorded, and nothing that was written since. Raises Refused."""
    import hashlib

    if recorded.size > SIZE_MAX:
        raise Refused([f"{PLAN}:1: expected at most {SIZE_MAX} bytes, found {recorded.size}"])
    try:
        content = read(*place_of(task_folder, PLAN, recorded.sha256), most=SIZE_MAX + 1)
    except OSError:
        content = None
    if content is None or hashlib.sha256(content).hexdigest() != recorded.sha256:
        raise Refused([f"{PLAN} is not what was recorded any more: record it again"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused([f"{PLAN}:{line}: expected UTF-8 text, found byte 0x{content[error.start]:02x}"]) from error
