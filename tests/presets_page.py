"""Writes the table of known agent programs in docs/agents.md from the presets: `python -m tests.presets_page` renews it."""

from __future__ import annotations

from console.agents.presets import PRESETS, Preset
from console.settings.yaml_edit import in_one_line
from tests.repository import ROOT

__all__ = ("BEGIN", "END", "PAGE", "section")

PAGE = ROOT / "docs" / "agents.md"
BEGIN, END = "<!-- presets: written by `python -m tests.presets_page` -->\n", "<!-- end of presets -->\n"


def section() -> str:
    """Between its two marks."""
    return BEGIN + "\n" + "\n".join(map(_one, PRESETS)) + "\n" + END


def _one(preset: Preset) -> str:
    lines = [
        f"**{preset.name} {preset.version}** (`moziplus agent add {preset.name}`)",
        "",
        "```yaml",
        *(f"{name}: {in_one_line(value)}" for name, value in preset.fields(role="developer").items()),
        "```",
        "",
        *([] if preset.tried else ["* by its documentation: this line was not run here"]),
        f"* needs {preset.needs}",
        *([f"* {preset.lacks}"] if preset.lacks else []),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    before = PAGE.read_text("utf-8")
    head, _, rest = before.partition(BEGIN)
    PAGE.write_text(head + section() + rest.partition(END)[2], "utf-8")
