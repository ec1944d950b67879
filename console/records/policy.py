"""Owns the policy: the settings that the scheduler's decisions use, merged for one project. Times are seconds."""

from __future__ import annotations

from dataclasses import dataclass

MOST_WAITING = 10
"""So many waiting tasks count in `dynamic`; else one with hundreds behind it would come before everything for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the scheduler may and must do in one project."""

    order: str = "priority"
    """A key of `policies.ORDERS`, or `auto`."""
    ageing: int = 3600
    """Of `dynamic`: waiting for so long makes up for one step of priority."""
    deadline_lead: int = 14_400
    """Of `dynamic`: so long before its deadline a task's turn has come, whatever its priority."""
    waiting_bonus: int = 900
    """Of `dynamic`: each task that waits for it brings a task forward by so much."""
    max_global_agents: int = 5
    """Sessions at once in the whole home."""
    max_project_agents: int | None = None
    """Sessions at once in this project; None has no cap of its own."""
    max_per_agent: int = 1
    task_timeout: int = 600
    silence_nudge: int = 120
    silence_alert: int = 300
    start_grace: int = 30
    """A session that is `starting` for longer without a runner is lost."""
    leave_grace: int = 60
    """How long a process may stay after its submit."""
    agent_env: tuple[str, ...] = ("*",)
    """Names and patterns of the variables of the scheduler that agents inherit."""
    lease: int = 90
    max_attempts: int = 3
    retry_base: float = 30.0
    retry_factor: float = 2.0
    retry_cap: float = 600.0
    zombie_after: int = 600
    """Seconds without any progress while there is work, before the scheduler says so."""
    review_max_rounds: int = 3
    review_debate_max_rounds: int = 5
    review_threshold: float = 0.7
    review_escalate_to: str = "pangtong-fujunshi"
    """An agent's id, a role as @ROLE, or `operator`; passed over where the project has it not."""
    review_round_timeout: int = 86_400
    """The reviewers' part of a round may take so long, and again each agent's that it goes to; 0 has no limit."""
    review_grace: int = 10
    """The operator's verdict by a key can be taken back for so long before anything starts on it; 0: at once."""
    distill_threshold: int = 5
    """Active experiences of one tag from which on they are distilled into a skill."""
    expire_days: int = 30
    """Days without a reference, after which an experience is deprecated."""
    lead: str | None = None
    """The agent that is asked before the operator."""
    lead_approvals: bool = False
    """It may give leave, too."""
    lead_wait: int = 600
    """The operator is spared for so long."""
