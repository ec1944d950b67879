"""Owns the key reference: `python -m tests.app.keys_page` writes docs/keys.md from the registry. A test holds them together."""

from __future__ import annotations

from console.actions.registry import ALIASES, actions
from console.app.keymap import keys_of
from tests.repository import ROOT

PAGE = ROOT / "docs" / "keys.md"
HEAD = """# Keys

Made from the registry of actions by `python -m tests.app.keys_page`; do not edit by hand.

Every action is also in the command line (`:`) under its name, and what fits the row under the cursor in its menu (`.`), so
that nothing needs a letter while an input method is on. `{aliases}` are taken for `/ . / : ? @ {{ }}`. `?` shows the keys
that fit where you are, and does what you pick.

A capital letter is the stronger form. What is marked *writes* does not exist under `--read-only`; what *asks* wants a yes
or a text first. No key quits at once where this console is in charge; neither ctrl-c nor ctrl-q quits at all.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD.format(aliases=" ".join(sorted(ALIASES)))]
    groups = dict.fromkeys(action.group for action in actions())
    for group in groups:
        lines += [f"## {group}", "", "| key | does | name | |", "|---|---|---|---|"]
        for action in (each for each in actions() if each.group == group):
            keys = " ".join(f"`{key}`" for key in keys_of(action).split())
            notes = [
                word for word, is_so in (("writes", action.danger), ("asks", action.question or action.asks)) if is_so
            ]
            lines.append(f"| {keys} | {action.title} | {action.id} | {', '.join(notes)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
