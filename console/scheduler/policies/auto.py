"""Owns the policy `auto`: which order suits the open work of a project. It orders nothing itself."""

from __future__ import annotations

from console.records.workload import Workload

__all__ = ("choose", "why_chosen")


def choose(load: Workload) -> str:
    """More than half as many open dependencies as open tasks: `dynamic`; else a deadline: `deadline`; else urgent work
    (priority 0 or 1): `priority`; else `fifo`."""
    if load.edges * 2 > load.nodes:
        return "dynamic"
    if load.dated:
        return "deadline"
    return "priority" if load.urgent else "fifo"


def why_chosen(load: Workload) -> str:
    """The same in the words of an explanation."""
    match choose(load):
        case "dynamic":
            return f"{load.edges} dependencies among {load.nodes} open tasks, which is more than half as many"
        case "deadline":
            return f"{load.dated} of {load.nodes} open tasks have a deadline"
        case "priority":
            return f"{load.urgent} of {load.nodes} open tasks are urgent (priority 0 or 1), none has a deadline"
        case _:
            return f"none of {load.nodes} open tasks has a deadline or is urgent"
