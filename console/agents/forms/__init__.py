"""Owns which forms of output are known, by the name that an agent's `usage` gives; one file a CLI.

A new form is a file with one `Form`, its line here, and its name in the settings. Reads no file and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.agents.forms.claude import CLAUDE
from console.agents.forms.codex import CODEX
from console.agents.forms.gemini import GEMINI
from console.agents.forms.gptme import GPTME
from console.agents.forms.hermes import HERMES
from console.agents.forms.mini import MINI
from console.agents.forms.moziplus import MOZIPLUS
from console.agents.forms.opencode import OPENCODE
from console.agents.forms.pi import PI
from console.agents.forms.qwen import QWEN
from console.agents.forms.said import Form, Kind, Said
from console.agents.forms.vibe import VIBE

__all__ = ("FORMS", "Form", "Kind", "Said")

FORMS: Mapping[str, Form] = {
    "claude": CLAUDE,
    "codex": CODEX,
    "opencode": OPENCODE,
    "gemini": GEMINI,
    "qwen": QWEN,
    "pi": PI,
    "mini": MINI,
    "hermes": HERMES,
    "vibe": VIBE,
    "gptme": GPTME,
    "moziplus": MOZIPLUS,
    "claude_json": CLAUDE,
    "codex_json": CODEX,
}
"""The last two are what the first two were called, and still are in settings."""
