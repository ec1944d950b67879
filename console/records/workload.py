"""Owns the workload: what there is of open tasks in a project, as the policy `auto` looks at it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Counts over the open tasks: pending, working, in review or held."""

    nodes: int = 0
    edges: int = 0
    """Dependencies of open tasks that are not satisfied yet."""
    dated: int = 0
    """Tasks with a deadline."""
    urgent: int = 0
    """Tasks of priority 0 or 1."""
