"""Owns how the scheduler's policy comes of the merged values of a home or a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.records.policy import Policy

__all__ = ("policy_from",)


def policy_from(values: Mapping[str, Any], *, project_cap: int | None = None) -> Policy:
    """The policy that merged values ask for."""
    daemon, retry, review, experience = (values[name] for name in ("daemon", "retry", "review", "experience"))
    return Policy(
        order=daemon["policy"],
        agent_env=tuple(daemon["agent_env"]),
        ageing=daemon["ageing"],
        deadline_lead=daemon["deadline_lead"],
        waiting_bonus=daemon["waiting_bonus"],
        max_global_agents=daemon["max_global_agents"],
        max_project_agents=project_cap,
        max_per_agent=daemon["max_per_agent"],
        task_timeout=daemon["task_timeout"],
        silence_nudge=daemon["silence_nudge"],
        silence_alert=daemon["silence_alert"],
        start_grace=daemon["start_grace"],
        leave_grace=daemon["leave_grace"],
        lease=daemon["lease"],
        max_attempts=retry["max_attempts"],
        retry_base=retry["base"],
        retry_factor=retry["factor"],
        retry_cap=retry["cap"],
        zombie_after=daemon["zombie_threshold"] * daemon["tick_interval"],
        review_max_rounds=review["default_max_rounds"],
        review_debate_max_rounds=review["debate_max_rounds"],
        review_threshold=review["confidence_threshold"],
        review_escalate_to=review["escalate_to"],
        review_round_timeout=review["round_timeout"],
        review_grace=review["grace"],
        distill_threshold=experience["distill_threshold"],
        expire_days=experience["expire_days"],
        lead=values["lead"]["agent"],
        lead_approvals=values["lead"]["approvals"],
        lead_wait=values["lead"]["wait"],
    )
