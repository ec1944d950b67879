"""Owns the picture in the README: `python -m tests.app.picture` draws it from the real program on the sample home."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

from console.app.app import Console
from console.engine.in_charge import CONSOLE, take
from console.i18n import use_language
from tests.app.sample import sample_home
from tests.app.world import FixedClock, settle
from tests.repository import ROOT

PICTURE = ROOT / "docs" / "overview.svg"
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Fonts from the network; a picture that shows in a README must not ask for any."""


async def drawn(folder: Path) -> str:
    """The Overview as SVG, while this process is in charge."""
    home = sample_home(folder / "home")
    held = take(home, mode=CONSOLE)
    app = Console(home, clock=FixedClock(), environ={})
    async with app.run_test(size=(128, 32)) as pilot:
        await settle(app, pilot)
        picture = app.export_screenshot(title="moziplus", simplify=True)
    if held is not None:
        held.release()
    plain = FONTS.sub("", picture)
    return plain.replace("Fira Code", "ui-monospace, Menlo, Consolas, Noto Sans Mono CJK SC")


if __name__ == "__main__":
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    use_language("en")
    with tempfile.TemporaryDirectory() as place:
        PICTURE.write_text(asyncio.run(drawn(Path(place))), "utf-8")
