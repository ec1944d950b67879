"""Owns which forms of output are known, by the name that an agent's `usage` gives; one file a CLI.

A new form is a file with one `Form`, its line here, and its name in the settings. Reads no file and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.agents.forms.claude import CLAUDE
from console.agents.forms.codex import CODEX
from console.agents.forms.moziplus import MOZIPLUS
from console.agents.forms.said import Form, Kind, Said

__all__ = ("FORMS", "Form", "Kind", "Said")

FORMS: Mapping[str, Form] = {"claude_json": CLAUDE, "codex_json": CODEX, "moziplus": MOZIPLUS}
