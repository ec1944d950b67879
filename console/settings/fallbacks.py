"""Owns what is wrong with who works in whose place: nobody works in its own. Each problem has its file and line.

Two may stand in for each other: whoever looks for a stand-in asks each agent once. A name that nothing defines is no fault
here: a project may list it, and then it is the gateway's agent of that id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ("fallback_problems",)


def fallback_problems(agents: Mapping[str, Mapping[str, Any]], sources: Mapping[str, str]) -> list[str]:
    """One line for each agent that names itself."""
    keys = [f"agents.{name}.fallback" for name, fields in agents.items() if name in fields.get("fallback", ())]
    return [f"{sources.get(key, key)}: {key}: expected other agents, found itself" for key in keys]
