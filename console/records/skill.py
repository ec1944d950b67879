"""Owns the skill: how a kind of work is done here, as a folder with SKILL.md and meta.yaml says it to agents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One skill as it holds in a project."""

    id: str
    """The name of its folder, such as `code_review`."""
    version: str
    """As its meta.yaml or its front matter says, such as `1.2.0`."""
    description: str
    """When to use it, in one or two sentences (front matter of SKILL.md)."""
    origin: str
    """Where it was found: `project`, `custom`, or `builtin`."""
    folder: str
    """Absolute path."""
    source: str = ""
    """Where it comes from: `shipped`, `operator`, or `distilled from …`."""
    tags: tuple[str, ...] = ()
    """A task with one of these tags gets it."""
    roles: tuple[str, ...] = ()
    """An agent with one of these roles gets it; `*` is everybody."""
    body: str = ""
    """SKILL.md without its front matter."""
    template: str = ""
    """template.md, where there is one."""
    files: tuple[str, ...] = ()
    """Paths below `folder` of what came with it: scripts, references, assets."""

    @property
    def label(self) -> str:
        """As it is recorded with a session."""
        return f"{self.id}@{self.version}"
