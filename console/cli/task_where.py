"""Owns what `--where` means at the command line: conditions alone, and agents by what their project calls them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from console.blackboard.reads.conditions import Conditions
    from console.cli.options import Here

__all__ = ("conditions_of",)


def conditions_of(here: Here, project: str, text: str | None) -> Conditions:
    """What a person wrote, of the tasks of `project`. Raises UsageError that says what is wrong, and what could be asked."""
    from console.blackboard.reads.conditions import EVERY, conditions

    if text is None:
        return EVERY
    try:
        agents = {agent.id: agent.name or agent.id for agent in here.project_settings(project).agents}
    except ConfigError:  # names are lost with the file, ids are not
        agents = {}
    asked = conditions(text, here.clock.now(), agents, strict=True)
    if asked.words:
        raise UsageError(
            f"`{asked.words[:60]}` is no condition: write a field, =, !=, <, <=, >, >= or ~, and a value, as in"
            ' status=review cost>2 title~"two words"'
        )
    return asked
