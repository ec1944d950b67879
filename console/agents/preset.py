"""Owns the preset: the whole definition of an agent program that was tried, started in one way. Starts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.backends import PROCESS, acp, traits_of

__all__ = ("ACP", "Preset")

ACP = acp.TRAITS.name
"""The backend of those that are started over the Agent Client Protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One agent program, started in one way."""

    name: str
    """As `agent add` takes it; the agent's id, where none is given."""
    backend: str = PROCESS
    command: tuple[str, ...]
    """Its first part is the program that must be found."""
    prompt: str = "stdin"
    usage: str
    """The form of its output."""
    env: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    """What else its backend lets it have."""
    model: tuple[str, ...] = ()
    """What a model is named with; `{model}` in it is the name. Empty where only its own settings name one. Where its backend
    has a key for that, that key."""
    version: str
    """With which it was tried, or whose documentation it follows."""
    tried: bool = True
    """Whether this very line was run by us, to a done task and to a sign-in that was refused."""
    needs: str
    """What must be there beside the program, in a sentence."""
    lacks: str = ""
    """What does not work, in a sentence."""
    wants: Mapping[str, str] = field(default_factory=dict)
    """Of its arguments those without which it will hardly do, and what happens then."""

    @property
    def takes_model(self) -> bool:
        """Whether a model can be named."""
        return bool(self.model) or self._has_key

    @property
    def _has_key(self) -> bool:
        return any(option.name == "model" for option in traits_of(self.backend).options)

    def fields(self, *, role: str, model: str | None = None) -> dict[str, Any]:
        """Its entry under `agents:`, in the order of the documentation."""
        more = [part.replace("{model}", model) for part in self.model] if model else []
        at = len(self.command) - (self.command[-1] == "{prompt}")
        command = [*self.command[:at], *more, *self.command[at:]]
        found: dict[str, Any] = {"role": role, "backend": self.backend, "command": command}
        known = {"prompt": self.prompt, "usage": self.usage, **self.options}
        if self._has_key:
            known["model"] = model or ""
        found |= {name: value for name, value in known.items() if value}
        return found | ({"env": dict(self.env)} if self.env else {})
