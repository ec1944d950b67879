"""Owns the finding of whom reviews should go to and cannot: names in `escalate_to` that a project does not list.

Such a name is skipped when a round is settled by nobody, so it is said where it can still be mended. It changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from console.engine.protocols import Protocols, protocol_names
from console.home import Home
from console.reviews.seats import unlisted
from console.settings import Settings
from console.settings.load import SHIPPED
from console.settings.project import effective, load_project

__all__ = ("lost_targets",)


def lost_targets(home: Home, settings: Settings, folder: Path) -> dict[str, str]:
    """Review protocol → what to say of it; empty where every name is somebody. Raises ConfigError.

    The name that moziplus ships for everybody is nobody's decision, and is left out.
    """
    agents, policy = (project := load_project(settings, folder)).agents, project.policy
    own = effective(settings, folder)[1].get("review.escalate_to", SHIPPED) != SHIPPED
    protocols, found = Protocols(home), {}
    for name in protocol_names(home, folder):
        protocol = protocols.get(folder, name)
        usual = (policy.review_escalate_to,) if own else ()
        wanted = usual if protocol.escalate_to is None else protocol.escalate_to
        if lost := unlisted(wanted, agents):
            who = ", ".join(lost)
            found[name] = f"{name} of {folder.name} escalates to {who}, no agent of the project: it is skipped"
    return found
