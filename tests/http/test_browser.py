"""Promises of the pages for a phone in a real Chromium without JavaScript: signed in, the work read and judged, signed out.

`TEST_BROWSER=$(bash .ci/browser) pytest -m npm tests/http` runs them; `.ci/run` does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.reviews import get_review
from console.home import Home
from console.http.token import key_of
from tests.app.sample import sample_home
from tests.http.door import served
from tests.repository import ROOT

pytestmark = pytest.mark.npm

NAMES = ("chromium", "chromium-browser", "google-chrome")


def driven(home: Home, width: int, height: int, language: str) -> dict[str, Any]:
    """What a browser of that size saw."""
    folder = os.environ.get("TEST_BROWSER")
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if folder is None or program is None:
        pytest.skip("needs `TEST_BROWSER=$(bash .ci/browser)`; .ci/run has it")
    script = ROOT / "tests" / "http" / "phone.cjs"
    with served(home) as url:
        words = (folder, program, url, key_of(home).word, str(width), str(height), language)
        done = subprocess.run(["node", str(script), *words], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    assert seen["first"] == seen["last"] == f"{url}/sign-in"
    return seen


@pytest.mark.parametrize(
    ("width", "height", "language", "said"),
    [(390, 844, "en-US", "quant#6 is approved."), (1280, 800, "zh-CN", "quant#6 已批准。")],
    ids=["phone-en", "desk-zh"],
)
def test_the_work_is_read_and_approved(tmp_path: Path, width: int, height: int, language: str, said: str) -> None:
    home = sample_home(tmp_path / "home")
    seen = driven(home, width, height, language)
    assert len(seen["needs"]) == 5 and "quant#6" in seen["needs"][1]
    assert "Sharpe stays above 1.3 in all but two windows" in seen["review"]
    assert seen["fits"] and max(seen["texts"]) <= width and not seen["outside"]
    assert min(seen["heights"]) >= 44, "large enough for a thumb"
    assert (seen["said"], seen["left"]) == (said, 4)
    db = open_project(home.project_folder("quant"), read_only=True)
    assert get_review(db, 1).status == "approved"
    db.close()
