"""Promises of a real service door to whoever asks it anything: it never fails within, and answers as it is described.

`TEST_SCHEMATHESIS=$(bash .ci/schemathesis) pytest tests/http/test_fuzzed.py` runs it; `.ci/run` does.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_project
from console.http.token import key_of
from tests.app.sample import sample_home
from tests.http.door import served

PROGRAM = os.environ.get("TEST_SCHEMATHESIS", "")

pytestmark = pytest.mark.skipif(
    not PROGRAM, reason="needs `TEST_SCHEMATHESIS=$(bash .ci/schemathesis)`; .ci/run has it"
)

# What it would rather see where a body is too large or a text is no moment is a matter of taste; these are none.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
)


def test_nothing_that_is_asked_fails_within_or_is_answered_otherwise_than_described(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    place = home.project_folder("archive_2025")
    if place.is_dir():  # one that cannot be read answers 503, as it should
        place.rename(tmp_path / "elsewhere")
    with served(home) as url:
        command = [PROGRAM, "run", f"{url}/api/openapi.json", "--url", url, "--checks", CHECKS]
        command += ["-H", f"Authorization: Bearer {key_of(home).word}", "--seed", "1", "--max-examples", "20"]
        command += ["--workers", "2", "--continue-on-failure", "--suppress-health-check", "all"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[:9000]
    assert "Traceback" not in (home.logs / "serve.log").read_text()
    with closing(open_project(home.project_folder("quant"))) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
