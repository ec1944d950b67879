"""Owns what the cast of the simulated month writes into files: results, plans and skills, some of them broken."""

from __future__ import annotations

import random

from console.records.task import Task

__all__ = ("text_of",)

PLAN = """goal: the month
tasks:
  - {key: first, title: The first part, tags: [csv]}
  - {key: second, title: The second part, after: [first], on_failure: cancel}
  - {key: third, title: The third part, after: [first], on_failure: undo, undo: take it back}
"""
SKILL = """---
name: lesson-{number}
description: What we learnt so far.
---

## When to use
Always.

## Steps
1. Look first.

## Inputs and outputs
A file; a better file.

## How to check
Count again.
"""


def text_of(path: str, task: Task, luck: random.Random) -> str:
    """What a file holds. A plan or a skill is sometimes not what it should be."""
    broken = luck.random() < 0.25
    match path.rpartition("/")[2]:
        case "plan.yaml":
            return "tasks: [" if broken else PLAN
        case "SKILL.md":
            return "a skill without its parts" if broken else SKILL.format(number=task.id)
        case "meta.yaml":
            return "version: 1.0.0\ntags: [csv]\n"
    return f"# {task.title}\n\nresult {luck.random()}\n"
