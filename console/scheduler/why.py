"""Owns the reasons why something does not start now. Each is found by one rule, used by `decide` and `explain` alike."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Why a task, or a seat, is not started."""

    # The task itself (claim refuses these).
    SETTLED = "settled"
    """Done, failed, cancelled, or handed in for review."""
    WORKING = "working"
    HELD = "held"
    REPORT = "report"
    """The scheduler writes it itself."""
    BLOCKED = "blocked"
    TOO_EARLY = "too_early"
    """Before its `not_before`."""
    BACKING_OFF = "backing_off"
    """A failed attempt is not repeated yet."""
    UNCONFIRMED = "unconfirmed"
    """Its last session is not confirmed ended."""
    GRACE = "grace"
    """A verdict of the operator's, on it or on what it needs, can still be taken back."""
    PLAN_REVIEW = "plan_review"
    """Its own text is judged first."""
    PLAN_CHANGES = "plan_changes"
    """Its own text is to be changed first."""
    # The project and the home.
    ARCHIVED = "archived"
    PROJECT_PAUSED = "project_paused"
    HOME_PAUSED = "home_paused"
    ESTOPPED = "estopped"
    DRAINING = "draining"
    DISK = "disk"
    BUDGET = "budget"
    """What it, its project or the home may use is used up."""
    # Who could do it.
    ASSIGNEE = "assignee"
    ROLE = "role"
    NEEDS = "needs"
    REVIEWER = "reviewer"
    """Reviewers take only work that asks for them, by name, role or needs; there is nobody else."""
    NOBODY = "nobody"
    """Agents fit in part, none in all."""
    UNFIT = "unfit"
    """Whoever could do it cannot be started: no command, no variables, no place to work, refused by its provider."""
    LINK_DOWN = "link_down"
    """The link that whoever could do it needs is down."""
    EXTERNAL = "external"
    """Only agents that claim for themselves could do it."""
    # Limits.
    AGENT_BUSY = "agent_busy"
    PROJECT_FULL = "project_full"
    HOME_FULL = "home_full"
    ONE_FOLDER = "one_folder"
    """The project's agents work in one folder, one author at a time."""
    KEPT = "kept"
    """The last free slot is kept for a review that is due."""
    NEXT = "next"
    """Nothing stands in its way."""
